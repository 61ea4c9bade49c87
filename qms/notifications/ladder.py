"""The ladder of reminders: on which days before and after its due day somebody hears of a thing, and who.

Rungs are days after the due day, so -7 is a week before it. What was skipped is made up for by the newest rung that
has been reached: after a gap nobody is told what was true in between, and nothing is left out.
"""

from datetime import date

AHEAD = (-60, -30, -7)
FIRST_SIGHT = -100_000
"""The rung of a thing that is told of because it is new, before the first of the others."""
DEPUTIES_FROM, MANAGERS_FROM, THEN_EVERY = 3, 7, 7


def reached(due: date, day: date) -> int:
    """Return the newest rung reached on that day: 60, 30 and 7 days before, the day, 3, 7 and every 7 days after.

    It never ends: a thing that is a year late is told of every week.
    """
    late = (day - due).days
    if late >= MANAGERS_FROM:
        return late - late % THEN_EVERY
    if late >= DEPUTIES_FROM:
        return DEPUTIES_FROM
    if late >= 0:
        return 0
    return max((rung for rung in AHEAD if rung <= late), default=FIRST_SIGHT)


def reached_before(since: date | None, due: date, told: bool) -> int | None:
    """Return the newest rung that needs no mail: what was mailed when it was asked was told on that day."""
    return reached(due, since) if told and since is not None else None


def deputies_hear(rung: int) -> bool:
    return rung >= DEPUTIES_FROM


def managers_hear(rung: int) -> bool:
    return rung >= MANAGERS_FROM
