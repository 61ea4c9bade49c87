"""Release: approval, the day it takes effect, giving way, withdrawal."""

import logging
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.programme import today as programme_day
from qms.people.roles import May
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed, Refused
from qms.workflow.moves import check_open, move
from sops.bodies import read_body
from sops.dates import day_words, months_later
from sops.models import Document, Status, Version, Weight
from sops.printing import controlled_pdf
from sops.services.copies import recall_with_version
from sops.services.documents import put_into_search
from sops.services.routes import Leg, empty_signatures, tell
from sops.signable import approve_content, cancel_content, withdraw_content
from sops.workflow import APPROVE, CANCEL, SUPERSEDE, TAKE_EFFECT, WITHDRAW

log = logging.getLogger(__name__)
AT_MOST = timedelta(days=366)  # from today to the day of an approval


class NotInForce(Refused):
    """Some versions could not be put into force on their day; `done` others were."""

    def __init__(self, numbers: list[str], done: int) -> None:
        super().__init__(
            _("Not put into force, although their day has come: %(numbers)s. The log says why.")
            % {"numbers": ", ".join(numbers)}
        )
        self.numbers, self.done = numbers, done


def approve_version(version: Version, *, by: Person, revision: int | None, effective_on: date, proof: Given) -> None:
    """Approve a version for use from a day, today or later, and sign. Its PDF and its day follow by the worker.

    Where others approve too, the version waits for them; they choose the same day or a later one.
    """
    with change(by=by, on=[version.document, version]) as c:
        c.expect(version, revision)
        check_day(version, effective_on, day_of(c.at))
        check_open(version, APPROVE, by)
        leg = Leg(version, by)
        content = approve_content(version, effective_on)
        signature = sign(c, version, content, by=by, proof=proof, role=leg.role, on_behalf_of=leg.on_behalf_of)
        version.effective_on = effective_on
        if leg.is_last_of_kind:
            version.approved_at = c.at
            move(c, version, APPROVE, by=by)
        else:
            c.save(version)
        leg.fill(c, version, signature)
        signed = {"text": version.body, "signature": signature.pk}
        if not leg.is_last_of_kind:
            c.event("version.approve_part", version, also=[version.document], **signed)
        else:
            c.event("version.approve", version, also=[version.document], **signed)
            c.later("sops.prepare", f"{version.pk}-{version.round}", version=version.pk)
            tell(c, version, version.started_by, "approved", day=day_words(effective_on))
            _announce(c, version, "approved")


def check_day(version: Version, day: date, now: date) -> None:
    """Raise Invalid unless a version may be approved for this day: not past, within a year, not before others' day."""
    said = {"day": day_words(day)}
    if day < now:
        raise Invalid(_("%(day)s has passed. Choose today or a later day.") % said)
    if day > now + AT_MOST:
        raise Invalid(_("%(day)s is more than a year ahead. Choose an earlier day.") % said)
    if version.weight == Weight.URGENT and day != now:
        raise Invalid(_("An urgent change takes effect today. For a later day, send it on the usual route."))
    if version.status == Status.IN_APPROVAL and version.effective_on and day < version.effective_on:
        raise Invalid(
            _("Others approved it for use from %(first)s. Choose that day or a later one.")
            % {"first": day_words(version.effective_on)}
        )


def attach_pdf(version: Version) -> None:
    """Render and store the controlled PDF of an approved version, so that its day finds it ready. Safe to repeat."""
    if version.status != Status.APPROVED or version.pdf:
        return
    round_printed, pdf = version.round, controlled_pdf(version)
    with change(by=SYSTEM, on=[version]) as c:
        if version.status != Status.APPROVED or version.pdf or version.round != round_printed:
            return
        version.pdf = pdf
        c.save(version)
        c.event("version.print", version, also=[version.document], pdf=pdf)


def make_effective(version: Version, *, today: date | None = None) -> bool:
    """Put an approved version into force when its day has come; the former one gives way in the same transaction.

    Returns whether it did. Safe to run twice and by two workers at once.
    """
    attach_pdf(version)
    with change(by=SYSTEM, on=[version.document, version]) as c:
        day = today or day_of(c.at)
        if not _is_ready(version, day, c.at):
            return False
        document = version.document
        former = document.versions.filter(status=Status.EFFECTIVE).select_for_update().first()
        if former:
            former.ended_at = c.at
            move(c, former, SUPERSEDE, by=SYSTEM)
            _announce(c, former, "ended")
        version.effective_at = c.at
        move(c, version, TAKE_EFFECT, by=SYSTEM)
        document.shown, document.title = version, version.title
        document.review_due = months_later(day, document.type.review_months)
        c.save(document)
        put_into_search(version, read_body(version.body))
        c.event(
            "version.take_effect", version, also=[document, *([former] if former else [])],
            pdf=version.pdf, planned=str(version.effective_on), day=day.isoformat(),
            supersedes=str(former) if former else "",
        )  # fmt: skip
        if former:
            recall_with_version(c, former)
        _announce(c, version, "in_force")
    return True


def _is_ready(version: Version, day: date, at: datetime) -> bool:
    """Return whether an approved version takes effect now: its day has come and its PDF is there."""
    if version.status != Status.APPROVED or version.effective_on is None or version.effective_on > day:
        return False
    # Not when the clock was set back, or it was approved anew while the PDF was made: tried again soon.
    return bool(version.pdf) and not (version.approved_at and version.approved_at > at)


def make_due_effective(today: date | None = None) -> int:
    """Put every version into force whose day has come, skipped nights included; return how many.

    One that fails stops no other: it is logged, and when all were tried NotInForce names those that failed.
    """
    day = today or programme_day()
    due = Version.objects.due_to_take_effect(day).select_related("document__type", "document__facility")
    done, failed = 0, []
    for version in due.order_by("effective_on", "pk"):
        try:
            done += make_effective(version, today=day)
        except Exception:
            log.exception("%s could not be put into force; it is tried again in a minute", version)
            failed.append(str(version))
    if failed:
        raise NotInForce(failed, done)
    return done


def cancel_approval(version: Version, *, by: Person, revision: int | None, reason: str, proof: Given) -> None:
    """Cancel an approval before its day; the version is a draft again and its signatures count no more."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        c.expect(version, revision)
        content = cancel_content(version, reason)
        _sign_and_move(c, version, content, CANCEL, by, proof, May.APPROVE_DOCUMENTS)
        version.effective_on = version.approved_at = None
        version.pdf = ""
        c.save(version)
        c.event("version.cancel", version, also=[version.document])
        empty_signatures(c, version)
        tell(c, version, version.started_by, "cancelled")
        _announce(c, version, "cancelled")


def withdraw_document(
    version: Version, *, by: Person, revision: int | None, reason: str, proof: Given,
    replacement: Document | None = None,
) -> None:  # fmt: skip
    """Withdraw the version in force with a reason: nothing is in force any more. It stays readable as withdrawn.

    `replacement` is the document in force to use instead; None: nothing replaces it.
    """
    locked = [version.document, version, *([replacement] if replacement is not None else [])]
    with change(by=by, reason=reason, on=locked) as c:
        c.expect(version, revision)
        _check_replacement(version, replacement)
        version.ended_at, version.replaced_by = c.at, replacement
        content = withdraw_content(version, reason, replacement)
        _sign_and_move(c, version, content, WITHDRAW, by, proof, May.WITHDRAW_DOCUMENTS)
        document: Document = version.document
        document.review_due = None
        c.save(document)
        also = [document, *([replacement] if replacement is not None else [])]
        c.event("version.withdraw", version, also=also, instead=replacement.number if replacement is not None else "")
        recall_with_version(c, version, withdrawn_by=by)
        _announce(c, version, "ended")


def _check_replacement(version: Version, replacement: Document | None) -> None:
    """Refuse what cannot be used instead: the document itself, and one of which nothing is in force."""
    if replacement is None:
        return
    if replacement.pk == version.document_id:
        raise Invalid(_("A document does not replace itself. Choose another, or say that nothing replaces it."))
    if not replacement.versions.filter(status=Status.EFFECTIVE).exists():
        raise NotAllowed(_("Nothing of %(number)s is in force. Choose another.") % {"number": replacement.number})


def _announce(c: Change, version: Version, fact: str) -> None:
    """Let upper apps hear of a fact after the commit: see `sops.signals`."""
    c.later("sops.tell", f"{version.pk}-{version.round}-{fact}", version=version.pk, fact=fact)


def _sign_and_move(c: Change, version: Version, content, transition, by: Person, proof: Given, permission: May) -> None:  # type: ignore[no-untyped-def]
    role, behalf = acting_role(by, permission, version.facility_id, c.at)
    sign(c, version, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
    move(c, version, transition, by=by)
