"""Reads over the trail, each by an index, so that a page costs the same at a hundred events and at a million."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from qms.people.programme import zone
from qms.trail.models import Event, Subject

PAGE = 50
CHUNK = 1000
FEW = 2000


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
    if "\0" in f"{label}{record_id}":
        return []  # PostgreSQL refuses it
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
    found = _narrowed(filters).select_related("leaf").order_by("-at", "-pk")
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return found


def _narrowed(filters: Filters) -> QuerySet[Event]:
    given = {"by_id": filters.who, "name__in": filters.names, "label": filters.label}
    wanted: dict[str, Any] = {key: value for key, value in given.items() if value}
    if connection.vendor != "sqlite" or not wanted:
        return Event.objects.filter(**wanted)
    return _narrowed_for_sqlite(wanted)


def _narrowed_for_sqlite(wanted: dict[str, Any]) -> QuerySet[Event]:
    """Choose the way that SQLite, which keeps no statistics, cannot: rare events by their ids, common ones by time.

    At a million events it would otherwise sort hundreds of thousands of them for each page.
    """
    few = list(Event.objects.filter(**wanted).values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Event.objects.filter(pk__in=few)
    hidden = {"by_id": Coalesce("by_id", 0), "name": Coalesce("name", Value("")), "label": Coalesce("label", Value(""))}
    no_index = {f"plain_{name}": expression for name, expression in hidden.items()}
    return Event.objects.alias(**no_index).filter(**{f"plain_{key}": value for key, value in wanted.items()})


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
