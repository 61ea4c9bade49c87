"""Mails about the state of things: what went wrong in a night, and each week the root of the trail, to be kept."""

from datetime import date
from typing import Any

from django.utils.formats import date_format

from qms.notifications.audience import Audience
from qms.notifications.background import stuck
from qms.notifications.errors import plain_error, what
from qms.notifications.models import Night
from qms.people.programme import moment_words, today
from qms.people.telling import tell
from qms.trail.door import Change
from qms.trail.sealer import newest_seal

SHOWN = 10


def tell_alarm(c: Change, night: Night) -> None:
    """Tell quality managers by mail what the night found or could not do, and what work keeps failing."""
    rows = list(stuck().order_by("made_at")[: SHOWN + 1])
    if night.is_well and not rows:
        return
    audience = Audience(today())
    failing = [f"{what(row)}: {plain_error(row.last_error)}" for row in rows[:SHOWN]]
    facts: dict[str, Any] = {
        "day": date_format(night.day, "j F Y"), "findings": night.findings[:SHOWN], "failed": night.failed[:SHOWN],
        "failing": failing, "more": len(rows) > SHOWN,
    }  # fmt: skip
    for pk in audience.managers():
        tell(c, audience.people[pk], "night/alarm", f"{pk}:{night.day}", **facts)


def tell_root(c: Change, day: date) -> None:
    """Mail size and root of the newest seal to those who answer for the programme: in the first night of a week.

    Whoever alters the trail later cannot alter these mails: that is their use.
    """
    seal = newest_seal()
    if seal is None:
        return
    year, week, _weekday = day.isocalendar()
    audience = Audience(today())
    facts: dict[str, Any] = {"size": seal.size, "root": seal.root, "at": moment_words(seal.at)}
    for pk in audience.leaders():
        tell(c, audience.people[pk], "night/root", f"{pk}:{year}-W{week:02d}", **facts)
