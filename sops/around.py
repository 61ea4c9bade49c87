"""What the page of a document says of its questions, deviations and reviews, by hand in one statement: opened often."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from qms.people.models import User
from qms.people.roles import May
from sops.models import TO_REVIEW, DeviationStatus, Document, ReviewStatus, Status, Version
from sops.reviewing import may_review

LAST = 5
# By hand: three counts and a short list in one statement, where Django would take four.
AROUND = """
    SELECT 'question' AS what, status, count(*) AS id, CAST(NULL AS timestamp with time zone) AS signed_at,
        CAST(NULL AS integer) AS n, CAST(NULL AS bigint) AS reviewer, '' AS name
    FROM sops_question WHERE document_id = %(document)s GROUP BY status
    UNION ALL SELECT 'deviation', status, count(*), CAST(NULL AS timestamp with time zone), CAST(NULL AS integer),
        CAST(NULL AS bigint), ''
    FROM sops_deviation WHERE document_id = %(document)s GROUP BY status
    UNION ALL SELECT * FROM (
        SELECT 'review' AS what, review.status, review.id, review.signed_at, draft.n, review.reviewer_id,
            person.printed_name
        FROM sops_periodicreview review LEFT JOIN sops_version draft ON draft.id = review.draft_id
            LEFT JOIN qms_person person ON person.id = review.reviewer_id
        WHERE review.document_id = %(document)s ORDER BY review.id DESC LIMIT %(last)s
    ) reviews"""


@dataclass(frozen=True)
class Past:
    """A signed review: its outcome, when, and the number of the version that was begun, None where there was none."""

    status: str
    signed_at: datetime
    url: str
    n: int | None


@dataclass(frozen=True)
class Around:
    """`asked` and `deviations` are {status: how many}; the rest is empty for who sees no drafts."""

    asked: dict[str, int] = field(default_factory=dict)
    deviations: dict[str, int] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)
    reviewer: str = ""
    mine: bool = False
    in_force: bool = False

    def _count(self, *statuses: str) -> int:
        return sum(self.deviations.get(status, 0) for status in statuses)

    @property
    def deviating(self) -> int:
        """How many planned deviations may be made use of now."""
        return self._count(DeviationStatus.APPROVED, DeviationStatus.VERBAL)

    @property
    def to_look_at(self) -> int:
        """How many are done and not yet reviewed."""
        return self._count(*TO_REVIEW, DeviationStatus.DONE_VERBAL)


def around(document: Document, user: User, shown: Version | None) -> Around:
    """Return the questions, deviations and reviews of a document as this person is told of them."""
    with connection.cursor() as cursor:
        cursor.execute(AROUND, {"document": document.pk, "last": LAST})
        rows = cursor.fetchall()
    asked = {status: count for what, status, count, *_rest in rows if what == "question"}
    deviations = {status: count for what, status, count, *_rest in rows if what == "deviation"}
    if not user.may(May.SEE_DRAFTS, document.facility_id):
        return Around(asked, deviations)
    reviews = sorted((row for row in rows if row[0] == "review"), key=lambda row: -row[2])
    now = next((row for row in reviews if row[1] == ReviewStatus.OPEN), None)
    in_force = shown is not None and shown.status == Status.EFFECTIVE and not document.type.is_outside
    past = [
        Past(status, _moment(at), reverse("review-record", args=[key]), n)
        for _what, status, key, at, n, _reviewer, _name in reviews if status != ReviewStatus.OPEN
    ]  # fmt: skip
    return Around(
        asked, deviations, past, (now and now[6]) or str(document.owner), in_force=in_force,
        mine=in_force and may_review(document, user.person, now[5] if now else None),
    )  # fmt: skip


def _moment(value: Any) -> datetime:
    """Return a moment as the database gives it: SQLite as a text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)
