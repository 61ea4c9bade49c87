"""The headings of a text as a list of links."""

from collections import Counter
from dataclasses import dataclass

from sops.blocks import Block, labels, text_of
from sops.compare import Redline

DEEPEST = 2  # levels shown


@dataclass(frozen=True, slots=True)
class Entry:
    """One heading: where it stands, its number and words, and how many changes stand under it."""

    anchor: str
    level: int
    label: str
    text: str
    changes: int


def outline(blocks: list[Block], redline: Redline | None = None) -> list[Entry]:
    """Return the headings of the first two levels; changes under a deeper one count for the one above."""
    printed = labels(blocks)
    changed = _changes_by_heading(redline) if redline is not None else Counter()
    shown = [block for block in blocks if block["kind"] == "heading" and _is_shown(block)]
    return [
        Entry(
            f"block-{block['id']}", block["level"], printed.get(block["id"], ""), text_of(block), changed[block["id"]]
        )
        for block in shown
    ]


def _is_shown(block: Block) -> bool:
    return block["level"] <= DEEPEST and bool(text_of(block).strip())


def _changes_by_heading(redline: Redline) -> Counter[str]:
    seen: set[int] = set()
    changed: Counter[str] = Counter()
    at = ""
    for diff in redline.blocks:
        if diff.new is not None and diff.new["kind"] == "heading" and _is_shown(diff.new):
            at = diff.new["id"]
        numbers = {n for n in (diff.change, *(row.change for row in diff.rows)) if n is not None} - seen
        seen |= numbers
        changed[at] += len(numbers)
    return changed
