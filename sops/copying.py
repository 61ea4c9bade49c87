"""The arrows of a controlled copy."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.people.roles import May
from qms.workflow.moves import Transition
from sops.models import Copy, CopyStatus

IN_HANDS = frozenset({CopyStatus.ISSUED, CopyStatus.RECALLED, CopyStatus.MISSING})
STANDS: dict[str, str | Promise] = {
    CopyStatus.MAKING: _("%(copy)s is still being made; nobody has it yet."),
    CopyStatus.ISSUED: _("%(copy)s is in use."),
    CopyStatus.RECALLED: _("%(copy)s is recalled already."),
    CopyStatus.MISSING: _("%(copy)s is reported missing already."),
    CopyStatus.RETURNED: _("%(copy)s was returned."),
    CopyStatus.DESTROYED: _("%(copy)s was destroyed."),
}


def _stands(way_on: str | Promise) -> Callable[[Copy], str]:
    """Return what says where a copy stands, and the way on."""
    return lambda copy: f"{STANDS[copy.status] % {'copy': copy}} {way_on}"


def nobody_said_so(copy: Copy, by: Person) -> str | None:
    return _now("Nobody has said that it is destroyed.") if copy.claimed_at is None else None


MAKE = Transition("copy.make", _("Make the copy"), frozenset({CopyStatus.MAKING}), CopyStatus.ISSUED, None)
RECALL = Transition(
    "copy.recall", _("Recall"), frozenset({CopyStatus.MAKING, CopyStatus.ISSUED}), CopyStatus.RECALLED,
    May.ISSUE_COPIES, needs_reason=True, out_of_turn=_stands(_("Only a copy in use is recalled.")),
)  # fmt: skip
RECALL_SUPERSEDED = Transition(
    "copy.recall_superseded", _("Recall"), RECALL.sources, CopyStatus.RECALLED, None
)  # fmt: skip
RECALL_WITHDRAWN = Transition(
    "copy.recall_withdrawn", _("Recall"), RECALL.sources, CopyStatus.RECALLED, May.WITHDRAW_DOCUMENTS, needs_reason=True
)  # fmt: skip
RETURN = Transition(
    "copy.return", _("Came back"), IN_HANDS, CopyStatus.RETURNED, May.ISSUE_COPIES,
    out_of_turn=_stands(_("It cannot come back now.")),
)  # fmt: skip
DESTROY = Transition(
    "copy.destroy", _("Destroyed"), IN_HANDS | {CopyStatus.RETURNED}, CopyStatus.DESTROYED, May.ISSUE_COPIES,
    needs_reason=True, out_of_turn=_stands(_("It cannot be destroyed now.")),
)  # fmt: skip
MISS = Transition(
    "copy.miss", _("Missing"), frozenset({CopyStatus.ISSUED, CopyStatus.RECALLED}), CopyStatus.MISSING,
    May.ISSUE_COPIES, needs_reason=True, out_of_turn=_stands(_("Only a copy that somebody has is reported missing.")),
)  # fmt: skip
SCANNED = Transition(
    "copy.scanned_away", _("Destroyed"), frozenset({CopyStatus.RECALLED, CopyStatus.MISSING}), CopyStatus.DESTROYED,
    May.READ_DOCUMENTS, needs_reason=True, out_of_turn=_stands(_("Only a recalled copy is reported as destroyed.")),
)  # fmt: skip
CONFIRM = Transition(
    "copy.confirm", _("Confirm that it is destroyed"), frozenset({CopyStatus.RECALLED, CopyStatus.MISSING}),
    CopyStatus.DESTROYED, May.ISSUE_COPIES, needs_reason=True, objections=(nobody_said_so,),
    out_of_turn=_stands(_("There is nothing to confirm.")),
)  # fmt: skip
NEVER_PRINTED = Transition(
    "copy.never_printed", _("Never printed"), frozenset({CopyStatus.RECALLED}), CopyStatus.DESTROYED, None
)  # fmt: skip

COPY_TRANSITIONS = (
    MAKE,
    RECALL,
    RECALL_SUPERSEDED,
    RECALL_WITHDRAWN,
    RETURN,
    DESTROY,
    MISS,
    SCANNED,
    CONFIRM,
    NEVER_PRINTED,
)
BY_PEOPLE = (CONFIRM, RETURN, DESTROY, MISS, RECALL)
