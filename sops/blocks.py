"""The canonical text of a version: a list of blocks, plain JSON, one schema for import, editor, redline and PDF.

    heading    {"id", "kind": "heading", "level": 1-6, "runs", "number"?}
    paragraph  {"id", "kind": "paragraph", "runs", "role"?: "warning" | "note" | "caption" | "quote"}
    item       {"id", "kind": "item", "level": 0-8, "runs", "number"?}      no "number": a bullet
    table      {"id", "kind": "table", "header_rows": int, "rows": [[cell]]}
               cell {"blocks": [...], "colspan"?: int, "rowspan"?: int}     blocks of any kind, tables too
    image      {"id", "kind": "image", "digest": sha256 hex, "media_type", "alt", "width", "height"}  pixels
    footnote   {"id", "kind": "footnote", "label": str, "runs"}             at the end of the text

    run        {"text", "marks"?: sorted subset of MARKS, "link"?: "https:|http:|mailto:..." or a reference}
    reference  "doc:<number of a document, percent-encoded>" or "block:<id of a block of this text>" (references.py)
    number     {"list": str, "style": one of NUMBER_STYLES, "pattern": "%1.%2", "start"?: int}

A number is not text: it is computed from the order of the blocks (`labels`), so that an inserted step renumbers the
rest without a change in their words. "start" makes the counter of that level begin again at that value.
"""

import re
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]

KINDS = ("heading", "paragraph", "item", "table", "image", "footnote")
MARKS = ("bold", "code", "italic", "strike", "sub", "sup", "underline")
ROLES = ("warning", "note", "caption", "quote")
NUMBER_STYLES = ("decimal", "decimal-zero", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman", "none")
LINK = re.compile(r"(https?://|mailto:)[^\s<>\"]+\Z")
REFERENCE = re.compile(r"(doc:[A-Za-z0-9._~%-]{1,240}|block:[A-Za-z0-9_-]{1,40})\Z")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database keeps a NUL, no encoding half a sign
MAX_BLOCKS = 20_000
MAX_DEPTH = 6  # tables inside tables
MAX_TEXT = 100_000  # characters in one block
MAX_START = 32_767  # Word's own limit for the start of a list


class BadBlocks(ValueError):
    """The list is not canonical text; the message names the block and what is wrong with it."""


_FIELDS = {
    "heading": ({"level", "runs"}, {"number"}),
    "paragraph": ({"runs"}, {"role"}),
    "item": ({"level", "runs"}, {"number"}),
    "table": ({"header_rows", "rows"}, set()),
    "image": ({"digest", "media_type", "alt", "width", "height"}, set()),
    "footnote": ({"label", "runs"}, set()),
}
_LEVELS = {"heading": range(1, 7), "item": range(9)}


def check(blocks: list[Block]) -> None:
    """Raise BadBlocks unless `blocks` follows the schema above, to the letter, with ids that are unique."""
    seen: set[str] = set()
    _check_list(blocks, seen, depth=0)
    if len(seen) > MAX_BLOCKS:
        raise BadBlocks(f"The text has {len(seen)} blocks; {MAX_BLOCKS} is the most.")


def _check_list(blocks: Any, seen: set[str], depth: int) -> None:
    if not isinstance(blocks, list):
        raise BadBlocks("The text is not a list of blocks.")
    if depth > MAX_DEPTH:
        raise BadBlocks(f"Tables stand inside tables more than {MAX_DEPTH} deep.")
    for block in blocks:
        _check_frame(block, seen)
        _check_attributes(block)
        if "runs" in block:
            _check_runs(block["runs"], block["id"])
        if "number" in block:
            _check_number(block["number"], block["id"])
        if block["kind"] == "image":
            _check_image(block)
        if block["kind"] == "table":
            _check_table(block, seen, depth)


def _check_frame(block: Any, seen: set[str]) -> None:
    if not isinstance(block, dict) or block.get("kind") not in KINDS:
        raise BadBlocks("A block has no known kind.")
    kind, name = block["kind"], block.get("id")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
        raise BadBlocks(f"A {kind} has no usable id.")
    if name in seen:
        raise BadBlocks(f"Two blocks have the id {name}.")
    seen.add(name)
    required, optional = _FIELDS[kind]
    fields = set(block) - {"id", "kind"}
    if not required <= fields or not fields <= required | optional:
        raise BadBlocks(f"Block {name} ({kind}) has the wrong fields: {', '.join(sorted(map(str, fields)))}.")


def _check_attributes(block: Block) -> None:
    kind, name = block["kind"], block["id"]
    if kind in _LEVELS and not (_is_whole(block["level"]) and block["level"] in _LEVELS[kind]):
        raise BadBlocks(f"{kind.capitalize()} {name} has level {block['level']}.")
    if "role" in block and block["role"] not in ROLES:
        raise BadBlocks(f"Paragraph {name} has the role {block['role']}.")
    if kind == "footnote" and not _is_text(block["label"]):
        raise BadBlocks(f"Footnote {name} has no label.")


def _check_runs(runs: Any, name: str) -> None:
    if not isinstance(runs, list):
        raise BadBlocks(f"Block {name} has no list of runs.")
    for run in runs:
        _check_run(run, name)
    if sum(len(run["text"]) for run in runs) > MAX_TEXT:
        raise BadBlocks(f"Block {name} is longer than {MAX_TEXT} characters.")


def _check_run(run: Any, name: str) -> None:
    if not isinstance(run, dict) or not {"text"} <= run.keys() <= {"text", "marks", "link"}:
        raise BadBlocks(f"Block {name} has a run that is no text.")
    if not _is_text(run["text"]):
        raise BadBlocks(f"Block {name} has a run that is no text.")
    marks = run.get("marks", [])
    if not isinstance(marks, list) or marks != [mark for mark in MARKS if mark in marks]:
        raise BadBlocks(f"Block {name} has an unknown emphasis.")
    if "link" in run and not (isinstance(run["link"], str) and _leads_somewhere(run["link"])):
        raise BadBlocks(f"Block {name} has a link that leads nowhere allowed: {run['link']!r}.")


def _leads_somewhere(link: str) -> bool:
    return bool((LINK.match(link) and not UNSTORABLE.search(link)) or REFERENCE.match(link))


def _check_number(number: Any, name: str) -> None:
    needed = {"list", "style", "pattern"}
    if not isinstance(number, dict) or not needed <= number.keys() <= needed | {"start"}:
        raise BadBlocks(f"Block {name} has a number without list, style and pattern.")
    if not _is_text(number["list"]) or number["style"] not in NUMBER_STYLES:
        raise BadBlocks(f"Block {name} has an unknown style of number.")
    if not _is_text(number["pattern"]) or len(number["pattern"]) > 40:
        raise BadBlocks(f"Block {name} has a pattern of number that is no short text.")
    if not (_is_whole(number.get("start", 1)) and 0 <= number.get("start", 1) <= MAX_START):
        raise BadBlocks(f"Block {name} starts its number at something that is no whole number up to {MAX_START}.")


def _check_image(block: Block) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", str(block["digest"])):
        raise BadBlocks(f"Picture {block['id']} is not named by its digest.")
    if not _is_text(block["alt"]) or not _is_text(block["media_type"]):
        raise BadBlocks(f"Picture {block['id']} has no words or no type.")
    if not all(_is_whole(block[side]) and block[side] > 0 for side in ("width", "height")):
        raise BadBlocks(f"Picture {block['id']} has no size.")


def _check_table(block: Block, seen: set[str], depth: int) -> None:
    rows, name = block["rows"], block["id"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadBlocks(f"Table {name} has no rows.")
    if not _is_whole(block["header_rows"]) or block["header_rows"] < 0:
        raise BadBlocks(f"Table {name} has no number of header rows.")
    for row in rows:
        for cell in row:
            _check_cell(cell, name)
            _check_list(cell["blocks"], seen, depth + 1)


def _check_cell(cell: Any, name: str) -> None:
    if not isinstance(cell, dict) or not {"blocks"} <= cell.keys() <= {"blocks", "colspan", "rowspan"}:
        raise BadBlocks(f"Table {name} has a cell with the wrong fields.")
    spans = (cell.get("colspan", 1), cell.get("rowspan", 1))
    if not all(_is_whole(span) and 1 <= span <= 1000 for span in spans):
        raise BadBlocks(f"Table {name} has a cell that spans nothing.")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not UNSTORABLE.search(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def walk(blocks: list[Block]) -> Iterator[Block]:
    """Yield every block in reading order, those inside table cells included (the table first)."""
    for block in blocks:
        yield block
        if block["kind"] == "table":
            for row in block["rows"]:
                for cell in row:
                    yield from walk(cell["blocks"])


def text_of(block: Block) -> str:
    """Return the words of one block without its number; of a table, its cells by tabs and rows by line ends."""
    if block["kind"] == "table":
        return "\n".join("\t".join(" ".join(map(text_of, cell["blocks"])) for cell in row) for row in block["rows"])
    if block["kind"] == "image":
        return str(block["alt"])
    return "".join(run["text"] for run in block["runs"])


def plain_text(blocks: list[Block]) -> str:
    """Return all words, a line a block: what the search reads."""
    return "\n".join(filter(None, map(text_of, blocks)))


def image_digests(blocks: list[Block]) -> set[str]:
    """Return the digests of all pictures that the text shows."""
    return {block["digest"] for block in walk(blocks) if block["kind"] == "image"}


def labels(blocks: list[Block]) -> dict[str, str]:
    """Return {block id: printed number}, e.g. {"b7": "4.2.1"}, computed in reading order over the whole text."""
    counters: dict[str, list[int]] = {}
    styles: dict[str, list[str]] = {}
    result: dict[str, str] = {}
    for block in walk(blocks):
        number = block.get("number")
        if number is None:
            continue
        level = block["level"] - (1 if block["kind"] == "heading" else 0)
        counts = counters.setdefault(number["list"], [0] * 9)
        level_styles = styles.setdefault(number["list"], ["decimal"] * 9)
        counts[level] = number["start"] if "start" in number else counts[level] + 1
        counts[level + 1 :] = [0] * (8 - level)
        level_styles[level] = number["style"]
        result[block["id"]] = _label(number["pattern"], counts, level_styles)
    return result


def _label(pattern: str, counts: list[int], level_styles: list[str]) -> str:
    def one(match: re.Match[str]) -> str:
        level = int(match[1]) - 1
        return _in_style(max(counts[level], 1), level_styles[level])

    return re.sub(r"%([1-9])", one, pattern)


def _in_style(value: int, style: str) -> str:
    if style == "none":
        return ""
    if style == "decimal-zero":
        return f"{value:02d}"
    if value > 3999:  # nobody reads such letters, and a start can be far higher
        return str(value)
    if style.endswith("alpha"):
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)  # Word's own way: aa, bb, cc
        return letters.upper() if style.startswith("upper") else letters
    if style.endswith("roman"):
        return _roman(value).upper() if style.startswith("upper") else _roman(value)
    return str(value)


def _roman(value: int) -> str:
    out = ""
    for number, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
        (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        out += letters * (value // number)
        value %= number
    return out
