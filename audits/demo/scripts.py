"""The documents of the demonstration as text files: who wrote them, their versions, and what each of them says.

title: Thaw worksheet                      version 61: First issue.      months before today, what changed and why
kind: WRK                                  version 9: Scan of both codes.
                                           why 2 Scan both: Bags were mixed up. (INC-2026-0001)
readers: technician PROC, nurse CLIN       state: in_force               of the newest version
made: pdf                                  a file kept as it is: pdf, label or xlsx
---
1. A step of every version.                [2-] 1. One from version 2 on.        {thawing} the number of another
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from audits.demo.markup import blocks_of, referring
from sops.blocks import Block

TEXTS = Path(__file__).parent / "texts"
ONLY_IN = re.compile(r"\[(\d+)-(\d*)\] ")
WHY = re.compile(r"why (?P<n>\d+) (?P<words>[^:]+): (?P<why>.*?)(?: \((?P<origin>[A-Z]+-[\d-]+)\))?")
OTHER = re.compile(r"\{([a-z0-9-]+)\}")
DOZEN = {
    "apheresis", "crs", "minor-changes", "nitrogen", "out-of-hours", "photo", "power-cut", "records-retention",
    "quality-policy", "suppliers", "thawing", "worksheet",
}  # fmt: skip


@dataclass(frozen=True)
class Issue:
    """One version: how many months before today it took (or was to take) effect, and why it was written."""

    months: float
    summary: str
    whys: tuple[tuple[str, str, str], ...] = ()  # words of a changed passage, why, and what it came of


@dataclass(frozen=True)
class Script:
    """One document of the demonstration. `state` is that of its newest version."""

    name: str
    facts: Mapping[str, str]
    issues: tuple[Issue, ...]
    lines: tuple[str, ...]

    @property
    def state(self) -> str:
        return self.facts.get("state", "in_force").partition(":")[0]

    @property
    def reason(self) -> str:
        return self.facts.get("state", "").partition(":")[2].strip()

    @cached_property
    def reviewers(self) -> list[str]:
        return [key.strip() for key in self.facts["reviewers"].split(",")]

    @cached_property
    def readers(self) -> list[tuple[str, str]]:
        """Return (role, code of the facility) of those who have to read it."""
        pairs = [pair.split() for pair in self.facts.get("readers", "").split(",") if pair.strip()]
        return [(role, facility) for role, facility in pairs]

    def blocks(self, n: int, numbers: Mapping[str, str]) -> list[Block]:
        """Return the text of version `n`; `numbers` gives the number (or title) of each document by its name."""
        return blocks_of(
            "\n".join(OTHER.sub(lambda found: referring(numbers[found[1]]), line) for line in self.lines_of(n))
        )

    def lines_of(self, n: int) -> list[str]:
        """Return the lines of version `n` as they are."""
        return [ONLY_IN.sub("", line, count=1) for line in self.lines if _stands_in(line, n)]


def _stands_in(line: str, n: int) -> bool:
    only = ONLY_IN.match(line)
    return only is None or int(only[1]) <= n <= int(only[2] or n)


def scripts(*, small: bool = False) -> list[Script]:
    """Return all documents of the demonstration, by the names of their files; `small`: a dozen of them."""
    return [_read(path) for path in sorted(TEXTS.glob("*.txt")) if not small or path.stem in DOZEN]


def _read(path: Path) -> Script:
    head, _, text = path.read_text(encoding="utf-8").partition("\n---\n")
    facts, issues, whys = {}, list[Issue](), defaultdict[int, list[tuple[str, str, str]]](list)
    for line in filter(str.strip, head.splitlines()):
        key, _, value = line.partition(":")
        if key.startswith("version "):
            issues.append(Issue(float(key.removeprefix("version ")), value.strip()))
        elif found := WHY.fullmatch(line):
            whys[int(found["n"])].append((found["words"], found["why"], found["origin"] or ""))
        else:
            facts[key.strip()] = value.strip()
    issues = [replace(issue, whys=tuple(whys[n])) for n, issue in enumerate(issues, 1)]
    return Script(path.stem, facts, tuple(issues), tuple(text.splitlines()))
