"""Reads over people: the list, and what each holds on a day."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from qms.people.models import Person, RoleAssignment

WHOLE = "whole"


def find_people(
    *, day: date, text: str = "", facility: str = "", role: str = "", standing: str = "here"
) -> QuerySet[Person]:
    """Return people in the order of their names, with account and roles read ahead.

    `facility` is an id or `WHOLE`, `role` a slug; both look at the roles held on `day`. `standing`: here, left or all.
    """
    held = RoleAssignment.objects.on(day)
    people = Person.objects.select_related("user").prefetch_related(
        Prefetch("role_assignments", queryset=held.select_related("facility"), to_attr="held_roles")
    )
    here = Q(left_on=None) | Q(left_on__gte=day)
    if standing in {"here", "left"}:
        people = people.filter(here if standing == "here" else ~here)
    if text.strip():
        people = people.filter(Q(printed_name__icontains=text.strip()) | Q(title__icontains=text.strip()))
    return _holding(people, held, facility, role)


def _holding(people: QuerySet[Person], held: QuerySet[RoleAssignment], facility: str, role: str) -> QuerySet[Person]:
    wanted: dict[str, Any] = {}
    if facility == WHOLE:
        wanted["facility"] = None
    elif facility.isdecimal() and len(facility) < 19:
        wanted["facility_id"] = int(facility)
    if role:
        wanted["role"] = role
    return people.filter(Exists(held.filter(person=OuterRef("pk"), **wanted))) if wanted else people


def roles_of(person: Person) -> QuerySet[RoleAssignment]:
    """Return all roles that a person has held, holds or will hold, the latest first."""
    return person.role_assignments.select_related("facility").order_by("-from_date", "-pk")
