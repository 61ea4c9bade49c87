"""Reading documents: the register and its filters, who may be asked, what was in force on a day, what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from qms.people.models import Facility, Person, RoleAssignment, User
from qms.people.programme import today, zone
from qms.people.roles import ROLES, May
from qms.search.hits import Hit, first_hit
from qms.search.index import first_keys, terms, texts_found, with_phrases
from qms.signatures.models import Deputation
from qms.trail.door import key_of
from qms.trail.guard import Controlled
from qms.trail.models import Event
from sops.loaders import visible_documents, visible_versions
from sops.models import OPEN, Document, Status, Version
from sops.seats import HOLDERS

SOON = timedelta(days=60)
MOST = 1000  # so many documents are counted, and looked at when words are searched
MOST_DUE = 200  # so many overdue reviews are counted in a register of more than that
SORTS = {
    "number": "number",
    "title": "title",
    "effective": "shown__effective_at",
    "review": "review_due",
    "owner": "owner__printed_name",
    "facility": "facility__code",
}
# By hand: four lists in one statement. The owners are found by going from one to the next along their index, for all
# documents would else be read for forty names.
CHOICES = """
    WITH RECURSIVE owner(id) AS (
        SELECT min(owner_id) FROM sops_document
        UNION ALL SELECT (SELECT min(owner_id) FROM sops_document WHERE owner_id > owner.id)
        FROM owner WHERE owner.id IS NOT NULL
    )
    SELECT 'type', id, name, code AS place FROM sops_documenttype
    UNION ALL SELECT 'facility', id, name, code FROM qms_facility
    UNION ALL SELECT 'owner', person.id, printed_name, printed_name FROM owner
        JOIN qms_person person ON person.id = owner.id
    UNION ALL SELECT 'view', id, name, query FROM sops_savedview
        WHERE removed_at IS NULL AND (owner_id = %s OR shared)
    ORDER BY place, id"""
# By hand: each half runs along its own index and stops early, which Django cannot say in one statement on SQLite.
LAST = """
    SELECT id, name, label, record_id, at, by_id, by_name, reason, text FROM qms_event WHERE id IN (
        SELECT id FROM (SELECT id FROM qms_event
            WHERE label = %(label)s AND record_id = %(key)s AND name <> %(printed)s ORDER BY id DESC LIMIT %(most)s) own
        UNION
        SELECT id FROM (SELECT event.id FROM qms_subject about JOIN qms_event event ON event.id = about.event_id
            WHERE about.label = %(label)s AND about.record_id = %(key)s AND event.name <> %(printed)s
            ORDER BY about.event_id DESC LIMIT %(most)s) others
    ) ORDER BY id DESC LIMIT %(most)s"""
PRINTED = "version.render"  # a PDF of a draft was looked at: in the trail, but no news
BACK = ("version.send_back", "version.take_back", "version.cancel")
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
    """What was found, in the order asked for. `cut`: very many have these words, and only MOST of them were looked at.

    `cut` says so of words alone: of the documents with them, those that the person may see and the filters let through.
    """

    documents: QuerySet[Document]
    cut: bool = False


def find_documents(user: User, asked: Filters) -> Found:
    """Return the documents that this person sees and the filters let through."""
    found = visible_documents(user)
    for name, values in (("type", asked.types), ("facility", asked.facilities), ("owner", asked.owners)):
        if values:
            found = found.filter(**{f"{name}__in": values})
    if asked.statuses:
        found = found.filter(_status(user, asked.statuses))
    if asked.reviews:
        found = found.filter(_review(asked.reviews, today()))
    if not terms(asked.text):
        return Found(_sorted(found, asked))
    # A number is among the words of its document, so that its beginning is found with them.
    keys = first_keys("sops.document", asked.text, MOST + 1)
    there = with_phrases("sops.document", asked.text, keys[:MOST])
    return Found(_sorted(found.filter(_one_of(there)), asked), cut=len(keys) > MOST)


def find_versions(user: User, text: str) -> tuple[QuerySet[Version], bool]:
    """Return the versions of every state that this person sees and that have these words, those in force first.

    And whether there are so many that not all of them were looked at.
    """
    keys = first_keys("sops.version", text, MOST + 1) if terms(text) else []
    there = with_phrases("sops.version", text, keys[:MOST])
    in_force = Case(When(status=Status.EFFECTIVE, then=Value(0)), default=Value(1))
    found = visible_versions(user).filter(pk__in=there).order_by(in_force, "document__number", "-n")
    return found, len(keys) > MOST


def _one_of(keys: list[int]) -> RawSQL:
    """Return the condition as one parameter: Django takes longer over a thousand than the database to find them."""
    if connection.vendor == "postgresql":
        return RawSQL("sops_document.id = ANY(%s::bigint[])", [keys], output_field=BooleanField())
    where = "sops_document.id IN (SELECT value FROM json_each(%s))"
    return RawSQL(where, [str(keys)], output_field=BooleanField())  # noqa: S611 - a constant


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


def counts(found: Found) -> Counts:
    """Count up to MOST: a register of any size costs the same, and nobody leafs further."""
    plain = found.documents.order_by()
    of_all = _counted(plain[: MOST + 1])
    if of_all.total <= MOST:
        return replace(of_all, more=found.cut)
    late = _counted(plain.filter(_review(["late"], today()))[:MOST_DUE]).late
    return Counts(MOST, late, 0, more=True, more_due=late == MOST_DUE)


def _counted(documents: QuerySet[Document]) -> Counts:
    day = today()
    numbers = documents.aggregate(
        total=Count("pk"), late=Count("pk", filter=_review(["late"], day)),
        soon=Count("pk", filter=_review(["soon"], day)),
    )  # fmt: skip
    return Counts(**numbers)


def choices_and_views(person: int = 0) -> tuple[dict[str, list[tuple[int, str]]], list[tuple[str, str]]]:
    """Return what the filters offer, and [(name, query)] of the views that this person saved or that are shared.

    The former is {"type", "facility", "owner": [(key, name)]}, in the order of code or name.
    """
    found: dict[str, list[tuple[int, str]]] = {"type": [], "facility": [], "owner": []}
    views: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute(CHOICES, [person])
        for menu, key, name, place in cursor.fetchall():
            if menu == "view":
                views.append((name, place))
            else:
                found[menu].append((key, name))
    return found, sorted(views)


def choices() -> dict[str, list[tuple[int, str]]]:
    """Return what the filters offer, as `choices_and_views`."""
    return choices_and_views()[0]


def people_who_may(permission: May, places: Iterable[int] | None, *, but: Sequence[str] = ()) -> list[Person]:
    """Return the people with an open account whose roles, or deputed roles, allow this in one of these places today.

    `places` None: anywhere. `but` names roles that do not count.
    """
    roles = [slug for slug, role in ROLES.items() if permission in role.may and slug not in but]
    here = Q() if places is None else Q(facility=None) | Q(facility__in=places)
    return _people_with(RoleAssignment.objects.filter(here, role__in=roles))


def who_holds(role: str, facility: Facility | None) -> list[Person]:
    """Return the people with an open account who fill a role of a route today, deputies of who holds it included."""
    here = Q() if facility is None else Q(facility=None) | Q(facility=facility)
    return _people_with(RoleAssignment.objects.filter(here, role__in=HOLDERS[role]))


def _people_with(held: Any) -> list[Person]:
    day = today()
    held = held & RoleAssignment.objects.on(day)
    own = held.filter(Q(person__left_on=None) | Q(person__left_on__gte=day))
    deputies = Deputation.objects.filter(
        assignment__in=own, signature__isnull=False, from_date__lte=day, until_date__gte=day
    ).exclude(ended_on__lte=day)
    found = Person.objects.filter(
        Q(pk__in=own.values("person")) | Q(pk__in=deputies.values("deputy")), user__is_active=True
    )
    return [person for person in found.order_by("printed_name") if person.is_active_on(day)]


def deputies_of(person: Person) -> list[Person]:
    """Return who acts for somebody today, by deputations that were signed and have not ended."""
    day = today()
    lent = Deputation.objects.filter(
        assignment__in=RoleAssignment.objects.on(day).filter(person=person), signature__isnull=False,
        from_date__lte=day, until_date__gte=day, deputy__user__is_active=True,
    ).exclude(ended_on__lte=day)  # fmt: skip
    return list(Person.objects.filter(pk__in=lent.values("deputy")))


def authors_of(version: Version) -> set[int]:
    """Return the keys of those who wrote in a version."""
    return {version.started_by_id, *version.authorships.values_list("person", flat=True)}


def who_can_be_asked(version: Version, permission: May) -> list[Person]:
    """Return who may be asked to review or approve a version: allowed here, and not one of its authors."""
    authors = authors_of(version)
    return [person for person in people_who_may(permission, version.places) if person.pk not in authors]


def end_of(day: date) -> datetime:
    """Return the moment at which a day of the programme ends."""
    return datetime.combine(day + timedelta(days=1), time.min, zone())


def in_force_during(document: Document, day: date) -> list[Version]:
    """Return the versions that were in force at some moment of a local day, the last of the day last."""
    start, end = datetime.combine(day, time.min, zone()), end_of(day)
    were = document.versions.filter(effective_at__lt=end).filter(Q(ended_at=None) | Q(ended_at__gt=start))
    return list(were.order_by("effective_at"))


def last_events(record: Controlled, most: int = 8) -> list[Event]:
    """Return the newest acts on a record, or that concern it, newest first."""
    label, key = key_of(record)
    return list(Event.objects.raw(LAST, {"label": label, "key": key, "most": most, "printed": PRINTED}))


def returned(version: Version) -> Event | None:
    """Return the act that made a draft of a version again after it had been sent, with its reason."""
    if version.status != Status.DRAFT or not version.round:
        return None
    label, key = key_of(version)
    return Event.objects.filter(label=label, record_id=key, name__in=BACK).order_by("-pk").first()


def newest_text(document: Document) -> Version:
    """Return the version whose text the next one begins with: the newest that was not discarded."""
    versions = document.versions.order_by("-n")
    found: Version = versions.exclude(status=Status.DISCARDED).first() or versions[0]
    return found


def texts_before(version: Version, revision: int) -> tuple[str, list[tuple[datetime, str]]]:
    """Return (digest of the text that stood at a revision, [(moment, who) of each save since])."""
    rows = list(version.history.filter(revision__gte=revision).order_by("revision"))
    names = dict(Person.objects.filter(pk__in={row.history_user_id for row in rows}).values_list("pk", "printed_name"))
    seen = rows[0].body if rows and rows[0].revision == revision else version.body
    return seen, [
        (row.history_date, names.get(row.history_user_id, "Engraft")) for row in rows if row.revision > revision
    ]
