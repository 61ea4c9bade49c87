"""A route: who is asked to review and to approve, in which order, how many suffice. Plans are data, not yet steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.models import Facility, Person
from sops.models import Document, Step, Weight
from sops.seats import AUTHOR, DIRECTOR, OF_A_FACILITY, PROGRAMME_DIRECTOR, QUALITY, role_words

DAYS = 14
SLOTS: tuple[tuple[str, str], ...] = (
    ("reviewers", Step.Kind.REVIEW),
    ("reviewers_then", Step.Kind.REVIEW),
    ("approver", Step.Kind.APPROVE),
    ("approver_then", Step.Kind.APPROVE),
)
"""The stages that a form offers, in the order of the route: (name of its field, kind)."""


@dataclass(frozen=True)
class Seat:
    """One who is asked: a person by name, or whoever holds a role (at a facility)."""

    person: Person | None = None
    role: str = ""
    facility: Facility | None = None

    @property
    def code(self) -> str:
        """What a form and an address carry: 12, or director@3, or quality_manager."""
        if self.person is not None:
            return str(self.person.pk)
        return f"{self.role}@{self.facility.pk}" if self.facility else self.role

    def __str__(self) -> str:
        if self.person is not None:
            return str(self.person.printed_name)
        return role_words(self.role, self.facility.name if self.facility else "")


@dataclass(frozen=True)
class Stage:
    """Those who are asked side by side; `needed` of them suffice (0: all)."""

    kind: str
    seats: tuple[Seat, ...]
    needed: int = 0

    def __str__(self) -> str:
        names = "; ".join(str(seat) for seat in self.seats)
        return f"{names} ({quorum_words(self.needed, len(self.seats))})" if self.needed else names


@dataclass(frozen=True)
class Plan:
    """What is chosen at sending: the stages one after the other, the days to answer, how much the version changes."""

    stages: tuple[Stage, ...]
    weight: str = Weight.MAJOR
    reason: str = ""
    days: int = DAYS

    def of(self, kind: str) -> list[Stage]:
        return [stage for stage in self.stages if stage.kind == kind]


def quorum_words(needed: int, count: int) -> str:
    """Return how many suffice: 2 of 3 suffice."""
    said = ngettext("%(needed)d of %(count)d suffices", "%(needed)d of %(count)d suffice", needed)
    return said % {"needed": needed, "count": count}


def plain(reviewers: Iterable[Person], approver: Person) -> Plan:
    """Return the plainest route: reviewers side by side, then one approver."""
    review = Stage(Step.Kind.REVIEW, tuple(Seat(person) for person in reviewers))
    return Plan((review, Stage(Step.Kind.APPROVE, (Seat(approver),))))


def director_of(facility: Facility) -> Seat:
    """Return who answers for a facility: its director; for what belongs to the whole programme, the programme's."""
    if facility.part == Facility.Part.WHOLE:
        return Seat(role=PROGRAMME_DIRECTOR)
    return Seat(role=DIRECTOR, facility=facility)


def urgent_plan(places: Sequence[Facility], reason: str) -> Plan:
    """Return the only way of an urgent change: the director (of each facility that works by it) and quality sign."""
    seats = dict.fromkeys(director_of(place) for place in places)
    return Plan((Stage(Step.Kind.APPROVE, (*seats, Seat(role=QUALITY))),), Weight.URGENT, reason)


def facilities_of(document: Document) -> list[Facility]:
    """Return the facilities that work by a document, its own first."""
    if not document.is_shared:
        return [document.facility]
    others = document.servings.filter(ended_at=None).select_related("facility")
    return [document.facility, *(one.facility for one in others)]


def roles_offered(kind: str, places: Sequence[Facility]) -> list[Seat]:
    """Return whom a route of these facilities may ask by role."""
    seats = [director_of(place) for place in places]
    if kind == Step.Kind.REVIEW:
        seats += [Seat(role=AUTHOR, facility=place) for place in places]
    return list(dict.fromkeys([*seats, Seat(role=PROGRAMME_DIRECTOR), Seat(role=QUALITY)]))


# The route of a type, kept as {"days": 14, "reviewers": {"seats": ["author@own"], "needed": 2}, …}.

TYPE_ROLES = {
    Step.Kind.REVIEW: ("author@own", "author@each", "director@own", "director@each", PROGRAMME_DIRECTOR, QUALITY),
    Step.Kind.APPROVE: ("director@own", "director@each", PROGRAMME_DIRECTOR, QUALITY),
}


def type_words(code: str) -> str:
    """Return whom the route of a type asks, before any facility is known."""
    role, _at, where = code.partition("@")
    places = {"own": _("of its facility"), "each": _("of each facility that works by it"), "": ""}
    return f"{role_words(role)} {places[where]}".strip()


def proposed(route: Mapping[str, Any], places: Sequence[Facility], people: Mapping[int, Person]) -> dict[str, Any]:
    """Return {field of the form: value} as the route of a type proposes it for a document of these facilities."""
    found: dict[str, Any] = {"days": route.get("days", DAYS)}
    for slot, _kind in SLOTS:
        given = route.get(slot) or {}
        codes = [code for one in given.get("seats", ()) for code in _codes(str(one), places, people)]
        found[slot] = list(dict.fromkeys(codes))
        found[f"{slot}_needed"] = given.get("needed") or None
    return found


def _codes(one: str, places: Sequence[Facility], people: Mapping[int, Person]) -> list[str]:
    if one.isdigit():
        return [one] if int(one) in people else []
    role, _at, where = one.partition("@")
    if role not in OF_A_FACILITY:
        return [role]
    here = places if where == "each" else places[:1]
    return [(director_of(place) if role == DIRECTOR else Seat(role=role, facility=place)).code for place in here]


def proposes(route: Mapping[str, Any]) -> list[str]:
    """Return what the route of a type proposes, a line for each step; people by name are only counted."""
    lines = []
    for slot, kind in SLOTS:
        stage = route.get(slot)
        if stage:
            roles = [type_words(code) for code in stage["seats"] if not str(code).isdigit()]
            named = len(stage["seats"]) - len(roles)
            people = ngettext("%(n)d person by name", "%(n)d people by name", named) % {"n": named}
            words = ", ".join([*roles, *([people] if named else [])])
            enough = f" ({quorum_words(stage['needed'], len(stage['seats']))})" if stage["needed"] else ""
            lines.append(f"{Step.Kind(kind).label}: {words}{enough}")
    return lines
