"""The lines of the register as plain values: one query for a page of them, and no model instances."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.expressions import RawSQL

from qms.people.models import Person
from sops.loaders import sees
from sops.models import OPEN, Document


@dataclass(frozen=True, slots=True)
class Line:
    """One document: the version shown, and the one on its way, which is the same where nothing is in force.

    The fields are the columns that are read, in this order.
    """

    id: int
    number: str
    title: str
    review_due: date | None
    owner__printed_name: str
    facility__name: str
    facility__part: str
    facility_id: int
    shown_id: int | None
    shown__n: int | None
    shown__status: str
    shown__effective_on: date | None
    shown__effective_at: datetime | None
    coming__id: int | None
    coming__n: int
    coming__status: str
    coming__effective_on: date | None


NOWHERE = -1  # stands for a facility
COLUMNS = [field.name for field in fields(Line)]


def page_of(found: QuerySet[Document], start: int, stop: int, places: Sequence[int] = ()) -> list[Line]:
    """Return one page of lines, in one query.

    `places` are the facilities of the documents found, for a long list ordered by number: then the first of each place
    are taken along its index and put in order. Numbers begin with their facility: along their own index a database
    would read all of A to C before it comes to D.
    """
    if places:
        first = _first_of_each(found, places, stop)  # seen and let through by the filters, each of them
        found = Document.objects.filter(pk__in=first).order_by(*found.query.order_by)
    on_its_way = FilteredRelation("versions", condition=Q(versions__status__in=OPEN))  # at most one: a constraint
    return [Line(*row) for row in found.annotate(coming=on_its_way).values_list(*COLUMNS)[start:stop]]


def _first_of_each(found: QuerySet[Document], places: Sequence[int], stop: int) -> RawSQL:
    one, given = found.filter(facility=NOWHERE).values("pk")[:stop].query.sql_with_params()  # once: it takes its time
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) place_{place}" for place in places)  # noqa: S608 - made by Django
    return RawSQL(sql, [place if value == NOWHERE else value for place in places for value in given])  # noqa: S611


def shows_coming(line: Line, person: Person) -> bool:
    """Return whether something is on its way beside the version shown, for this person to see."""
    if line.coming__id is None or line.coming__id == line.shown_id:
        return False
    return sees(person, line.facility_id, line.facility__part, line.coming__status)
