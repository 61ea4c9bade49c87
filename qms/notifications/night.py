"""The night: one for each of the programme's days, carried out by whatever runs the outbox, or by hand.

A missed night is made up for by the next: everything is due on or before the day, so one run does for all, and the
thirtieths of the trail that the missed ones would have verified are verified too. Which days had none stays visible.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.notifications.alarms import tell_alarm, tell_root
from qms.notifications.models import Night
from qms.people.models import Programme
from qms.people.programme import day_of, today, zone
from qms.signatures.proofs import forget_old_proofs
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import Invalid, Stale
from qms.trail.heartbeat import POLL, beat
from qms.trail.models import Outbox
from qms.trail.outbox import outbox_task
from qms.trail.rhythm import EVERY_MINUTE, NIGHTLY, Outcome, every_night

HOUR = 2  # in the programme's zone; a worker that starts later in the day makes up for it
HOLD = timedelta(minutes=10)


def ask_for_night(now: datetime) -> None:
    """Ask for the night of today once its hour has come; the key holds that there is one for each day."""
    here = timezone.localtime(now, zone())
    if here.hour < HOUR or not Programme.objects.exists():
        return
    day = here.date().isoformat()
    row = Outbox(key=f"night:{day}", task="night", args={"day": day}, made_at=now, due_at=now)
    Outbox.objects.bulk_create([row], ignore_conflicts=True)


@outbox_task("night", gettext_lazy("The night"))
def carry_out_night(*, day: str) -> None:
    """Carry out a night that was asked for, unless a later one has made up for it."""
    wanted = date.fromisoformat(day)
    if not Night.objects.filter(day__gt=wanted, day__lte=today(), done_at__isnull=False).exists():
        carry_out(wanted)


def carry_out(day: date) -> Night:
    """Do everything that a night does and keep one event with the counts; the night as it is if it was done before.

    Raises Invalid for a day that is still to come, Stale while another process carries out the same night.
    """
    if day > today():
        raise Invalid(_("The night of %(day)s is still to come.") % {"day": date_format(day, "j F Y")})
    night = _taken(day)
    if night.done_at is None:
        missed = missed_before(day)
        with timezone.override(zone()):
            outcome = every_night(day, missed, lambda: _hold(day))
            _close(day, outcome, missed)
        night.refresh_from_db()
    return night


def missed_before(day: date) -> list[date]:
    """Return the days directly before `day` that had no night, as far back as the one before; none before the first."""
    done = Night.objects.filter(day__lt=day, done_at__isnull=False)
    last = done.order_by("-day").values_list("day", flat=True).first()
    return [last + timedelta(days=n) for n in range(1, (day - last).days)] if last else []


def _taken(day: date) -> Night:
    now = timezone.now()
    night, _new = Night.objects.get_or_create(day=day, defaults={"begun_at": now})
    if night.done_at:
        return night
    # Held for longer than anybody holds it: the clock was set back meanwhile.
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(held_until__gt=now + HOLD)
    if Night.objects.filter(free, day=day, done_at=None).update(held_until=now + HOLD) != 1:
        raise Stale(
            _("The night of %(day)s is being carried out by another process.") % {"day": date_format(day, "j F Y")}
        )
    return night


def _hold(day: date) -> None:
    now = timezone.now()
    Night.objects.filter(day=day).update(held_until=now + HOLD)
    beat(POLL, now)  # the worker of a small site looks for no work meanwhile, and lives


def _close(day: date, outcome: Outcome, missed: list[date]) -> None:
    """Keep what the night did, its event, and the mails about the state of things, all in one change."""
    programme = Programme.objects.get()
    with change(by=SYSTEM) as c:
        night = Night.objects.select_for_update().get(day=day)
        if night.done_at:
            return
        night.done_at, night.held_until, night.missed = c.at, None, len(missed)
        night.counts, night.failed, night.findings = outcome.counts, outcome.failed, outcome.findings[:20]
        night.save()
        facts: dict[str, Any] = {"day": day.isoformat(), "counts": outcome.counts, "missed": len(missed)}
        if missed:
            facts |= {"first_missed": missed[0].isoformat(), "last_missed": missed[-1].isoformat()}
        if day != day_of(c.at):
            facts["made_up_on"] = day_of(c.at).isoformat()
        c.event("programme.night", programme, **facts)
        tell_alarm(c, night)
        tell_root(c, day)


def forget_proofs(day: date) -> dict[str, int]:
    """Remove proofs of identity that can serve no more."""
    return {"proofs forgotten": forget_old_proofs(timezone.now())}


EVERY_MINUTE.append(ask_for_night)
NIGHTLY.append(forget_proofs)
