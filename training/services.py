"""What can be done about reading: say who must read, ask them, sign, remind. Nothing else writes these records.

require_reading(document, "nurse", ward, by=quality_manager)     # the worker asks them for what is approved
ask_readers(version)                                             # asks at once; may be repeated at any time
sign_reading(reading, by=nurse, revision=None, proof=proof)
"""

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.people.programme import day_of, moment_words
from qms.people.roles import ROLES, May
from qms.signatures.models import Signature
from qms.signatures.proofs import Given
from qms.signatures.services import sign
from qms.trail.door import change, key_of
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from sops.models import Document, Version
from training.delta import delta_of, keep
from training.mails import tell
from training.models import READABLE, Reading, ReadingRule
from training.reconcile import Reconciled, ask_person, ask_readers
from training.signable import reading_content

__all__ = [
    "Reconciled", "ask_person", "ask_readers", "end_reading_rule", "remind_readers", "require_reading", "sign_reading",
]  # fmt: skip


def may_require(person: Person, document: Document) -> bool:
    """Return whether this person says who must read a document: quality, and its owner."""
    if person.may(May.REQUIRE_READING, document.facility_id):
        return True
    return document.owner_id == person.pk and person.may(May.READ_DOCUMENTS, document.facility_id)


def may_see_readers(person: Person, document: Document) -> bool:
    """Return whether this person sees who has read a document: directors, quality, inspectors, and its owner."""
    return person.may(May.SEE_READERS, document.facility_id) or may_require(person, document)


def may_see_readers_of_types(person: Person) -> bool:
    """Return whether this person sees who must read the documents of a type."""
    return person.may(May.SEE_READERS) or person.may(May.REQUIRE_READING)


def require_reading(document: Document, role: str, facility: Facility | None = None, *, by: Person) -> ReadingRule:
    """Let everybody who holds a role at a facility (None: anywhere) read a document. The worker asks them soon."""
    if role not in ROLES:
        raise Invalid(_("There is no such role. Choose one of the list."))
    if facility is not None and ROLES[role].whole_programme:
        raise Invalid(_("The role %s is for the whole programme. Leave the facility empty.") % ROLES[role].word)
    if facility is not None and facility.closed_on is not None:
        raise Invalid(_("%s is closed. Choose another facility.") % facility.name)
    with change(by=by, on=[document]) as c:
        _demand(by, document)
        rule = ReadingRule(document=document, role=role, facility=facility, from_at=c.at)
        if document.reading_rules.filter(role=role, facility=facility, ended_at=None).exists():
            raise Invalid(_("%s must read this already.") % rule.team)
        c.save(rule)
        c.event("reading_rule.add", rule, also=[document])
        c.later("training.ask", f"{rule.pk}-added", document=document.pk)
    return rule


def end_reading_rule(rule: ReadingRule, *, by: Person, reason: str = "") -> None:
    """End a rule. Who signed has signed; who has not, and is named by no other rule, is not asked any more."""
    with change(by=by, reason=reason, on=[rule.document, rule]) as c:
        _demand(by, rule.document)
        if rule.ended_at is not None:
            raise NotAllowed(_("This has ended already."))
        rule.ended_at = c.at
        c.save(rule)
        c.event("reading_rule.end", rule, also=[rule.document])
        c.later("training.ask", f"{rule.pk}-ended", document=rule.document_id)


def _demand(by: Person, document: Document) -> None:
    now = as_now(by.pk)
    if now is None or not may_require(now, document):
        raise NotAllowed(_("Who must read a document is said by quality and by its owner."))


def sign_reading(reading: Reading, *, by: Person, revision: int | None, proof: Given) -> Signature:
    """Sign that one has read and understood a version, with the changes that were shown.

    Only the reading is locked, so that a whole ward can sign at once: whatever ends the version at the same moment
    leaves a signature that was true when it was given.
    """
    delta = delta_of(reading)  # outside the door: slow for a long text; what was shown stays what was shown
    with change(by=by, on=[reading]) as c:
        c.expect(reading, revision)
        _check_open(reading, by)
        signature = sign(c, reading, reading_content(reading, delta, day_of(c.at)), by=by, proof=proof)
        if delta is not None:
            keep(delta)
        reading.signature = signature
        c.save(reading)
        shown = delta.digest if delta else ""
        c.event("reading.sign", reading, also=[reading.version], text=reading.version.body, shown=shown,
                signature=signature.pk)  # fmt: skip
    return signature


def _check_open(reading: Reading, by: Person) -> None:
    if reading.person_id != by.pk:
        raise NotAllowed(_("Nobody reads for another: only %s signs this.") % reading.person)
    if reading.signature_id is not None:
        raise NotAllowed(_("You have signed this already."))
    reading.version = version = Version.objects.select_related("document").get(pk=reading.version_id)
    if reading.ended_at is not None:
        raise NotAllowed(_("You need not read this any more. %s.") % reading.get_ended_why_display())
    if version.status not in READABLE or version.round != reading.round:
        raise NotAllowed(_("%(version)s is not the one to work by: it is %(status)s. You need not sign it.")
                         % {"version": version, "status": version.status_word.lower()})  # fmt: skip


def remind_readers(version: Version, *, by: Person) -> int:
    """Send a reminder to all who have yet to sign a version, once a day at most; return to how many."""
    with change(by=by, on=[version]) as c:
        now = as_now(by.pk)
        if now is None or not may_remind(now, version.document):
            raise NotAllowed(_("Your roles do not allow reminding the readers of this document."))
        last = last_reminder(version)
        if last is not None and day_of(last.at) == day_of(c.at):
            raise NotAllowed(
                _("%(who)s reminded them today, %(at)s. Once a day is enough; tomorrow you can again.")
                % {"who": last.by_name, "at": moment_words(last.at)}
            )
        waiting = list(version.readings.open().select_related("person"))
        if not waiting:
            raise NotAllowed(_("Everybody who is asked has signed."))
        c.event("reading.remind", version, also=[version.document], people=len(waiting))
        for reading in waiting:
            tell(c, reading, "training/reminder", day_of(c.at).isoformat())
    return len(waiting)


def may_remind(person: Person, document: Document) -> bool:
    """Return whether this person reminds readers: quality, the owner, who approves here. An inspector only sees."""
    return may_require(person, document) or person.may(May.APPROVE_DOCUMENTS, document.facility_id)


def last_reminder(version: Version) -> Event | None:
    """Return the newest reminder to the readers of a version."""
    label, key = key_of(version)
    return Event.objects.filter(label=label, record_id=key, name="reading.remind").order_by("-pk").first()
