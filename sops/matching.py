"""A text that comes anew under ids of its own: which passage became which, so that remarks stay at their passages."""

from collections import Counter
from collections.abc import Iterator

from sops.blocks import Block, labels, walk
from sops.compare import BlockDiff, RowDiff, compare
from sops.compare.model import joined
from sops.editing import free_id

Pair = tuple[Block, Block]  # what a block was, and what it became


def matched(old: list[Block], new: list[Block], taken: set[str]) -> tuple[list[Block], dict[str, str]]:
    """Return the new text under the ids of the old where a passage became it, and {id in the file: id now}."""
    apart = _renamed(new, {block["id"]: f"w-{block['id']}"[:40] for block in walk(new)})  # b7 here is not b7 there
    found = list(_pairs(compare(old, apart).blocks))
    used = taken | {block["id"] for block in walk(old)}
    names: dict[str, str] = {}
    given: set[str] = set()
    for was, now in found:
        if was["id"] not in given and now["id"] not in names:
            names[now["id"]] = was["id"]
            given.add(was["id"])
    for block in walk(apart):
        if block["id"] not in names:
            names[block["id"]] = free_id(used)
            used.add(names[block["id"]])
    text = _as_before(_lists_named(_renamed(apart, names), old, found), old)
    back = {one["id"]: names[two["id"]] for one, two in zip(walk(new), walk(apart), strict=True)}
    return text, back


def _renamed(blocks: list[Block], names: dict[str, str]) -> list[Block]:
    made = []
    for block in blocks:
        block = block | {"id": names[block["id"]]}
        if block["kind"] == "table":
            rows = [[cell | {"blocks": _renamed(cell["blocks"], names)} for cell in row] for row in block["rows"]]
            block["rows"] = rows
        made.append(block)
    return made


def _pairs(diffs: list[BlockDiff]) -> Iterator[Pair]:
    """Yield (block of the old text, what it became), those in cells too."""
    for diff in diffs:
        if diff.old is not None and diff.new is not None:
            yield diff.old, diff.new
            for row in diff.rows:
                yield from _in_row(row)
        elif diff.op == "insert" and diff.twin is not None and diff.twin.old is not None and diff.new is not None:
            yield from zip(walk([diff.twin.old]), walk([diff.new]), strict=False)


def _in_row(row: RowDiff) -> Iterator[Pair]:
    if row.op == "insert" and row.twin is not None:
        for was, now in zip(row.twin.cells, row.cells, strict=False):
            if was.old is not None and now.new is not None:
                yield from zip(walk(was.old["blocks"]), walk(now.new["blocks"]), strict=False)
        return
    for cell in row.cells:
        yield from _pairs(cell.blocks)


def _lists_named(text: list[Block], old: list[Block], found: list[Pair]) -> list[Block]:
    """Give lists their former names, by which steps count together; a list that is new gets a name of its own."""
    votes = Counter(
        (now["number"]["list"], was["number"]["list"]) for was, now in found if "number" in was and "number" in now
    )
    former: dict[str, str] = {}
    for (now_name, was_name), _count in votes.most_common():
        if now_name not in former and was_name not in former.values():
            former[now_name] = was_name
    known = {block["number"]["list"] for block in walk(old) if "number" in block}
    for block in walk(text):
        if "number" in block:
            name = block["number"]["list"]
            fresh = free_id(known) if name in known else name
            former.setdefault(name, fresh)
            block["number"] = block["number"] | {"list": former[name]}
    return text


def _as_before(text: list[Block], old: list[Block]) -> list[Block]:
    """Let passages be letter by letter what they were where they differ only by what a Word file cannot say."""
    was = {block["id"]: block for block in walk(old)}
    shown = labels(text)
    kept = {}
    for block in walk(text):
        former = was.get(block["id"])
        if former is None or former["kind"] != block["kind"] or "runs" not in block:
            continue
        if joined(block["runs"]) == in_word(former):
            block["runs"] = former["runs"]
        if "number" in block and _same_number(block, former):
            kept[block["id"]], block["number"] = block["number"], former["number"]
    if labels(text) != shown:  # the former numbers would count otherwise here
        for block in walk(text):
            block |= {"number": kept[block["id"]]} if block["id"] in kept else {}
    return text


def _same_number(block: Block, former: Block) -> bool:
    one, two = block["number"], former.get("number", {})
    return (one["style"], one["pattern"], block["level"]) == (two.get("style"), two.get("pattern"), former.get("level"))


def in_word(block: Block) -> list[dict[str, object]]:
    """Return the runs of a block as a Word file gives them back: a heading is bold, a link underlined, by itself."""
    out = []
    for run in block["runs"]:
        gone = {"bold"} if block["kind"] == "heading" else set()
        gone |= {"underline"} if run.get("link") else set()
        marks = [mark for mark in run.get("marks", []) if mark not in gone]
        rest = {key: value for key, value in run.items() if key != "marks"}
        out.append(rest | ({"marks": marks} if marks else {}))
    return joined(out)
