"""Days of the calendar."""

import calendar
from datetime import date


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where there is no such day (31 Jan -> 28 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
