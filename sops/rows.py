"""Rows of a table: one more, one less. Where cells are joined across rows, neither is done."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.blocks import Block
from sops.editing import new_id, table_of


def add_row(blocks: Sequence[Block], name: str, after: int) -> list[Block]:
    """Add an empty row to a table after row `after` (from 0), with cells as wide as that row's."""
    table = table_of(blocks, name)
    rows = table["rows"]
    if not 0 <= after < len(rows):
        raise Invalid(_("There is no such row any more. Open the table again."))
    if _reaches(table, after, after + 1):
        raise Invalid(_("Cells are joined across these rows. Add the row above or below them."))
    made = [
        {"blocks": [{"id": new_id(blocks), "kind": "paragraph", "runs": []}]}
        | ({"colspan": cell["colspan"]} if "colspan" in cell else {})
        for cell in _whole_row(table, after)
    ]
    head = table["header_rows"] + (1 if after + 1 < table["header_rows"] else 0)
    return _replaced(blocks, table | {"rows": [*rows[: after + 1], made, *rows[after + 1 :]], "header_rows": head})


def remove_row(blocks: Sequence[Block], name: str, row: int) -> list[Block]:
    """Take a row out of a table; the last one stays."""
    table = table_of(blocks, name)
    rows = table["rows"]
    if not 0 <= row < len(rows):
        raise Invalid(_("There is no such row any more. Open the table again."))
    if len(rows) == 1:
        raise Invalid(_("This is the only row. Remove the whole table instead."))
    if _reaches(table, row - 1, row) or _reaches(table, row, row + 1):
        raise Invalid(_("A cell of this row is joined with another row. Only its words can be changed here."))
    head = table["header_rows"] - (1 if row < table["header_rows"] else 0)
    return _replaced(blocks, table | {"rows": [*rows[:row], *rows[row + 1 :]], "header_rows": head})


def _reaches(table: Block, upper: int, lower: int) -> bool:
    """Return whether a cell that begins in row `upper` or above it goes on in row `lower`."""
    return any(r + cell.get("rowspan", 1) > lower for r, row in enumerate(table["rows"][: upper + 1]) for cell in row)


def _whole_row(table: Block, row: int) -> list[Block]:
    """Return the cells of a row, or of the nearest one above that has no cell reaching into it from above."""
    while row > 0 and _reaches(table, row - 1, row):
        row -= 1
    cells: list[Block] = table["rows"][row]
    return cells


def _replaced(blocks: Sequence[Block], table: Block) -> list[Block]:
    return [table if block["id"] == table["id"] else block for block in blocks]
