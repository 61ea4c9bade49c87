"""What a document says about itself: in its page headers, its first tables and lines, its properties."""

import re
from collections.abc import Iterator

from sops.blocks import Block, text_of
from sops.word.language import language_of
from sops.word.model import Proposal
from sops.word.package import Package
from sops.word.vocabulary import day, field_of
from sops.word.xml import Element, attr, find, local, words

Rows = list[list[str]]
_FIRST = 30  # blocks of the text that count as its first page
_LINE = re.compile(r"\s*([^:\n\t]{2,40}?)\s*[:\t]\s*(\S.*)")
_NUMBER = re.compile(
    r"\b(?:[A-Z]{1,6}[-_])*(?:SOP|PROC|PROT|WI|POL|FORM|VA|AA|MON)(?:[-_][A-Z]{1,6})*[-_ ]?\d{1,5}(?:[.-]\d{1,4})?\b"
)
_VERSION = re.compile(r"(?:v(?:ersion)?\.?|rev(?:ision)?\.?)?\s*(\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?)\b", re.IGNORECASE)
_IN_MARGIN = re.compile(r"\b(?:Version|Revision|Rev\.|Fassung|Versión)\s*(\d[\w.]*)")
_BLANK = re.compile(r"[<{\[_]|\.{3}|…|click|insert|enter |xx", re.IGNORECASE)


def propose(package: Package, blocks: list[Block], title: str, language: str) -> Proposal:
    """Return what the document says; `title` is its titled paragraph, `language` what its styles declare."""
    said: dict[str, str] = {}
    margins = [
        tree for part in package.related(package.main, "header", "footer") if (tree := _tree(package, part)) is not None
    ]
    for name, value in _all_pairs(package, blocks, margins):
        if value and not _BLANK.search(value) and len(value) <= 300:
            said.setdefault(name, value)
    margin_text = " ".join(map(words, margins))
    number = _number(said.get("number", ""), margin_text, title, blocks)
    version = _VERSION.match(said.get("version", ""))
    return Proposal(
        number=number,
        title=_title(said, title, blocks, number),
        version=version[1] if version else None,
        owner=said.get("owner"),
        effective_on=day(said.get("effective_on", "")),
        review_on=day(said.get("review_on", "")),
        language=language_of(blocks, language),
    )


def _children_of(package: Package, part: str) -> list[Element]:
    tree = _tree(package, part)
    return [] if tree is None else list(tree)


def _tree(package: Package, part: str) -> Element | None:
    return None if part == package.main else package.tree(part)


def _all_pairs(package: Package, blocks: list[Block], margins: list[Element]) -> Iterator[tuple[str, str]]:
    """Yield (field, value), the most trustworthy places first."""
    for tree in margins:
        yield from _pairs_in_margin(tree)
    for block in blocks[:_FIRST]:
        yield from _pairs_in_block(block)
    yield from _properties(package)


def _pairs_in_block(block: Block) -> Iterator[tuple[str, str]]:
    if block["kind"] == "table":
        rows = [[" ".join(map(text_of, cell["blocks"])) for cell in row] for row in block["rows"]]
        yield from _pairs_in_table(rows)
    else:
        for line in text_of(block).split("\n"):
            yield from _pairs_in_line(line)


def _pairs_in_margin(tree: Element) -> Iterator[tuple[str, str]]:
    """Yield what a page header or footer says in its tables, its lines, and between its tabs."""
    for table in find(tree, "tbl"):
        yield from _pairs_in_table([[words(tc) for tc in find(tr, "tc")] for tr in find(table, "tr")])
    for p in find(tree, "p"):
        for piece in _pieces(p):
            yield from _pairs_in_line(piece)
    for found in _IN_MARGIN.finditer(words(tree)):
        yield "version", found[1]


def _pieces(p: Element) -> list[str]:
    """Return what stands between the tabs and strokes of one line of a page header."""
    text = "".join("\t" if local(e) != "t" else e.text or "" for e in find(p, "t", "tab", "ptab", "br"))
    return [piece.strip() for piece in re.split(r"[\t|·•]", text)]


def _pairs_in_line(line: str) -> Iterator[tuple[str, str]]:
    found = _LINE.match(line)
    name = field_of(found[1]) if found else None
    if found and name:
        yield name, found[2].strip()


def _pairs_in_table(rows: Rows) -> Iterator[tuple[str, str]]:
    """Yield what stands right of a label, below it, or after a colon in the same cell."""
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            yield from _pairs_in_line(cell)
            name = field_of(cell)
            if name is None:
                continue
            right = row[c + 1].strip() if c + 1 < len(row) else ""
            if right and field_of(right) is None:
                yield name, right
            elif r + 1 < len(rows) and len(rows[r + 1]) == len(row) and field_of(rows[r + 1][c]) is None:
                yield name, rows[r + 1][c].strip()


def _properties(package: Package) -> Iterator[tuple[str, str]]:
    """Yield the properties of the file that are called like a field; the author of a file is often a template's."""
    for part in package.related("", "custom-properties"):
        for e in _children_of(package, part):
            name = field_of(attr(e, "name"))
            value = " ".join(filter(None, ((v.text or "").strip() for v in e)))
            if name and value:
                yield name, value
    for part in package.related("", "core-properties"):
        for e in _children_of(package, part):
            if local(e) == "title" and (e.text or "").strip():
                yield "core_title", e.text.strip()


def _number(labelled: str, margins: str, title: str, blocks: list[Block]) -> str | None:
    if labelled and re.search(r"\d", labelled) and len(labelled) <= 40:
        return labelled
    first = " ".join(text_of(block)[:300] for block in blocks[:5])
    for text in (margins, title, first):
        found = _NUMBER.search(text)
        if found:
            return found[0]
    return None


def _title(said: dict[str, str], title: str, blocks: list[Block], number: str | None) -> str | None:
    found = said.get("title") or title or _first_line(blocks) or said.get("core_title") or ""
    if number and found.startswith(number):
        found = found[len(number) :].lstrip(" :–—-·,") or found
    return " ".join(found.split())[:250] or None


def _first_line(blocks: list[Block]) -> str:
    """Return the first line of the text, if it is short enough for a title."""
    for block in blocks[:_FIRST]:
        text = text_of(block).strip() if block["kind"] in ("heading", "paragraph") else ""
        if text and text[0] != "[":
            return text if len(text) <= 150 and not _LINE.match(text) else ""
    return ""
