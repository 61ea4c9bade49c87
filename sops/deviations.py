"""Reading planned deviations: who sees which, the register, how many of a document, what a review hears of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.access import load
from qms.people.models import User
from qms.people.programme import day_of
from qms.people.roles import May
from sops.evidence import Signal, review_evidence
from sops.loaders import in_places
from sops.models import Deviation, Document, Status, Version

ALONG = (
    "document__facility", "document__owner", "version", "asked_by", "approver", "told_by", "done_by", "signature",
    "review_signature",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the register was asked for; lists are "any of these", `mine` the reader's own, `flagged` occurrences."""

    text: str = ""
    statuses: Sequence[str] = ()
    facilities: Sequence[int] = ()
    mine: bool = False
    flagged: bool = False
    verbal: bool = False

    @property
    def are_set(self) -> bool:
        return bool(
            self.text.strip() or self.statuses or self.facilities or self.mine or self.flagged or self.verbal
        )  # fmt: skip


def visible_deviations(user: User) -> QuerySet[Deviation]:
    """Return the deviations of the facilities whose documents this person reads, and their own."""
    places = user.person.facilities_where(May.READ_DOCUMENTS)
    found: QuerySet[Deviation] = Deviation.objects.all()
    if places is None:
        return found
    return found.filter(in_places(places, "document__") | Q(asked_by=user.person_id))


def get_deviation(user: User, pk: int, *, may: May | None = None) -> Deviation:
    """Return one planned deviation."""
    found = visible_deviations(user).select_related(*ALONG, "document__type")
    return load(found, pk=pk, allowed=lambda one: may is None or user.may(may, one.facility_id))


def find_deviations(user: User, asked: Asked) -> QuerySet[Deviation]:
    """Return those that this person sees and the filters let through, the newest first."""
    found = visible_deviations(user)
    if asked.mine:
        found = found.filter(asked_by=user.person_id)
    if asked.flagged:
        found = found.filter(occurrence=True)
    if asked.verbal:
        found = found.filter(verbal=True)
    if asked.statuses:
        found = found.filter(status__in=asked.statuses)
    if asked.facilities:
        found = found.filter(document__facility__in=asked.facilities)
    for word in asked.text.split():
        found = found.filter(
            Q(document__number__icontains=word) | Q(version__title__icontains=word) | Q(product__icontains=word)
            | Q(asked_by__printed_name__icontains=word)
        )  # fmt: skip
    return found.select_related(*ALONG).order_by("-pk")


def can_deviate(user: User, version: Version) -> bool:
    """Return whether this person may ask to deviate from a version."""
    return version.status == Status.EFFECTIVE and user.may(May.ASK_DEVIATIONS, version.facility_id)


def told_to_review(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give the deviations asked for since the last review: a text that people deviate from may want a change."""
    for one in document.deviations.filter(asked_at__gt=since).order_by("pk"):
        said = {
            "day": date_format(day_of(one.asked_at), "j F Y"), "status": one.status_word.lower()
        }  # fmt: skip
        words = _("Asked for on %(day)s: %(status)s") % said
        if one.occurrence:
            words = _("%(words)s; to be reported as an occurrence") % {"words": words}
        yield Signal(
            key=f"deviation:{one.pk}:{one.status}", label=_("Planned deviation %(one)s") % {"one": one}, words=words,
            link=one.get_absolute_url(), day=day_of(one.asked_at), more=one.text,
        )  # fmt: skip


review_evidence.append(told_to_review)
