"""What awaits a person: one list for the screen, the mail and the calendar, fed by each app's work.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qms.people.models import Person


@dataclass(frozen=True)
class WorkItem:
    """One thing that somebody waits for. `due` is the day it should be done by, `url` leads to exactly this."""

    kind: str
    number: str
    title: str
    sentence: str
    url: str
    act: str
    since: date | None = None
    due: date | None = None


work_sources: list[Callable[[Person], list[WorkItem]]] = []
"""Each app adds its own in `ready()`."""


def work_of(person: Person) -> list[WorkItem]:
    """Return everything that awaits this person, the earliest due first, what has no day last."""
    items = [item for source in work_sources for item in source(person)]
    return sorted(items, key=lambda item: (item.due or date.max, item.since or date.max, item.number))
