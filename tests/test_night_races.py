"""Two schedulers and a run by hand at once, with real threads on PostgreSQL: one night, one mail a person."""

from collections import Counter
from typing import Any

import pytest
from django.core import mail

from qms.notifications.models import Night, Reminder
from qms.notifications.night import ask_for_night, carry_out
from qms.notifications.reminders import remind
from qms.people.programme import today
from qms.trail.errors import Stale
from qms.trail.models import Event, Outbox
from qms.trail.outbox import run_all
from tests.nights import Things, at, things
from tests.tampered import key
from tests.test_races import at_once, only_postgres, world
from tests.world import World

__all__ = ["key", "only_postgres", "things", "world"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_three_at_once_do_one_night(world: World, things: Things, key: None) -> None:
    run_all()
    mail.outbox.clear()
    for person in (world.fenn, world.bea, world.thessaly):
        for n in range(5):
            things.add(person, f"DOC-{n}", today())
    ask_for_night(at(today()))
    results: list[Any] = at_once(run_all, run_all, lambda: carry_out(today()))
    assert all(isinstance(found, Counter | Night | Stale) for found in results), results
    Outbox.objects.filter(done_at=None).update(due_at=at(today(), 0))
    run_all()
    assert Event.objects.filter(name="programme.night").count() == 1
    to = Counter(sent.to[0] for sent in mail.outbox if sent.subject.startswith("Your work"))
    assert to == {f"{name}@engraft.example": 1 for name in ("fenn", "bea", "thessaly")}


def test_four_that_remind_at_once_tell_once(world: World, things: Things) -> None:
    run_all()
    mail.outbox.clear()
    for n in range(8):
        things.add(world.fenn, f"DOC-{n}", today())
    results = at_once(*[lambda: remind(today())] * 4)
    assert sum(found["reminder mails"] for found in results) == 1, results
    assert Reminder.objects.count() == 8
    run_all()
    assert len(mail.outbox) == 1
