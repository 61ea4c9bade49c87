"""Columns of two tables: which became which, seen by what their cells say."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from sops.compare.align import Pair, best_pairs
from sops.compare.grid import Placed
from sops.compare.keys import cell_key
from sops.compare.model import Op, Side

MOST_LOOKS = 2_000_000  # column pairs times rows; past it the columns are taken one by one
LIKE_PLACE = 0.05  # two columns with nothing in common may still be one column, all rewritten
LIKE_HEAD = 0.5


@dataclass(slots=True)
class Columns:
    """The columns of both tables together, from left to right, and where each side's own columns went."""

    ops: list[Op]
    places: dict[Side, list[int]]

    @classmethod
    def of_pairs(cls, pairs: list[Pair]) -> "Columns":
        """Return the columns that these pairs make."""
        ops: list[Op] = ["insert" if i is None else "delete" if j is None else "equal" for i, j in pairs]
        old = [at for at, (i, _) in enumerate(pairs) if i is not None]
        return cls(ops, {"old": old, "new": [at for at, (_, j) in enumerate(pairs) if j is not None]})

    @classmethod
    def of_one(cls, op: Op, width: int) -> "Columns":
        """Return the columns of a table that stands alone; within it every column is shared."""
        return cls(["equal"] * width, {"old": list(range(width)), "new": list(range(width))})

    def reach(self, cell: Placed, side: Side) -> list[int]:
        """Return all common columns of a cell, by their place in both tables together."""
        return self.places[side][cell.start : cell.end]

    def covered(self, cell: Placed, side: Side) -> list[int]:
        """Return those of them that both tables have."""
        return [at for at in self.reach(cell, side) if self.ops[at] == "equal"]

    def shared(self, cell: Placed, side: Side) -> int | None:
        """Return the first column of a cell that both tables have: by it cells find one another."""
        return next(iter(self.covered(cell, side)), None)

    def anchor(self, cell: Placed, side: Side) -> int:
        """Return the column by which a cell has its place in its row."""
        at = self.shared(cell, side)
        return self.places[side][cell.start] if at is None else at


def align_columns(old: list[list[Placed]], new: list[list[Placed]]) -> Columns:
    """Return the columns of both tables together, those paired that have most cells in common."""
    a, b = _by_column(old), _by_column(new)
    if len(a) * len(b) * max(len(old), len(new)) > MOST_LOOKS:
        return Columns.of_pairs(_one_by_one(len(a), len(b)))
    counts = [Counter(column) for column in a], [Counter(column) for column in b]

    def likeness(i: int, j: int) -> float:
        common = (counts[0][i] & counts[1][j]).total() / max(len(a[i]), len(b[j]), 1)
        headed = bool(a[i] and b[j] and a[i][0] == b[j][0])
        return LIKE_PLACE + common + LIKE_HEAD * headed

    return Columns.of_pairs(best_pairs(range(len(a)), range(len(b)), likeness))


def _one_by_one(old: int, new: int) -> list[Pair]:
    shared = min(old, new)
    pairs: list[Pair] = [(i, i) for i in range(shared)]
    return pairs + [(i, None) for i in range(shared, old)] + [(None, j) for j in range(shared, new)]


def _by_column(rows: list[list[Placed]]) -> list[list[Hashable]]:
    columns: list[list[Hashable]] = [[] for _ in range(max((cell.end for row in rows for cell in row), default=0))]
    for row in rows:
        for cell in row:
            columns[cell.start].append(cell_key(cell.cell))
    return columns
