"""What happened, in words: acts on documents, versions and comments."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.programme import day_of, zone
from qms.records.presenters import sentence
from qms.trail.models import Event
from qms.ui.numbers import unbroken
from sops.models import Document, Version
from sops.queries import in_force_during


@dataclass(frozen=True)
class Line:
    """One act: when, what in a sentence, why."""

    at: datetime
    what: str
    reason: str


def lines(events: list[Event]) -> list[Line]:
    """Return acts in the words of the trail."""
    return [Line(event.at, unbroken(sentence(json.loads(event.text))), event.reason) for event in events]


def in_force_words(document: Document, day: date, now: date) -> tuple[str, list[Version]]:
    """Return which version was in force on a day, in a sentence, and the versions that it names."""
    said = {"day": date_format(day, "j F Y")}
    if day > now:
        return _("%(day)s is ahead. Choose today or an earlier day.") % said, []
    were = in_force_during(document, day)
    if not were:
        return _("Nothing of this document was in force on %(day)s.") % said, []
    parts = [_stretch(version, day) for version in were]
    return _("On %(day)s: %(parts)s.") % {**said, "parts": ", ".join(parts)}, were


def _stretch(version: Version, day: date) -> str:
    """Return version 7 until 10:02; version 8 from 10:02; version 7 the whole day."""
    began = version.effective_at is not None and day_of(version.effective_at) == day
    ended = version.ended_at is not None and day_of(version.ended_at) == day
    said = {
        "n": version.n,
        "from": _time(version.effective_at) if began else "",
        "to": _time(version.ended_at) if ended else "",
    }
    if began and ended:
        return _("version %(n)d from %(from)s to %(to)s") % said
    if began:
        return _("version %(n)d from %(from)s") % said
    if ended:
        return _("version %(n)d until %(to)s") % said
    return _("version %(n)d the whole day") % said


def _time(moment: datetime | None) -> str:
    return date_format(moment.astimezone(zone()), "H:i") if moment else ""
