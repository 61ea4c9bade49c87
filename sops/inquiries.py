"""Reading questions: who sees which, which stand beside a text, which a draft has to deal with."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qms.people.access import load
from qms.people.models import User
from qms.people.roles import May
from sops.loaders import in_places, visible_documents
from sops.models import Handling, Question, QuestionStatus, Status, Version

WAS_IN_FORCE = (Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN)
MOST_BESIDE = 100  # so many stand beside one text, the newest


@dataclass(frozen=True)
class Asked:
    """What the register of questions was asked for; lists are "any of these", `mine` the reader's own alone."""

    text: str = ""
    statuses: Sequence[str] = ()
    kinds: Sequence[str] = ()
    facilities: Sequence[int] = ()
    mine: bool = False

    @property
    def are_set(self) -> bool:
        return bool(self.text.strip() or self.statuses or self.kinds or self.facilities or self.mine)


def visible_questions(user: User) -> QuerySet[Question]:
    """Return the questions that this person sees: all where they see drafts, their own, and what readers are shown.

    Readers are shown what is answered, and what somebody known asks; what a stranger wrote only with its answer.
    """
    places = user.person.facilities_where(May.SEE_DRAFTS)
    found: QuerySet[Question] = Question.objects.all()
    if places is None:
        return found
    seen = Q(by=user.person_id) | in_places(places, "document__")
    return found.filter(seen | (SHOWN & Q(document__in=visible_documents(user).values("pk"))))


SHOWN = Q(status=QuestionStatus.ANSWERED) | Q(status=QuestionStatus.OPEN, by__isnull=False)


def with_all(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Read with each question what a line shows."""
    return questions.select_related("document__facility", "document__owner", "version", "by", "copy", "same_as")


def get_question(user: User, pk: int, *, may: May | None = None) -> Question:
    """Return one question."""
    found = with_all(visible_questions(user)).select_related("document__type", "erasing__signer")
    return load(found, pk=pk, allowed=lambda one: may is None or user.may(may, one.facility_id))


def find_questions(user: User, asked: Asked) -> QuerySet[Question]:
    """Return the questions that this person sees and the filters let through, the newest first."""
    found = visible_questions(user)
    if asked.mine:
        found = found.filter(by=user.person_id)
    for name, values in (
        ("status", asked.statuses), ("kind", asked.kinds), ("document__facility", asked.facilities),
    ):  # fmt: skip
        if values:
            found = found.filter(**{f"{name}__in": values})
    for word in asked.text.split():
        found = found.filter(
            Q(document__number__icontains=word)
            | Q(version__title__icontains=word)
            | Q(by__printed_name__icontains=word)
        )
    return with_all(found).order_by("-pk")


def beside(version: Version, user: User) -> list[Question]:
    """Return the questions that stand beside a text, in the order asked: not those that a version dealt with."""
    settled = Handling.objects.filter(question=OuterRef("pk"), dealt=True, version__status__in=WAS_IN_FORCE)
    found = Question.objects.filter(document=version.document_id, version__n__lte=version.n)
    sees_all = user.may(May.SEE_DRAFTS, version.document.facility_id)
    shown = (
        Q(status__in=(QuestionStatus.ANSWERED, QuestionStatus.OPEN))
        if sees_all
        else SHOWN | Q(by=user.person_id, status=QuestionStatus.OPEN)
    )
    found = found.filter(shown).exclude(Exists(settled)).select_related("by", "copy", "version", "document")
    return list(found.prefetch_related("said__by").order_by("-pk")[:MOST_BESIDE])[::-1]


def for_draft(draft: Version) -> QuerySet[Question]:
    """Return the questions that a draft may deal with: of its document, not merged, not dealt with by one before."""
    settled = Handling.objects.filter(question=OuterRef("pk"), dealt=True, version__status__in=WAS_IN_FORCE)
    found = Question.objects.filter(document=draft.document_id).exclude(status=QuestionStatus.MERGED)
    return found.exclude(Exists(settled)).order_by("pk")


def of_draft(draft: Version) -> dict[str, int]:
    """Return how many questions a draft has before it, and of how many nobody has said what it does; {} for none."""
    if draft.status != Status.DRAFT:
        return {}
    said = Exists(Handling.objects.filter(question=OuterRef("pk"), version=draft))
    found = for_draft(draft).order_by().aggregate(all=Count("pk"), left=Count("pk", filter=~said))
    return found if found["all"] else {}


def others_of(question: Question) -> QuerySet[Question]:
    """Return the questions that this one can be merged with, the newest first."""
    found = Question.objects.filter(document=question.document_id).exclude(pk=question.pk)
    return found.exclude(status=QuestionStatus.MERGED).select_related("by", "version").order_by("-pk")
