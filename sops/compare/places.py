"""Where the changes of a redline stand: the blocks that each is made of, on which reasons hang. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from sops.blocks import walk
from sops.compare.model import BlockDiff, Redline, RowDiff


class WhyWords(NamedTuple):
    """Why a change was made: the words, and the number of the record that it came of, with its page if there is one.

    `version` is that of the text where it was said, 0 where that is clear.
    """

    text: str
    origin: str = ""
    label: str = ""
    url: str = ""
    version: int = 0


def blocks_of_changes(redline: Redline) -> dict[int, list[str]]:
    """Return the ids of the blocks of each change by its number; the first is the one that a new reason hangs on."""
    found: dict[int, list[str]] = {change.number: [] for change in redline.changes}
    for number, name in _all(redline.blocks):
        if name not in found[number]:
            found[number].append(name)
    return found


def _all(diffs: list[BlockDiff]) -> Iterator[tuple[int, str]]:
    for diff in diffs:
        if diff.change is not None:
            yield diff.change, diff.block["id"]
        for row in diff.rows:
            if row.change is not None:
                for name in _of_row(row, diff):
                    yield row.change, name


def _of_row(row: RowDiff, table: BlockDiff) -> list[str]:
    """Return the ids of the blocks in a row, as it is now; a row of empty cells hangs on its table."""
    cells = (cell.old if cell.new is None else cell.new for cell in row.cells)
    return [block["id"] for cell in cells if cell is not None for block in walk(cell["blocks"])] or [table.block["id"]]


def ends_of_changes(redline: Redline) -> dict[int, list[int]]:
    """Return, by identity of a block, the numbers of the changes that end with it, in their order."""
    last: dict[int, int] = {}
    for diff in redline.blocks:
        numbers = [diff.change, *(row.change for row in diff.rows)]
        left = diff.is_moved and diff.op == "delete"  # what was moved is spoken of where it stands now
        last |= {number: id(diff) for number in numbers if number is not None and not (left and number in last)}
    ends: dict[int, list[int]] = {}
    for number, block in sorted(last.items()):
        ends.setdefault(block, []).append(number)
    return ends
