"""Where each cell of a table stands, once cells that reach over columns and rows are counted."""

from dataclasses import dataclass
from typing import Any

from sops.blocks import Block

MOST_COLUMNS = 1000  # a cell that claims to reach further is cut: no page shows it


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell with its columns, `start` up to before `end`, and the number of rows that it reaches over."""

    cell: dict[str, Any]
    start: int
    end: int
    height: int


def place(table: Block) -> list[list[Placed]]:
    """Return the rows of a table, each cell with its place."""
    taken_until: dict[int, int] = {}  # column: first row in which it is free again
    rows: list[list[Placed]] = []
    for r, row in enumerate(table["rows"]):
        placed: list[Placed] = []
        column = 0
        for cell in row:
            while taken_until.get(column, 0) > r:
                column += 1
            end = max(column + 1, min(column + cell.get("colspan", 1), MOST_COLUMNS))
            height = min(cell.get("rowspan", 1), len(table["rows"]) - r)
            if height > 1:
                taken_until |= dict.fromkeys(range(column, end), r + height)
            placed.append(Placed(cell, column, end, height))
            column = end
        rows.append(placed)
    return rows
