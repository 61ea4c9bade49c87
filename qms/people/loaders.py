"""Loading is authorising: what may not be seen is not there (404), what may not be done is refused (403)."""

from qms.people.access import lacking, load
from qms.people.models import Facility, Person, RoleAssignment, User
from qms.people.roles import May


def get_person(user: User, pk: int, may: May = May.SEE_PEOPLE) -> Person:
    """Return a person; oneself is always seen, others by who may see people."""
    visible = Person.objects.select_related("user")
    if not user.may(May.SEE_PEOPLE):
        visible = visible.filter(pk=user.person_id)
    own = may == May.SEE_PEOPLE
    found: Person = load(visible, allowed=lambda _person: own or user.may(may), refusal=lacking(may), pk=pk)
    return found


def get_role(user: User, person: Person, pk: int) -> RoleAssignment:
    """Return a role of this person, for who may manage people."""
    roles = person.role_assignments.select_related("facility", "person")
    allowed = user.may(May.MANAGE_PEOPLE)
    found: RoleAssignment = load(roles, allowed=lambda _role: allowed, refusal=lacking(May.MANAGE_PEOPLE), pk=pk)
    return found


def get_facility(user: User, pk: int) -> Facility:
    """Return a facility, for who may manage them."""
    allowed = user.may(May.MANAGE_FACILITIES)
    facilities = Facility.objects.all()
    found: Facility = load(facilities, allowed=lambda _one: allowed, refusal=lacking(May.MANAGE_FACILITIES), pk=pk)
    return found
