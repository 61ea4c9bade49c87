"""As it was on a date: what was in force at the end of a local day, and who had signed it by then.

Read from the moments that the acts left in the versions themselves; a test computes the same from the trail.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from qms.people.models import User
from qms.signatures.models import Signature
from sops.loaders import visible_versions
from sops.models import Document, Step, Version
from sops.panels import Panel
from sops.printing import signatures_of
from sops.queries import end_of

past_panels: list[Callable[[User, Version, date], Panel | None]] = []
"""What upper apps know of a version on a day; they register in `ready()`."""

SORTS = {"number": "document__number", "title": "title", "since": "effective_at"}


@dataclass(frozen=True)
class PastFilters:
    """What the register of a day was asked for; lists are "any of these"."""

    text: str = ""
    types: tuple[int, ...] = ()
    facilities: tuple[int, ...] = ()
    sort: str = "number"

    @property
    def are_set(self) -> bool:
        return bool(self.text.strip() or self.types or self.facilities)


def in_force_on(versions: QuerySet[Version], day: date) -> QuerySet[Version]:
    """Return those of these versions that were in force when a local day ended; at most one of a document."""
    end = end_of(day)
    return versions.filter(effective_at__lt=end).filter(Q(ended_at=None) | Q(ended_at__gte=end))


def register_on(user: User, day: date, asked: PastFilters) -> QuerySet[Version]:
    """Return what was in force at the end of a day, of what this person sees, with what a line shows."""
    found = in_force_on(visible_versions(user), day)
    if asked.types:
        found = found.filter(document__type__in=asked.types)
    if asked.facilities:
        found = found.filter(document__facility__in=asked.facilities)
    for word in asked.text.split():
        found = found.filter(Q(document__number__icontains=word) | Q(title__icontains=word))
    order = F(SORTS.get(asked.sort.removeprefix("-"), SORTS["number"]))
    first = order.desc() if asked.sort.startswith("-") else order.asc()
    along = ("document__facility", "document__shown")
    return found.select_related(None).select_related(*along).order_by(first, "document__number")


def version_on(user: User, document: Document, day: date) -> Version | None:
    """Return the version of a document that was in force when a day ended; None where there was none."""
    found: Version | None = in_force_on(visible_versions(user).filter(document=document), day).first()
    return found


def approvals_of(versions: Iterable[Version]) -> dict[int, list[Signature]]:
    """Return the signatures of approval that put each of these versions into force, by its key; in one query."""
    steps = Step.objects.filter(
        version__in=[version.pk for version in versions], kind=Step.Kind.APPROVE, round=F("version__round"),
        signature__isnull=False,
    )  # fmt: skip
    found: dict[int, list[Signature]] = {}
    for step in steps.select_related("signature").order_by("pk"):
        found.setdefault(step.version_id, []).append(step.signature)
    return found


def signed_by(version: Version, moment: datetime) -> list[Signature]:
    """Return the signatures of the version's route that stood before a moment, the first one first."""
    steps = list(version.steps.filter(round=version.round).select_related("signature"))
    return sorted((one for one in signatures_of(version, steps) if one.at < moment), key=lambda one: one.at)


def panels_on(user: User, version: Version, day: date) -> list[Panel]:
    """Return what upper apps show of a version on a day."""
    return [found for panel in past_panels if (found := panel(user, version, day)) is not None]
