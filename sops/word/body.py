"""The walk over paragraphs, tables and what contains them."""

from typing import Any

from django.utils.translation import gettext as _

from sops.blocks import MAX_TEXT, Block
from sops.word.controls import content, name_control
from sops.word.inline import Inline
from sops.word.losses import quote
from sops.word.numbering import Counted
from sops.word.reading import Reading, Run
from sops.word.styles import ListPlace, list_place
from sops.word.tables import table
from sops.word.xml import Element, attr, child, local, number, relation, val, words

_SILENT = frozenset(
    """sectPr tcPr tblPr tblGrid sdtPr sdtEndPr customXmlPr bookmarkStart bookmarkEnd proofErr permStart permEnd
    commentRangeEnd moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd customXmlInsRangeStart
    customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd""".split()  # noqa: SIM905
)
_IN_LINE = (
    "engraft-change",
    "AlternateContent",
    "r",
    "hyperlink",
    "oMath",
    "oMathPara",
    "fldSimple",
    "commentRangeStart",
    "commentReference",
    "t",
)


def blocks_of(reading: Reading, container: Element) -> list[Block]:
    """Return the blocks of everything below a body, cell, text box, note or content control."""
    blocks: list[Block] = []
    for e in container:
        name = local(e)
        if name == "p":
            blocks += paragraph(reading, e)
        elif name == "tbl":
            blocks += table(reading, e)
        elif name == "sdt":
            name_control(reading, e)
            blocks += blocks_of(reading, content(e))
        elif name == "altChunk":
            blocks.append(_chunk(reading, e))
        elif name in _IN_LINE:
            blocks += paragraph(reading, [e])
        elif name not in _SILENT:
            blocks += _other(reading, e, name)
    return blocks


def _other(reading: Reading, e: Element, name: str) -> list[Block]:
    """Read what we do not know: its words are kept, its kind is counted."""
    if name not in ("customXml", "smartTag", "ins", "moveTo"):
        reading.losses.count(
            f"unknown element {name[:40]}",
            _("Something of the kind %(name)s is not known here; its words are kept.") % {"name": name[:40]},
        )
    return blocks_of(reading, e)


def _chunk(reading: Reading, e: Element) -> Block:
    target = reading.relation(relation(e, "id"))
    what = "" if target is None else target.target.rpartition(".")[2]
    return reading.placeholder(
        "embedded document",
        _("Another document (%(kind)s) is embedded here and is not read. Copy its text.") % {"kind": what[:10]},
    )


def paragraph(reading: Reading, p: Any) -> list[Block]:
    """Return the blocks of one w:p (or of a list of things that stand where a paragraph should)."""
    properties = next((e for e in p if local(e) == "pPr"), None)
    style = val(properties, "pStyle") or reading.styles.default
    level = _heading_level(reading, properties, style)
    raw = words(p) if getattr(p, "tag", None) else " ".join(map(words, p)).strip()
    is_heading = level is not None and bool(raw)
    if is_heading and not reading.title and reading.styles.is_title(style):
        reading.title = raw
    name = reading.new_id()
    place = _list_place(reading, properties, style)
    counted = None if place is None else _counted(reading, place)
    line = Inline(reading, style, is_heading)
    line.walk(p)
    block = _block(reading, name, line, level if is_heading else None, place, counted)
    if block is None:
        return [*line.before, *line.after]
    block.setdefault("runs", [])
    if block["kind"] == "paragraph":
        role = reading.styles.role(style)
        if role:
            block["role"] = role
    number_first = block["kind"] == "item" and counted is not None
    before, after = ([], [*line.before, *line.after]) if number_first else (line.before, line.after)
    return [*before, *_split(reading, block), *after]


def _heading_level(reading: Reading, properties: Element | None, style: str) -> int | None:
    """Return 1 to 6 for a heading, by the paragraph itself or by its style; None for text."""
    direct = child(properties, "outlineLvl")
    level = reading.styles.outline(style) if direct is None else number(attr(direct, "val"), 9)
    if level is None and reading.styles.is_title(style):
        return 1
    return None if level is None or level > 8 else min(level, 5) + 1


def _list_place(reading: Reading, properties: Element | None, style: str) -> ListPlace | None:
    by_style = reading.styles.list_place(style)
    place = list_place(child(properties, "numPr"))
    if place is None and by_style is not None and child(properties, "numPr") is not None:
        level = child(properties, "numPr", "ilvl")
        place = ListPlace(by_style.num_id, by_style.level if level is None else min(number(attr(level, "val")), 8))
    place = place or by_style
    if place is None or place.num_id in ("", "0"):
        return None
    if place.level is None:
        linked = next((attr(e, "styleId") for e in reading.styles.chain(style)), style)
        return ListPlace(place.num_id, reading.numbering.level_of_style(place.num_id, linked))
    return place


def _counted(reading: Reading, place: ListPlace) -> Counted | None:
    counted = reading.numbering.count(place.num_id, place.level or 0)
    if counted is None:
        reading.losses.name("list", _("A paragraph belongs to a list that is not defined; it is kept as plain text."))
    elif counted.definition.foreign:
        reading.losses.name(
            "number format",
            _("Numbers of the kind %(kind)s are shown as 1, 2, 3.") % {"kind": counted.definition.foreign},
        )
    return counted


def _block(
    reading: Reading, name: str, line: Inline, level: int | None, place: ListPlace | None, counted: Counted | None
) -> Block | None:
    """Return heading, item or paragraph with its words; None where there is nothing to show."""
    runs = _trimmed(line.runs)
    numbered = counted is not None and counted.definition.style != "bullet" and bool(counted.definition.pattern)
    if not runs and not (numbered and level is None and place is not None):
        return None
    if numbered and counted is not None:
        reading.counted[name] = counted
    if level is not None and runs:
        return {"id": name, "kind": "heading", "level": level, "runs": runs}
    bullet = counted is not None and counted.definition.style == "bullet"
    if place is not None and (numbered or bullet):
        return {"id": name, "kind": "item", "level": place.level or 0, "runs": runs}
    return {"id": name, "kind": "paragraph", "runs": runs} if runs else None


def _trimmed(runs: list[Run]) -> list[Run]:
    """Return the runs without white space at both ends of the paragraph."""
    kept = [dict(run) for run in runs]
    while kept and not kept[0]["text"].strip():
        kept.pop(0)
    while kept and not kept[-1]["text"].strip():
        kept.pop()
    if kept:
        kept[0]["text"] = kept[0]["text"].lstrip()
        kept[-1]["text"] = kept[-1]["text"].rstrip()
    return kept


def _split(reading: Reading, block: Block) -> list[Block]:
    """Return the block, or several where it has more letters than one block may have."""
    if sum(len(run["text"]) for run in block["runs"]) <= MAX_TEXT:
        return [block]
    reading.losses.name(
        "long paragraph", _("A paragraph of more than %(most)d letters is cut into several: %(words)s.")
        % {"most": MAX_TEXT, "words": quote(block["runs"][0]["text"], 60)}
    )  # fmt: skip
    pieces: list[list[Run]] = [[]]
    room = MAX_TEXT
    for run in block["runs"]:
        text = run["text"]
        while text:
            if room == 0:
                pieces.append([])
                room = MAX_TEXT
            part, text = text[:room], text[room:]
            room -= len(part)
            pieces[-1].append({**run, "text": part})
    rest = [{"id": reading.new_id(), "kind": "paragraph", "runs": runs} for runs in pieces[1:]]
    return [{**block, "runs": pieces[0]}, *rest]
