"""Which topics are covered, in which part, by what: the matrix of FACT-JACIE x5.1, read in a few queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch

from qms.people.models import User
from sops.loaders import visible_documents
from sops.models import OPEN, PARTS, Coverage, Document, Status, Topic, TopicPart

STATES = ("covered", "draft", "withdrawn", "nothing", "exempt")
"""By something in force; only by a draft; only by what is out of use; by nothing; not applicable here."""
GAPS = ("draft", "withdrawn", "nothing")


@dataclass(frozen=True)
class Cell:
    """One topic in one part. `documents` are those that this person sees; `others`: how many they do not."""

    part: str
    state: str
    why: str = ""
    documents: list[Document] = field(default_factory=list)
    others: int = 0


@dataclass(frozen=True)
class Row:
    """One topic with its cells in the order of the parts; None where a part does not need it."""

    topic: Topic
    cells: list[Cell | None]


def matrix(user: User, *, closed: bool = False, states: Iterable[str] = (), parts: Iterable[str] = ()) -> list[Row]:
    """Return the topics with what covers them. `states` and `parts` leave only rows that have such a cell."""
    on = Coverage.objects.filter(is_on=True).select_related("document__shown").order_by("document__number")
    cells = TopicPart.objects.filter(is_asked=True).prefetch_related(Prefetch("coverage", queryset=on))
    topics = Topic.objects.filter(closed_at__isnull=not closed).prefetch_related(Prefetch("parts", queryset=cells))
    seen = set(visible_documents(user).filter(coverage__is_on=True).values_list("pk", flat=True))
    rows = [_row(topic, seen) for topic in topics]
    chosen, here = set(states), set(parts)
    if not chosen and not here:
        return rows
    return [row for row in rows if any(_fits(cell, chosen, here) for cell in row.cells)]


def _fits(cell: Cell | None, states: set[str], parts: set[str]) -> bool:
    return cell is not None and (not states or cell.state in states) and (not parts or cell.part in parts)


def _row(topic: Topic, seen: set[int]) -> Row:
    found = {one.part: one for one in topic.parts.all()}
    return Row(topic, [_cell(found[part], seen) if part in found else None for part in PARTS])


def _cell(one: TopicPart, seen: set[int]) -> Cell:
    documents = [row.document for row in one.coverage.all()]
    shown = [document for document in documents if document.pk in seen]
    state = "exempt" if one.not_applicable else state_of(documents)
    return Cell(one.part, state, one.not_applicable, shown, len(documents) - len(shown))


def state_of(documents: Iterable[Document]) -> str:
    """Return one of STATES for what covers a topic."""
    statuses = {document.shown.status if document.shown else Status.DISCARDED for document in documents}
    if not statuses:
        return "nothing"
    if Status.EFFECTIVE in statuses:
        return "covered"
    return "draft" if statuses & set(OPEN) else "withdrawn"


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    """Return {state: how many cells of it}."""
    found = dict.fromkeys(STATES, 0)
    for row in rows:
        for cell in row.cells:
            if cell is not None:
                found[cell.state] += 1
    return found
