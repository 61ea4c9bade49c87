"""What awaits a person: one list for the screen, the mail and the calendar, fed by each app's work.py."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qms.people.models import Person


@dataclass(frozen=True)
class WorkItem:
    """One thing that somebody waits for. `due` is the day it should be done by, `url` leads to exactly this.

    `told`: a mail told of it at once on the day `since`. Whoever did not get one hears of it in the next night.
    `stands_for` is more than one where many things are said in one line.
    `of_another` and `url_of_another` are for who hears that another is late; empty: the same as for oneself.
    """

    kind: str
    number: str
    title: str
    sentence: str
    url: str
    act: str
    since: date | None = None
    due: date | None = None
    told: bool = False
    of_another: str = ""
    url_of_another: str = ""
    stands_for: int = 1

    @property
    def thing(self) -> str:
        """What the reminders know it by: asked for again, or with another day, it is another thing."""
        name = f"{self.kind}:{self.due}:{self.url}"
        return name if len(name) <= 200 else f"{name[:135]}:{hashlib.sha256(name.encode()).hexdigest()}"


work_sources: list[Callable[[Person], list[WorkItem]]] = []
"""Each app adds its own in `ready()`."""


def work_of(person: Person) -> list[WorkItem]:
    """Return everything that awaits this person, the earliest due first, what has no day last."""
    items = [item for source in work_sources for item in source(person)]
    return sorted(items, key=lambda item: (item.due or date.max, item.since or date.max, item.number))
