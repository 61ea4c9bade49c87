"""Word's lists: definitions, overrides and restarts, and a count that goes as Word counts."""

from dataclasses import dataclass, field

from sops.word.styles import Styles
from sops.word.xml import Element, attr, child, children, is_on, number, val

STYLES = {
    "decimal": "decimal", "decimalZero": "decimal-zero", "lowerLetter": "lower-alpha", "upperLetter": "upper-alpha",
    "lowerRoman": "lower-roman", "upperRoman": "upper-roman", "none": "none",
}  # fmt: skip
LEVELS = 9


@dataclass(frozen=True)
class Level:
    """One level of a list: `style` as in the blocks or "bullet"; `foreign` names a number format we do not have."""

    style: str
    pattern: str
    start: int = 1
    restart_after: int | None = None  # the level (from 1) after which it begins again; 0: never
    legal: bool = False
    foreign: str = ""
    paragraph_style: str = ""


@dataclass(frozen=True)
class Counted:
    """The number of one paragraph as Word shows it: values and styles of the levels 0 to `level`."""

    list: str
    level: int
    definition: Level
    values: tuple[int, ...]
    styles: tuple[str, ...]


@dataclass
class _Count:
    values: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    styles: list[str] = field(default_factory=lambda: ["decimal"] * LEVELS)


class Numbering:
    """The numbering part, and the counters while a text is read in its order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._abstract = {attr(e, "abstractNumId"): e for e in children(root, "abstractNum")}
        self._nums = {attr(e, "numId"): e for e in children(root, "num")}
        self._styles = styles
        self._levels: dict[tuple[str, int], Level | None] = {}
        self._counts: dict[str, _Count] = {}
        self._used: set[tuple[str, int]] = set()

    def _abstract_of(self, num_id: str, seen: tuple[str, ...] = ()) -> tuple[str, Element | None]:
        """Return id and element of the definition; one that only names a list style leads to that style's list."""
        name = val(self._nums.get(num_id), "abstractNumId")
        found = self._abstract.get(name)
        link = val(found, "numStyleLink")
        if link and num_id not in seen:
            place = self._styles.list_place(link)
            if place is not None and place.num_id != num_id:
                return self._abstract_of(place.num_id, (*seen, num_id))
        return name, found

    def level(self, num_id: str, level: int) -> Level | None:
        """Return the definition of a level with its override, None where the list points to nothing."""
        key = (num_id, level)
        if key not in self._levels:
            self._levels[key] = self._read_level(num_id, level)
        return self._levels[key]

    def _override(self, num_id: str, level: int) -> Element | None:
        found = children(self._nums.get(num_id), "lvlOverride")
        return next((e for e in found if attr(e, "ilvl") == str(level)), None)

    def _read_level(self, num_id: str, level: int) -> Level | None:
        override = self._override(num_id, level)
        definition = child(override, "lvl")
        if definition is None:
            levels = children(self._abstract_of(num_id)[1], "lvl")
            definition = next((e for e in levels if attr(e, "ilvl") == str(level)), None)
        return None if definition is None else _level(definition, val(override, "startOverride"))

    def level_of_style(self, num_id: str, style: str) -> int:
        """Return the level that the list keeps for a paragraph style, 0 where it keeps none."""
        for level in range(LEVELS):
            found = self.level(num_id, level)
            if found is not None and found.paragraph_style == style:
                return level
        return 0

    def count(self, num_id: str, level: int) -> Counted | None:
        """Count one paragraph and return its number; None where the list points to nothing."""
        definition = self.level(num_id, level)
        if definition is None:
            return None
        name = self._abstract_of(num_id)[0]
        count = self._counts.setdefault(name, _Count())
        self._restart(num_id, level, count)
        before = count.values[level]
        count.values[level] = definition.start if before is None else before + 1
        count.styles[level] = definition.style
        for deeper in range(level + 1, LEVELS):
            below = self.level(num_id, deeper)
            after = None if below is None else below.restart_after
            if after is None or (after != 0 and level < after):
                count.values[deeper] = None
        return self._counted(num_id, name, level, definition, count)

    def _restart(self, num_id: str, level: int, count: _Count) -> None:
        """At the first use of a level by a list that overrides its start, begin there."""
        if (num_id, level) not in self._used:
            self._used.add((num_id, level))
            if child(self._override(num_id, level), "startOverride") is not None:
                count.values[level] = None

    def _counted(self, num_id: str, name: str, level: int, definition: Level, count: _Count) -> Counted:
        values, styles = [], []
        for upper in range(level + 1):
            found = self.level(num_id, upper)
            value = count.values[upper]
            if value is None:
                value = count.values[upper] = 1 if found is None else found.start
                count.styles[upper] = "decimal" if found is None else found.style
            values.append(value)
            styles.append("decimal" if definition.legal and upper < level else count.styles[upper])
        return Counted(f"l{name}", level, definition, tuple(values), tuple(styles))


def _level(e: Element, start: str) -> Level:
    kind = val(e, "numFmt", default="decimal")
    restart = child(e, "lvlRestart")
    bullet = kind == "bullet" or child(e, "lvlPicBulletId") is not None
    return Level(
        style="bullet" if bullet else STYLES.get(kind, "decimal"),
        pattern=val(e, "lvlText").strip(),
        start=number(start or val(e, "start"), 1),
        restart_after=None if restart is None else number(attr(restart, "val")),
        legal=is_on(child(e, "isLgl")),
        foreign="" if bullet or kind in STYLES else kind,
        paragraph_style=val(e, "pStyle"),
    )
