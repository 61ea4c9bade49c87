"""Finding documents: the register and its filters, the search for words, how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from qms.people.models import User
from qms.people.programme import today
from qms.search.hits import Hit, first_hit
from qms.search.index import first_keys, terms, texts_found, with_phrases
from sops.listed import listed_documents
from sops.loaders import visible_documents, visible_versions
from sops.models import OPEN, Document, Status, Version

SOON = timedelta(days=60)
MOST = 1000  # so many documents are counted
MOST_DUE = 200  # so many overdue reviews are counted in a register of more than that
SORTS = {
    "number": "number",
    "title": "title",
    "effective": "shown__effective_at",
    "review": "review_due",
    "owner": "owner__printed_name",
    "facility": "facility__code",
}
REVIEWS = ("late", "soon", "later")


@dataclass(frozen=True)
class Filters:
    """What the register was asked for: all lists are "any of these"; `mine` asks for the reader's own."""

    text: str = ""
    types: Sequence[int] = ()
    facilities: Sequence[int] = ()
    statuses: Sequence[str] = ()
    owners: Sequence[int] = ()
    reviews: Sequence[str] = ()
    sort: str = "number"

    @property
    def are_set(self) -> bool:
        return bool(self.text or self.types or self.facilities or self.statuses or self.owners or self.reviews)


@dataclass(frozen=True)
class Found:
    """What was found, in the order asked for. `cut`: very many have these words, and only some of them were looked at.

    `cut` says so of words alone: of the documents with them, those that the person may see and the filters let through.
    """

    documents: QuerySet[Document]
    places: Sequence[int] = ()
    cut: bool = False


def find_documents(user: User, asked: Filters) -> Found:
    """Return the documents that this person sees and the filters let through."""
    if not terms(asked.text):
        found, places = listed_documents(user)
        return Found(_sorted(_let_through(found, user, asked), asked), places)
    # A number is among the words of its document, so that its beginning is found with them.
    keys, cut = first_keys("sops.document", asked.text)
    there = with_phrases("sops.document", asked.text, keys)
    found = visible_documents(user).filter(_one_of("sops_document", there))
    return Found(_sorted(_let_through(found, user, asked), asked), cut=cut)


def _let_through(found: QuerySet[Document], user: User, asked: Filters) -> QuerySet[Document]:
    for name, values in (("type", asked.types), ("facility", asked.facilities), ("owner", asked.owners)):
        if values:
            found = found.filter(**{f"{name}__in": values})
    if asked.statuses:
        found = found.filter(_status(user, asked.statuses))
    return found.filter(_review(asked.reviews, today())) if asked.reviews else found


def find_versions(user: User, text: str) -> tuple[QuerySet[Version], bool]:
    """Return the versions of every state that this person sees and that have these words, those in force first.

    And whether there are so many that not all of them were looked at.
    """
    keys, cut = first_keys("sops.version", text)
    there = with_phrases("sops.version", text, keys)
    in_force = Case(When(status=Status.EFFECTIVE, then=Value(0)), default=Value(1))
    found = visible_versions(user).filter(_one_of("sops_version", there)).order_by(in_force, "document__number", "-n")
    return found, cut


def _one_of(table: str, keys: list[int]) -> RawSQL:
    """Return the condition as one parameter: Django takes longer over many than the database to find them."""
    given: list[int] | str
    if connection.vendor == "postgresql":
        where, given = f"{table}.id = ANY(%s::bigint[])", keys
    else:
        where, given = f"{table}.id IN (SELECT value FROM json_each(%s))", str(keys)  # noqa: S608 - a name of ours
    return RawSQL(where, [given], output_field=BooleanField())  # noqa: S611 - the keys are a parameter


def _status(user: User, statuses: Sequence[str]) -> Q:
    """A status is that of the version shown, or of the one on its way beside it, for who sees that one."""
    on_its_way = [status for status in statuses if status in OPEN]
    shown = Q(shown__status__in=statuses)
    if not on_its_way:
        return shown
    return shown | Q(pk__in=visible_versions(user).filter(status__in=on_its_way).values("document"))


def _review(reviews: Iterable[str], day: date) -> Q:
    ways = {
        "late": Q(review_due__lt=day),
        "soon": Q(review_due__gte=day, review_due__lte=day + SOON),
        "later": Q(review_due__gt=day + SOON),
    }
    chosen = Q()
    for name in reviews:
        chosen |= ways[name]
    return chosen


def _sorted(found: QuerySet[Document], asked: Filters) -> QuerySet[Document]:
    name, down = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    path = F(SORTS.get(name, "number"))
    order = [path.desc(nulls_last=True) if down else path.asc(nulls_last=True)]
    if name in ("number", "title"):
        order = [F(name).desc() if down else F(name).asc()]
    if asked.text.strip():
        exact = When(number__istartswith=asked.text.strip(), then=Value(0))
        return found.order_by(Case(exact, default=Value(1)), *order, "number")
    return found.order_by(*order, *(["number"] if name != "number" else []))


def hits_of(label: str, keys: Sequence[int], query: str) -> dict[int, Hit]:
    """Return where the words of a query stand in the texts of a few records; one query, none where nothing is asked."""
    if not terms(query) or not keys:
        return {}
    texts = texts_found(label, keys)
    return {key: hit for key, text in texts.items() if (hit := first_hit(text, query)) is not None}


def with_versions(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Read with each document what a line of the register shows."""
    return documents.select_related("shown", "owner", "facility", "type")


@dataclass(frozen=True)
class Counts:
    """How many documents there are, and reviews overdue or due soon; `more`: there are others, not counted."""

    total: int
    late: int
    soon: int
    more: bool = False
    more_due: bool = False


def counts(found: Found, *, reviews: bool) -> Counts:
    """Count up to MOST: a register of any size costs the same, and nobody leafs further.

    `reviews`: with those overdue or due soon, which are the business of who sees what is on its way.
    """
    plain = found.documents.order_by()
    if not reviews:
        total = plain[: MOST + 1].count()
        return Counts(min(total, MOST), 0, 0, more=found.cut or total > MOST)
    of_all = _counted(plain[: MOST + 1])
    if of_all.total <= MOST:
        return replace(of_all, more=found.cut)
    # In their order, so that PostgreSQL goes along the days: it keeps a plan for any day, and thinks a third is before.
    late = _counted(plain.filter(_review(["late"], today())).order_by("review_due")[:MOST_DUE]).late
    return Counts(MOST, late, 0, more=True, more_due=late == MOST_DUE)


def _counted(documents: QuerySet[Document]) -> Counts:
    day = today()
    numbers = documents.aggregate(
        total=Count("pk"), late=Count("pk", filter=_review(["late"], day)),
        soon=Count("pk", filter=_review(["soon"], day)),
    )  # fmt: skip
    return Counts(**numbers)
