"""Writes Word's numbers into the blocks so that the numbers computed from the blocks are the numbers Word showed."""

import re

from sops.blocks import Block, labels, walk
from sops.word.numbering import LEVELS, Counted

_TOKEN = re.compile(r"%([1-9])")


class _Shown:
    """Counts a list as `sops.blocks.labels` does."""

    def __init__(self) -> None:
        self.counts = [0] * LEVELS
        self.styles = ["decimal"] * LEVELS

    def step(self, level: int, wanted: int, style: str) -> bool:
        """Count one; return True where the count has to be set because the next value is not the wanted one."""
        jumps = self.counts[level] + 1 != wanted
        self.counts[level] = wanted
        self.counts[level + 1 :] = [0] * (LEVELS - 1 - level)
        self.styles[level] = style
        return jumps

    def shows(self, level: int, value: int, style: str) -> bool:
        """Say whether the level shows this value in this style now."""
        return max(self.counts[level], 1) == value and self.styles[level] == style


def settle(blocks: list[Block], counted: dict[str, Counted]) -> int:
    """Give every block in `counted` (by id) its "number"; return how many parts of numbers had to become fixed text."""
    shown: dict[str, _Shown] = {}
    fixed = 0
    for block in walk(blocks):
        word = counted.get(block["id"])
        if word is None:
            continue
        level = block["level"] - (1 if block["kind"] == "heading" else 0)
        state = shown.setdefault(word.list, _Shown())
        start = state.step(level, word.values[-1], word.styles[-1])
        pattern, literal = _pattern(word, level, state)
        fixed += literal
        block["number"] = {"list": word.list, "style": word.styles[-1], "pattern": pattern[:40]}
        if start:
            block["number"]["start"] = word.values[-1]
    return fixed


def _pattern(word: Counted, level: int, state: _Shown) -> tuple[str, int]:
    """Return the pattern by our levels; what they would show otherwise than Word did is written as it was."""
    shift, literal = level - word.level, 0

    def one(match: re.Match[str]) -> str:
        nonlocal literal
        upper = int(match[1]) - 1
        if upper > word.level:
            return ""
        value, style = word.values[upper], word.styles[upper]
        ours = upper + shift
        if 0 <= ours < LEVELS and state.shows(ours, value, style):
            return f"%{ours + 1}"
        literal += 1
        return _written(value, style)

    return _TOKEN.sub(one, word.definition.pattern), literal


def _written(value: int, style: str) -> str:
    number = {"list": "x", "style": style, "pattern": "%1", "start": value}
    return labels([{"id": "x", "kind": "item", "level": 0, "runs": [], "number": number}])["x"]
