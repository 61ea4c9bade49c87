"""The reviews of a year: how many fall in which week and facility, which are late, and how they could be spread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import Max, QuerySet

from qms.people.models import Facility, User
from qms.people.programme import day_of, today
from qms.people.roles import May
from sops.dates import months_later
from sops.loaders import in_places
from sops.models import Document, PeriodicReview, ReviewStatus

WEEKS = 52
WEEK = timedelta(days=7)
MOST = 50  # so many are moved at once
CROWDED = 4  # from so many on a week may stand out
# By hand: each count runs along the index of facility and day, whatever the number of documents beside it.
COUNTS = """
    WITH span(place, since, until) AS (VALUES {spans})
    SELECT code, place, (
        SELECT count(*) FROM sops_document
        WHERE facility_id = facility.id AND review_due >= since AND review_due < until
    ) FROM span CROSS JOIN qms_facility facility WHERE {here} ORDER BY code"""


@dataclass
class Week:
    """One week: its Monday, how many reviews fall due, and [(code of a facility, how many)]."""

    monday: date
    places: dict[str, int] = field(default_factory=dict)
    crowded: bool = False

    @property
    def total(self) -> int:
        return sum(self.places.values())

    @property
    def key(self) -> str:
        return self.monday.strftime("%G-W%V")

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


@dataclass
class Month:
    """The weeks most of whose days lie in one month."""

    first: date
    weeks: list[Week]

    @property
    def total(self) -> int:
        return sum(week.total for week in self.weeks)


@dataclass(frozen=True)
class Year:
    """Twelve months from this week on; `late` is {code of a facility: how many are overdue}."""

    months: list[Month]
    late: dict[str, int]

    @property
    def overdue(self) -> int:
        return sum(self.late.values())

    @property
    def total(self) -> int:
        return sum(month.total for month in self.months)


def reviewable(user: User) -> QuerySet[Document]:
    """Return the documents with a day of review, which only those in force have, where this person sees drafts."""
    places = user.person.facilities_where(May.SEE_DRAFTS)
    found = Document.objects.filter(review_due__isnull=False)
    return found if places is None else found.filter(in_places(places, ""))


def year_of(user: User) -> Year:
    """Return the year at a glance."""
    now = today()
    weeks = [Week(_monday(now) + n * WEEK) for n in range(WEEKS)]
    late: dict[str, int] = {}
    spans = [(date.min, now), *((max(week.monday, now), week.monday + WEEK) for week in weeks)]
    for code, place, n in _counts(user, spans):
        if n:
            (weeks[place - 1].places if place else late)[code] = n
    _mark_crowded(weeks)
    return Year(_by_month(weeks), late)


def _counts(user: User, spans: Sequence[tuple[date, date]]) -> list[tuple[str, int, int]]:
    """Return (code of a facility, which of these spans of days, how many fall due in it), for those of `reviewable`."""
    places = user.person.facilities_where(May.SEE_DRAFTS)
    if places is not None and not places:
        return []
    values = ", ".join(f"({place}, %s, %s)" for place in range(len(spans)))
    here = "1 = 1"
    params: list[date | int | str] = [day for span in spans for day in span]
    if places is not None:
        here = f"facility.id IN ({', '.join(['%s'] * len(places))}) OR facility.part = %s"
        params += [*places, Facility.Part.WHOLE.value]
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(spans=values, here=here), params)
        return list(cursor.fetchall())


def _mark_crowded(weeks: Sequence[Week]) -> None:
    usual = sum(week.total for week in weeks) / len(weeks)
    for week in weeks:
        week.crowded = week.total >= CROWDED and week.total > 2 * usual


def _by_month(weeks: Iterable[Week]) -> list[Month]:
    months: list[Month] = []
    for week in weeks:
        first = (week.monday + timedelta(days=3)).replace(day=1)  # a week belongs where most of its days lie
        if not months or months[-1].first != first:
            months.append(Month(first, []))
        months[-1].weeks.append(week)
    return months


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def monday_of(key: str) -> date | None:
    """Return the Monday of a week named 2026-W23, None for what is none."""
    try:
        return date.fromisoformat(f"{key}-1") if len(key) == 8 else None
    except ValueError:
        return None


def due_in(user: User, week: str) -> QuerySet[Document]:
    """Return what falls due in a week, or, for "late", what is overdue; the earliest first."""
    monday = monday_of(week)
    found = reviewable(user).select_related("facility", "owner", "type", "shown")
    if monday is None:
        return found.filter(review_due__lt=today()).order_by("review_due", "number")
    start = max(monday, today()) if monday <= today() else monday
    return found.filter(review_due__gte=start, review_due__lte=monday + timedelta(days=6)).order_by(
        "review_due", "number"
    )


def latest_days(documents: Iterable[Document]) -> dict[int, date]:
    """Return {key: the last day that the period of the type allows}, from the last review or the day it took effect."""
    given = list(documents)
    ended = PeriodicReview.objects.filter(document__in=given, status=ReviewStatus.NO_CHANGE).order_by()
    signed = dict(ended.values_list("document").annotate(last=Max("signed_at")))
    found = {}
    for one in given:
        effective = one.shown.effective_at if one.shown is not None else None
        moments = [moment for moment in (signed.get(one.pk), effective) if moment is not None]
        if moments:
            found[one.pk] = months_later(day_of(max(moments)), one.type.review_months)
    return found


def proposed(user: User, documents: Sequence[Document], latest: Mapping[int, date]) -> dict[int, date]:
    """Return {key: an earlier day in the emptiest week before}, the later week of two as empty; never a later day."""
    load = _load(user)
    found: dict[int, date] = {}
    for one in sorted(documents, key=lambda one: (one.review_due or date.max, one.number)):
        due = min(one.review_due or date.max, latest.get(one.pk, date.max))
        day = _emptiest(due, load)
        found[one.pk] = day
        load[_monday(due)] = load.get(_monday(due), 0) - 1
        load[_monday(day)] = load.get(_monday(day), 0) + 1
    return found


def _load(user: User) -> dict[date, int]:
    load: dict[date, int] = {}
    for month in year_of(user).months:
        for week in month.weeks:
            load[week.monday] = week.total
    return load


def _emptiest(due: date, load: Mapping[date, int]) -> date:
    """Return the day in the emptiest week from next week on; where none is emptier, the day itself, or today."""
    first = _monday(today()) + WEEK
    days = [due - n * WEEK for n in range(1, WEEKS) if due - n * WEEK >= first]
    best = min(days, key=lambda day: load.get(_monday(day), 0), default=due)
    return best if load.get(_monday(best), 0) + 1 < load.get(_monday(due), 0) else max(due, today())
