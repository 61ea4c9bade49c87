"""Tables: columns are aligned first, then rows, then the cells of each pair of rows."""

from collections.abc import Callable, Hashable

from sops.blocks import Block, text_of
from sops.compare.align import Texts, align
from sops.compare.columns import Columns, align_columns
from sops.compare.grid import Placed, place
from sops.compare.keys import cell_key, is_bare
from sops.compare.layout import lay_out
from sops.compare.model import BlockDiff, BlockOp, CellDiff, Op, RowDiff, Side

DiffLists = Callable[[list[Block], list[Block]], list[BlockDiff]]
WholeBlocks = Callable[[Op, list[Block]], list[BlockDiff]]
LIKE_HEADED = 0.6  # two rows that begin with the same words are one row


def diff_rows(
    old: Block, new: Block, diff_lists: DiffLists, whole_blocks: WholeBlocks
) -> tuple[list[Op], list[RowDiff]]:
    """Return the operation of each column of both tables together, and the diffs of all rows."""
    old_rows, new_rows = place(old), place(new)
    columns = align_columns(old_rows, new_rows)
    keys = _row_keys(old_rows, "old", columns), _row_keys(new_rows, "new", columns)
    pairs = align(*keys, _row_likeness(old_rows, new_rows))
    rows: list[RowDiff] = []
    for i, j in pairs:
        gone, come = ([] if i is None else old_rows[i]), ([] if j is None else new_rows[j])
        cells = _cells(gone, come, columns, diff_lists, whole_blocks)
        rows.append(RowDiff(_of_row(i, j, cells, columns), cells, in_old=i is not None, in_new=j is not None))
    lay_out(rows)
    return columns.ops, rows


def whole_rows(op: Op, table: Block, whole_blocks: WholeBlocks) -> tuple[list[Op], list[RowDiff]]:
    """Return the same for a table that stands in one text only, or unchanged in both."""
    rows = place(table)
    columns = Columns.of_one(op, max((cell.end for row in rows for cell in row), default=0))
    diffs = [
        RowDiff(op, [_alone(op, cell, columns, whole_blocks) for cell in row], op != "insert", op != "delete")
        for row in rows
    ]
    lay_out(diffs)
    return columns.ops, diffs


def _row_keys(rows: list[list[Placed]], side: Side, columns: Columns) -> list[Hashable]:
    """Return the keys of rows by the columns that both tables have: a new column leaves every row what it was."""
    return [
        tuple((at, cell_key(cell.cell)) for cell in row if (at := columns.shared(cell, side)) is not None)
        for row in rows
    ]


def _row_likeness(old: list[list[Placed]], new: list[list[Placed]]) -> Callable[[int, int], float]:
    texts = Texts(list(map(_row_text, old)), list(map(_row_text, new)))
    heads = [_head(row) for row in old], [_head(row) for row in new]

    def likeness(i: int, j: int) -> float:
        headed = heads[0][i] and heads[0][i] == heads[1][j]
        return max(texts.likeness(i, j), LIKE_HEADED if headed else 0.0)

    return likeness


def _row_text(row: list[Placed]) -> str:
    return "\t".join(_cell_text(cell) for cell in row)


def _cell_text(cell: Placed) -> str:
    return " ".join(map(text_of, cell.cell["blocks"]))


def _head(row: list[Placed]) -> str:
    return _cell_text(row[0]).strip() if row and row[0].start == 0 else ""


def _cells(
    old: list[Placed], new: list[Placed], columns: Columns, diff_lists: DiffLists, whole_blocks: WholeBlocks
) -> list[CellDiff]:
    twins = {at: cell for cell in new if (at := columns.shared(cell, "new")) is not None}
    cells: list[CellDiff] = []
    for cell in old:
        at = columns.shared(cell, "old")
        if at is None or at not in twins:
            cells.append(_alone("delete", cell, columns, whole_blocks))
            continue
        twin = twins.pop(at)
        blocks = diff_lists(cell.cell["blocks"], twin.cell["blocks"])
        op, reach = _of_cell(blocks, cell, twin, columns), _hull(columns.reach(cell, "old"), columns.reach(twin, "new"))
        cells.append(CellDiff(op, at, cell.cell, twin.cell, blocks, reach))
    come = [cell for cell in new if (at := columns.shared(cell, "new")) is None or at in twins]
    cells += [_alone("insert", cell, columns, whole_blocks) for cell in come]
    return sorted(cells, key=lambda cell: cell.anchor)


def _alone(op: Op, cell: Placed, columns: Columns, whole_blocks: WholeBlocks) -> CellDiff:
    old, new = (None if op == "insert" else cell.cell), (None if op == "delete" else cell.cell)
    side: Side = "new" if op == "insert" else "old"
    reach = _hull(columns.reach(cell, side))
    return CellDiff(op, columns.anchor(cell, side), old, new, whole_blocks(op, cell.cell["blocks"]), reach)


def _hull(*columns: list[int]) -> range:
    own = [at for one in columns for at in one]
    return range(min(own), max(own) + 1)


def _of_cell(blocks: list[BlockDiff], old: Placed, new: Placed, columns: Columns) -> BlockOp:
    ops = [diff.op for diff in blocks if not (diff.op in ("insert", "delete") and is_bare(diff.block))]
    if any(op not in ("equal", "format") for op in ops):
        return "change"
    reaches = columns.covered(old, "old") != columns.covered(new, "new")
    return "format" if reaches or "format" in ops else "equal"


def _of_row(i: int | None, j: int | None, cells: list[CellDiff], columns: Columns) -> BlockOp:
    """Return what happened to a row; cells of a new or removed column are that column's change, not the row's."""
    if i is None or j is None:
        return "delete" if j is None else "insert"
    ops = [_weight(cell) for cell in cells if columns.ops[cell.anchor] == "equal"]
    return "change" if "change" in ops else "format" if "format" in ops else "equal"


def _weight(cell: CellDiff) -> BlockOp:
    if cell.op not in ("insert", "delete"):
        return cell.op
    return "format" if all(is_bare(diff.block) for diff in cell.blocks) else "change"
