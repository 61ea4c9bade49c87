"""The work in the background in words: rows of the outbox, nights and the gaps between them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from qms.notifications.background import STUCK_AFTER
from qms.notifications.errors import plain_error, to_whom, what
from qms.notifications.models import Night
from qms.notifications.night import HOUR
from qms.people.models import Person
from qms.people.programme import zone
from qms.trail.models import Outbox


@dataclass(frozen=True)
class RowLine:
    """One piece of work, or `n` of a kind that wait alike: `state` is a key of the status family "work".

    `error` is in plain words; `said` is what the program said, where that is something else.
    """

    pk: int
    what: str
    state: str
    error: str
    said: str
    tries: int
    made_at: datetime
    next_at: datetime
    n: int = 1


@dataclass(frozen=True)
class NightLine:
    """One night, or a day without one (no `at`); `counts` are those above zero, the record has the others too."""

    day: date
    state: str
    at: datetime | None = None
    missed: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    said: tuple[str, ...] = ()


def row_lines(rows: list[Outbox], now: datetime) -> list[RowLine]:
    """Return rows that are not done as the page shows them: each that failed, the others by their kind."""
    people = Person.objects.filter(pk__in=[to for row in rows if (to := to_whom(row))])
    names = dict(people.values_list("pk", "printed_name"))
    lines: dict[tuple[object, ...], RowLine] = {}
    for row in rows:
        line = _row(row, names, now)
        key = (row.pk,) if line.error else (line.what, line.state)
        lines[key] = replace(lines[key], n=lines[key].n + 1) if key in lines else line
    return list(lines.values())


def _row(row: Outbox, names: dict[int, str], now: datetime) -> RowLine:
    failed, to = bool(row.last_error), names.get(to_whom(row) or 0)
    named = _("%(what)s, to %(person)s") % {"what": what(row), "person": to} if failed and to else what(row)
    error = plain_error(row.last_error) if failed else ""
    said = row.last_error if failed and not row.last_error.endswith(error) else ""
    return RowLine(row.pk, named, _row_state(row, now), error, said, row.tries, row.made_at, row.due_at)


def _row_state(row: Outbox, now: datetime) -> str:
    if row.last_error:
        return "stuck" if row.tries >= STUCK_AFTER else "again"
    return "running" if row.due_at > now else "waiting"  # leased: somebody has it


def shown_nights(nights: list[Night | date]) -> list[NightLine]:
    """Return nights and gaps as the page shows them, in the order given."""
    return [_night(found) if isinstance(found, Night) else NightLine(found, "missed") for found in nights]


def _night(night: Night) -> NightLine:
    if night.done_at is None:
        return NightLine(night.day, "unfinished")
    counts = tuple((words, n) for words, n in night.counts.items() if n)
    state = "found" if night.findings else "failed" if night.failed else "done"
    return NightLine(night.day, state, night.done_at, night.missed, counts, (*night.findings, *night.failed))


def next_night(now: datetime, nights: list[NightLine]) -> datetime:
    """Return when the next night begins: today at its hour, at once if that has passed, else tomorrow."""
    here = timezone.localtime(now, zone())
    done = any(night.day == here.date() and night.at is not None for night in nights)
    day = here.date() + timedelta(days=1) if done else here.date()
    return max(now, datetime.combine(day, time(HOUR), tzinfo=zone()))
