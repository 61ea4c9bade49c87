"""Readers of a document that was withdrawn are told, and what to use instead."""

from qms.people import telling
from qms.people.models import Person
from qms.people.programme import today
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.models import Event
from sops.models import Status, Version
from sops.replacing import instead_of
from training.readers import must_read

EVENT = "reading.withdrawn"


def tell_readers(version: Version) -> int:
    """Ask for a mail to everybody who must read the document, or has read this version; return to how many.

    Safe to run twice: the event says that it was done.
    """
    if version.status != Status.WITHDRAWN or _is_told(version):
        return 0
    people = _readers(version)
    if not people:
        return 0
    with change(by=SYSTEM, on=[version]) as c:
        if version.status != Status.WITHDRAWN or _is_told(version):
            return 0
        found = instead_of(version)
        for person in people:
            telling.tell(
                c, person, "training/withdrawn", f"{version.pk}-{person.pk}", document=version.document.number,
                title=version.title, instead=found.words if found else "", path=version.document.get_absolute_url(),
            )  # fmt: skip
        c.event(EVENT, version, also=[version.document], people=len(people))
    return len(people)


def _is_told(version: Version) -> bool:
    return Event.objects.filter(name=EVENT, label="sops.version", record_id=str(version.pk)).exists()


def _readers(version: Version) -> list[Person]:
    day = today()
    people = must_read(version.document, day)
    people |= set(version.readings.filter(signature__isnull=False).values_list("person", flat=True))
    found = Person.objects.filter(pk__in=people, user__is_active=True).order_by("pk")
    return [person for person in found if person.is_active_on(day)]
