"""The reminders of a night: each thing with a due day, on each rung of its ladder once, one mail a person.

A reminder and the wish for its mail are written in one transaction. So a skipped night tells in the next one, and two
nights at once tell once.
"""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from qms.home.work import WorkItem, work_of
from qms.notifications.audience import Audience
from qms.notifications.ladder import reached, reached_before
from qms.notifications.models import Reminder
from qms.people.models import Person
from qms.people.programme import today
from qms.trail.models import Outbox
from qms.trail.rhythm import AFTER_NIGHTLY

DIGEST = "mail.digest"
Told = dict[tuple[int, str], int]


def remind(day: date) -> dict[str, int]:
    """Ask for the mails of tonight. Whichever night this makes up for, it tells what is true today."""
    day = today()
    audience = Audience(day)
    counts = {"reminders": 0, "reminder mails": 0, "things nobody can be told of": 0}
    wanted: dict[int, list[Reminder]] = {}
    for person in audience.people.values():
        items = due_items(person, day)
        for item, hearers, told in _reached(person, items, audience, day):
            counts["things nobody can be told of"] += not hearers
            for reminder in _new(person, item, hearers, told, day):
                wanted.setdefault(reminder.person_id, []).append(reminder)
    for hearer, reminders in wanted.items():
        if _ask(hearer, reminders, day):
            counts["reminders"] += len(reminders)
            counts["reminder mails"] += 1
    return counts


def due_items(person: Person, day: date) -> list[WorkItem]:
    """Return what awaits a person and has a day, by their roles of that day."""
    person.roles = person.roles_on(day)
    return [item for item in work_of(person) if item.due]


def _reached(
    person: Person, items: list[WorkItem], audience: Audience, day: date
) -> Iterator[tuple[WorkItem, dict[int, str], Told]]:
    told = _told(person, items) if items else {}
    for item in items:
        assert item.due is not None
        yield item, audience.hearers(person.pk, reached(item.due, day)), told


def _told(person: Person, items: list[WorkItem]) -> Told:
    """Return {(who, thing): the last rung that they were told of}."""
    known = Reminder.objects.filter(about=person, thing__in={item.thing for item in items})
    return {(who, thing): last for who, thing, last in known.values_list("person", "thing").annotate(Max("rung"))}


def _new(about: Person, item: WorkItem, hearers: dict[int, str], told: Told, day: date) -> Iterator[Reminder]:
    assert item.due is not None
    rung, mailed = reached(item.due, day), reached_before(item.since, item.due, item.told)
    for pk, why in hearers.items():
        last = told.get((pk, item.thing))
        before = mailed if last is None and pk == about.pk else last
        if before is None or rung > before:
            yield Reminder(
                person_id=pk, about=about, thing=item.thing, rung=rung, why=why, is_first=before is None, day=day
            )


def _ask(hearer: int, reminders: list[Reminder], day: date) -> bool:
    """Keep the reminders and ask for their mail; not when a mail of this day was asked for: then it is tomorrow's."""
    now = timezone.now()
    wish = {"task": DIGEST, "args": {"to": hearer, "day": day.isoformat()}, "made_at": now, "due_at": now}
    with transaction.atomic():
        _row, is_first = Outbox.objects.get_or_create(key=f"{DIGEST}:{hearer}:{day}", defaults=wish)
        if is_first:
            Reminder.objects.bulk_create(reminders, ignore_conflicts=True)
    return is_first


AFTER_NIGHTLY.append(remind)
