"""Counts words on both sides of an import: those that the Word file shows, and those of the text made of it."""

from collections.abc import Iterable

from sops.blocks import Block, text_of, walk
from sops.word.alternative import chosen
from sops.word.xml import Element, local

_SPACES = frozenset(("tab", "ptab", "br", "cr"))
_SIGNS = frozenset(("sym", "noBreakHyphen", "softHyphen"))
_HIDDEN = frozenset(("instrText", "delText", "delInstrText", "del", "moveFrom", "rPrChange", "pPrChange"))


def words_shown(root: Element | None) -> int:
    """Return how many words Word shows below an element whose tracked changes were decided."""
    if root is None:
        return 0
    out: list[str] = []
    _collect(root, out)
    return words_of("".join(out))


def words_of(text: str) -> int:
    """Return how many words a text has: what white space parts."""
    return len(text.split())


def words_in_blocks(blocks: Iterable[Block], *, own: bool = False) -> int:
    """Return how many words the text has, without the notes that stand for what could not be shown.

    In a file of our `own` those notes are words of the file like any others.
    """
    shown = (block for block in walk(list(blocks)) if "runs" in block and (own or not stands_in(block)))
    return sum(words_of(text_of(block)) for block in shown)


def stands_in(block: Block) -> bool:
    """Say whether a block is a note in the place of something that could not be shown."""
    text = text_of(block)
    return block.get("role") == "note" and text.startswith("[") and text.endswith("]")


def _collect(element: Element, out: list[str]) -> None:
    name = local(element)
    if name in _HIDDEN:
        return
    if name == "t":
        out.append(element.text or "")
        return
    if name in _SIGNS:
        out.append("-")
    if name in _SPACES or name in ("p", "tc"):
        out.append(" ")
    for inner in chosen(element) if name == "AlternateContent" else element:
        _collect(inner, out)
    if name in ("p", "tc"):
        out.append(" ")
