"""Work of documents that nobody holds, because whom it awaited has left or lost the role: for quality to hand on.

Of the periodic reviews the first stand one by one; how many others there are is said in one line.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import Person, RoleAssignment
from qms.people.programme import day_of, today
from qms.people.roles import May
from qms.signatures.models import Deputation
from sops.models import Document, Status, Step, Version
from sops.question_work import unanswered
from sops.review_work import REVIEW_AHEAD, due_by_holder
from sops.seats import ASKED_FOR, HOLDERS, TURN, lets, role_words
from sops.unheld_reviews import unheld_reviews

WAITING = Q(signature=None, ended_at=None, asked_at__isnull=False, round=F("version__round")) & (
    Q(kind=Step.Kind.REVIEW, version__status=Status.IN_REVIEW)
    | Q(kind=Step.Kind.APPROVE, version__status=Status.IN_APPROVAL)
)
# By hand: each page of a version on its way reads it.
HELD = """
    SELECT held.* FROM qms_roleassignment held JOIN qms_person person ON person.id = held.person_id
    WHERE NOT held.taken_back AND held.from_date <= %s AND (held.until_date IS NULL OR held.until_date >= %s)
    AND person.joined_on <= %s AND (person.left_on IS NULL OR person.left_on >= %s)
    AND (held.person_id IN ({people}) OR held.role IN ({roles}))"""


def nobodys_work() -> list[WorkItem]:
    """Return reviews that fall due without an owner who may read them, and steps that wait for somebody who may not."""
    due, steps = due_by_holder(today() + REVIEW_AHEAD), list(_waiting())
    asked = list(Document.objects.filter(questions__status="open").select_related("owner").distinct())
    able = _Able({one.holder for one in due} | {document.owner_id for document in asked}, steps)
    return [
        *unanswered(lambda person, may, place: able(person.pk, may, {place}), asked),
        *unheld_reviews([one for one in due if not able(one.holder, May.REVIEW_DOCUMENTS, {one.facility})]),
        *(_step(found) for found in steps if not able.fills(found)),
    ]


def unheld_of(person: Person) -> list[WorkItem]:
    """Return the steps on this author's versions that wait for somebody who is not here, or for a role nobody holds."""
    steps = list(_waiting().filter(version__started_by=person))
    able = _Able(set(), steps)
    return [_step(found) for found in steps if not able.fills(found)]


def unheld_among(version: Version, steps: Iterable[Step]) -> set[int]:
    """Return the keys of those of a version's steps that nobody can sign today; one query, none where none waits."""
    kind = TURN.get(Status(version.status))
    asked = [step for step in steps if step.is_open and step.kind == kind]
    for step in asked:
        step.version = version
    able = _Able(set(), asked)
    return {step.pk for step in asked if not able.fills(step)}


def _waiting() -> "QuerySet[Step]":
    found: QuerySet[Step] = Step.objects.filter(WAITING).select_related("version__document", "person")
    return found


class _Able:
    """Says who may do what by the roles of today, read at once for all these people and steps.

    Who has a lent role only is able too; that is looked up where roles of their own do not do.
    """

    def __init__(self, people: set[int], steps: list[Step]) -> None:
        self._held: dict[int, list[RoleAssignment]] = {}
        self._named = people | {step.person_id for step in steps if step.person_id}
        roles = {role for step in steps if step.role for role in HOLDERS[step.role]}
        if self._named or roles:
            self._keep(list(self._named) or [0], list(roles) or [""])

    def _keep(self, people: list[int], roles: list[str]) -> None:
        day = today()
        wanted = HELD.format(people=", ".join(["%s"] * len(people)), roles=", ".join(["%s"] * len(roles)))
        for held in RoleAssignment.objects.raw(wanted, [day, day, day, day, *people, *roles]):
            self._held.setdefault(held.person_id, []).append(held)

    @cached_property
    def _lent(self) -> dict[int, list[RoleAssignment]]:
        day = today()
        lent = Deputation.objects.filter(deputy__in=self._named, signature__isnull=False, from_date__lte=day)
        found: dict[int, list[RoleAssignment]] = {}
        for one in lent.filter(until_date__gte=day).exclude(ended_on__lte=day).select_related("assignment"):
            found.setdefault(one.deputy_id, []).append(one.assignment)
        return found

    def __call__(self, person_id: int, permission: May, places: Iterable[int]) -> bool:
        if any(lets(held, permission, places) for held in self._held.get(person_id, ())):
            return True
        return any(lets(held, permission, places) for held in self._lent.get(person_id, ()))

    def fills(self, step: Step) -> bool:
        """Return whether somebody can sign a step today."""
        if step.person_id is not None:
            return self(step.person_id, ASKED_FOR[Step.Kind(step.kind)], step.version.places)
        every = [held for roles in self._held.values() for held in roles]
        here = (None, step.facility_id)
        return any(
            held.role in HOLDERS[step.role] and (step.facility_id is None or held.facility_id in here) for held in every
        )


def _step(step: Step) -> WorkItem:
    asked = day_of(step.asked_at)
    who = str(step.person) if step.person else role_words(step.role)
    version = step.version
    return WorkItem(
        kind="unheld",
        number=str(version),
        title=version.title,
        sentence=_("It waits for %(person)s, who is not here for it: ask somebody else.") % {"person": who},
        url=reverse("step-replace", args=[version.document.number, version.n, step.pk]),
        act=_("Ask somebody else"),
        since=asked,
        due=asked + timedelta(days=step.days),
    )
