"""Work of documents that nobody holds, because whom it awaited has left or lost the role: for quality to hand on."""

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import Person, RoleAssignment
from qms.people.programme import day_of, today
from qms.people.roles import ROLES, May
from sops.models import Document, Status, Step
from sops.question_work import ANSWER_WITHIN, unanswered
from sops.review_work import REVIEW_AHEAD, falling_due, holders

ASKED_FOR = {Step.Kind.REVIEW: May.REVIEW_DOCUMENTS, Step.Kind.APPROVE: May.APPROVE_DOCUMENTS}
WAITING = Q(kind=Step.Kind.REVIEW, version__status=Status.IN_REVIEW) | Q(
    kind=Step.Kind.APPROVE, version__status=Status.IN_APPROVAL
)


def nobodys_work() -> list[WorkItem]:
    """Return reviews that fall due without an owner who may read them, and steps that wait for somebody who may not."""
    documents = list(falling_due().filter(review_due__lte=today() + REVIEW_AHEAD).select_related("owner"))
    handed = holders(documents)
    steps = list(
        Step.objects.filter(WAITING, signature=None, round=F("version__round")).select_related(
            "version__document", "person"
        )
    )
    asked = list(Document.objects.filter(questions__status="open").select_related("owner").distinct())
    owners = {document.owner for document in (*documents, *asked)}
    able = _Able(owners | set(handed.values()) | {step.person for step in steps})
    return [
        *unanswered(able, asked),
        *(
            _document(found, handed.get(found.pk, found.owner))
            for found in documents
            if not able(handed.get(found.pk, found.owner), May.REVIEW_DOCUMENTS, found.facility_id)
        ),
        *(_step(found) for found in steps if not able(found.person, ASKED_FOR[found.kind], found.version.facility_id)),
    ]


class _Able:
    """Says who may do what by the roles of their own today, read at once for all these people."""

    def __init__(self, people: set[Person]) -> None:
        self._held: dict[int, list[RoleAssignment]] = {}
        here = [person.pk for person in people if person.is_active_on(today())]
        for held in RoleAssignment.objects.on(today()).filter(person__in=here):
            self._held.setdefault(held.person_id, []).append(held)

    def __call__(self, person: Person, permission: May, facility_id: int) -> bool:
        return any(
            held.role in ROLES and permission in ROLES[held.role].may and held.facility_id in (None, facility_id)
            for held in self._held.get(person.pk, ())
        )


def _document(document: Document, holder: Person) -> WorkItem:
    return WorkItem(
        kind="review_due",
        number=document.number,
        title=document.title,
        sentence=(
            _("Its periodic review falls due. Its owner, %(person)s, is not here for it: change the owner.")
            if holder == document.owner
            else _("Its periodic review falls due. %(person)s, who was asked, is not here for it: ask somebody else.")
        )
        % {"person": holder},
        url=document.get_absolute_url()
        if holder == document.owner
        else reverse("periodic-review", args=[document.number]),
        act=_("Open"),
        due=document.review_due,
    )


def _step(step: Step) -> WorkItem:
    asked = day_of(step.asked_at)
    return WorkItem(
        kind="unheld",
        number=str(step.version),
        title=step.version.title,
        sentence=_("It waits for %(person)s, who is not here for it. Send it back and ask somebody else.")
        % {"person": step.person},
        url=f"{step.version.get_absolute_url()}#{step.kind}-{step.person_id}",
        act=_("Open"),
        since=asked,
        due=asked + ANSWER_WITHIN,
    )
