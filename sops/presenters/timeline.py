"""The versions of a document as a drawn line of time: places in per cent, so that it fits every width."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.programme import zone
from qms.ui.dates import in_words
from sops.models import Status, Version

SHORTEST = timedelta(days=14)  # what all happened within days is no line: the table says it better
AHEAD = 0.06  # of the whole, right of the last day that is known
MOST_TICKS = 12
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120)  # months between two marks
EDGE = 0.04  # of the whole, in which a word would be cut off at the left
NARROWEST = 3  # per cent in which the number of a version still finds room


@dataclass(frozen=True)
class Stretch:
    """The time in which a version was, is or will be in force: `state` is past, now or plan; places are per cent."""

    version: Version
    state: str
    words: str
    left: str
    width: str
    label: str


@dataclass(frozen=True)
class Tick:
    """A mark of the calendar; `is_minor` ones are left out where there is little room."""

    at: str
    word: str
    is_minor: bool


@dataclass(frozen=True)
class Timeline:
    """What is drawn; `today` is its place, `today_end` tells that there is more room at its left."""

    stretches: list[Stretch]
    ticks: list[Tick]
    today: str
    today_end: bool


def timeline(versions: list[Version], now: datetime) -> Timeline | None:
    """Return the line of those versions that came into force or have their day; None where there is nothing to draw."""
    spans = [(one, *ends) for one in reversed(versions) if (ends := _ends(one, now)) is not None]
    if not spans:
        return None
    first = min(start for _version, start, _end in spans)
    last = max(now, *(end or start for _version, start, end in spans))
    if last - first < SHORTEST:
        return None
    scale = _Scale(first, last + (last - first) * AHEAD)
    return Timeline(
        [_stretch(one, start, end, scale) for one, start, end in spans], list(_ticks(scale)),
        scale.place(now), scale.part(now) > 0.5,
    )  # fmt: skip


def _ends(version: Version, now: datetime) -> tuple[datetime, datetime | None] | None:
    """Return from when to when a version applies; None as the end of one that is yet to come."""
    if version.effective_at is not None:
        return version.effective_at, version.ended_at or now
    if version.status == Status.APPROVED and version.effective_on is not None:
        return datetime.combine(version.effective_on, time.min, zone()), None
    return None


@dataclass(frozen=True)
class _Scale:
    first: datetime
    last: datetime

    def part(self, moment: datetime) -> float:
        return (moment - self.first) / (self.last - self.first)

    def place(self, moment: datetime) -> str:
        return f"{self.part(moment) * 100:.2f}"


def _stretch(version: Version, start: datetime, end: datetime | None, scale: _Scale) -> Stretch:
    state = "plan" if end is None else "now" if version.ended_at is None else "past"
    width = max((scale.part(end or scale.last) - scale.part(start)) * 100, 0.4)
    said = {"n": version.n, "from": in_words(start, "date"), "to": in_words(end, "date") if end else ""}
    words = {
        "past": _("Version %(n)d, in force from %(from)s to %(to)s"),
        "now": _("Version %(n)d, in force since %(from)s"),
        "plan": _("Version %(n)d, takes effect on %(from)s"),
    }[state]
    label = str(version.n) if width >= NARROWEST else ""
    return Stretch(version, state, words % said, scale.place(start), f"{width:.2f}", label)


def _ticks(scale: _Scale) -> Iterator[Tick]:
    """Yield marks at the first of months: every year, quarter or month, as many as find room."""
    months = (scale.last - scale.first).days / 30.4
    step = next((one for one in STEPS if months / one <= MOST_TICKS), STEPS[-1])
    first, count = scale.first.astimezone(zone()).date().replace(day=1), 0
    index = -(-(first.year * 12 + first.month - 1) // step) * step
    while True:
        day = date(index // 12, index % 12 + 1, 1)
        moment = datetime.combine(day, time.min, zone())
        if moment >= scale.last:
            return
        if scale.part(moment) > EDGE:
            yield Tick(scale.place(moment), date_format(day, "Y" if step % 12 == 0 else "M Y"), bool(count % 2))
            count += 1
        index += step
