"""How far each cell reaches in the table that shows both texts at once, so that no two lie on one another."""

from itertools import zip_longest

from sops.compare.model import CellDiff, RowDiff

Square = tuple[int, int]  # row, column


def lay_out(rows: list[RowDiff]) -> None:
    """Set `column`, `width` and `height` of every cell: as far as it reached or reaches, but not over another."""
    anchors = {(r, cell.anchor) for r, row in enumerate(rows) for cell in row.cells}
    bottoms = _bottoms(rows)
    taken: set[Square] = set()
    for r, row in enumerate(rows):
        free_from = 0
        for cell, following in zip_longest(row.cells, row.cells[1:]):
            limit = cell.reach.stop if following is None else min(cell.reach.stop, following.anchor)
            cell.column = _leftmost(cell, max(cell.reach.start, free_from), r, taken)
            cell.width = _width(cell, limit, r, taken)
            free_from = cell.column + cell.width
            cell.height = _height(cell, r, bottoms[id(cell)], anchors)
            if cell.height > 1:
                columns = range(cell.column, free_from)
                taken |= {(below, column) for below in range(r + 1, r + cell.height) for column in columns}


def _leftmost(cell: CellDiff, limit: int, r: int, taken: set[Square]) -> int:
    column = cell.anchor
    while column > limit and (r, column - 1) not in taken:
        column -= 1
    return column


def _width(cell: CellDiff, limit: int, r: int, taken: set[Square]) -> int:
    end = cell.anchor + 1
    while end < limit and (r, end) not in taken:
        end += 1
    return end - cell.column


def _height(cell: CellDiff, r: int, bottom: int, anchors: set[Square]) -> int:
    columns = range(cell.column, cell.column + cell.width)
    below = r + 1
    while below < bottom and not any((below, column) in anchors for column in columns):
        below += 1
    return below - r


def _bottoms(rows: list[RowDiff]) -> dict[int, int]:
    """Return, by identity of each cell, the row before which it ends in either text."""
    old = [r for r, row in enumerate(rows) if row.in_old]
    new = [r for r, row in enumerate(rows) if row.in_new]
    bottoms: dict[int, int] = {}
    i = j = 0
    for r, row in enumerate(rows):
        for cell in row.cells:
            last = r
            if cell.old is not None:
                last = max(last, old[min(i + cell.old.get("rowspan", 1), len(old)) - 1])
            if cell.new is not None:
                last = max(last, new[min(j + cell.new.get("rowspan", 1), len(new)) - 1])
            bottoms[id(cell)] = last + 1
        i, j = i + row.in_old, j + row.in_new
    return bottoms
