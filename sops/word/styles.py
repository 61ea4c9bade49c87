"""Styles with their inheritance: what is a heading, a caption, a list, bold or hidden, whatever the style is called."""

import re
from typing import NamedTuple

from sops.word.xml import Element, attr, child, children, is_on, local, number, val

_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift)\s*([1-9])\Z", re.IGNORECASE)
_ROLES = (
    ("caption", re.compile(r"caption|beschriftung|légende|leyenda|epígrafe", re.IGNORECASE)),
    ("quote", re.compile(r"\b(quote|zitat|citation|block text)\b", re.IGNORECASE)),
    (
        "warning",
        re.compile(r"warning|caution|danger|warnung|vorsicht|achtung|avertissement|advertencia", re.IGNORECASE),
    ),
    ("note", re.compile(r"\A(note|notes?\s?box|hinweis|remarque|nota)\Z", re.IGNORECASE)),
)
_CODE = re.compile(r"\b(code|verbatim|html (code|keyboard|sample|typewriter)|source ?code)\b", re.IGNORECASE)


class ListPlace(NamedTuple):
    """Where a paragraph stands in Word's lists; `level` is None where the definition of the list has to say it."""

    num_id: str
    level: int | None


class Styles:
    """The styles part; every question follows `basedOn` and survives loops."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {attr(e, "styleId"): e for e in children(root, "style")}
        self.default = next(
            (
                k
                for k, e in self._styles.items()
                if attr(e, "type") == "paragraph" and attr(e, "default") in ("1", "true")
            ),
            "",
        )
        self._chains: dict[str, list[Element]] = {}
        self._switches: dict[tuple[str, str], bool] = {}
        self.language = attr(child(root, "docDefaults", "rPrDefault", "rPr", "lang"), "val")

    def chain(self, style: str) -> list[Element]:
        """Return a style and those it is based on, nearest first."""
        if style not in self._chains:
            chain, seen, name = [], set(), style
            while name in self._styles and name not in seen:
                seen.add(name)
                chain.append(self._styles[name])
                name = val(self._styles[name], "basedOn")
            self._chains[style] = chain
        return self._chains[style]

    def names(self, style: str) -> list[str]:
        """Return the names of a style and those it is based on; the id where the style is not defined."""
        return [val(e, "name") for e in self.chain(style)] or [style]

    def outline(self, style: str) -> int | None:
        """Return the outline level 0 to 8 of a paragraph style, None for text."""
        for e in self.chain(style):
            level = child(e, "pPr", "outlineLvl")
            if level is not None:
                found = number(attr(level, "val"), 9)
                return found if found < 9 else None
            named = _HEADING.match(val(e, "name"))
            if named:
                return int(named[1]) - 1
        named = _HEADING.match(style) if not self.chain(style) else None
        return int(named[1]) - 1 if named else None

    def is_title(self, style: str) -> bool:
        """Say whether this is the style of the document's title."""
        return self.names(style)[0].lower() in ("title", "titel", "titre", "título")

    def role(self, style: str) -> str | None:
        """Return the role of a paragraph by the name of its style."""
        return next((role for role, sign in _ROLES for name in self.names(style)[:2] if sign.search(name)), None)

    def is_code(self, style: str) -> bool:
        """Say whether a character style is meant for code."""
        return any(_CODE.search(name) for name in self.names(style))

    def list_place(self, style: str) -> ListPlace | None:
        """Return the list that a paragraph style belongs to."""
        for e in self.chain(style):
            place = list_place(child(e, "pPr", "numPr"))
            if place is not None:
                return place
        return None

    def switch(self, style: str, name: str) -> bool:
        """Say whether a switch of the run properties (b, i, vanish ...) is on in a style."""
        key = (style, name)
        if key not in self._switches:
            found = (child(e, "rPr", name) for e in self.chain(style))
            self._switches[key] = is_on(next((e for e in found if e is not None), None))
        return self._switches[key]

    def value(self, style: str, name: str) -> str:
        """Return a value of the run properties (color, vertAlign, u ...) of a style."""
        return next((v for e in self.chain(style) if (v := val(e, "rPr", name))), "")


def list_place(num_pr: Element | None) -> ListPlace | None:
    """Return what a w:numPr says, None where it names no list; list "0" means: taken out of its list."""
    if num_pr is None or not any(local(e) == "numId" for e in num_pr):
        return None
    level = child(num_pr, "ilvl")
    return ListPlace(val(num_pr, "numId"), None if level is None else min(max(number(attr(level, "val")), 0), 8))
