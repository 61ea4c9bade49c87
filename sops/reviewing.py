"""The arrows of a periodic review. Each name is also the purpose of the signature that the arrow asks for."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.people.roles import May
from qms.workflow.moves import Transition
from sops.models import Document, PeriodicReview, ReviewStatus

OPEN = frozenset({ReviewStatus.OPEN})


def may_review(document: Document, person: Person, reviewer: int | None) -> bool:
    """Return whether this person does the review: whoever was asked, else the owner."""
    mine = person.pk == (document.owner_id if reviewer is None else reviewer)
    return mine and person.may(May.REVIEW_DOCUMENTS, document.facility_id)


def may_assign(document: Document, person: Person) -> bool:
    """Return whether this person says who reviews: the owner, and who plans the reviews of the facility."""
    own = document.owner_id == person.pk and person.may(May.REVIEW_DOCUMENTS, document.facility_id)
    return own or person.may(May.PLAN_REVIEWS, document.facility_id)


def not_the_reviewer(review: PeriodicReview, by: Person) -> str | None:
    if may_review(review.document, by, review.reviewer_id):
        return None
    return _now("The review is done by %(person)s. Whoever plans the reviews can ask somebody else.") % {
        "person": review.reviewer or review.document.owner
    }


def _over(review: PeriodicReview) -> str:
    return _now("This review is signed already. Open the document to see when the next one is due.")


NO_CHANGE = Transition(
    "review.no_change", _("Sign: no change"), OPEN, ReviewStatus.NO_CHANGE, May.REVIEW_DOCUMENTS,
    meaning=_("I have reviewed this document with what is listed here. It stays in force without a change."),
    objections=(not_the_reviewer,), out_of_turn=_over,
)  # fmt: skip
REVISE = Transition(
    "review.revise", _("Sign: to be revised"), OPEN, ReviewStatus.REVISE, May.REVIEW_DOCUMENTS,
    meaning=_("I have reviewed this document with what is listed here. It is to be revised."),
    objections=(not_the_reviewer,), out_of_turn=_over,
)  # fmt: skip

REVIEW_TRANSITIONS = (NO_CHANGE, REVISE)
