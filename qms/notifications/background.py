"""The work in the background: is it alive, what waits, what fails, what the nights did; and the two things to do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.notifications.models import Night
from qms.people.access import require
from qms.people.models import Person, Programme
from qms.people.programme import today
from qms.people.roles import May
from qms.trail.door import change
from qms.trail.errors import NotAllowed
from qms.trail.heartbeat import MINUTE, POLL
from qms.trail.models import Heartbeat, Outbox

STUCK_AFTER = 3  # tries; until then a mail server had a bad minute
SILENT_AFTER = timedelta(minutes=3)
MINUTES_LATE = timedelta(minutes=15)  # one process does a night and the minutes, and a night may take a while
SHOWN_NIGHTS, SHOWN_ROWS = 14, 50
TROUBLE, TROUBLE_SECONDS = "qms.notifications.trouble", 30


@dataclass(frozen=True)
class Pulse:
    """Signs of life: when the worker last looked for work and last did what is due each minute; what failed then."""

    poll: datetime | None
    minute: datetime | None
    failed: str
    now: datetime

    @property
    def is_alive(self) -> bool:
        return _within(self.now, self.poll, SILENT_AFTER) and _within(self.now, self.minute, MINUTES_LATE)


def _within(now: datetime, moment: datetime | None, most: timedelta) -> bool:
    return moment is not None and now - moment < most


def pulse() -> Pulse:
    """Return the signs of life as they are now."""
    beats = Heartbeat.objects.in_bulk([POLL, MINUTE])
    poll, minute = beats.get(POLL), beats.get(MINUTE)
    return Pulse(
        poll.at if poll else None, minute.at if minute else None, minute.note if minute else "", timezone.now()
    )


def waiting() -> QuerySet[Outbox]:
    """Return the work that is not done."""
    return Outbox.objects.filter(done_at=None)


def stuck() -> QuerySet[Outbox]:
    """Return the work that failed several times. It stays, and is tried again each hour at most."""
    return waiting().filter(tries__gte=STUCK_AFTER).exclude(last_error="")


def failed() -> QuerySet[Outbox]:
    """Return the work that failed at least once and is not done."""
    return waiting().exclude(last_error="")


def last_nights(day: date) -> list[Night | date]:
    """Return the last nights, the newest first; a day before `day` that had none stands for itself."""
    nights = list(Night.objects.filter(day__lte=day).order_by("-day")[:SHOWN_NIGHTS])
    shown: list[Night | date] = []
    after = day
    for night in nights:
        shown += [after - timedelta(days=n) for n in range(1, (after - night.day).days)]
        shown.append(night)
        after = night.day
    return shown[:SHOWN_NIGHTS]


def is_in_trouble() -> bool:
    """Return whether something failed that somebody should look at; read at most twice a minute and process."""
    known: bool | None = cache.get(TROUBLE)
    if known is None:
        night = Night.objects.filter(day__lte=today(), done_at__isnull=False).order_by("-day").first()
        known = stuck().exists() or (night is not None and not night.is_well) or not pulse().is_alive
        cache.set(TROUBLE, known, TROUBLE_SECONDS)
    return known


def forget_trouble() -> None:
    """Look again at the next question."""
    cache.delete(TROUBLE)


def retry(*, by: Person, pk: int | None = None) -> int:
    """Let failed work be tried again at once, one row or all; return how many."""
    require(by, May.KEEP_RUNNING)
    with change(by=by) as c:
        rows = failed() if pk is None else failed().filter(pk=pk)
        count: int = rows.filter(~Q(due_at__lte=c.at)).update(due_at=c.at)
        if count:
            c.event("programme.retry", Programme.objects.get(), count=count)
    forget_trouble()
    return count


def run_night(*, by: Person) -> None:
    """Let the worker carry out the night of today now, by the row that would carry it out anyway."""
    require(by, May.KEEP_RUNNING)
    day = today().isoformat()
    if Night.objects.filter(day=today(), done_at__isnull=False).exists():
        raise NotAllowed(_("The night of today was carried out already. The next one begins tomorrow."))
    with change(by=by) as c:
        row, is_new = Outbox.objects.get_or_create(
            key=f"night:{day}", defaults={"task": "night", "args": {"day": day}, "made_at": c.at, "due_at": c.at}
        )
        if not is_new:
            Outbox.objects.filter(pk=row.pk, done_at=None).update(due_at=c.at)
        facts: dict[str, Any] = {"day": day}
        c.event("programme.night_ask", Programme.objects.get(), **facts)
