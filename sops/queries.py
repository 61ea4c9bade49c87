"""Reading documents: what the filters offer, who may be asked, what was in force on a day, what happened."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from qms.people.models import Facility, Person, RoleAssignment
from qms.people.programme import today, zone
from qms.people.roles import ROLES, May
from qms.signatures.models import Deputation
from qms.trail.door import key_of
from qms.trail.guard import Controlled
from qms.trail.models import Event
from sops.models import Document, Status, Version
from sops.seats import HOLDERS

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
