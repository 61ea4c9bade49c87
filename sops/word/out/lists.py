"""Numbers of headings and steps as lists of Word: it counts by itself, and begins anew only where our numbers do."""

import re
from dataclasses import dataclass, field

from sops.blocks import Block, walk
from sops.word.numbering import LEVELS, STYLES
from sops.word.out.xml import HEAD, W, value

FORMATS = {style: word for word, style in STYLES.items()}
_NAME = re.compile(r"l(\d{1,8})\Z")  # the name that the reader gave to a list of Word
_BULLETS = ("•", "–", "▪")
Look = tuple[str, str]  # style and pattern


@dataclass
class _List:
    """One list: how its levels look first, where Word's counters stand, and what it is written by just now."""

    abstract: int
    looks: dict[int, Look] = field(default_factory=dict)
    ours: list[int] = field(default_factory=lambda: [0] * LEVELS)
    words: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    base: int = 0
    own: dict[tuple[int, Look], int] = field(default_factory=dict)  # lists of a level that looks another way


@dataclass(frozen=True)
class _Num:
    """A w:num: the list that it is of, and what one of its levels has of its own."""

    abstract: int
    level: int = 0
    look: Look | None = None
    start: int | None = None


class Lists:
    """The numbering part in the making; `place` is asked once for each block, in reading order."""

    def __init__(self, blocks: list[Block]) -> None:
        numbered = [block for block in walk(blocks) if "number" in block]
        names = list(dict.fromkeys(block["number"]["list"] for block in numbered))
        kept = {name: int(named[1]) for name in names if (named := _NAME.match(name))}
        free = max(kept.values(), default=0) + 1
        self._lists = {name: _List(kept.get(name, free + n)) for n, name in enumerate(names)}
        self._bullets = free + len(names)
        self._nums: list[_Num] = []
        self._bullet_num = 0
        for block in numbered:
            found = self._lists[block["number"]["list"]]
            found.looks.setdefault(_level(block), _look(block))

    def place(self, block: Block) -> tuple[int, int]:
        """Return (number of the list, level) for a heading with a number, a step or a point."""
        if "number" not in block:
            self._bullet_num = self._bullet_num or self._new(_Num(self._bullets))
            return self._bullet_num, block["level"]
        found, level, look = self._lists[block["number"]["list"]], _level(block), _look(block)
        wanted = _counted(found.ours, level, block["number"].get("start"))
        before = found.words[level]
        restarts = wanted != (1 if before is None else before + 1)
        _word_counts(found.words, level, wanted)
        if restarts:
            num = self._new(_Num(found.abstract, level, look, wanted))
            found.base = num if look == found.looks[level] else found.base
            return num, level
        return self._going_on(found, level, look), level

    def _going_on(self, found: _List, level: int, look: Look) -> int:
        if look == found.looks[level]:
            found.base = found.base or self._new(_Num(found.abstract))
            return found.base
        if (level, look) not in found.own:
            found.own[level, look] = self._new(_Num(found.abstract, level, look))
        return found.own[level, look]

    def _new(self, num: _Num) -> int:
        self._nums.append(num)
        return len(self._nums)

    def part(self) -> str:
        """Return the numbering part."""
        lists = [_abstract(one.abstract, [_lvl(n, *one.looks.get(n, _usual(n))) for n in range(LEVELS)])
                 for one in self._lists.values()]  # fmt: skip
        lists.append(_abstract(self._bullets, [_bullet(level) for level in range(LEVELS)]))
        nums = [_num(n, num) for n, num in enumerate(self._nums, 1)]
        return f"{HEAD}<w:numbering {W}>{''.join(lists)}{''.join(nums)}</w:numbering>"


def _level(block: Block) -> int:
    return int(block["level"]) - (1 if block["kind"] == "heading" else 0)


def _look(block: Block) -> Look:
    return block["number"]["style"], block["number"]["pattern"]


def _usual(level: int) -> Look:
    return "decimal", f"%{level + 1}."


def _counted(counts: list[int], level: int, start: int | None) -> int:
    """Count as `sops.blocks.labels` does; return the number that the block has."""
    counts[level] = counts[level] + 1 if start is None else start
    counts[level + 1 :] = [0] * (LEVELS - 1 - level)
    return counts[level]


def _word_counts(counts: list[int | None], level: int, value_now: int) -> None:
    """Count as Word does: a level above that was not counted yet counts as its first."""
    counts[level] = value_now
    counts[level + 1 :] = [None] * (LEVELS - 1 - level)
    counts[:level] = [1 if count is None else count for count in counts[:level]]


def _abstract(number: int, levels: list[str]) -> str:
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum w:abstractNumId="{number}">{kind}{"".join(levels)}</w:abstractNum>'


def _lvl(level: int, style: str, pattern: str, start: int = 1) -> str:
    indent = f'<w:pPr><w:ind w:left="{425 * (level + 1)}" w:hanging="425"/></w:pPr>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{FORMATS[style]}"/>'
        f'<w:lvlText w:val={value(pattern)}/><w:lvlJc w:val="left"/>{indent}</w:lvl>'
    )


def _bullet(level: int) -> str:
    indent = f'<w:pPr><w:ind w:left="{425 * (level + 1)}" w:hanging="283"/></w:pPr>'
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:lvlText w:val="{_BULLETS[level % len(_BULLETS)]}"/><w:lvlJc w:val="left"/>{indent}</w:lvl>'
    )


def _num(number: int, num: _Num) -> str:
    start = f'<w:startOverride w:val="{num.start}"/>' if num.start is not None else ""
    look = _lvl(num.level, *num.look, start=1 if num.start is None else num.start) if num.look else ""
    own = f'<w:lvlOverride w:ilvl="{num.level}">{start}{look}</w:lvlOverride>' if start or look else ""
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{num.abstract}"/>{own}</w:num>'
