"""Reads over the trail, each by an index, so that a page costs the same at a hundred events and at a million."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from qms.people.programme import zone
from qms.trail.models import Event, Subject

PAGE = 50
CHUNK = 1000


@dataclass(frozen=True)
class Filters:
    """What the trail of the programme is narrowed to; days are the programme's, both included."""

    who: int | None = None
    names: tuple[str, ...] = ()
    label: str = ""
    since: date | None = None
    until: date | None = None


def events_of(label: str, record_id: str, before: int | None = None) -> list[Event]:
    """Return the newest events that a record is the record or a subject of, one more than a page; `before` an id."""
    own = Event.objects.filter(label=label, record_id=record_id)
    told = Subject.objects.filter(label=label, record_id=record_id)
    if before is not None:
        own, told = own.filter(pk__lt=before), told.filter(event_id__lt=before)
    ids = {
        *own.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1],
        *told.order_by("-event_id").values_list("event_id", flat=True)[: PAGE + 1],
    }
    newest = sorted(ids, reverse=True)[: PAGE + 1]
    return list(Event.objects.filter(pk__in=newest).select_related("leaf").order_by("-pk"))


def filtered(filters: Filters) -> QuerySet[Event]:
    """Return the events that match, the newest first."""
    found = Event.objects.select_related("leaf").order_by("-at", "-pk")
    if filters.who is not None:
        found = found.filter(by_id=filters.who)
    if filters.names:
        found = found.filter(name__in=filters.names)
    if filters.label:
        found = found.filter(label=filters.label)
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone())


def older_than(found: QuerySet[Event], before: int) -> QuerySet[Event]:
    """Return the events of `found` that come after the event with this id in the list; all if there is none."""
    at = Event.objects.filter(pk=before).values_list("at", flat=True).first()
    return found if at is None else found.filter(Q(at__lt=at) | Q(at=at, pk__lt=before), at__lte=at)


def streamed(found: QuerySet[Event]) -> Iterator[Event]:
    """Return all events of `found` in its order, read in chunks, so that no answer holds them all."""
    rest: list[Event] = list(found[:CHUNK])
    while rest:
        yield from rest
        rest = list(older_than(found, rest[-1].pk)[:CHUNK]) if len(rest) == CHUNK else []
