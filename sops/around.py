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
NOTHING = "CAST(NULL AS timestamp with time zone), CAST(NULL AS integer), CAST(NULL AS bigint)"
# By hand: three counts and two short lists in one statement, where Django would take five.
AROUND = f"""
    SELECT 'question' AS what, status, count(*) AS id, CAST(NULL AS timestamp with time zone) AS signed_at,
        CAST(NULL AS integer) AS n, CAST(NULL AS bigint) AS reviewer, '' AS name, '' AS code
    FROM sops_question WHERE document_id = %(document)s GROUP BY status
    UNION ALL SELECT 'deviation', status, count(*), {NOTHING}, '', ''
    FROM sops_deviation WHERE document_id = %(document)s GROUP BY status
    UNION ALL SELECT 'copy', status, count(*), {NOTHING}, '', ''
    FROM sops_copy WHERE document_id = %(document)s GROUP BY status
    UNION ALL SELECT 'topic', cell.part, cell.id, {NOTHING}, topic.name, topic.code
    FROM sops_coverage covers JOIN sops_topicpart cell ON cell.id = covers.cell_id
        JOIN sops_topic topic ON topic.id = cell.topic_id
    WHERE covers.document_id = %(document)s AND covers.is_on AND cell.is_asked AND topic.closed_at IS NULL
    UNION ALL SELECT * FROM (
        SELECT 'review' AS what, review.status, review.id, review.signed_at, draft.n, review.reviewer_id,
            person.printed_name, '' AS code
        FROM sops_periodicreview review LEFT JOIN sops_version draft ON draft.id = review.draft_id
            LEFT JOIN qms_person person ON person.id = review.reviewer_id
        WHERE review.document_id = %(document)s ORDER BY review.id DESC LIMIT %(last)s
    ) reviews"""  # noqa: S608 - constants


@dataclass(frozen=True)
class Past:
    """A signed review: its outcome, when, and the number of the version that was begun, None where there was none."""

    status: str
    signed_at: datetime
    url: str
    n: int | None


@dataclass(frozen=True)
class Around:
    """`asked`, `deviations` and `copies` are {status: how many}; the rest is empty for who sees no drafts.

    `topics` are (code, name, the parts in which the document covers the topic).
    """

    asked: dict[str, int] = field(default_factory=dict)
    deviations: dict[str, int] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    topics: list[tuple[str, str, list[str]]] = field(default_factory=list)
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
    counts: dict[str, dict[str, int]] = {"question": {}, "deviation": {}, "copy": {}}
    for what, status, count, *_rest in rows:
        if what in counts:
            counts[what][status] = count
    if not user.may(May.SEE_DRAFTS, document.facility_id):
        return Around(counts["question"], counts["deviation"], counts["copy"])
    reviews = sorted((row for row in rows if row[0] == "review"), key=lambda row: -row[2])
    now = next((row for row in reviews if row[1] == ReviewStatus.OPEN), None)
    in_force = shown is not None and shown.status == Status.EFFECTIVE and not document.type.is_outside
    past = [
        Past(status, _moment(at), reverse("review-record", args=[key]), n)
        for _what, status, key, at, n, _reviewer, _name, _code in reviews if status != ReviewStatus.OPEN
    ]  # fmt: skip
    return Around(
        counts["question"], counts["deviation"], counts["copy"], _topics(rows), past,
        (now and now[6]) or str(document.owner), in_force=in_force,
        mine=in_force and may_review(document, user.person, now[5] if now else None),
    )  # fmt: skip


def _topics(rows: list[Any]) -> list[tuple[str, str, list[str]]]:
    found: dict[str, tuple[str, str, list[str]]] = {}
    covered = sorted((name, cell, code, part) for what, part, cell, *_none, name, code in rows if what == "topic")
    for name, _cell, code, part in covered:
        found.setdefault(code, (code, name, []))[2].append(part)
    return list(found.values())


def _moment(value: Any) -> datetime:
    """Return a moment as the database gives it: SQLite as a text in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value).replace(tzinfo=UTC)
