"""Reading controlled copies: who sees which, how many are out, which answers to a code, when it was last scanned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from qms.people.access import load
from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import May
from sops.loaders import get_document, in_places
from sops.models import OUT, Copy, CopyStatus, Document, Sighting, Version
from sops.services.copies import PART, token_digest


@dataclass(frozen=True)
class Asked:
    """What the register of copies was asked for; lists are "any of these"."""

    text: str = ""
    statuses: Sequence[str] = ()
    facilities: Sequence[int] = ()

    @property
    def are_set(self) -> bool:
        return bool(self.text.strip() or self.statuses or self.facilities)


def visible_copies(user: User) -> QuerySet[Copy]:
    """Return the copies whose holders this person may see, with what a line shows."""
    places = user.person.facilities_where(May.SEE_COPIES)
    found = Copy.objects.all() if places is None else Copy.objects.filter(in_places(places, "document__"))
    return found.select_related("document", "version", "issued_by", "sighting", "holder")


def find_copies(user: User, asked: Asked) -> QuerySet[Copy]:
    """Return the copies that this person sees and the filters let through: recalled and not yet back first."""
    found = visible_copies(user)
    if asked.statuses:
        found = found.filter(status__in=asked.statuses)
    if asked.facilities:
        found = found.filter(document__facility__in=asked.facilities)
    for word in asked.text.split():
        found = found.filter(
            Q(document__number__icontains=word) | Q(document__title__icontains=word)
            | Q(holder_name__icontains=word) | Q(place__icontains=word)
        )  # fmt: skip
    return found.worst_first()  # type: ignore[attr-defined,no-any-return]


def get_copy(user: User, number: str, n: int, *, may: May) -> Copy:
    """Return one copy of a document, or refuse as its document would."""
    document = get_document(user, number, may=may)
    found: Copy = load(document.copies.select_related("version__document", "issued_by", "holder"), n=n)
    return found


@dataclass(frozen=True)
class Counts:
    """How many copies of a document are out, recalled and not yet back, missing, being made, and were ever issued."""

    out: int
    recalled: int
    missing: int
    making: int
    ever: int


def counts_of(document: Document) -> Counts:
    """Count the copies of a document, in one query."""
    return summed(dict(document.copies.order_by().values_list("status").annotate(Count("pk"))))


def summed(found: Mapping[str, int]) -> Counts:
    """Return the counts of {status: how many copies}."""
    return Counts(
        out=sum(found.get(status, 0) for status in OUT), recalled=found.get(CopyStatus.RECALLED, 0),
        missing=found.get(CopyStatus.MISSING, 0), making=found.get(CopyStatus.MAKING, 0), ever=sum(found.values()),
    )  # fmt: skip


def to_print(version: Version, part: int = 0) -> list[Copy]:
    """Return the copies of a version that are in use and have their PDF; `part` counts fifties from 1, 0: all."""
    found = version.copies.filter(status=CopyStatus.ISSUED).order_by("n")
    return list(found if not part else found[(part - 1) * PART : part * PART])


def parts_to_print(version: Version) -> list[tuple[int, int, int]]:
    """Return (part, its first copy, its last), where there are more copies than are printed at once."""
    numbers = list(version.copies.filter(status=CopyStatus.ISSUED).order_by("n").values_list("n", flat=True))
    if len(numbers) <= PART:
        return []
    starts = range(0, len(numbers), PART)
    return [(k, numbers[at], numbers[min(at + PART, len(numbers)) - 1]) for k, at in enumerate(starts, start=1)]


def being_made(document: Document) -> tuple[int, int]:
    """Return (how many are made, of how many) of the copies issued together with those that are being made now."""
    making = document.copies.filter(status=CopyStatus.MAKING).values_list("issued_at", flat=True).distinct()
    together = Q(issued_at__in=list(making))
    found: dict[str, int] = document.copies.filter(together).aggregate(
        all=Count("pk"), made=Count("pk", filter=~Q(status=CopyStatus.MAKING))
    )
    return found["made"], found["all"]


def copy_of(token: str) -> Copy | None:
    """Return the copy whose code this is. It is looked up by digest: how long that takes tells nothing of the code."""
    found = Copy.objects.filter(token=token_digest(token)).select_related("version__document")
    return found.first()


def note_sighting(copy: Copy) -> None:
    """Keep the day on which the code of a copy was scanned; not by whom, from where, or how often."""
    day = today()
    if not Sighting.objects.filter(copy=copy, day=day).exists():
        Sighting.objects.update_or_create(copy=copy, defaults={"day": day})


def to_collect_for(person: Person) -> list[Copy]:
    """Return copies recalled and not back that this person holds, issued or owns the document of; quality sees all."""
    mine = Q(holder=person) | Q(issued_by=person) | Q(document__owner=person)
    whose = Q() if person.may(May.MARK_SIGNATURES) else mine
    found = Copy.objects.to_collect().exclude(pdf="").filter(whose)
    return list(found.select_related("document", "version").order_by("document__number", "version__n", "n"))
