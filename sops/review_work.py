"""Periodic reviews that wait: for whoever was asked, else the owner; not while their revision is on its way."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qms.people.models import Person
from qms.people.programme import today
from sops.models import OPEN, Document, PeriodicReview, ReviewStatus, Status

REVIEW_AHEAD = timedelta(days=60)


def falling_due() -> QuerySet[Document]:
    """Return what is in force and falls due soon, or is overdue, and is not being revised because of its review."""
    revised = PeriodicReview.objects.filter(
        document=OuterRef("pk"), status=ReviewStatus.REVISE, draft__status__in=OPEN
    )  # fmt: skip
    found = Document.objects.filter(shown__status=Status.EFFECTIVE, review_due__isnull=False)
    return found.exclude(Exists(revised))


def reviews_of(person: Person) -> QuerySet[Document]:
    """Return the documents whose review waits for this person: asked for at any time, or their own that fall due."""
    handed = PeriodicReview.objects.filter(document=OuterRef("pk"), status=ReviewStatus.OPEN, reviewer__isnull=False)
    own = Q(owner=person, review_due__lte=today() + REVIEW_AHEAD) & ~Exists(handed)
    # Read first: with a list of keys the databases go by their indexes, with a second query inside by every document.
    asked = list(
        PeriodicReview.objects.filter(reviewer=person, status=ReviewStatus.OPEN).values_list("document", flat=True)
    )
    return falling_due().filter(own | Q(pk__in=asked) if asked else own)


@dataclass(frozen=True)
class Due:
    """A review that falls due, and for whom it waits."""

    document: int
    facility: int
    holder: int
    day: date


def due_by_holder(until: date) -> list[Due]:
    """Return what falls due up to a day, the earliest first: few columns, for it may be very many."""
    handed = PeriodicReview.objects.filter(document=OuterRef("pk"), status=ReviewStatus.OPEN).order_by()
    found = falling_due().filter(review_due__lte=until).order_by("review_due", "number")
    holder = Coalesce(Subquery(handed.values("reviewer")), "owner", output_field=BigIntegerField())
    return [Due(*row) for row in found.values_list("pk", "facility", holder, "review_due")]
