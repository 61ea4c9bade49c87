"""The arrows of a planned deviation."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.people.roles import May
from qms.signatures.services import acting_assignment
from qms.trail import clock
from qms.workflow.moves import Transition
from sops.models import Deviation, DeviationStatus

S = DeviationStatus
STANDS: dict[str, str | Promise] = {
    S.ASKED: _("%(deviation)s waits for a decision."),
    S.VERBAL: _("%(deviation)s is approved verbally and waits for its signature."),
    S.APPROVED: _("%(deviation)s is approved."),
    S.REFUSED: _("%(deviation)s is refused."),
    S.TAKEN_BACK: _("%(deviation)s was taken back."),
    S.EXPIRED: _("%(deviation)s has expired."),
    S.DONE_VERBAL: _("%(deviation)s is done; its approval waits for the signature."),
    S.DONE: _("%(deviation)s is done and waits for the review by quality."),
    S.UNAPPROVED: _("%(deviation)s was done without approval and waits for the review by quality."),
    S.REVIEWED: _("%(deviation)s is reviewed and closed."),
}
LOOK = _("Load the page again to see what was decided.")


def _stands(way_on: str | Promise) -> Callable[[Deviation], str]:
    return lambda one: f"{STANDS[one.status] % {'deviation': one}} {way_on}"


def own_request(one: Deviation, by: Person) -> str | None:
    """Nobody approves what they asked for (FACT-JACIE x5.7 wants somebody who answers for it)."""
    return _now("You asked for it yourself. Somebody else decides.") if one.asked_by_id == by.pk else None


QUALITY = "quality_manager"


def only_quality(one: Deviation, by: Person) -> str | None:
    """Quality reviews afterwards; a director of the facility, a deputy or who is on call decides."""
    held = acting_assignment(by, May.APPROVE_DEVIATIONS, one.facility_id, by.roles)
    if held is None or held.role != QUALITY:
        return None
    return _now("A director of the facility, a deputy or who is on call decides. Quality reviews it afterwards.")


def too_late(one: Deviation, by: Person) -> str | None:
    return _now("Its time has passed. Ask anew.") if one.expires_at <= clock.now() else None


def not_the_asker(one: Deviation, by: Person) -> str | None:
    return None if one.asked_by_id == by.pk else _now("Only who asked takes it back.")


def another_said_it(one: Deviation, by: Person) -> str | None:
    """Who said yes signs it; where they are here no more, whoever may approve says whether it was so."""
    said = one.approver
    if said is None or said.pk == by.pk or said.left_on is not None:
        return None
    return _now("%(person)s is named as who approved it, and signs it.") % {"person": said}


def never_approved(one: Deviation, by: Person) -> str | None:
    return None if one.signature_id is not None and one.approved_at else _now("It was not approved.")


def took_part(one: Deviation, by: Person) -> str | None:
    if by.pk in (one.asked_by_id, one.approver_id, one.done_by_id):
        return _now("You asked for it, decided it or did it. Somebody else of quality reviews it.")
    return None


APPROVE = Transition(
    "deviation.approve", _("Approve and sign"), frozenset({S.ASKED}), S.APPROVED, May.APPROVE_DEVIATIONS,
    meaning=_("I approve this planned deviation until it expires."), objections=(own_request, only_quality, too_late),
    out_of_turn=_stands(LOOK),
)  # fmt: skip
REFUSE = Transition(
    "deviation.refuse", _("Refuse"), frozenset({S.ASKED}), S.REFUSED, May.APPROVE_DEVIATIONS, needs_reason=True,
    meaning=_("I refuse this planned deviation. The document is followed as it stands."),
    objections=(own_request, only_quality), out_of_turn=_stands(LOOK),
)  # fmt: skip
TAKE_BACK = Transition(
    "deviation.take_back", _("Take it back"), frozenset({S.ASKED}), S.TAKEN_BACK, May.ASK_DEVIATIONS,
    needs_reason=True, objections=(not_the_asker,), out_of_turn=_stands(_("It is too late to take it back.")),
)  # fmt: skip
SAID = Transition(
    "deviation.said", _("Record a verbal approval"), frozenset({S.ASKED}), S.VERBAL, May.ASK_DEVIATIONS,
    objections=(too_late,), out_of_turn=_stands(LOOK),
)  # fmt: skip
CONFIRM = Transition(
    "deviation.confirm", _("Sign what I approved"), frozenset({S.VERBAL}), S.APPROVED, May.APPROVE_DEVIATIONS,
    meaning=_("I approved this planned deviation by word of mouth, as it is recorded here."),
    objections=(own_request, only_quality, another_said_it), out_of_turn=_stands(LOOK),
)  # fmt: skip
CONFIRM_DONE = Transition(
    "deviation.confirm_done", CONFIRM.word, frozenset({S.DONE_VERBAL}), S.DONE, May.APPROVE_DEVIATIONS,
    meaning=CONFIRM.meaning, objections=CONFIRM.objections, out_of_turn=_stands(LOOK),
)  # fmt: skip
DENY = Transition(
    "deviation.deny", _("I did not approve it"), frozenset({S.VERBAL}), S.REFUSED, May.APPROVE_DEVIATIONS,
    needs_reason=True, meaning=_("I did not approve this planned deviation as it is recorded here."),
    objections=CONFIRM.objections, out_of_turn=_stands(LOOK),
)  # fmt: skip
DENY_DONE = Transition(
    "deviation.deny_done", DENY.word, frozenset({S.DONE_VERBAL}), S.UNAPPROVED, May.APPROVE_DEVIATIONS,
    needs_reason=True, meaning=DENY.meaning, objections=CONFIRM.objections, out_of_turn=_stands(LOOK),
)  # fmt: skip
EXPIRE = Transition(
    "deviation.expire", _("Expire"), frozenset({S.ASKED, S.APPROVED}), S.EXPIRED, None, out_of_turn=_stands("")
)
DONE = Transition(
    "deviation.done", _("Done"), frozenset({S.APPROVED, S.EXPIRED}), S.DONE, May.ASK_DEVIATIONS,
    objections=(never_approved,), out_of_turn=_stands(LOOK),
)  # fmt: skip
DONE_VERBAL = Transition(
    "deviation.done_verbal", DONE.word, frozenset({S.VERBAL}), S.DONE_VERBAL, May.ASK_DEVIATIONS,
    out_of_turn=_stands(LOOK),
)  # fmt: skip
UNAPPROVED = Transition(
    "deviation.unapproved", _("Done without approval"),
    frozenset({S.ASKED, S.VERBAL, S.APPROVED, S.REFUSED, S.EXPIRED}), S.UNAPPROVED, May.ASK_DEVIATIONS,
    out_of_turn=_stands(LOOK),
)  # fmt: skip
REVIEW = Transition(
    "deviation.review", _("Review and sign"), frozenset({S.DONE, S.UNAPPROVED}), S.REVIEWED, May.REVIEW_DEVIATIONS,
    meaning=_("I have reviewed this planned deviation."), needs_reason=True, objections=(took_part,),
    out_of_turn=_stands(_("It is reviewed once it is done.")),
)  # fmt: skip

DEVIATION_TRANSITIONS = (
    APPROVE, REFUSE, TAKE_BACK, SAID, CONFIRM, CONFIRM_DONE, DENY, DENY_DONE, EXPIRE, DONE, DONE_VERBAL, UNAPPROVED,
    REVIEW,
)  # fmt: skip
