"""The programme and its facilities."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import Facility, Person, Programme, RoleAssignment, User
from qms.people.passwords import check_new_password
from qms.people.programme import forget, today
from qms.people.roles import May
from qms.people.services.valid import checked
from qms.trail.actor import Acting
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed

CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
TAKEN = "This installation has its programme already. Log in, or ask your quality manager for an invitation."


founding: list[Callable[[], None]] = []
"""What the apps above make for a new programme, e.g. its document types; called once, after the first run."""


@dataclass(frozen=True)
class FirstRun:
    """What the first-run page asks: the programme, its first facility, and who runs its quality system."""

    programme: str
    time_zone: str
    facility_code: str
    facility_name: str
    facility_part: str
    printed_name: str
    title: str
    email: str
    password: str


def start_programme(first: FirstRun, *, by: Acting) -> User:
    """Make the programme with its first facility and its first quality manager. Works once; raises NotAllowed after."""
    if Programme.objects.exists():
        raise NotAllowed(_(TAKEN))
    check_new_password(first.password, first.email, first.printed_name)
    password = make_password(first.password)
    with change(by=by, reason="First run") as c:
        programme = Programme(name=first.programme, time_zone=first.time_zone)
        facility = Facility(code=_checked_code(first.facility_code), name=first.facility_name, part=first.facility_part)
        person = Person(printed_name=first.printed_name, title=first.title, joined_on=today())
        for record in (programme, facility, person):
            checked(record)
            c.save(record)
        role = RoleAssignment(person=person, role="quality_manager", from_date=person.joined_on)
        c.save(role)
        user = User(email=first.email.strip(), person=person, password=password)
        checked(user, "email")
        user.save()
        c.event("programme.start", programme, also=[facility, person])
    forget()
    for found in founding:
        found()
    return user


def change_programme(
    programme: Programme, *, name: str, time_zone: str, by: Acting, reason: str = "", revision: int | None = None
) -> None:
    """Rename the programme or give it another time zone."""
    with change(by=by, reason=reason, on=[programme]) as c:
        require(by, May.MANAGE_FACILITIES)
        c.expect(programme, revision)
        programme.name, programme.time_zone = name, time_zone
        checked(programme)
        c.save(programme)
        c.event("programme.change", programme)
        transaction.on_commit(forget)


def add_facility(*, code: str, name: str, part: str, by: Acting, reason: str = "") -> Facility:
    """Add a facility; its code begins the numbers of its documents and is never changed or used again."""
    with change(by=by, reason=reason) as c:
        require(by, May.MANAGE_FACILITIES)
        facility = Facility(code=_checked_code(code), name=name, part=part)
        checked(facility)
        c.save(facility)
        c.event("facility.add", facility)
    return facility


def change_facility(
    facility: Facility, *, name: str, part: str, by: Acting, reason: str = "", revision: int | None = None
) -> None:
    """Rename a facility or change its part; the code stays, because numbers begin with it."""
    with change(by=by, reason=reason, on=[facility]) as c:
        require(by, May.MANAGE_FACILITIES)
        c.expect(facility, revision)
        facility.name, facility.part = name, part
        checked(facility)
        c.save(facility)
        c.event("facility.change", facility)


def close_facility(facility: Facility, *, closed_on: date, by: Acting, reason: str) -> None:
    """Close a facility from a day on. Its records stay; roles for it must have been ended before."""
    if not reason.strip():
        raise Invalid(_("Write why the facility closes."))
    with change(by=by, reason=reason, on=[facility]) as c:
        require(by, May.MANAGE_FACILITIES)
        if facility.closed_on:
            raise NotAllowed(_("%(name)s is closed already.") % {"name": facility.name})
        held = RoleAssignment.objects.on(closed_on).filter(facility=facility).select_related("person").first()
        if held is not None:
            raise NotAllowed(
                _("%(person)s still holds a role for %(name)s on that day. End the roles first.")
                % {"person": held.person.printed_name, "name": facility.name}
            )
        facility.closed_on = closed_on
        checked(facility)
        c.save(facility)
        c.event("facility.close", facility)


def _checked_code(code: str) -> str:
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Invalid(_("Code: write 2 to 8 letters or digits, a letter first, e.g. PROC."))
    return code
