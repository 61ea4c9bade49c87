"""Periodic reviews for tests, ended by the verb with the words and the signature that it asks for."""

from datetime import timedelta

import time_machine

from qms.people.models import Person
from qms.people.programme import day_of, today
from qms.trail import clock
from qms.workflow.moves import Transition
from sops import services
from sops.evidence import signals_of, since_of
from sops.models import Document, PeriodicReview, Version
from sops.review_signable import review_content
from sops.reviewing import NO_CHANGE
from tests import documents as do
from tests.world import World


def of(version: Version) -> Document:
    """Return the document of a version as a page reads it."""
    return Document.objects.select_related("facility", "type", "owner", "shown").get(pk=version.document_id)


def judge(document: Document, by: Person, outcome: str = "noted", word: str = "Seen") -> None:
    """Say the same of every signal there is."""
    words = {signal.key: (outcome, word) for signal in signals_of(document, by.user)}
    if words:
        services.judge_signals(document, words, by=by)


def proof_for(document: Document, by: Person, how: Transition = NO_CHANGE):
    """Return a proof for what would be signed now."""
    now = services.open_review(document)
    version = document.versions.get(status="effective")
    signals = signals_of(document, by.user)
    judged = services.answered(now or PeriodicReview(document=document), signals, how)
    said = [(signal, judged[signal.key]) for signal in signals]
    content = review_content(document, version, how, since_of(document), said, day_of(clock.now()))
    return do.given(by, content)


def finish(document: Document, by: Person, how: Transition = NO_CHANGE, *, seen: int = 0) -> PeriodicReview:
    """End the review of a document."""
    return services.finish_review(document, how, by=by, seen=seen, proof=proof_for(document, by, how))


def months_on(world: World, months: int = 12):
    """Return the clock some months from now, at ten in the morning."""
    return time_machine.travel(f"{today() + timedelta(days=30 * months)}T10:00:00+00:00")
