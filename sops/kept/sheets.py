"""The words of a workbook: row by row, with formulas, so that a changed calculation is seen when two are compared."""

from collections.abc import Iterator

from sops.kept.model import Collected
from sops.kept.office import Office
from sops.word.xml import Element, attr, children, find, local, relation

HIDDEN = {"hidden": " (hidden)", "veryHidden": " (hidden)"}


def read_sheets(package: Office, found: Collected) -> int:
    """Add the words of all sheets; return how many sheets there are."""
    book = package.tree(package.main)
    if book is None:
        return 0
    shared = _shared(package)
    sheets = list(find(book, "sheet"))
    for sheet in sheets:
        found.heading(attr(sheet, "name") + HIDDEN.get(attr(sheet, "state"), ""))
        target = package.relations(package.main).get(relation(sheet, "id"))
        tree = package.tree(target.target) if target else None
        for line in _rows(tree, shared) if tree is not None else ():
            found.paragraph(line)
    return len(sheets)


def _shared(package: Office) -> list[str]:
    """Return the words that cells name by number."""
    parts = package.related(package.main, "sharedStrings")
    tree = package.tree(parts[0]) if parts else None
    return [] if tree is None else [_text(one) for one in children(tree, "si")]


def _text(element: Element) -> str:
    """Return the words of a string; what says how to pronounce it is none of them."""
    runs = [run for run in element if local(run) != "rPh"]
    found = [one for run in runs for one in ([run] if local(run) == "t" else find(run, "t"))]
    return "".join(one.text or "" for one in found)


def _rows(sheet: Element, shared: list[str]) -> Iterator[str]:
    for row in find(sheet, "row"):
        cells = [text for cell in children(row, "c") if (text := _cell(cell, shared))]
        if cells:
            yield " | ".join(cells)


def _cell(cell: Element, shared: list[str]) -> str:
    """Return B4: =B2*B3 → 12.5; B4 alone says where, since a row that moves is then a row that changed."""
    formula = next((one.text or "" for one in children(cell, "f")), "")
    value = _value(cell, shared)
    if formula:
        return f"{attr(cell, 'r')}: ={formula} → {value}" if value else f"{attr(cell, 'r')}: ={formula}"
    return value


def _value(cell: Element, shared: list[str]) -> str:
    if attr(cell, "t") == "inlineStr":
        return " ".join(_text(one) for one in children(cell, "is")).strip()
    raw = next((one.text or "" for one in children(cell, "v")), "")
    if attr(cell, "t") != "s":
        return raw.strip()
    return shared[int(raw)].strip() if raw.isdigit() and int(raw) < len(shared) else ""
