"""How many will have read a version by a day: told from how long each has taken so far, for who chooses the day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import median

from qms.people.programme import today
from sops.models import Version
from sops.panels import Outlook
from training.models import Reading
from training.readers import to_ask

USUAL = 10  # days, of who has signed nothing yet, where nobody else has either
LOOKED_AT = 1000  # signatures, the newest: how long somebody took years ago says little
SHORTEST, LONGEST = 3, 28


def reading_outlook(version: Version, days: Sequence[date]) -> Outlook | None:
    """Say for each of these days how many will not have signed; two queries for any number of people and days."""
    people = to_ask(version, today())
    if not people:
        return None
    needed = days_needed(people)
    first = today()
    missing = {day: sum(took > (day - first).days for took in needed.values()) for day in days}
    wait = min(max(max(needed.values()), SHORTEST), LONGEST)
    return Outlook(len(people), missing, first + timedelta(days=wait))


def days_needed(people: Iterable[int]) -> dict[int, int]:
    """Return {person: days from being asked to signing}, their median so far; of who has none, that of the others."""
    known = set(people)
    signed = Reading.objects.signed().filter(person__in=known).order_by("-pk")
    took: dict[int, list[int]] = {}
    for person, asked, at in signed.values_list("person", "asked_at", "signature__at")[:LOOKED_AT]:
        took.setdefault(person, []).append(max((at - asked).days + 1, 1))
    own = {person: round(median(days)) for person, days in took.items()}
    usual = round(median(own.values())) if own else USUAL
    return {person: own.get(person, usual) for person in known}
