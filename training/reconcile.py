"""Who is asked, made to agree with the rules, the roles and the versions: idempotent, by fact and by night."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.programme import today as programme_day
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from sops.models import Status, Version
from training.mails import tell
from training.models import READABLE, Reading
from training.readers import members, to_ask, to_reconcile

READING_DAYS = timedelta(days=14)
"""How long somebody has who is asked for a version that applies already."""


@dataclass(frozen=True)
class Reconciled:
    """How many people were asked, and how many asks ended."""

    asked: int = 0
    ended: int = 0

    def __add__(self, other: "Reconciled") -> "Reconciled":
        return Reconciled(self.asked + other.asked, self.ended + other.ended)


@dataclass
class _Plan:
    """What would have to be done: people to ask anew, asks to open again, asks to end with the reason."""

    ask: list[Person] = field(default_factory=list)
    again: list[Reading] = field(default_factory=list)
    end: list[tuple[Reading, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.ask or self.again or self.end)


def ask_readers(version: Version, *, only: Person | None = None) -> Reconciled:
    """Ask everybody who must read a version and is not asked, and end what need not be read any more.

    Safe to call at any time and as often as one likes; with `only`, for one person alone.
    """
    if _plan(version, programme_day(), only).is_empty:
        return Reconciled()
    with change(by=SYSTEM, on=[version]) as c:
        plan = _plan(version, day_of(c.at), only)
        if plan.ask or plan.again:
            _ask(c, version, plan)
        for why in dict.fromkeys(why for _reading, why in plan.end):
            _end(c, version, [reading for reading, because in plan.end if because == why], why)
    return Reconciled(len(plan.ask) + len(plan.again), len(plan.end))


def ask_person(person: Person) -> Reconciled:
    """The same for one person and all versions: after a role was given, or has ended."""
    return sum((ask_readers(version, only=person) for version in to_reconcile(person)), Reconciled())


def due_day(version: Version, asked: date) -> date:
    """Return by when a version is to be read: its day where that lies ahead, else two weeks after one is asked."""
    ahead = version.status == Status.APPROVED and version.effective_on is not None and version.effective_on > asked
    return version.effective_on if ahead and version.effective_on else asked + READING_DAYS


def _plan(version: Version, day: date, only: Person | None) -> _Plan:
    readable = version.status in READABLE
    wanted = to_ask(version, day, only) if readable else set()
    readings = version.readings.select_related("person")
    if only is not None:
        readings = readings.filter(person=only)
    plan, known = _Plan(), set()
    for reading in readings:
        is_now = readable and reading.round == version.round
        if is_now:
            known.add(reading.person_id)
        if reading.is_open and not (is_now and reading.person_id in wanted):
            plan.end.append((reading, _why(reading, version, is_now, day)))
        elif is_now and reading.ended_at is not None and reading.person_id in wanted:
            plan.again.append(reading)
    missing = wanted - known
    plan.ask = list(Person.objects.filter(pk__in=missing)) if missing else []
    return plan


def _why(reading: Reading, version: Version, is_now: bool, day: date) -> str:
    if not is_now:
        ends = {Status.SUPERSEDED: Reading.Why.SUPERSEDED, Status.WITHDRAWN: Reading.Why.WITHDRAWN}
        return ends.get(Status(version.status), Reading.Why.CANCELLED)
    ended = version.document.reading_rules.filter(ended_at__isnull=False)
    named = any(members(ended, day, reading.person).values())
    return Reading.Why.RULE_ENDED if named else Reading.Why.LEFT


def _ask(c: Change, version: Version, plan: _Plan) -> None:
    asked = day_of(c.at)
    anew = [Reading(version=version, round=version.round, person=person) for person in plan.ask]
    for reading in (*anew, *plan.again):
        reading.version = version
        reading.asked_at, reading.due_on = c.at, due_day(version, asked)
        reading.ended_at, reading.ended_why = None, ""
        c.save(reading)
        if reading.is_urgent_on(asked):
            tell(c, reading, "training/asked_to_read", str(reading.revision))
    people = [reading.person for reading in (*anew, *plan.again)]
    c.event("reading.ask", version, also=[version.document, *people], people=len(people))


def _end(c: Change, version: Version, readings: list[Reading], why: str) -> None:
    for reading in readings:
        reading.ended_at, reading.ended_why = c.at, why
        c.save(reading)
    people = [reading.person for reading in readings]
    c.event("reading.end", version, also=[version.document, *people], people=len(people), why=str(why))
