"""What whoever holds a recalled paper says of it by its code: destroyed, how, by whom; and its confirmation."""

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.payloads import keep_payload
from qms.workflow.moves import move, refusal
from sops.copying import CONFIRM, SCANNED
from sops.models import Copy, CopyStatus
from sops.services.allowed import demand

LONGEST_NAME = 120
SAYABLE = (CopyStatus.RECALLED, CopyStatus.MISSING)


def say_destroyed(copy: Copy, *, how: str, name: str = "", by: Person | None = None) -> bool:
    """Keep that a recalled copy was destroyed, as whoever scanned its code says; return whether it is recorded at once.

    By somebody logged in who reads documents there it is. Else it waits, as said by an unknown holder, for who issues
    copies to confirm. Said twice, it is kept once.
    """
    how, name = how.replace("\0", "").strip()[:200], name.replace("\0", "").strip()[:LONGEST_NAME]
    if not how:
        raise Invalid(_("Say how it was destroyed."))
    if by is None and not name:
        raise Invalid(_("Write your name: somebody confirms it with you."))
    person = as_now(by.pk) if by is not None else None
    at_once = person is not None and refusal(copy, SCANNED, person) is None
    with change(by=by or SYSTEM, reason=how if at_once else "", on=[copy]) as c:
        if copy.status == CopyStatus.DESTROYED or (copy.claimed_at is not None and not at_once):
            return copy.status == CopyStatus.DESTROYED
        if copy.status not in SAYABLE:
            raise NotAllowed(_("Copy %(n)d is not recalled. Hand it to who issued it.") % {"n": copy.n})
        if at_once and by is not None:
            copy.since, copy.why = c.at, how
            move(c, copy, SCANNED, by=by)
            c.event(SCANNED.name, copy, also=[copy.version, copy.document])
            return True
        copy.claimed_at, copy.claimed_how, copy.claimed_by = c.at, how, by
        copy.claimed_name = keep_payload(c, (by.printed_name if by else name).encode())
        c.save(copy)
        c.event("copy.claim", copy, also=[copy.version, copy.document])
    return False


def confirm_claim(copy: Copy, *, by: Person) -> None:
    """Confirm, with one click, what the holder said: the copy is destroyed, in the way that was said."""
    reason = _("%(how)s, as its holder said by its code") % {"how": copy.claimed_how}
    with change(by=by, reason=reason, on=[copy]) as c:
        if copy.claimed_at is None and copy.status != CopyStatus.DESTROYED:
            raise NotAllowed(_("Nobody has said that copy %(n)d is destroyed.") % {"n": copy.n})
        copy.since, copy.why = c.at, c.reason
        move(c, copy, CONFIRM, by=by)
        c.event(CONFIRM.name, copy, also=[copy.version, copy.document])


def dismiss_claim(copy: Copy, *, by: Person, reason: str) -> None:
    """Put aside what a holder said: the copy stays recalled. What was said stays in the trail."""
    demand(by, May.ISSUE_COPIES, copy.document.facility)
    with change(by=by, reason=reason, on=[copy]) as c:
        if copy.claimed_at is None or copy.status not in SAYABLE:
            raise NotAllowed(_("Nobody has said that copy %(n)d is destroyed.") % {"n": copy.n})
        copy.claimed_at, copy.claimed_how, copy.claimed_by, copy.claimed_name = None, "", None, ""
        c.save(copy)
        c.event("copy.dismiss", copy, also=[copy.version, copy.document])
