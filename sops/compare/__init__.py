"""The redline: what differs between two canonical texts, block by block and word by word. Pure."""

from sops.blocks import Block
from sops.compare.changes import number_changes
from sops.compare.lists import diff_lists
from sops.compare.model import BlockDiff, CellDiff, Change, Redline, RowDiff, Segment, side
from sops.compare.moves import mark_moves

__all__ = ["BlockDiff", "CellDiff", "Change", "Redline", "RowDiff", "Segment", "compare", "side"]


def compare(old: list[Block], new: list[Block]) -> Redline:
    """Return the redline from `old` to `new`; `side(redline, "old" | "new")` gives each of them back.

    Words, pictures and cells decide; ids and numbers do not, so that a renumbered step is no change. What differs
    in emphasis, level or kind only is a change of its own sort ("format").
    """
    diffs = diff_lists(old, new)
    mark_moves(diffs)
    return Redline(blocks=diffs, changes=number_changes(diffs))
