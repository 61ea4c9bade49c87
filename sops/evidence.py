"""What a periodic review looks at: each app says what happened around a document since a moment.

An app adds its own in `ready()`:

    def incidents_of(document: Document, since: datetime, user: User) -> Iterable[Signal]: ...
    review_evidence.append(incidents_of)

Each takes a constant number of queries, and shows nothing that this person may not see.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from qms.people.models import User
from sops.models import Document, Judgement, PeriodicReview, ReviewStatus


@dataclass(frozen=True)
class Signal:
    """One thing that speaks about a document.

    `key` names it for ever, e.g. "question:12"; a thing that stands otherwise later has another key. `label` and
    `words` are kept with the signature, so they hold nothing that may have to be erased; `more` is only shown.
    What a review has answered does not come again, unless it `stays`: it is open still, or a count that goes on.
    """

    key: str
    label: str
    words: str
    link: str = ""
    day: date | None = None
    more: str = ""
    stays: bool = False


Evidence = Callable[[Document, datetime, User], Iterable[Signal]]
review_evidence: list[Evidence] = []


def since_of(document: Document) -> datetime:
    """Return from when on things count for the next review of a document."""
    return since_last(document, document.reviews.exclude(status=ReviewStatus.OPEN).order_by("-pk").first())


def since_last(document: Document, last: PeriodicReview | None) -> datetime:
    """Return the moment of the last signed review, or when the version in force was begun, if that is later.

    What came while that version was being written may not have been known to its authors, so it counts.
    """
    begun: datetime = document.shown.started_at  # type: ignore[union-attr]
    return max(begun, last.signed_at) if last is not None else begun


def signals_of(document: Document, user: User, since: datetime | None = None) -> list[Signal]:
    """Return everything that speaks about a document since its last review, the oldest day first."""
    start = since or since_of(document)
    found = [signal for source in review_evidence for signal in source(document, start, user)]
    judged = set(
        Judgement.objects.filter(review__document=document, counted=True)
        .exclude(review__status=ReviewStatus.OPEN)
        .values_list("key", flat=True)
    )
    fresh = [signal for signal in found if signal.stays or signal.key not in judged]
    return sorted(fresh, key=lambda signal: (signal.day or date.max, signal.key))
