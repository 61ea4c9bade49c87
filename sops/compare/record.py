"""A redline as plain data: what was shown, for canonical JSON. Its form is signed, so it changes only with a number."""

from dataclasses import asdict
from typing import Any

from sops.compare.model import BlockDiff, Redline, RowDiff, Segment, look_fields


def as_data(redline: Redline) -> dict[str, Any]:
    """Return {"changes": …, "blocks": …}: every word with what became of it, every change with its number."""
    return {"changes": [asdict(change) for change in redline.changes], "blocks": [_block(d) for d in redline.blocks]}


def _block(diff: BlockDiff) -> dict[str, Any]:
    block = diff.block
    found: dict[str, Any] = {
        "op": diff.op, "kind": block["kind"], "old": _id(diff.old), "new": _id(diff.new), "change": diff.change,
        "moved": diff.is_moved,
    }  # fmt: skip
    if diff.inner:
        found["inner"] = [_segment(segment) for segment in diff.inner]
    if diff.segments:
        found["words"] = [_segment(segment) for segment in diff.segments]
    if diff.rows:
        found |= {"columns": diff.columns, "rows": [_row(row) for row in diff.rows]}
    if block["kind"] == "image":
        found["picture"] = {"old": _image(diff.old), "new": _image(diff.new)}
    return found


def _id(block: dict[str, Any] | None) -> str:
    return block["id"] if block is not None else ""


def _image(block: dict[str, Any] | None) -> str:
    return str(block.get("digest", "")) if block is not None else ""


def _segment(segment: Segment) -> dict[str, Any]:
    found = {"op": segment.op, "text": segment.text} | look_fields(segment.look)
    return found if segment.was is None else found | {"was": look_fields(segment.was)}


def _row(row: RowDiff) -> dict[str, Any]:
    cells = [{"op": cell.op, "column": cell.anchor, "blocks": [_block(d) for d in cell.blocks]} for cell in row.cells]
    found = {"op": row.op, "change": row.change, "cells": cells}
    return found | {"moved": True} if row.is_moved else found
