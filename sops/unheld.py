"""Work of documents that nobody holds, because whom it awaited has left or has no role: for quality to hand on."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import RoleAssignment
from qms.people.programme import day_of, today
from sops.models import Document, Status, Step

REVIEW_AHEAD = timedelta(days=60)
ANSWER_WITHIN = timedelta(days=14)  # until somebody who is asked to review or approve is late


def nobodys_work() -> list[WorkItem]:
    """Return reviews that fall due without an owner, and steps that wait for somebody who is not here."""
    return [*_without_owner(), *_without_answer()]


def _without_role(field: str) -> Q:
    return ~Q(Exists(RoleAssignment.objects.on(today()).filter(person=OuterRef(field))))


def _without_owner() -> list[WorkItem]:
    soon = Document.objects.filter(shown__status=Status.EFFECTIVE, review_due__lte=today() + REVIEW_AHEAD)
    return [
        WorkItem(
            kind="review_due",
            number=document.number,
            title=document.title,
            sentence=_("Its periodic review falls due. Its owner, %(person)s, is not here: change the owner.")
            % {"person": document.owner},
            url=document.get_absolute_url(),
            act=_("Open"),
            due=document.review_due,
        )
        for document in soon.filter(_without_role("owner")).select_related("owner")
    ]


def _without_answer() -> list[WorkItem]:
    waiting = Q(kind=Step.Kind.REVIEW, version__status=Status.IN_REVIEW) | Q(
        kind=Step.Kind.APPROVE, version__status=Status.IN_APPROVAL
    )
    steps = Step.objects.filter(waiting, _without_role("person"), signature=None, round=F("version__round"))
    return [
        WorkItem(
            kind="unheld",
            number=str(step.version),
            title=step.version.title,
            sentence=_("It waits for %(person)s, who is not here. Send it back and ask somebody else.")
            % {"person": step.person},
            url=f"{step.version.get_absolute_url()}#{step.kind}-{step.person_id}",
            act=_("Open"),
            since=day_of(step.asked_at),
            due=day_of(step.asked_at) + ANSWER_WITHIN,
        )
        for step in steps.select_related("version__document", "person")
    ]
