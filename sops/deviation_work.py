"""Planned deviations that wait: to be decided, signed for after a word, done and recorded, reviewed by quality."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import ROLES, May
from sops.deviating import QUALITY
from sops.loaders import in_places
from sops.models import TO_REVIEW, UNSIGNED, Deviation, DeviationStatus
from sops.question_work import ANSWER_WITHIN

S = DeviationStatus


def deviation_work(person: Person) -> list[WorkItem]:
    """Return one item for each; one query for any number."""
    waits = (
        Q(asked_by=person, status=S.APPROVED)
        | Q(approver=person, status__in=UNSIGNED)
        | (_decides(person) & (Q(status=S.ASKED) & ~Q(asked_by=person) | LEFT))
        | (_where(person, May.REVIEW_DEVIATIONS) & Q(status__in=TO_REVIEW) & ~_took_part(person))
    )
    found = Deviation.objects.filter(waits).select_related("document", "version", "asked_by").order_by("pk")
    return [_item(one) for one in found]


LEFT = Q(status__in=UNSIGNED, approver__left_on__isnull=False)


def _decides(person: Person) -> Q:
    """Where this person decides: by a role other than that of quality."""
    places: set[int] = set()
    for held in person.roles:
        if held.role == QUALITY or May.APPROVE_DEVIATIONS not in ROLES[held.role].may:
            continue
        if held.facility_id is None:
            return Q(pk__gt=0)
        places.add(held.facility_id)
    return Q(document__facility__in=places) if places else Q(pk__in=[])


def _where(person: Person, permission: May) -> Q:
    places = person.facilities_where(permission)
    return Q(pk__gt=0) if places is None else in_places(places, "document__")


def _took_part(person: Person) -> Q:
    return Q(asked_by=person) | Q(approver=person, approver__isnull=False) | Q(done_by=person, done_by__isnull=False)


def _item(one: Deviation) -> WorkItem:
    sentence, act, due, told = _said(one)
    return WorkItem(
        kind="deviation", number=str(one), title=one.version.title, sentence=sentence, url=one.get_absolute_url(),
        act=act, since=day_of(one.since), due=due, told=told,
    )  # fmt: skip


def _said(one: Deviation) -> tuple[str, str, date | None, bool]:
    """Return (sentence, act, due day, whether a mail told of it)."""
    if one.status == S.ASKED:
        said = _("%(person)s asks to do otherwise than it says.") % {"person": one.asked_by}
        return said, _("Decide"), day_of(one.expires_at), True
    if one.status in UNSIGNED:
        return _("You approved it verbally: sign it."), _("Sign"), one.sign_by, True
    if one.status == S.APPROVED:
        return _("Approved. Record it when it is done."), _("Record"), day_of(one.expires_at), True
    undone = one.status == S.UNAPPROVED
    said = _("Done without approval: look at it for quality.") if undone else _("Done: look at it for quality.")
    return said, _("Review"), day_of(one.since) + ANSWER_WITHIN, False
