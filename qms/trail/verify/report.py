"""What a verification found, and which part of the records it looks at."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import models

MOST_OF_A_KIND = 200
BATCH = 500
Item = TypeVar("Item")


@dataclass(frozen=True)
class Finding:
    """Something that is not what it was. `kind` e.g. "event altered"; `what` names it by label and id."""

    kind: str
    what: str
    sentence: str


@dataclass
class Report:
    """`checked` counts by noun; `size` and `root` are of the newest seal; `unsealed` events are not proven yet."""

    checked: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    size: int = 0
    root: str = ""
    unsealed: int = 0
    unlisted: int = 0
    blamed: set[str] = field(default_factory=set)
    _kinds: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        return not self.findings

    def find(self, kind: str, what: str, sentence: str) -> None:
        """Add a finding, but only one about the same thing and at most 200 of a kind; the others are counted."""
        if what in self.blamed:
            return
        self._kinds[kind] += 1
        if self._kinds[kind] > MOST_OF_A_KIND:
            self.unlisted += 1
            return
        self.blamed.add(what)
        self.findings.append(Finding(kind, what, sentence))

    def as_json(self) -> dict[str, Any]:
        """Return the report as it is printed by `verify_trail --json`."""
        return {
            "ok": self.ok, "checked": dict(sorted(self.checked.items())), "size": self.size, "root": self.root,
            "unsealed": self.unsealed, "findings": [asdict(finding) for finding in self.findings],
            "unlisted": self.unlisted, "notes": self.notes,
        }  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Which rows to look at: number `number` of `of` equal parts, and whatever is newer than `since`."""

    number: int = 0
    of: int = 1
    since: datetime | None = None

    def rows(self, every: "models.QuerySet[Any]", moment: str = "") -> "Iterator[models.QuerySet[Any]]":
        """Yield the query sets to look through; `moment` names the column that tells the age of a row."""
        every = every.order_by("pk")
        if self.of == 1:
            yield every
            return
        count = every.count()
        yield every[count * self.number // self.of : count * (self.number + 1) // self.of]
        if moment and self.since:
            yield every.filter(**{f"{moment}__gte": self.since})

    def batches(self, every: "models.QuerySet[Any]", moment: str = "") -> Iterator[list[Any]]:
        """Yield those rows, some hundreds at a time."""
        for rows in self.rows(every, moment):
            yield from batched(rows.iterator(chunk_size=BATCH))


def batched(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


further_checks: list[Callable[[Report, Part], None]] = []
"""Checks of what lies above the trail, stored files among them: whoever owns it adds one when the program starts."""
