"""Questions that wait for an answer: for the owner of the document, and for quality where the owner is not here."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from sops.models import Document, Question, QuestionStatus

ANSWER_WITHIN = timedelta(days=14)  # until somebody who is asked anything about a document is late


def question_work(person: Person) -> list[WorkItem]:
    """Return one item for each document of this person's with open questions; one query for any number."""
    return [
        _item(row, _words(row["n"]))
        for row in _waiting(Q(document__owner=person))
        if person.may(May.DRAFT_DOCUMENTS, row["document__facility"])
    ]


def _waiting(which: Q) -> Iterable[dict[str, Any]]:
    found = Question.objects.filter(which, status=QuestionStatus.OPEN).order_by("document__number")
    about = ("document", "document__number", "document__title", "document__facility")
    rows: Iterable[dict[str, Any]] = found.values(*about).annotate(n=Count("pk"), first=Min("since"), one=Max("pk"))
    return rows


def unanswered(able: Any, documents: Iterable[Document]) -> list[WorkItem]:
    """Return the questions about these documents that no owner may answer."""
    lost = {one.pk: one for one in documents if not able(one.owner, May.DRAFT_DOCUMENTS, one.facility_id)}
    sentence = _("It waits for %(person)s, who is not here for it: answer it, or change the owner.")
    return [
        _item(row, sentence % {"person": lost[row["document"]].owner})
        for row in (_waiting(Q(document__in=lost)) if lost else ())
    ]


def _item(row: dict[str, Any], sentence: str) -> WorkItem:
    since: datetime = row["first"]
    many = f"{reverse('questions')}?{urlencode({'status': 'open', 'q': row['document__number']})}"
    return WorkItem(
        kind="question", number=row["document__number"], title=row["document__title"], sentence=sentence,
        url=many if row["n"] > 1 else reverse("question", args=[row["one"]]), act=_("Answer"), since=day_of(since),
        due=day_of(since) + ANSWER_WITHIN,
    )  # fmt: skip


def _words(n: int) -> str:
    said = ngettext("A reader asks about it.", "%(n)d questions of readers wait for an answer.", n)
    return said % {"n": n}
