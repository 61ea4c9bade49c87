"""The map of a document: what it refers to, what refers to it, what of that leads nowhere, and which ways lead back."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from qms.people.models import User
from sops.citations import OUT_OF_USE, live
from sops.loaders import visible_documents, visible_versions
from sops.models import OPEN, Citation, Document, Status

MOST_EDGES = 20_000  # of the whole programme; beyond, circles are not looked for
LOST = ("unknown", "withdrawn", "discarded", "waiting")
"""Why a reference leads nowhere: no such number, withdrawn, discarded, or not yet (or never) in force."""


@dataclass(frozen=True)
class Reference:
    """One document that is referred to, or that refers: how often, and what is wrong with it ("" where nothing is).

    `title` is "" for a document that this person does not see, and for a number that nothing has.
    """

    number: str
    title: str
    status: str
    passages: int
    lost: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Map:
    """`circles` are ways from the document back to it, as numbers; None where the programme has too many references."""

    cites: list[Reference]
    cited_in: list[Reference]
    circles: list[list[str]] | None


def lost_because(citation: Citation) -> str:
    """Return one of LOST, or "" where the reference leads to what is in force."""
    cited = citation.document
    if cited is None:
        return "unknown"
    status = cited.shown.status if cited.shown else Status.DISCARDED
    if status in OUT_OF_USE:
        return str(status.value if isinstance(status, Status) else status)
    return "" if status == Status.EFFECTIVE else "waiting"


def map_of(user: User, document: Document) -> Map:
    """Return the map as this person may see it; as many queries for thirty references as for one."""
    own = Citation.objects.filter(version=document.shown_id).select_related("document__shown")
    seen = dict(visible_documents(user).filter(cited_by__version=document.shown_id).values_list("number", "title"))
    here = list(own.exclude(document=document))
    there = _citing(user).filter(document=document).exclude(version__document=document)
    citing = list(there.select_related("version__document").order_by("version__document__number", "version__n"))
    return Map(
        _grouped([(one.number, seen.get(one.number, ""), _status(one), lost_because(one), None) for one in here]),
        _grouped([
            (one.version.document.number, one.version.document.title, one.version.status, "", one.version.n)
            for one in citing
        ]),
        circles(user, document),
    )  # fmt: skip


def _citing(user: User) -> QuerySet[Citation]:
    return live().filter(version__in=visible_versions(user).select_related(None).values("pk"))


def _status(citation: Citation) -> str:
    shown = citation.document.shown if citation.document else None
    return str(shown.status) if shown else ""


def _grouped(rows: Iterable[tuple[str, str, str, str, int | None]]) -> list[Reference]:
    found: dict[tuple[str, int | None], Reference] = {}
    for number, title, status, lost, version in rows:
        before = found.get((number, version))
        passages = before.passages + 1 if before else 1
        found[number, version] = Reference(number, title, status, passages, lost, version)
    return list(found.values())


def circles(user: User, document: Document) -> list[list[str]] | None:
    """Return the shortest way back from each document that this one refers to, all seen by this person."""
    seen = visible_documents(user).values("pk")
    pairs = _citing(user).filter(document__in=seen).order_by().values_list(
        "version__document", "document", "version__document__number"
    ).distinct()[: MOST_EDGES + 1]  # fmt: skip
    edges = list(pairs)
    if len(edges) > MOST_EDGES:
        return None
    onward: dict[int, list[int]] = {}
    numbers: dict[int, str] = {}
    for start, end, number in edges:
        numbers[start] = number
        if start != end:
            onward.setdefault(start, []).append(end)
    ways = (_way(onward, first, document.pk) for first in sorted(onward.get(document.pk, ())))
    return sorted(([document.number, *(numbers[key] for key in way)] for way in ways if way), key=len)


def _way(onward: dict[int, list[int]], start: int, goal: int) -> list[int]:
    """Return the shortest way from start to goal, both named; [] where there is none."""
    came: dict[int, int | None] = {start: None}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        if at == goal:
            return _traced(came, at)
        for following in onward.get(at, ()):
            if following not in came:
                came[following] = at
                queue.append(following)
    return []


def _traced(came: dict[int, int | None], last: int) -> list[int]:
    way: list[int] = []
    at: int | None = last
    while at is not None:
        way.append(at)
        at = came[at]
    return way[::-1]


@dataclass(frozen=True)
class Asked:
    """What the list of lost references was asked for."""

    reasons: Sequence[str] = ()
    facilities: Sequence[int] = ()
    states: Sequence[str] = ()

    @property
    def are_set(self) -> bool:
        return bool(self.reasons or self.facilities or self.states)


def lost_references(user: User, asked: Asked) -> QuerySet[Citation]:
    """Return references, in texts that this person sees, that lead to nothing that is in force; by document."""
    ways = {
        "unknown": Q(document=None),
        "withdrawn": Q(document__shown__status=Status.WITHDRAWN),
        "discarded": Q(document__shown__status=Status.DISCARDED) | Q(document__isnull=False, document__shown=None),
        "waiting": Q(document__shown__status__in=OPEN),
    }
    wanted = Q(pk__in=[])
    for reason in asked.reasons or LOST:
        wanted |= ways[reason]
    found = _citing(user).filter(wanted)
    if asked.facilities:
        found = found.filter(version__document__facility__in=asked.facilities)
    if len(asked.states) == 1:
        on_its_way = Q(version__status__in=OPEN)
        found = found.filter(on_its_way) if asked.states[0] == "coming" else found.exclude(on_its_way)
    along = ("document__shown", "version__document__facility", "version__document__owner")
    return found.select_related(*along).order_by("version__document__number", "version__n", "number", "pk")
