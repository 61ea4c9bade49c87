"""Reads imports: those that wait for a person, those that came together, and the list of all with its filters."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from qms.people.models import Person, User
from sops.loaders import visible_imports
from sops.models import Import

WITH_LOSSES = Q(outcome=Import.Outcome.DRAFT) & ~Q(losses=[])


@dataclass(frozen=True)
class Asked:
    """What the list of imports is asked for; `losses` keeps drafts of which something was not taken over."""

    text: str = ""
    outcomes: list[str] = field(default_factory=list)
    losses: bool = False
    batch: str = ""

    @property
    def are_set(self) -> bool:
        return bool(self.text or self.outcomes or self.losses or self.batch)


def find_imports(user: User, asked: Asked) -> QuerySet[Import]:
    """Return the imports that this person sees and asks for, the newest first."""
    found = visible_imports(user)
    if asked.text:
        found = found.filter(name__icontains=asked.text)
    if asked.outcomes:
        found = found.filter(outcome__in=asked.outcomes)
    if asked.losses:
        found = found.filter(WITH_LOSSES)
    return found.filter(batch=asked.batch) if asked.batch else found


def counts(found: QuerySet[Import]) -> dict[str, int]:
    """Return how many imports there are, by what became of them."""
    outcomes = Import.Outcome
    result: dict[str, int] = found.order_by().aggregate(
        total=Count("pk"), drafts=Count("pk", filter=Q(outcome=outcomes.DRAFT)),
        refused=Count("pk", filter=Q(outcome=outcomes.REFUSED)), losses=Count("pk", filter=WITH_LOSSES),
    )  # fmt: skip
    return result


def waiting_for(person: Person) -> QuerySet[Import]:
    """Return the files that this person brought and has not checked yet, the oldest first."""
    found = Import.objects.filter(by=person, outcome=Import.Outcome.WAITING)
    return found.select_related("document").order_by("pk")


def came_with(row: Import) -> list[Import]:
    """Return all files that came at once with this one, itself too, in their order."""
    if not row.batch:
        return [row]
    return list(Import.objects.filter(batch=row.batch, by=row.by_id).select_related("version__document").order_by("pk"))


def next_waiting(row: Import) -> Import | None:
    """Return the next file that waits of those that came with this one: behind it first, then from the beginning."""
    others = [one for one in came_with(row) if one.is_waiting and one.pk != row.pk]
    return next((one for one in others if one.pk > row.pk), others[0] if others else None)
