"""Days of the calendar."""

import calendar
from datetime import date, timedelta

from django.utils.formats import date_format


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where there is no such day (31 Jan -> 28 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_words(day: date) -> str:
    """Return a day as it is said: 7 December 2026."""
    return date_format(day, "j F Y")


def next_working_day(day: date) -> date:
    """Return the next day that is neither Saturday nor Sunday; holidays are not known here."""
    ahead = day + timedelta(days=1)
    return ahead + timedelta(days=max(0, 7 - ahead.weekday())) if ahead.weekday() > 4 else ahead
