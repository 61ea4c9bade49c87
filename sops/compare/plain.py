"""A redline as plain data and as plain text: for programs, terminals and mails."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sops.compare.model import BlockDiff, CellDiff, Op, Redline, Segment

Flat = dict[str, Any]  # {"kind", "segments": [{"op", "text"}], and what applies of the facts in `as_data`}


def as_data(redline: Redline) -> dict[str, Any]:
    """Return {"blocks": [...], "changes": [...]} of plain JSON values.

    A block is {"kind", "op", "segments": [{"op": "equal" | "insert" | "delete", "text"}]} and, where it applies,
    "change": n and "moved": true. A table is one block of kind "cell" for each cell, with "table", "row" and "column"
    from 1 (columns and rows of both texts together). All "equal" and "insert" texts in order are the new text, all
    "equal" and "delete" texts the old one. A picture has no text, but "old" and "new": digest or null.
    """
    return {"blocks": flat_blocks(redline), "changes": [asdict(change) for change in redline.changes]}


def flat_blocks(redline: Redline) -> list[Flat]:
    """Return the blocks of `as_data`."""
    counter = iter(range(1, 1_000_000))
    return list(_flat(redline.blocks, counter))


def _flat(diffs: Iterable[BlockDiff], tables: Iterator[int]) -> Iterator[Flat]:
    for diff in diffs:
        if diff.block["kind"] == "table":
            yield from _table(diff, tables)
        else:
            yield _facts(diff) | {"segments": _segments(diff.segments)}


def _facts(diff: BlockDiff) -> Flat:
    facts: Flat = {"kind": diff.block["kind"], "op": diff.op}
    if diff.change is not None:
        facts["change"] = diff.change
    if diff.is_moved:
        facts["moved"] = True
    if diff.block["kind"] == "image":
        facts |= {"old": diff.old and diff.old["digest"], "new": diff.new and diff.new["digest"]}
    return facts


def _segments(segments: Iterable[Segment]) -> list[dict[str, str]]:
    """Return the segments without their looks, neighbours of one operation made one."""
    out: list[dict[str, str]] = []
    for segment in segments:
        if out and out[-1]["op"] == segment.op:
            out[-1]["text"] += segment.text
        else:
            out.append({"op": segment.op, "text": segment.text})
    return out


def _table(diff: BlockDiff, tables: Iterator[int]) -> Iterator[Flat]:
    number = next(tables)
    for r, row in enumerate(diff.rows, start=1):
        change = row.change or diff.change
        moved = {"moved": True} if diff.is_moved or row.is_moved else {}
        for cell in row.cells:
            place = {"kind": "cell", "op": cell.op, "table": number, "row": r, "column": cell.column + 1}
            facts = place | moved | ({"change": change} if change is not None and cell.op != "equal" else {})
            yield from _cell(cell, facts, tables)


def _cell(cell: CellDiff, facts: Flat, tables: Iterator[int]) -> Iterator[Flat]:
    """Yield a cell as one block; a table or picture in it stands between two pieces of the cell."""
    pending: list[Segment] = []
    written = False
    for diff in cell.blocks:
        if diff.block["kind"] in ("table", "image"):
            if pending:
                yield facts | {"segments": _segments(pending)}
            pending, written = [], True
            yield from _flat([diff], tables)
            continue
        pending += [*_line_end(pending, diff), *diff.segments]
    if pending or not written:
        yield facts | {"segments": _segments(pending)}


def _line_end(before: list[Segment], diff: BlockDiff) -> list[Segment]:
    """Return the end of the line before a further paragraph of a cell, on each side that has both."""
    old = diff.old is not None and any(segment.op != "insert" for segment in before)
    new = diff.new is not None and any(segment.op != "delete" for segment in before)
    if not (old or new):
        return []
    op: Op = "equal" if old and new else "delete" if old else "insert"
    return [Segment(op, "\n")]


def as_text(redline: Redline) -> str:
    """Return the changes for a terminal: a line each block or cell that changed, [-removed-] and {+added+}."""
    lines = [f"{len(redline.changes)} changes" if len(redline.changes) != 1 else "1 change"]
    under = ""
    for block in flat_blocks(redline):
        if block["kind"] == "heading":
            under = "".join(s["text"] for s in block["segments"] if s["op"] != "delete")
        if block["op"] == "equal" or "change" not in block:
            continue
        place = f"table {block['table']}, row {block['row']}, column {block['column']}" if "table" in block else under
        words = "".join(map(_marked, block["segments"])) or _picture(block)
        if not words:
            continue
        sort = "moved, " if block.get("moved") else "formatting, " if block["op"] == "format" else ""
        lines.append(f"{block['change']:>4}  ({sort}{place or 'at the start'}) {words}")
    return "\n".join(lines)


def _marked(segment: dict[str, str]) -> str:
    return {"insert": "{+%s+}", "delete": "[-%s-]"}.get(segment["op"], "%s") % segment["text"].replace("\n", " / ")


def _picture(block: Flat) -> str:
    old, new = block.get("old"), block.get("new")
    return " ".join(filter(None, [old and f"[-picture {old[:12]}-]", new and f"{{+picture {new[:12]}+}}"]))
