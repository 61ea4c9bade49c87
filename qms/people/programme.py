"""The programme that this installation serves, kept in memory for a minute: its name, its zone, its day."""

import time
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.models import Programme
from qms.trail import clock

SECONDS = 60


@dataclass(frozen=True)
class Standing:
    """What every page needs to know of the programme."""

    name: str
    time_zone: str


_known: tuple[float, Standing] | None = None  # not in the cache: an act asks a dozen times what day it is


def current() -> Standing | None:
    """Return the programme, or None on an empty installation. At most one query a minute and process."""
    global _known
    known = _known
    if known is None or time.monotonic() > known[0]:
        programme = Programme.objects.first()
        if programme is None:
            return None
        _known = known = time.monotonic() + SECONDS, Standing(programme.name, programme.time_zone)
    return known[1]


def forget() -> None:
    """Read the programme again at the next question."""
    global _known
    _known = None


def zone() -> zoneinfo.ZoneInfo:
    """Return the programme's time zone; the server's own before there is a programme."""
    programme = current()
    return zoneinfo.ZoneInfo(programme.time_zone if programme else timezone.get_default_timezone_name())


def today() -> date:
    """Return the programme's day, wherever the server stands."""
    return day_of(clock.now())


def day_of(moment: datetime) -> date:
    """Return the programme's day of a moment."""
    return timezone.localdate(moment, zone())


def moment_words(moment: datetime) -> str:
    """Return a moment in the programme's zone, with the zone: 24 Nov 2026, 11:37 (Europe/London)."""
    here = timezone.localtime(moment, zone())
    return _("%(moment)s (%(zone)s)") % {"moment": date_format(here, "j M Y, H:i"), "zone": zone().key}
