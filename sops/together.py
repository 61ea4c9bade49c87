"""What is done to several documents at once: what would change for each, and which are left out, and why.

Nothing is written here; `services/together.py` does it, and decides again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import May
from sops.models import Document, PeriodicReview, ReviewStatus, Status
from sops.review_year import latest_days
from sops.reviewing import may_assign

MOST = 200  # so many are changed at once
ACTS = ("owner", "reviewer", "day")


@dataclass(frozen=True)
class Planned:
    """One document: what stands now, what would, or why it is left out. `review` is the revision of an open review.

    `note` is what is worth a second look, although it can be done.
    """

    document: Document
    was: str
    becomes: str
    left_out: str = ""
    review: int = 0
    note: str = ""

    @property
    def seen(self) -> str:
        """What the person saw, for the form: key, revision, revision of the open review."""
        return f"{self.document.pk}:{self.document.revision}:{self.review}"


def plan_owner(documents: Sequence[Document], owner: Person, user: User) -> list[Planned]:
    """Return what another owner would change."""

    def why_not(document: Document) -> str:
        if not user.may(May.DRAFT_DOCUMENTS, document.facility_id):
            return _not_here(document)
        return _("Stands so already.") if document.owner_id == owner.pk else ""

    return [Planned(one, one.owner.printed_name, owner.printed_name, why_not(one)) for one in documents]


def plan_reviewer(documents: Sequence[Document], reviewer: Person, user: User) -> list[Planned]:
    """Return what asking somebody for the periodic reviews would change."""
    reviews = open_reviews(documents)
    return [
        Planned(
            one, _asked(one, reviews.get(one.pk)), reviewer.printed_name,
            _not_reviewed_by(one, reviews.get(one.pk), reviewer, user),
            reviews[one.pk].revision if one.pk in reviews else 0,
        )
        for one in documents
    ]  # fmt: skip


def open_reviews(documents: Iterable[Document]) -> dict[int, PeriodicReview]:
    """Return {key of the document: its review that is under way}."""
    given = [one.pk for one in documents]
    found = PeriodicReview.objects.filter(document__in=given, status=ReviewStatus.OPEN).select_related("reviewer")
    return {one.document_id: one for one in found}


def _asked(document: Document, review: PeriodicReview | None) -> str:
    if review is not None and review.reviewer is not None:
        return str(review.reviewer.printed_name)
    return _("%(person)s (owner)") % {"person": document.owner.printed_name}


def _not_reviewed_by(document: Document, review: PeriodicReview | None, reviewer: Person, user: User) -> str:
    if document.type.is_outside:
        return _("A publication of others: it is looked at for newer editions.")
    if document.shown is None or document.shown.status != Status.EFFECTIVE:
        return _nothing_in_force()
    if not may_assign(document, user.person):
        return _not_here(document)
    if not reviewer.may(May.REVIEW_DOCUMENTS, document.facility_id):
        return _("%(person)s has no role that allows this here.") % {"person": reviewer}
    return _("Stands so already.") if review is not None and review.reviewer_id == reviewer.pk else ""


def plan_day(documents: Sequence[Document], day: date, user: User) -> list[Planned]:
    """Return what another day of the periodic review would change."""
    latest = latest_days(documents)

    def why_not(document: Document) -> str:
        if document.review_due is None:
            return _nothing_in_force()
        if not user.may(May.PLAN_REVIEWS, document.facility_id):
            return _not_here(document)
        if day < today():
            return _("This day has passed.")
        last = latest.get(document.pk, date.max)
        if day > last and not user.may(May.DEFER_REVIEWS, document.facility_id):
            return _("By the period of its type it is due by %(day)s at the latest.") % {"day": _day(last)}
        return _("Stands so already.") if document.review_due == day else ""

    def beyond(document: Document) -> str:
        last = latest.get(document.pk, date.max)
        return _("beyond its period, which ends on %(day)s") % {"day": _day(last)} if day > last else ""

    return [Planned(one, _day(one.review_due), _day(day), why_not(one), note=beyond(one)) for one in documents]


def _not_here(document: Document) -> str:
    return _("Your roles do not allow this in %(place)s.") % {"place": document.facility}


def _nothing_in_force() -> str:
    return _("Nothing of it is in force: there is nothing to review.")


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "–"


PLANS: dict[str, Callable[..., list[Planned]]] = {"owner": plan_owner, "reviewer": plan_reviewer, "day": plan_day}
