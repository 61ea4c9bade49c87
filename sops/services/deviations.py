"""Planned deviations: asked for, decided, said by word of mouth and signed later, done, expired, reviewed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from qms.people import telling
from qms.people.models import Person
from qms.people.programme import day_of, moment_words
from qms.people.roles import May
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail import clock
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import Transition, check_open, move
from sops.bodies import read_body
from sops.dates import day_words, next_working_day
from sops.deviating import (
    APPROVE,
    CONFIRM,
    CONFIRM_DONE,
    DENY,
    DENY_DONE,
    DONE,
    DONE_VERBAL,
    EXPIRE,
    QUALITY,
    REFUSE,
    REVIEW,
    SAID,
    TAKE_BACK,
    UNAPPROVED,
)
from sops.deviation_signable import deviation_content
from sops.models import Deviation, DeviationStatus, Status, Version
from sops.queries import people_who_may
from sops.services.allowed import demand
from sops.standing import refused

MOST_HOURS = 30 * 24
LONGEST = 1000
RECORDED_WITHIN = timedelta(days=3)  # what was said or done is on record by then
CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 =&/._-]*")
DECISIONS = {
    one.name: one for one in (APPROVE, REFUSE, CONFIRM, CONFIRM_DONE, DENY, DENY_DONE)
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What is asked for: what is done otherwise, why, the risk; `hours` until it expires; `block` "" for the whole."""

    text: str
    reason: str
    risk: str
    hours: int
    product: str = ""
    block: str = ""


def ask_deviation(version: Version, wish: Wish, *, by: Person) -> Deviation:
    """Ask, before the act, to do otherwise than a document in force says (FACT-JACIE x5.7). Who decides is told."""
    demand(by, May.ASK_DEVIATIONS, version.document.facility)
    deciders = who_decides(version.facility_id, by)
    if not deciders:
        raise NotAllowed(_("Nobody here may decide it: no director, deputy or director on call. Call quality."))
    facts = _checked(wish)
    with change(by=by, on=[version.document, version]) as c:
        if version.status != Status.EFFECTIVE:
            raise NotAllowed(refused(version, _("One deviates from what is in force.")))
        if wish.block and all(one["id"] != wish.block for one in read_body(version.body)):
            raise Invalid(_("This passage is not in the text. Choose it again, or the document as a whole."))
        last = version.document.deviations.aggregate(last=Max("n"))["last"] or 0
        one = Deviation(
            document=version.document, version=version, n=last + 1, block=wish.block, asked_by=by, asked_at=c.at,
            since=c.at, expires_at=c.at + timedelta(hours=wish.hours), **facts,
        )  # fmt: skip
        c.save(one)
        c.event("deviation.ask", one, also=[one.document, version])
        for person in deciders:
            _tell(c, one, person, "deviation_asked", by=by.printed_name, until=moment_words(one.expires_at))
    return one


def who_decides(facility: int, asker: Person | None = None) -> list[Person]:
    """Return who may decide in a facility today: its directors, their deputies, who is on call; not the asker."""
    able = people_who_may(May.APPROVE_DEVIATIONS, [facility], but=(QUALITY,))
    return [one for one in able if asker is None or one.pk != asker.pk]


def _checked(wish: Wish) -> dict[str, str]:
    facts = {"text": wish.text, "reason": wish.reason, "risk": wish.risk, "product": wish.product}
    facts = {name: value.replace("\0", "").strip() for name, value in facts.items()}
    if not (facts["text"] and facts["reason"] and facts["risk"]):
        raise Invalid(_("Say what is done otherwise, why, and what the risk is."))
    if any(len(value) > LONGEST for value in facts.values()):
        raise Invalid(_("This is longer than %(most)d characters. Make it shorter.") % {"most": LONGEST})
    if facts["product"] and (len(facts["product"]) > 60 or not CODE.fullmatch(facts["product"])):
        raise Invalid(_("Write the code of the product, with its digits. No name of a patient or donor."))
    if not 1 <= wish.hours <= MOST_HOURS:
        raise Invalid(_("A planned deviation expires within 30 days."))
    return facts


def decide_deviation(
    one: Deviation, how: Transition, *, by: Person, revision: int | None, proof: Given, reason: str = ""
) -> None:
    """Sign a decision: approve, refuse; or, of a verbal approval, that it was given or that it was not."""
    if how.name not in DECISIONS:
        raise NotAllowed(_("This is no decision."))
    with change(by=by, reason=reason, on=[one.document, one]) as c:
        c.expect(one, revision)
        check_open(one, how, by)
        role, behalf = acting_role(by, May.APPROVE_DEVIATIONS, one.facility_id, c.at)
        content = deviation_content(one, how, word=reason)
        one.signature = sign(c, one, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
        one.since, one.approver = c.at, by
        if how is APPROVE:
            one.approved_at = c.at
        elif how in (DENY, DENY_DONE):
            one.approved_at, one.occurrence = None, how is DENY_DONE
        move(c, one, how, by=by)
        c.event(how.name, one, also=[one.document], signature=one.signature.pk)
        if one.asked_by_id != by.pk:
            _tell(
                c, one, one.asked_by, "deviation_decided", by=by.printed_name, status=one.status_word,
                outcome=one.status, until=moment_words(one.expires_at),
            )  # fmt: skip


def record_verbal(
    one: Deviation, *, by: Person, revision: int | None, approver: Person, said_at: datetime
) -> None:  # fmt: skip
    """Record that somebody who may decide said yes, and when. They sign it on the next working day."""
    if approver.pk not in {able.pk for able in who_decides(one.facility_id)}:
        raise NotAllowed(_("%(person)s has no role that allows this here.") % {"person": approver})
    if approver.pk == one.asked_by_id:
        raise NotAllowed(_("Who asked cannot be who approved. Name who said yes."))
    with change(by=by, on=[one.document, one]) as c:
        c.expect(one, revision)
        _check_moment(said_at, c.at)
        one.approver, one.told_by, one.verbal = approver, by, True
        one.approved_at, one.since = said_at, c.at
        one.sign_by = next_working_day(day_of(said_at))
        move(c, one, SAID, by=by)
        c.event("deviation.said", one, also=[one.document], approver=approver.printed_name)
        _tell(c, one, approver, "deviation_said", by=by.printed_name, until=day_words(one.sign_by))


def _check_moment(moment: datetime, now: datetime) -> None:
    if moment > now:
        raise Invalid(_("%(moment)s is still to come. Write when it was.") % {"moment": moment_words(moment)})
    if now - moment > RECORDED_WITHIN:
        raise Invalid(_("That is more than three days ago. It is an occurrence: report it to quality."))


def record_done(one: Deviation, *, by: Person, revision: int | None, done_at: datetime) -> Transition:
    """Record when it was done. Done before it was approved, or after it expired, it is an occurrence."""
    with change(by=by, on=[one.document, one]) as c:
        c.expect(one, revision)
        if done_at > c.at:
            raise Invalid(_("%(moment)s is still to come. Write when it was.") % {"moment": moment_words(done_at)})
        how = DONE_VERBAL if one.status == DeviationStatus.VERBAL else DONE
        if not one.covers(done_at) and one.status in UNAPPROVED.sources:
            how = UNAPPROVED
        one.done_at, one.done_by, one.since = done_at, by, c.at
        one.occurrence = one.occurrence or how is UNAPPROVED
        move(c, one, how, by=by)
        c.event(how.name, one, also=[one.document])
    return how


def take_back_deviation(one: Deviation, *, by: Person, reason: str) -> None:
    """Take a request back before it is decided: nothing was done."""
    with change(by=by, reason=reason, on=[one.document, one]) as c:
        one.since = c.at
        move(c, one, TAKE_BACK, by=by)
        c.event(TAKE_BACK.name, one, also=[one.document])


def review_deviation(
    one: Deviation, *, by: Person, revision: int | None, word: str, occurrence: bool, proof: Given
) -> None:  # fmt: skip
    """Review for quality what was done, with a word and a signature."""
    with change(by=by, reason=word, on=[one.document, one]) as c:
        c.expect(one, revision)
        check_open(one, REVIEW, by)
        role, behalf = acting_role(by, May.REVIEW_DEVIATIONS, one.facility_id, c.at)
        content = deviation_content(one, REVIEW, word=word, occurrence=occurrence)
        one.review_signature = sign(c, one, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
        one.word, one.reviewed_at, one.since = word.strip(), c.at, c.at
        one.occurrence = one.occurrence or occurrence
        move(c, one, REVIEW, by=by)
        c.event(REVIEW.name, one, also=[one.document], signature=one.review_signature.pk)


def expire_deviations(moment: datetime | None = None) -> int:
    """Let those expire whose time has passed and that are neither done nor signed for later; return how many."""
    now = moment or clock.now()
    due = Deviation.objects.filter(status__in=EXPIRE.sources, expires_at__lte=now).select_related("document")
    return sum(_expired(one, now) for one in due)


def _expired(one: Deviation, now: datetime) -> bool:
    with change(by=SYSTEM, on=[one.document, one]) as c:
        if one.status not in EXPIRE.sources or one.expires_at > now:
            return False
        one.since = c.at
        move(c, one, EXPIRE, by=SYSTEM)
        c.event(EXPIRE.name, one, also=[one.document])
    return True


def _tell(c: Change, one: Deviation, person: Person, what: str, **facts: str) -> None:
    """Ask for a mail. It says where to look and nothing of reason and risk."""
    telling.tell(
        c, person, f"sops/{what}", f"{one.pk}-{person.pk}-{one.revision}", number=str(one), title=one.version.title,
        path=one.get_absolute_url(), **facts,
    )  # fmt: skip
