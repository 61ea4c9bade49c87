"""How people, roles and accounts are said on a page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from qms.people.models import Person, RoleAssignment, User


@dataclass(frozen=True)
class RoleLine:
    """A role of a person: `state` is now, ahead or ended."""

    pk: int
    word: str
    where: str
    from_date: date
    until_date: date | None
    state: str
    taken_back: bool

    @property
    def can_end(self) -> bool:
        return self.state != "ended"


def role_line(held: RoleAssignment, day: date) -> RoleLine:
    """Return a role as it stands on a day."""
    over = held.taken_back or (held.until_date is not None and held.until_date < day)
    state = "ended" if over else "ahead" if held.from_date > day else "now"
    return RoleLine(
        held.pk, str(held.definition.word), where(held), held.from_date, held.until_date, state, held.taken_back
    )


def where(held: RoleAssignment) -> str:
    """Return for what a role is held."""
    return held.facility.name if held.facility else _("Whole programme")


def account_state(person: Person, user: User | None, day: date) -> str:
    """Return none, invited, active, locked (closed by hand) or left."""
    if person.left_on and person.left_on < day:
        return "left"
    if user is None:
        return "none"
    if not user.is_active:
        return "locked"
    return "active" if user.has_usable_password() else "invited"


def person_row(person: Person, day: date) -> dict[str, Any]:
    """Return a line of the list of people; `person` comes from `find_people`."""
    held: list[RoleAssignment] = person.held_roles  # type: ignore[attr-defined]
    return {
        "person": person,
        "roles": [(str(one.definition.word), where(one)) for one in held],
        "account": account_state(person, account_of(person), day),
    }


def account_of(person: Person) -> User | None:
    """Return the account, or None; no query where it was read ahead."""
    try:
        return person.user
    except User.DoesNotExist:
        return None
