"""What was only moved: blocks and rows that went from one place and came in another."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator

from sops.blocks import Block, text_of
from sops.compare.align import Texts
from sops.compare.keys import cell_key, key
from sops.compare.model import BlockDiff, RowDiff
from sops.compare.words import diff_runs

LEAST_MOVED = 12  # characters: shorter blocks ("Yes", "N/A") come and go without having moved
LIKE_MOVED = 0.5  # of a block that kept its id: less in common, and it is another text


def mark_moves(diffs: list[BlockDiff]) -> None:
    """Make twins of what went and what came with the same words, in order; then of blocks that kept their id."""
    gone: dict[Hashable, deque[BlockDiff]] = defaultdict(deque)
    for diff in diffs:
        if diff.op == "delete" and _can_move(diff.block):
            gone[key(diff.block)].append(diff)
    for diff in diffs:
        if diff.op == "insert" and (waiting := gone.get(key(diff.block))):
            _pair(waiting.popleft(), diff)
    _mark_reworded(diffs)
    for table in _tables(diffs):
        _mark_rows(table.rows)


def _pair(old: BlockDiff, new: BlockDiff) -> None:
    old.twin, new.twin = new, old


def _can_move(block: Block) -> bool:
    return block["kind"] == "image" or len(text_of(block).strip()) >= LEAST_MOVED


def _mark_reworded(diffs: list[BlockDiff]) -> None:
    """Find blocks that were moved and reworded: the same id, and half of the words in common."""
    gone = {d.block["id"]: d for d in diffs if d.op == "delete" and not d.is_moved and "runs" in d.block}
    for diff in diffs:
        old = gone.get(diff.block["id"]) if diff.op == "insert" and not diff.is_moved else None
        if old is None or "runs" not in diff.block or not _can_move(diff.block):
            continue
        if Texts([text_of(old.block)], [text_of(diff.block)]).likeness(0, 0) >= LIKE_MOVED:
            _pair(old, diff)
            diff.inner = diff_runs(old.block["runs"], diff.block["runs"])


def _tables(diffs: list[BlockDiff]) -> Iterator[BlockDiff]:
    """Yield every table of which rows came or went, those in cells too."""
    for diff in diffs:
        if diff.rows and diff.op == "change":
            yield diff
            for row in diff.rows:
                for cell in row.cells:
                    yield from _tables(cell.blocks)


def _mark_rows(rows: list[RowDiff]) -> None:
    gone: dict[Hashable, deque[RowDiff]] = defaultdict(deque)
    for row in rows:
        if row.op == "delete" and _row_can_move(row):
            gone[_row_key(row)].append(row)
    for row in rows:
        if row.op == "insert" and (waiting := gone.get(_row_key(row))):
            row.twin = waiting.popleft()
            row.twin.twin = row


def _row_key(row: RowDiff) -> Hashable:
    """Return what is equal for two rows whose cells say the same and reach as far."""
    cells = (cell.new if cell.old is None else cell.old for cell in row.cells)
    return tuple((cell_key(cell), cell.get("colspan", 1), cell.get("rowspan", 1)) for cell in cells if cell is not None)


def _row_can_move(row: RowDiff) -> bool:
    blocks = [diff.block for cell in row.cells for diff in cell.blocks]
    return sum(len(text_of(block).strip()) for block in blocks) >= LEAST_MOVED
