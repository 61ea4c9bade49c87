"""Four hundred days with faults: nobody hears twice, nothing is forgotten, nobody gets two mails of one night.

Skipped nights, nights by two schedulers, a worker that dies in the middle, a mail server that is down or drops the
line, a clock that is set back by an hour or a day; through both changes of the clocks and the 29th of February 2028.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from qms.home.work import WorkItem
from qms.notifications import reminders
from qms.notifications.ladder import reached
from qms.notifications.mail import message_id
from qms.notifications.models import Night, Reminder
from qms.notifications.night import ask_for_night, carry_out
from qms.people import services
from qms.people.models import Person, Programme
from qms.people.programme import today
from qms.trail import rhythm
from qms.trail.errors import Refused
from qms.trail.models import Event, Outbox
from qms.trail.outbox import LEASE, run_all
from tests.faulty_mail import Delivered, FaultyBackend, Server
from tests.nights import Things, things
from tests.once import on_postgres
from tests.tampered import key
from tests.world import World

__all__ = ["key", "things"]
START = date(2027, 12, 1)
DAYS = 130 if on_postgres() else 400  # on PostgreSQL past the 29th of February and one change of the clocks
FAULTS = ("none", "none", "none", "skip", "skip", "twice", "hand", "dies", "mail down", "mail drops", "hour", "day")


class Died(BaseException):
    """The process was killed."""


class Year:
    """A programme in a zone, through its days; `seen` counts the faults that it met."""

    def __init__(self, world: World, things: Things, zone: str, seed: int) -> None:
        self.world, self.things, self.zone = world, things, ZoneInfo(zone)
        self.chance, self.seen = random.Random(seed), Counter[str]()
        self.people = [world.fenn, world.bea, world.thessaly, world.jory]
        self.ended: dict[str, datetime] = {}
        self.server = FaultyBackend.server = Server()

    def moment(self, day: date, hour: float) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.zone) + timedelta(hours=hour)

    def plan(self) -> None:
        """Twelve things: some are done early, some late, some never."""
        for n in range(12):
            due = START + timedelta(days=self.chance.choice([20, 60, 91, 117, 150, 210, 300]) + n)
            person = self.people[n % len(self.people)]
            self.things.add(person, f"DOC-{n:02d}", due)

    def live(self, day: date) -> None:
        """One day: now and then something is done; the night, with or without a fault; work at noon."""
        if self.chance.random() < 0.01:
            self.do_something(self.moment(day, 1))
        fault = self.chance.choice(FAULTS)
        self.seen[fault] += 1
        self.server.mode = {"mail down": "down", "mail drops": "drops"}.get(fault, "up")
        if fault != "skip":
            self.night(day, fault)
        self.server.mode = self.server.mode if fault == "mail down" else "up"
        with time_machine.travel(self.moment(day, 15), tick=False):
            run_all()

    def night(self, day: date, fault: str) -> None:
        self.work(self.moment(day, 3.2), dies=fault == "dies")
        if fault in ("twice", "dies"):
            self.work(self.moment(day, 3.5))
        if fault == "hand":
            with time_machine.travel(self.moment(day, 4), tick=False):
                carry_out(today())
        if fault == "hour":
            self.work(self.moment(day, 2.3))
        if fault == "day":
            self.work(self.moment(day - timedelta(days=1), 3.3))
        self.check(day)

    def work(self, moment: datetime, *, dies: bool = False) -> None:
        with time_machine.travel(moment, tick=False):
            ask_for_night(moment)
            ask_for_night(moment)
            if not dies:
                run_all()
                return
            try:
                with dying(self.chance.randrange(3)):
                    run_all()
            except Died:
                Outbox.objects.filter(done_at=None).update(due_at=moment + LEASE)

    def do_something(self, moment: datetime) -> None:
        person = self.chance.choice(self.people)
        items = self.things.of.get(person.pk, [])
        if items:
            item = self.chance.choice(items)
            self.things.done(person, item)
            self.ended[item.thing] = moment

    def open_things(self) -> Iterator[tuple[Person, WorkItem]]:
        for person in self.people:
            for item in self.things.of.get(person.pk, []):
                yield person, item

    def check(self, day: date) -> None:
        """After a night that was carried out everything that is open was told of up to its newest rung."""
        if not Night.objects.filter(day=day, done_at__isnull=False).exists():
            return
        for person, item in self.open_things():
            assert item.due is not None
            told = Reminder.objects.filter(person=person, about=person, thing=item.thing).order_by("-rung").first()
            assert told is not None, (day, item.number)
            assert told.rung >= reached(item.due, day), (day, item.number)


@contextmanager
def dying(after: int) -> Iterator[None]:
    """Let the process die after it asked for some mails of the night."""
    real, asked = reminders._ask, count()

    def ask(hearer: int, new: list[Reminder], day: date) -> bool:
        if next(asked) >= after:
            raise Died
        return real(hearer, new, day)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reminders, "_ask", ask)
        yield


@pytest.mark.slow
@pytest.mark.parametrize(("zone", "seed"), [("America/New_York", 2)] if on_postgres() else [("Europe/Zurich", 1)])
def test_days_with_faults(
    world: World, things: Things, key: None, settings: Any, monkeypatch: pytest.MonkeyPatch, zone: str, seed: int
) -> None:
    year = Year(world, things, zone, seed)
    with time_machine.travel(year.moment(START - timedelta(days=1), 12), tick=False):
        services.change_programme(Programme.objects.get(), name="Wintergreen", time_zone=zone, by=world.marit)
        run_all()
    verify = rhythm.verify_part  # has tests of its own: here it runs for real once a month, to be fast
    monkeypatch.setattr(rhythm, "verify_part", lambda day: verify(day) if day.day == 1 else ({"findings": 0}, []))
    settings.EMAIL_BACKEND = "tests.faulty_mail.FaultyBackend"
    year.plan()
    for n in range(DAYS):
        year.live(START + timedelta(days=n))
    year.server.mode = "up"
    with time_machine.travel(year.moment(START + timedelta(days=DAYS + 1), 12), tick=False):
        run_all()
    assert_told(year)
    assert_nights(year)
    print(f"\n{zone}: {dict(year.seen)}")


def assert_told(year: Year) -> None:
    """Each reminder lies in a box, unless the thing was done before its mail went; one mail a person and night."""
    kept = list(Reminder.objects.select_related("person__user"))
    assert kept
    assert [reminder for reminder in kept if not reminder.sent_at] == []
    mails = 0
    for person in {reminder.person for reminder in kept}:
        address = person.user.email
        seen = year.server.seen(address)
        days = {message_id(f"mail.digest:{person.pk}:{START + timedelta(days=n)}"): n for n in range(-2, DAYS + 2)}
        digests = [mail for name, mail in seen.items() if name in days]
        assert len(digests) == len([mail for mail in seen.values() if mail.subject.startswith("Your work")])
        mails += len(digests)
        arrived = {(mail.at, number) for mail in digests_of(year, address, days) for number in numbers(mail)}
        for reminder in (one for one in kept if one.person_id == person.pk):
            number = reminder.thing.split("/")[1]
            ended = year.ended.get(reminder.thing)
            assert (reminder.sent_at, number) in arrived or (ended and ended <= reminder.sent_at), reminder.thing
    rungs = Counter((reminder.person_id, reminder.about_id, reminder.thing, reminder.rung) for reminder in kept)
    assert set(rungs.values()) == {1}
    print(f"\n{len(kept)} reminders in {mails} mails, {len(year.server.boxes)} deliveries")


def digests_of(year: Year, address: str, days: dict[str, int]) -> list[Delivered]:
    return [mail for mail in year.server.boxes if mail.to == address and mail.id in days]


def numbers(mail: Delivered) -> set[str]:
    return {f"DOC-{n:02d}" for n in range(12) if f"/DOC-{n:02d}/" in mail.text}


def assert_nights(year: Year) -> None:
    """Each night that was carried out has one event, and the gaps add up to the days without one."""
    done = list(Night.objects.filter(done_at__isnull=False).order_by("day"))
    assert Event.objects.filter(name="programme.night").count() == len(done)
    held = {night.day for night in done}
    span = (done[-1].day - done[0].day).days + 1
    assert sum(night.missed for night in done) >= span - len(held) > 0
    assert date(2028, 2, 29) in {done[0].day + timedelta(days=n) for n in range(span)}
    assert not Outbox.objects.filter(done_at=None).exclude(last_error="").exists()
    with pytest.raises(Refused), time_machine.travel(year.moment(START, 12), tick=False):
        carry_out(START + timedelta(days=3))
