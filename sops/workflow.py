"""The arrows of a version. Each name is also the purpose of the signature that the arrow asks for."""

from collections.abc import Iterable

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qms.people.models import Person, RoleAssignment
from qms.people.roles import May
from qms.signatures.services import acting_assignment
from qms.workflow.moves import Objection, Transition
from sops.models import Comment, Status, Step, Version, Weight
from sops.seats import filled_by, fills, seats_of, steps_of, why_not_asked
from sops.standing import out_of_turn

WROTE = "SELECT 1 FROM sops_authorship WHERE version_id = %s AND person_id = %s"


def _places(version: Version) -> Iterable[int]:
    """Who reviews and approves may do so in any facility that works by the document."""
    return version.places


def is_author(version: Version, person: Person) -> bool:
    """Return whether this person wrote in the version."""
    if version.started_by_id == person.pk:
        return True
    with connection.cursor() as cursor:  # by hand: it is asked of every act on every page
        cursor.execute(WROTE, [version.pk, person.pk])
        return cursor.fetchone() is not None


def own_work(version: Version, by: Person) -> str | None:
    """Nobody approves or reviews what they wrote (FACT-JACIE x4.5; separation of duties)."""
    return _now("Authors do not approve their own work.") if is_author(version, by) else None


def not_the_author(version: Version, by: Person) -> str | None:
    return None if is_author(version, by) else _now("Only an author of this version does this.")


def for_an_author(permission: May) -> Objection:
    """Nor does a deputy in the author's place, whose the responsibility stays."""

    def objection(version: Version, by: Person) -> str | None:
        return _in_place_of_author(version, by, acting_assignment(by, permission, version.facility_id, by.roles))

    return objection


def _in_place_of_author(version: Version, by: Person, held: RoleAssignment | None) -> str | None:
    if held is None or held.person_id == by.pk or not is_author(version, held.person):
        return None
    return _now("You would act for %(person)s, who wrote in this version. Somebody else must do it.") % {
        "person": held.person
    }


def without_a_seat(permission: May, word: str | Promise) -> Objection:
    """Only who is asked signs, by name or by role, or as a deputy of who is; and nobody alone for all."""

    def objection(version: Version, by: Person) -> str | None:
        steps = steps_of(version)
        seats = seats_of(version, by, steps)
        alone = _alone_in_the_round(version, by, steps)
        if alone is not None:
            return alone
        if seats:
            return _in_place_of_author(version, by, filled_by(seats[0], by, version.places))
        return for_an_author(permission)(version, by) or why_not_asked(version, by, steps, str(word))

    return objection


def not_asked_at_all(version: Version, by: Person) -> str | None:
    """Whoever is asked, now or later in this round, may send a version back."""
    if any(step.signature_id is None and fills(step, by, version.places) for step in steps_of(version)):
        return None
    return _now("Only those who are asked to review or approve send a version back.")


def _alone_in_the_round(version: Version, by: Person, steps: Iterable[Step]) -> str | None:
    """Two pairs of eyes: nobody alone reviews and approves; of an urgent change nobody gives both signatures."""
    signers = {(step.kind, step.signer) for step in steps if step.signature_id is not None}  # type: ignore[attr-defined]
    if version.status != Status.IN_APPROVAL:
        return None
    if version.weight == Weight.URGENT and (Step.Kind.APPROVE, by.pk) in signers:
        return _now("You have given one of the two signatures. Somebody else gives the other.")
    reviewers = {signer for kind, signer in signers if kind == Step.Kind.REVIEW}
    return _now("You alone reviewed it. Let somebody else approve.") if reviewers == {by.pk} else None


def open_must_fix(version: Version, by: Person) -> str | None:
    """A comment marked “must fix” blocks signing until it is resolved."""
    left = version.comments.filter(kind=Comment.Kind.MUST_FIX, resolved_at=None).count()
    if not left:
        return None
    return ngettext(
        "A comment marked “must fix” is open. You can sign once it is resolved.",
        "%(count)d comments marked “must fix” are open. You can sign once they are resolved.",
        left,
    ) % {"count": left}


NOT_ASKED_TO_REVIEW = _("You are not asked to review this version, or have signed already.")
NOT_ASKED_TO_APPROVE = _("You are not asked to approve this version.")
SEND = Transition(
    "version.send", _("Send to review"), frozenset({Status.DRAFT}), Status.IN_REVIEW, May.DRAFT_DOCUMENTS,
    meaning=_("I wrote this version. It is ready for review."),
    out_of_turn=out_of_turn(Status.DRAFT, _("Only a draft is sent to review.")),
)  # fmt: skip
SEND_URGENT = Transition(
    "version.send_urgent", _("Send as an urgent change"), frozenset({Status.DRAFT}), Status.IN_APPROVAL,
    May.DRAFT_DOCUMENTS, meaning=_("I wrote this version. It is an urgent change and cannot wait for a review."),
    out_of_turn=out_of_turn(Status.DRAFT, _("Only a draft is sent as an urgent change.")),
)  # fmt: skip
TAKE_BACK = Transition(
    "version.take_back", _("Take back to draft"), frozenset({Status.IN_REVIEW, Status.IN_APPROVAL}), Status.DRAFT,
    May.DRAFT_DOCUMENTS, needs_reason=True, objections=(not_the_author,),
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("Nothing is to be taken back."), _("It is too late for that.")),
)  # fmt: skip
REVIEW = Transition(
    "version.review", _("Sign the review"), frozenset({Status.IN_REVIEW}), Status.IN_APPROVAL, May.REVIEW_DOCUMENTS,
    meaning=_("I have reviewed this version. It is fit for use."),
    objections=(own_work, without_a_seat(May.REVIEW_DOCUMENTS, NOT_ASKED_TO_REVIEW), open_must_fix),
    where=_places,
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("It cannot be reviewed yet."), _("It can no longer be reviewed.")),
)  # fmt: skip
SEND_BACK = Transition(
    "version.send_back", _("Send back"), frozenset({Status.IN_REVIEW, Status.IN_APPROVAL}), Status.DRAFT,
    May.REVIEW_DOCUMENTS, needs_reason=True, objections=(not_asked_at_all,), where=_places,
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("There is nothing to send back."), _("It can no longer be sent back.")),
)  # fmt: skip
APPROVE = Transition(
    "version.approve", _("Approve and sign"), frozenset({Status.IN_APPROVAL}), Status.APPROVED, May.APPROVE_DOCUMENTS,
    meaning=_("I approve this version for use from the date I choose."),
    objections=(own_work, without_a_seat(May.APPROVE_DOCUMENTS, NOT_ASKED_TO_APPROVE), open_must_fix),
    where=_places,
    out_of_turn=out_of_turn(Status.IN_APPROVAL, _("It cannot be approved yet."), _("It can no longer be approved.")),
)  # fmt: skip
CANCEL = Transition(
    "version.cancel", _("Cancel the approval"), frozenset({Status.APPROVED}), Status.DRAFT, May.APPROVE_DOCUMENTS,
    meaning=_("I cancel the approval of this version before its day."), needs_reason=True,
    out_of_turn=out_of_turn(Status.APPROVED, _("There is no approval to cancel."), _("It is too late to cancel it.")),
)  # fmt: skip
TAKE_EFFECT = Transition(
    "version.take_effect", _("Take effect"), frozenset({Status.APPROVED}), Status.EFFECTIVE, None,
    out_of_turn=out_of_turn(Status.APPROVED, _("It cannot take effect yet."), _("It cannot take effect again.")),
)  # fmt: skip
SUPERSEDE = Transition(
    "version.supersede", _("Give way"), frozenset({Status.EFFECTIVE}), Status.SUPERSEDED, None,
    out_of_turn=out_of_turn(Status.EFFECTIVE, _("It cannot give way yet."), _("It cannot give way again.")),
)  # fmt: skip
WITHDRAW = Transition(
    "version.withdraw", _("Withdraw"), frozenset({Status.EFFECTIVE}), Status.WITHDRAWN, May.WITHDRAW_DOCUMENTS,
    meaning=_("I withdraw this document. It must not be used any more."), needs_reason=True,
    out_of_turn=out_of_turn(Status.EFFECTIVE, _("It cannot be withdrawn yet."), _("It can no longer be withdrawn.")),
)  # fmt: skip
DISCARD = Transition(
    "version.discard", _("Discard the draft"), frozenset({Status.DRAFT}), Status.DISCARDED, May.DRAFT_DOCUMENTS,
    needs_reason=True,
    out_of_turn=out_of_turn(Status.DRAFT, _("Only a draft can be discarded.")),
)  # fmt: skip

TRANSITIONS = (
    SEND, SEND_URGENT, TAKE_BACK, REVIEW, SEND_BACK, APPROVE, CANCEL, TAKE_EFFECT, SUPERSEDE, WITHDRAW, DISCARD,
)  # fmt: skip
