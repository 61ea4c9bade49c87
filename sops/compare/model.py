"""What a redline is made of, and the way back from it to either text."""

from dataclasses import dataclass, field
from typing import Any, Literal

from sops.blocks import Block

Op = Literal["equal", "insert", "delete"]
BlockOp = Literal["equal", "insert", "delete", "change", "format"]
ChangeOp = Literal["insert", "delete", "change", "format", "move"]
Side = Literal["old", "new"]
Look = tuple[tuple[str, ...], str]  # (marks, link or "")
Run = dict[str, Any]


@dataclass(slots=True)
class Segment:
    """A stretch of words with one look; `was` is its former look where an equal stretch looks different now."""

    op: Op
    text: str
    look: Look = ((), "")
    was: Look | None = None


@dataclass(slots=True)
class CellDiff:
    """One cell of one or both tables; columns count over the columns of both together, from 0."""

    op: BlockOp
    anchor: int  # the column by which it was found
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    blocks: list["BlockDiff"]
    reach: range = range(0)  # all columns that it covered or covers
    column: int = 0  # where it stands in the table that shows both texts, set by lay_out
    width: int = 1
    height: int = 1


@dataclass(slots=True)
class RowDiff:
    """One row of one or both tables; its cells stand in the order of their columns."""

    op: BlockOp
    cells: list[CellDiff]
    in_old: bool
    in_new: bool
    change: int | None = None
    twin: "RowDiff | None" = field(default=None, repr=False)  # where a moved row came from or went to

    @property
    def is_moved(self) -> bool:
        return self.twin is not None


@dataclass(slots=True)
class BlockDiff:
    """One block of one or both texts. Text has `segments`, a table `rows`; a picture neither.

    A text that was moved and reworded has, where it stands now, the words of both places in `inner`.
    """

    op: BlockOp
    old: Block | None
    new: Block | None
    segments: list[Segment] = field(default_factory=list)
    rows: list[RowDiff] = field(default_factory=list)
    columns: list[Op] = field(default_factory=list)
    change: int | None = None
    twin: "BlockDiff | None" = field(default=None, repr=False)  # where a moved block came from or went to
    inner: list[Segment] = field(default_factory=list)

    @property
    def block(self) -> Block:
        """Return the block as it is now, or as it last was."""
        block = self.new if self.new is not None else self.old
        if block is None:
            raise ValueError("A diff stands for at least one block.")
        return block

    @property
    def is_moved(self) -> bool:
        return self.twin is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered change: what happened, to what kind of block, under which heading, and its first words."""

    number: int
    op: ChangeOp
    kind: str
    under: str
    text: str


@dataclass(slots=True)
class Redline:
    """All blocks of both texts in reading order, and the changes with numbers 1 to n."""

    blocks: list[BlockDiff]
    changes: list[Change]

    def count(self, op: ChangeOp) -> int:
        """Return how many changes are of this sort."""
        return sum(change.op == op for change in self.changes)


def is_marked(diff: BlockDiff) -> bool:
    """Return whether the block or one of its rows carries the number of a change."""
    return diff.change is not None or any(row.change is not None for row in diff.rows)


def side(redline: Redline, which: Side) -> list[Block]:
    """Return the old or the new text out of the redline: the proof that nothing was lost on the way.

    Equal to the text that went in, but for neighbouring runs of one look, which come back as one run.
    """
    return _side(redline.blocks, which)


def _side(diffs: list[BlockDiff], which: Side) -> list[Block]:
    return [_block(diff, block, which) for diff in diffs if (block := getattr(diff, which)) is not None]


def _block(diff: BlockDiff, block: Block, which: Side) -> Block:
    if block["kind"] == "table":
        return block | {"rows": [_row(row, which) for row in diff.rows if (row.in_old, row.in_new)[which == "new"]]}
    return block | {"runs": _runs(diff.segments, which)} if "runs" in block else block


def _row(row: RowDiff, which: Side) -> list[dict[str, Any]]:
    cells = ((getattr(cell, which), cell) for cell in row.cells)
    return [own | {"blocks": _side(cell.blocks, which)} for own, cell in cells if own is not None]


def _runs(segments: list[Segment], which: Side) -> list[Run]:
    foreign = "insert" if which == "old" else "delete"
    runs: list[Run] = []
    for segment in segments:
        if segment.op == foreign:
            continue
        look = segment.was if which == "old" and segment.was is not None else segment.look
        runs.append({"text": segment.text} | look_fields(look))
    return joined(runs)


def look_of(run: Run) -> Look:
    """Return the look of a run."""
    return tuple(run.get("marks", ())), run.get("link", "")


def look_fields(look: Look) -> dict[str, Any]:
    """Return the fields of a run that has this look."""
    marks, link = look
    return ({"marks": list(marks)} if marks else {}) | ({"link": link} if link else {})


def joined(runs: list[Run]) -> list[Run]:
    """Return the runs without empty ones, neighbours of one look made one."""
    out: list[Run] = []
    for run in runs:
        if not run["text"]:
            continue
        if out and look_of(out[-1]) == look_of(run):
            out[-1] = out[-1] | {"text": out[-1]["text"] + run["text"]}
        else:
            out.append({"text": run["text"]} | look_fields(look_of(run)))
    return out
