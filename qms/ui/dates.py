"""Dates and times in words: 14 Sep 2026; Thu 17 Sep; 14 Sep 2026, 10:16:42 (UTC+2); in 3 days."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

TIME, SECONDS, DAY = "%H:%M", "%H:%M:%S", "D j M"
NEAR = 180  # days within which a weekday and a month say which year is meant


def in_words(value: date | datetime, style: str = "") -> str:
    """Return the moment in words. A datetime is aware and shown in the current time zone.

    Args:
        style: "" (date, and time of a datetime), "date", "day" (weekday, and no year where it is near) or "zone"
            (seconds and offset).

    Raises:
        ValueError: Another style, or "zone" for a date without a time.
    """
    if style not in ("", "date", "day", "zone"):
        raise ValueError(f"No style {style!r}: date, day or zone.")
    if not isinstance(value, datetime):
        if style == "zone":
            raise ValueError("A date has no time zone.")
        return _day(value) if style == "day" else _date(value)
    local = timezone.localtime(value)
    if style in ("date", "day"):
        return _day(local.date()) if style == "day" else _date(local)
    if style == "zone":
        return f"{_date(local)}, {local:{SECONDS}} ({offset(local)})"
    return f"{_date(local)}, {local:{TIME}}"


def _day(value: date) -> str:
    near = abs((value - timezone.localdate()).days) < NEAR
    return date_format(value, DAY) if near else _date(value)


def _date(value: date) -> str:
    """Return a day as "j M Y" of Django, which takes five times as long: a page shows dozens."""
    return f"{value.day} {str(MONTHS_3[value.month]).title()} {value.year}"


def offset(moment: datetime) -> str:
    """Return the zone of an aware moment as UTC, UTC+2 or UTC−3:30."""
    delta = moment.utcoffset()
    if delta is None:
        raise ValueError("The moment has no time zone.")
    minutes = round(delta.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def from_today(value: date | datetime) -> str:
    """Return how far the day is from today: today, tomorrow, in 3 days, 5 days ago."""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    days = (day - timezone.localdate()).days
    if days in (-1, 0, 1):
        return (_("yesterday"), _("today"), _("tomorrow"))[days + 1]
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
