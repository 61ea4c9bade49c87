"""Small reading words for Office XML. Names are matched without namespace: strict files have other ones."""

from collections.abc import Iterator
from typing import Any

Element = Any  # lxml has no types

_OFF = ("0", "false", "off", "none", "False")
_NO_TEXT = ("del", "moveFrom", "Fallback", "rPrChange", "pPrChange", "instrText")


class _Names(dict[Any, str]):
    """Tag to name; every tag of a file is cut once."""

    def __missing__(self, tag: Any) -> str:
        name = self[tag] = tag.rpartition("}")[2] if isinstance(tag, str) else ""
        return name


_NAMES = _Names()


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return _NAMES[element.tag]


def attr(element: Element | None, name: str, default: str = "") -> str:
    """Return an attribute by its local name."""
    if element is None:
        return default
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


def relation(element: Element, *names: str) -> str:
    """Return the relationship id that an element names by one of the attributes `names`, or ""."""
    for key, value in element.attrib.items():
        space, _, name = key.rpartition("}")
        if name in names and "relationships" in space:
            return str(value)
    return ""


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along a path of local names."""
    for name in path:
        if element is None:
            return None
        element = _first(element, name)
    return element


def _first(element: Element, name: str) -> Element | None:
    for e in element:
        if _NAMES[e.tag] == name:
            return e
    return None


def children(element: Element | None, name: str) -> list[Element]:
    """Return the children with a local name."""
    return [] if element is None else [e for e in element if local(e) == name]


def find(element: Element, *names: str) -> Iterator[Element]:
    """Yield descendants with one of these local names in document order, nothing inside mc:Fallback."""
    for e in element:
        name = local(e)
        if name in names:
            yield e
        if name != "Fallback":
            yield from find(e, *names)


def val(element: Element | None, *path: str, default: str = "") -> str:
    """Return w:val of the descendant along a path, `default` where it is missing."""
    found = child(element, *path)
    return default if found is None else attr(found, "val", default)


def is_on(element: Element | None) -> bool:
    """Say whether a switch such as w:b is there and not switched off."""
    return element is not None and attr(element, "val", "1") not in _OFF


def number(text: str, default: int = 0) -> int:
    """Return a whole number written in an attribute, `default` where it is none."""
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return default


def words(element: Element, deleted: bool = False) -> str:
    """Return the plain words below an element, deleted ones only where asked for; for sentences, not for blocks."""
    out: list[str] = []
    _collect(element, out, deleted)
    return " ".join("".join(out).split())


def _collect(element: Element, out: list[str], deleted: bool) -> None:
    name = local(element)
    if name in ("t", "delText"):
        if name == "t" or deleted:
            out.append(element.text or "")
        return
    if name in ("tab", "br", "cr"):
        out.append(" ")
    for e in element:
        if deleted or local(e) not in _NO_TEXT:
            _collect(e, out, deleted)
    if name in ("p", "tc"):
        out.append(" ")
