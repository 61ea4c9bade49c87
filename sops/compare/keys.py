"""What makes two blocks the same: their words, pictures and cells; never ids or numbers."""

from collections.abc import Hashable
from typing import Any

from sops.blocks import Block, text_of


def key(block: Block) -> Hashable:
    """Return what is equal for two blocks that say the same, whatever they look like."""
    if block["kind"] == "table":
        return ("table", tuple(tuple(cell_key(cell) for cell in row) for row in block["rows"]))
    if block["kind"] == "image":
        return ("image", block["digest"])
    return ("footnote" if block["kind"] == "footnote" else "text", text_of(block))


def cell_key(cell: dict[str, Any]) -> Hashable:
    """Return what is equal for two cells that say the same; how far a cell reaches does not count."""
    return tuple(map(key, cell["blocks"]))


def family(block: Block) -> str:
    """Return the family within which a block can become another: a table never becomes a paragraph."""
    return block["kind"] if block["kind"] in ("table", "image", "footnote") else "text"


def form(block: Block) -> Hashable:
    """Return what a block looks like beside its words; a step's own number and its list do not count."""
    number = block.get("number") or {}
    shape = (block["kind"], block.get("level"), block.get("role"), number.get("style"), number.get("pattern"))
    return (*shape, block.get("alt"), block.get("width"), block.get("height"), block.get("header_rows"))


def is_bare(block: Block) -> bool:
    """Return whether a block shows nothing: an empty paragraph that came or went is not worth a number."""
    return family(block) in ("text", "footnote") and not text_of(block).strip()
