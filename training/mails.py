"""Mails about a reading, asked for in the act's own transaction.

One goes at once only where the day is near (`TOLD_AT_ONCE`); of all others the night's mail tells, one a person, from
what `work.py` lists. So nobody gets ten mails for ten documents.
"""

from django.utils.formats import date_format

from qms.people import telling
from qms.trail.door import Change
from training.models import Reading


def tell(c: Change, reading: Reading, template: str, key: str) -> None:
    """Ask for a mail about one reading, once for this key; its link leads to exactly this one, after the log-in."""
    version = reading.version
    telling.tell(
        c, reading.person, template, f"{reading.pk}-{key}", document=version.document.number, title=version.title,
        n=version.n, due=date_format(reading.due_on, "l j F Y"), path=reading.get_absolute_url(),
    )  # fmt: skip
