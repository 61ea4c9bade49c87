"""Periodic review: who is asked, what is said of each signal, and the signature that ends it."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from qms.people import telling
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import Transition, check_open, move
from sops.dates import day_words, months_later
from sops.evidence import Signal, signals_of, since_of
from sops.models import Document, Judgement, PeriodicReview, ReviewStatus, Status, Version
from sops.review_signable import review_content, summary_of
from sops.reviewing import NO_CHANGE, REVISE, may_assign, not_the_reviewer
from sops.services.documents import begin_version
from sops.standing import refused, standing

OUTSIDE = _lazy("%(document)s is a publication of others: look whether a newer edition came, instead of a review.")
Words = Mapping[str, tuple[str, str]]
"""{key of a signal: (outcome, word)}"""


def assign_review(document: Document, reviewer: Person, *, by: Person) -> PeriodicReview:
    """Ask somebody for the periodic review instead of the owner; asked again, it is handed on. They are told."""
    with change(by=by, on=[document]) as c:
        review = ask_for_review(c, document, reviewer, by=by, asker=as_now(by.pk), able=as_now(reviewer.pk))
        telling.tell(
            c, reviewer, "sops/asked_for_periodic_review", f"{review.pk}-{review.revision}", by=by.printed_name,
            document=document.number, title=document.title, path=f"{document.get_absolute_url()}periodic-review/",
            due=day_words(document.review_due) if document.review_due else "",
        )  # fmt: skip
    return review


def ask_for_review(
    c: Change, document: Document, reviewer: Person, *, by: Person, asker: Person | None, able: Person | None
) -> PeriodicReview:
    """Ask inside an open change; `asker` and `able` are who asks and who is asked as they are now."""
    version = _in_force(document)
    if asker is None or not may_assign(document, asker):
        raise NotAllowed(_("Who reviews is said by the owner, and by whoever plans the reviews."))
    if able is None or not able.may(May.REVIEW_DOCUMENTS, document.facility_id):
        raise NotAllowed(_("%(person)s has no role that allows this here.") % {"person": reviewer})
    review = open_review(document) or _begun(c, document, version)
    review.reviewer, review.asked_by = reviewer, by
    c.save(review)
    c.event("review.ask", review, also=[document], document=document.number, reviewer=reviewer.printed_name)
    return review


def judge_signals(document: Document, words: Words, *, by: Person) -> int:
    """Keep what the reviewer says of signals, before signing; return of how many. What is gone is passed over."""
    with change(by=by, on=[document]) as c:
        version = _in_force(document)
        review = open_review(document) or _begun(c, document, version)
        _demand_reviewer(review, by)
        here = {signal.key: signal for signal in signals_of(document, by.user)}
        known = {one.key: one for one in review.judgements.all()}
        kept = [
            _judged(c, review, here[key], known.get(key), outcome, word, by)
            for key, (outcome, word) in words.items() if key in here
        ]  # fmt: skip
        if not any(kept):
            raise Invalid(_("Nothing was new. Say of each signal what it means."))
        c.event("review.judge", review, also=[document], document=document.number)
    return sum(kept)


def _judged(
    c: Change, review: PeriodicReview, signal: Signal, before: Judgement | None, outcome: str, word: str, by: Person
) -> bool:
    if outcome not in Judgement.Outcome.values:
        raise Invalid(_("Say of each signal: noted, dealt with, or revise."))
    word = word.strip()[:500]
    if outcome == Judgement.Outcome.REVISE and not word:
        raise Invalid(_("%(signal)s: write why it has to be revised.") % {"signal": signal.label})
    if before is not None and (before.outcome, before.word) == (outcome, word):
        return False
    one = before or Judgement(review=review, key=signal.key)
    _keep_shown(one, signal)
    one.outcome, one.word, one.by, one.at = outcome, word, by, c.at
    c.save(one)
    return True


def _keep_shown(one: Judgement, signal: Signal) -> None:
    one.label, one.words, one.link, one.day = signal.label[:120], signal.words, signal.link[:300], signal.day


def finish_review(document: Document, how: Transition, *, by: Person, seen: int, proof: Given) -> PeriodicReview:
    """End the review with a signature over every signal and its word: no change, or to be revised.

    `seen` is the number of the last signed review that the person saw (0: none). No change sets the next day by the
    period of the type. To be revised begins a draft, or goes with the one that is being written.
    """
    with change(by=by, on=[document]) as c:
        _check_not_signed_meanwhile(document, seen)
        version = _in_force(document)
        review = open_review(document) or _begun(c, document, version)
        check_open(review, how, by)
        since, signals = since_of(document), signals_of(document, by.user)
        judged = answered(review, signals, how)
        day = day_of(c.at)
        content = review_content(document, version, how, since, [(one, judged[one.key]) for one in signals], day)
        role, behalf = acting_role(by, May.REVIEW_DOCUMENTS, document.facility_id, c.at)
        signature = sign(c, review, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
        review.version, review.signature, review.signed_at, review.due = version, signature, c.at, document.review_due
        for signal in signals:
            _count(c, judged[signal.key], signal)
        facts = _end(c, review, document, how, by, signals, judged)
        move(c, review, how, by=by)
        c.event(
            how.name, review, also=[document, version, *([review.draft] if review.draft else [])],
            document=document.number, text=version.body, signature=signature.pk, **facts,
        )  # fmt: skip
    return review


def _end(
    c: Change, review: PeriodicReview, document: Document, how: Transition, by: Person, signals: Sequence[Signal],
    judged: Mapping[str, Judgement],
) -> dict[str, str]:  # fmt: skip
    if how is NO_CHANGE:
        document.review_due = review.next_due = months_later(day_of(c.at), document.type.review_months)
        c.save(document)
        return {"day": review.next_due.isoformat()}
    review.draft = _draft(c, document, by, summary_of(review, [judged[one.key] for one in signals], day_of(c.at)))
    return {"n": str(review.draft.n)}


def _draft(c: Change, document: Document, by: Person, summary: str) -> Version:
    """Return the draft that the signals go with: the one being written, else a new one with the reasons in it."""
    coming: Version | None = document.versions.open().select_for_update().first()
    if coming is None:
        return begin_version(c, document, by=by, summary=summary)
    if coming.status != Status.DRAFT:
        raise NotAllowed(
            _("%(stands)s Let it take effect, or send it back: then what you found goes with it.")
            % {"stands": standing(coming)}
        )
    coming.summary = "\n".join(filter(None, [coming.summary, summary]))
    c.save(coming)
    c.event("version.write", coming, also=[document], text=coming.body)
    return coming


def _count(c: Change, one: Judgement, signal: Signal) -> None:
    _keep_shown(one, signal)
    one.counted = True
    c.save(one)


def answered(review: PeriodicReview, signals: Sequence[Signal], how: Transition) -> dict[str, Judgement]:
    """Return {key: what was said} for all signals, or refuse: one that is new or without a word stands in the way."""
    known = {one.key: one for one in review.judgements.all()} if review.pk else {}
    missing = [signal.label for signal in signals if signal.key not in known]
    if missing:
        raise NotAllowed(
            _("Not signed: nothing is said yet of %(signals)s. A signal may have come since you opened the page.")
            % {"signals": "; ".join(missing)}
        )
    wants = [known[signal.key] for signal in signals if known[signal.key].outcome == Judgement.Outcome.REVISE]
    if wants and how is NO_CHANGE:
        raise NotAllowed(
            _("You say that the text has to be revised because of %(signals)s. Sign that, or say otherwise of them.")
            % {"signals": "; ".join(one.label for one in wants)}
        )
    return known


def open_review(document: Document) -> PeriodicReview | None:
    """Return the review that is under way."""
    found: PeriodicReview | None = document.reviews.filter(status=ReviewStatus.OPEN).first()
    return found


def _begun(c: Change, document: Document, version: Version) -> PeriodicReview:
    review = PeriodicReview(document=document, version=version, opened_at=c.at, due=document.review_due)
    c.save(review)
    return review


def _demand_reviewer(review: PeriodicReview, by: Person) -> None:
    now = as_now(by.pk)
    closed = not_the_reviewer(review, now) if now is not None else _("Only a person does this.")
    if closed:
        raise NotAllowed(closed)


def _in_force(document: Document) -> Version:
    if document.type.is_outside:
        raise NotAllowed(OUTSIDE % {"document": document})
    found: Version | None = document.versions.filter(status=Status.EFFECTIVE).first()
    if found is not None:
        return found
    newest = document.versions.exclude(status=Status.DISCARDED).order_by("-n").first()
    if newest is None:
        raise NotAllowed(_("Nothing of this document is in force: there is nothing to review."))
    raise NotAllowed(refused(newest, _("Only what is in force is reviewed.")))


def _check_not_signed_meanwhile(document: Document, seen: int) -> None:
    last = (
        document.reviews.exclude(status=ReviewStatus.OPEN).select_related("signature__signer").order_by("-pk").first()
    )
    if last is not None and last.pk != seen:
        raise NotAllowed(
            _("%(person)s signed this review meanwhile: %(outcome)s. Nothing of yours was signed.")
            % {"person": last.signature.printed_name, "outcome": last.status_word.lower()}
        )


__all__ = [
    "NO_CHANGE", "REVISE", "answered", "assign_review", "finish_review", "judge_signals", "open_review",
]  # fmt: skip
