"""The arrows of a version. Each name is also the purpose of the signature that the arrow asks for."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qms.people.models import Person
from qms.people.roles import May
from qms.signatures.services import acting_assignment
from qms.workflow.moves import Objection, Transition
from sops.models import Comment, Status, Step, Version
from sops.standing import out_of_turn


def is_author(version: Version, person: Person) -> bool:
    """Return whether this person wrote in the version."""
    return version.started_by_id == person.pk or version.authorships.filter(person=person).exists()


def own_work(version: Version, by: Person) -> str | None:
    """Nobody approves or reviews what they wrote (FACT-JACIE x4.5; separation of duties)."""
    return _now("Authors do not approve their own work.") if is_author(version, by) else None


def not_the_author(version: Version, by: Person) -> str | None:
    return None if is_author(version, by) else _now("Only an author of this version does this.")


def for_an_author(permission: May) -> Objection:
    """Nor does a deputy in the author's place, whose the responsibility stays."""

    def objection(version: Version, by: Person) -> str | None:
        held = acting_assignment(by, permission, version.facility_id, by.roles)
        if held is None or held.person_id == by.pk or not is_author(version, held.person):
            return None
        return _now("You would act for %(person)s, who wrote in this version. Somebody else must do it.") % {
            "person": held.person
        }

    return objection


def _asked(version: Version, by: Person, kinds: list[str]) -> bool:
    return version.steps.filter(round=version.round, kind__in=kinds, person=by, signature=None).exists()


def not_asked_to_review(version: Version, by: Person) -> str | None:
    if _asked(version, by, [Step.Kind.REVIEW]):
        return None
    return _now("You are not asked to review this version, or have signed already.")


def not_asked_to_approve(version: Version, by: Person) -> str | None:
    if _asked(version, by, [Step.Kind.APPROVE]):
        return None
    return _now("You are not asked to approve this version.")


def not_asked_at_all(version: Version, by: Person) -> str | None:
    if _asked(version, by, [Step.Kind.REVIEW, Step.Kind.APPROVE]):
        return None
    return _now("Only those who are asked to review or approve send a version back.")


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


SEND = Transition(
    "version.send", _("Send to review"), frozenset({Status.DRAFT}), Status.IN_REVIEW, May.DRAFT_DOCUMENTS,
    meaning=_("I wrote this version. It is ready for review."),
    out_of_turn=out_of_turn(Status.DRAFT, _("Only a draft is sent to review.")),
)  # fmt: skip
TAKE_BACK = Transition(
    "version.take_back", _("Take back to draft"), frozenset({Status.IN_REVIEW, Status.IN_APPROVAL}), Status.DRAFT,
    May.DRAFT_DOCUMENTS, needs_reason=True, objections=(not_the_author,),
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("Nothing is to be taken back."), _("It is too late for that.")),
)  # fmt: skip
REVIEW = Transition(
    "version.review", _("Sign the review"), frozenset({Status.IN_REVIEW}), Status.IN_APPROVAL, May.REVIEW_DOCUMENTS,
    meaning=_("I have reviewed this version. It is fit for use."),
    objections=(own_work, for_an_author(May.REVIEW_DOCUMENTS), not_asked_to_review, open_must_fix),
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("It cannot be reviewed yet."), _("It can no longer be reviewed.")),
)  # fmt: skip
SEND_BACK = Transition(
    "version.send_back", _("Send back"), frozenset({Status.IN_REVIEW, Status.IN_APPROVAL}), Status.DRAFT,
    May.REVIEW_DOCUMENTS, needs_reason=True, objections=(not_asked_at_all,),
    out_of_turn=out_of_turn(Status.IN_REVIEW, _("There is nothing to send back."), _("It can no longer be sent back.")),
)  # fmt: skip
APPROVE = Transition(
    "version.approve", _("Approve and sign"), frozenset({Status.IN_APPROVAL}), Status.APPROVED, May.APPROVE_DOCUMENTS,
    meaning=_("I approve this version for use from the date I choose."),
    objections=(own_work, for_an_author(May.APPROVE_DOCUMENTS), not_asked_to_approve, open_must_fix),
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

TRANSITIONS = (SEND, TAKE_BACK, REVIEW, SEND_BACK, APPROVE, CANCEL, TAKE_EFFECT, SUPERSEDE, WITHDRAW, DISCARD)
