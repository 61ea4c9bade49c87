"""Signatures that no longer count, because their text went back to its authors: said to those who gave them."""

from django.db.models import F, Q
from django.utils.translation import gettext as _

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from qms.trail.door import key_of
from qms.trail.models import Event
from sops.models import OPEN, Authorship, Status, Step, Version

BACK = ("version.send_back", "version.take_back", "version.cancel")


def written_by(person: Person, versions: set[int]) -> set[int]:
    """Return those of these versions in which a person wrote: of them nothing is asked of who wrote it."""
    if not versions:
        return set()
    return set(Authorship.objects.filter(person=person, version__in=versions).values_list("version_id", flat=True))


def emptied_work(person: Person) -> list[WorkItem]:
    """Return one item for each version on its way that this person signed in a round that is over.

    It goes when they sign again, are asked again, or the version is in force or given up. Two queries for any number.
    """
    over = Q(round__lt=F("version__round")) | Q(version__status=Status.DRAFT)
    signed = Step.objects.filter(over, signature__signer=person, version__status__in=OPEN)
    latest = {step.version: step for step in signed.select_related("version__document", "signature").order_by("round")}
    here = {v: s for v, s in latest.items() if _sees(person, v)}
    if not here:
        return []
    again = Step.objects.filter(version__in=here, round=F("version__round"), ended_at=None)
    asked = set(again.filter(Q(person=person) | Q(signature__signer=person)).exclude(version__status=Status.DRAFT)
                .values_list("version_id", flat=True))  # fmt: skip
    reasons = _why(list(here))
    return [_item(step, reasons.get(str(v.pk))) for v, step in here.items() if v.pk not in asked]


def _sees(person: Person, version: Version) -> bool:
    return any(person.may(May.SEE_DRAFTS, place) for place in version.places)


def _why(versions: list[Version]) -> dict[str, Event]:
    label = key_of(versions[0])[0]
    keys = [str(version.pk) for version in versions]
    return {
        one.record_id: one
        for one in Event.objects.filter(label=label, record_id__in=keys, name__in=BACK).order_by("pk")
    }


def _item(step: Step, event: Event | None) -> WorkItem:
    version = step.version
    said = {"round": step.round, "who": event.by_name if event else "", "reason": event.reason if event else ""}
    sentence = _("Your signature in round %(round)d no longer counts: %(who)s made it a draft again. “%(reason)s”")
    return WorkItem(
        kind="emptied", number=str(version), title=version.title, sentence=sentence % said,
        url=version.get_absolute_url(), act=_("Open"), since=day_of(event.at) if event else None, told=True,
    )  # fmt: skip
