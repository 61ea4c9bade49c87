"""Nights for tests: a list of things to do instead of the apps' own, and the mails of a night."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from qms.home import work as home_work
from qms.home.work import WorkItem
from qms.people.models import Person


@dataclass
class Things:
    """What awaits whom: {person id: items}. The only work there is while the fixture is in use."""

    of: dict[int, list[WorkItem]] = field(default_factory=dict)

    def add(self, person: Person, number: str, due: date | None, **more: Any) -> WorkItem:
        item = WorkItem("read", number, f"Title of {number}", "To be done.", f"/{number}/", "Open", due=due, **more)
        self.of.setdefault(person.pk, []).append(item)
        return item

    def done(self, person: Person, item: WorkItem) -> None:
        self.of[person.pk].remove(item)


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """Replace what the apps bring: a test says itself what awaits whom."""
    made = Things()
    monkeypatch.setattr(home_work, "work_sources", [lambda person: list(made.of.get(person.pk, []))])
    return made


def mails() -> dict[str, list[str]]:
    """Return {address: subjects} of what was sent."""
    found: dict[str, list[str]] = {}
    for sent in mail.outbox:
        found.setdefault(sent.to[0], []).append(sent.subject)
    return found


def text_to(address: str) -> str:
    """Return the text of the last mail to an address."""
    return str([sent for sent in mail.outbox if sent.to == [address]][-1].body)


def at(day: date, hour: int = 12) -> datetime:
    """Return a moment of a day in the zone of the tests' programme."""

    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Paris"))
