"""Two people wrote in one text: what only one of them touched is taken from that one, and where both did, both stand.

Passages are known by their ids, rows of a table by the id of their first passage. Nothing is lost: a passage that one
changed and the other removed stays.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sops.blocks import Block, walk
from sops.editing import free_id

Keyed = dict[str, Any]
Row = list[dict[str, Any]]


@dataclass
class Merged:
    """The text of both, and the ids of passages that stand twice (mine beside theirs) or were kept from removal."""

    blocks: list[Block] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class _Apart(Exception):
    """The two tables cannot be made one: both stand."""


def merge(base: Sequence[Block], theirs: Sequence[Block], mine: Sequence[Block]) -> Merged:
    """Return the text of both, given the one that both began with."""
    done = Merged()
    taken = {block["id"] for side in (base, theirs, mine) for block in walk(list(side))}
    done.blocks = _unique(_blocks(base, theirs, mine, done, taken), taken)
    return done


def merged_words(base: str, theirs: str, mine: str) -> str:
    """Return a field of words of both; where both wrote, the one under the other."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else f"{theirs}\n\n{mine}".strip()


def _blocks(
    base: Iterable[Block], theirs: Iterable[Block], mine: Iterable[Block], done: Merged, taken: set[str]
) -> list[Block]:
    def both(was: Block | None, their: Block | None, own: Block | None) -> list[Block]:
        if their is None or own is None:
            left = their or own
            if left is None:
                return []
            done.kept.append(left["id"])
            return [left]
        if was is not None and {was["kind"], their["kind"], own["kind"]} == {"table"}:
            try:
                return [_table(was, their, own, done, taken)]
            except _Apart:
                pass
        twin = _renamed(own, taken)
        done.twice.append(twin["id"])
        return [their, twin]

    was, their, own = ({block["id"]: block for block in side} for side in (base, theirs, mine))
    return _three(was, their, own, both)


def _three(base: Keyed, theirs: Keyed, mine: Keyed, both: Callable[[Any, Any, Any], list[Any]]) -> list[Any]:
    """Return the things of both in an order of both; `both` decides on what each side changed in its own way."""
    out: list[Any] = []
    for name in _order(list(base), list(theirs), list(mine)):
        was, their, own = base.get(name), theirs.get(name), mine.get(name)
        if their == own or own == was:
            chosen = [their]
        elif their == was:
            chosen = [own]
        else:
            chosen = both(was, their, own)
        out += [one for one in chosen if one is not None]
    return out


def _order(base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """Return all names: in my order, or in theirs where they moved something, with the other's own among them."""
    common = set(base) & set(theirs) & set(mine)
    they_moved = [name for name in theirs if name in common] != [name for name in base if name in common]
    first, second = (theirs, mine) if they_moved else (mine, theirs)
    here, after, at = set(first), dict[str, list[str]](), ""
    for name in second:
        if name in here:
            at = name
        else:
            after.setdefault(at, []).append(name)
    return [*after.get("", ()), *(one for name in first for one in (name, *after.get(name, ())))]


def _table(was: Block, their: Block, own: Block, done: Merged, taken: set[str]) -> Block:
    def rest(table: Block) -> dict[str, Any]:
        return {key: value for key, value in table.items() if key != "rows"}

    frame = {key: value for side in (rest(was), rest(their), rest(own)) for key, value in side.items()}
    if rest(their) != rest(was):
        if rest(own) not in (rest(was), rest(their)):
            raise _Apart
        frame = rest(their)

    def both(was_row: Row | None, their_row: Row | None, own_row: Row | None) -> list[Row]:
        if was_row is None or their_row is None or own_row is None:
            raise _Apart
        return [_row(was_row, their_row, own_row, done, taken)]

    base, theirs, mine = _rows_of(was, their, own)
    return frame | {"rows": _three(base, theirs, mine, both)}


def _rows_of(*tables: Block) -> list[dict[str, Row]]:
    """Return the rows of each table under keys that name the same row in all of them."""
    alike = len({len(table["rows"]) for table in tables}) == 1
    if not alike and any(cell.get("rowspan", 1) > 1 for table in tables for row in table["rows"] for cell in row):
        raise _Apart
    keyed = []
    for table in tables:
        keys = [_key(row) for row in table["rows"]]
        if not all(keys) or len(set(keys)) != len(keys):
            if not alike:
                raise _Apart
            return [{str(n): row for n, row in enumerate(one["rows"])} for one in tables]
        keyed.append(dict(zip(keys, table["rows"], strict=True)))
    return keyed


def _key(row: Row) -> str:
    return next((str(block["id"]) for cell in row for block in cell["blocks"]), "")


def _row(was: Row, their: Row, own: Row, done: Merged, taken: set[str]) -> Row:
    if not len(was) == len(their) == len(own):
        raise _Apart
    return [_cell(*cells, done, taken) for cells in zip(was, their, own, strict=True)]


def _cell(
    was: dict[str, Any], their: dict[str, Any], own: dict[str, Any], done: Merged, taken: set[str]
) -> dict[str, Any]:
    if their == own or own == was:
        return their
    if their == was:
        return own
    if (their.get("colspan"), their.get("rowspan")) != (own.get("colspan"), own.get("rowspan")):
        raise _Apart
    return their | {"blocks": _blocks(was["blocks"], their["blocks"], own["blocks"], done, taken)}


def _renamed(block: Block, taken: set[str]) -> Block:
    """Return a block with new ids, inside as well, that begins no numbers: it stands beside another that may."""
    fresh = block | {"id": free_id(taken)}
    taken.add(fresh["id"])
    if "number" in fresh:
        fresh["number"] = {key: value for key, value in fresh["number"].items() if key != "start"}
    if fresh["kind"] == "table":
        fresh["rows"] = [
            [cell | {"blocks": [_renamed(one, taken) for one in cell["blocks"]]} for cell in row]
            for row in fresh["rows"]
        ]
    return fresh


def _unique(blocks: list[Block], taken: set[str]) -> list[Block]:
    """Give an id that stands twice (moved into a table by one, kept outside by the other) to its first place alone."""
    seen: set[str] = set()

    def one(block: Block) -> Block:
        if any(inner["id"] in seen for inner in walk([block])):
            block = _renamed(block, taken)
        seen.update(inner["id"] for inner in walk([block]))
        return block

    return [one(block) for block in blocks]
