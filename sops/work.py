"""What of the documents awaits a person: reviews and approvals asked of them, their drafts, reviews falling due.

Only what their roles of today still let them do: whoever left a facility reads nothing of its drafts here either.
"""

from datetime import timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.programme import day_of, today
from qms.people.roles import May
from sops.answers import comment_work
from sops.circulation import to_collect_for
from sops.deviation_work import deviation_work
from sops.emptied import emptied_work, written_by
from sops.imports import waiting_for
from sops.models import Comment, Copy, Status, Step, Version, Weight
from sops.presenters.copies import copies_word
from sops.question_work import question_work
from sops.review_work import reviews_of
from sops.seats import HOLDERS, capacity, fills
from sops.unheld import WAITING, nobodys_work, unheld_of


def document_work(person: Person) -> list[WorkItem]:
    """Return what awaits this person in documents."""
    own = [*_asked(person), *emptied_work(person), *comment_work(person), *_drafts(person), *_overdue(person)]
    own += [*_reviews_due(person), *_copies_to_collect(person), *_files_to_check(person), *question_work(person)]
    own += deviation_work(person)
    is_quality = person.may(May.MANAGE_PEOPLE) and person.may(May.WITHDRAW_DOCUMENTS)
    return own + (nobodys_work() if is_quality else unheld_of(person))


def _asked(person: Person) -> list[WorkItem]:
    """Steps asked of them by name, of a role of theirs, or of somebody whose deputy they are."""
    lenders = {held.person_id for held in person.roles}
    roles = [key for key, slugs in HOLDERS.items() if any(held.role in slugs for held in person.roles)]
    whose = Q(person__in={person.pk, *lenders}) | Q(person=None, role__in=roles)
    steps = Step.objects.filter(WAITING & whose).select_related("version__document", "person")
    found: dict[tuple[int, str], Step] = {}
    for step in steps:
        if fills(step, person, step.version.places):
            found.setdefault((step.version_id, step.kind), step)
    written = written_by(person, {step.version_id for step in found.values()})
    return [_asked_item(step, person) for step in found.values() if step.version_id not in written]


def _asked_item(step: Step, person: Person) -> WorkItem:
    version, review = step.version, step.kind == Step.Kind.REVIEW
    page = "version-review" if review else "version-approve"
    return WorkItem(
        kind=step.kind,
        number=str(version),
        title=version.title,
        sentence=_asked_sentence(step, person),
        url=reverse(page, args=[version.document.number, version.n]),
        act=_("Review") if review else _("Read and approve"),
        since=day_of(step.asked_at),
        due=day_of(step.asked_at) + timedelta(days=step.days),
        told=True,
        of_another=_("Its review waits.") if review else _("Its approval waits."),
    )


def _asked_sentence(step: Step, person: Person) -> str:
    review, behalf = step.kind == Step.Kind.REVIEW, capacity(step, person, step.version.places)[1]
    said = _("You are asked to review it.") if review else _("You are asked to approve it.")
    if behalf:
        words = _("As deputy of %(person)s you may review it.") if review else _(
            "As deputy of %(person)s you may approve it."
        )  # fmt: skip
        said = words % {"person": behalf}
    return f"{_('Urgent change.')} {said}" if step.version.weight == Weight.URGENT else said


def _drafts(person: Person) -> list[WorkItem]:
    drafts = Version.objects.filter(status=Status.DRAFT, started_by=person).select_related("document")
    open_comments = set(
        Comment.objects.filter(version__in=drafts, resolved_at=None).values_list("version_id", flat=True)
    )
    return [
        WorkItem(
            kind="draft",
            number=str(draft),
            title=draft.title,
            sentence=_("Your draft has open comments.") if draft.pk in open_comments else _("Your draft."),
            url=draft.get_absolute_url(),
            act=_("Go on writing"),
            since=day_of(draft.started_at),
        )
        for draft in drafts
        if person.may(May.DRAFT_DOCUMENTS, draft.facility_id)
    ]


def _overdue(person: Person) -> list[WorkItem]:
    """Those whose day has passed without taking effect: the worker stands still, or their PDF cannot be made."""
    own = Q(document__owner=person) | Q(started_by=person)
    late = Version.objects.due_to_take_effect(today() - timedelta(days=1)).filter(own).select_related("document")
    return [
        WorkItem(
            kind="not_in_force",
            number=str(version),
            title=version.title,
            sentence=_("Its day has come, but it is not in force. Tell your administrator."),
            url=version.get_absolute_url(),
            act=_("Open"),
            due=version.effective_on,
        )
        for version in late
        if person.may(May.SEE_DRAFTS, version.facility_id)
    ]


def _reviews_due(person: Person) -> list[WorkItem]:
    return [
        WorkItem(
            kind="review_due",
            number=document.number,
            title=document.title,
            sentence=_("Look whether a newer edition came.")
            if document.type.is_outside
            else _("Its periodic review falls due."),
            url=reverse("document-check" if document.type.is_outside else "periodic-review", args=[document.number]),
            act=_("Check") if document.type.is_outside else _("Review"),
            due=document.review_due,
            url_of_another=document.get_absolute_url(),
        )
        for document in reviews_of(person).select_related("type")
        if person.may(May.READ_DOCUMENTS if document.type.is_outside else May.REVIEW_DOCUMENTS, document.facility_id)
    ]


def _copies_to_collect(person: Person) -> list[WorkItem]:
    """Recalled paper, one item for each version: to bring back for who holds it, to collect for who answers for it."""
    found: dict[tuple[int, bool], list[Copy]] = {}
    for copy in to_collect_for(person):
        found.setdefault((copy.version_id, copy.holder_id == person.pk), []).append(copy)
    return [_collect_item(copies, held) for (_version, held), copies in found.items()]


def _collect_item(copies: list[Copy], held: bool) -> WorkItem:
    document, said = copies[0].document, {"copies": copies_word(copies)}
    return WorkItem(
        kind="copies",
        number=f"{document.number} v{copies[0].version.n}",
        title=copies[0].version.title,
        sentence=(_("Bring back %(copies)s: recalled.") if held else _("Collect %(copies)s: recalled.")) % said,
        url=document.get_absolute_url() if held else reverse("copies", args=[document.number]),
        act=_("Open") if held else _("Collect"),
        since=day_of(min(copy.since for copy in copies)),
    )


def _files_to_check(person: Person) -> list[WorkItem]:
    """Word files that this person brought and has not decided on: one item for all, since they are walked in a row."""
    waiting = list(waiting_for(person)) if person.may(May.DRAFT_DOCUMENTS) else []
    if not waiting:
        return []
    first, number = waiting[0], waiting[0].document.number if waiting[0].document else ""
    said = ngettext(
        "You brought it and have not checked yet what was read.",
        "%(n)d files that you brought are not checked yet; this is the first.",
        len(waiting),
    )
    return [
        WorkItem(
            kind="import",
            number=number or _("Word file"),
            title=first.name,
            sentence=said % {"n": len(waiting)},
            url=reverse("document-import-check", args=[number, first.pk])
            if number
            else reverse("import-check", args=[first.pk]),
            act=_("Check"),
            since=day_of(first.at),
        )
    ]
