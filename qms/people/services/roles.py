"""Who holds which role, for which facility, from which day to which."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import Facility, Person, Programme, RoleAssignment
from qms.people.programme import today
from qms.people.roles import ROLES, May, Role
from qms.people.services.valid import checked
from qms.trail.actor import Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed

QUALITY_MANAGER = "quality_manager"


def assign_role(
    person: Person, role: str, facility: Facility | None = None, *,
    from_date: date | None = None, until_date: date | None = None, by: Acting, reason: str = "",
) -> RoleAssignment:  # fmt: skip
    """Give a role, for a facility or (None) the whole programme, both days included; from today if not said.

    Raises NotAllowed for one's own roles and for roles that may more than one may oneself; Invalid for wrong dates.
    """
    definition = _defined(role)
    with change(by=by, reason=reason, on=[person]) as c:
        _check_giver(by, person, definition)
        given = RoleAssignment(
            person=person, role=role, facility=facility, from_date=from_date or today(), until_date=until_date
        )
        _check_scope(given, definition)
        checked(given)
        _check_overlap(given)
        c.save(given)
        c.event("role.assign", given, also=[person])
        _announce(c, given, "granted")
    return given


def end_role(assignment: RoleAssignment, *, until_date: date | None = None, by: Acting, reason: str = "") -> None:
    """End a role after its last day `until_date`; at once if none is said."""
    with change(by=by, reason=reason, on=[*Programme.objects.all(), assignment, assignment.person]) as c:
        require(by, May.MANAGE_PEOPLE)
        check_reach(by, assignment.definition)
        if assignment.taken_back or (assignment.until_date and assignment.until_date < today()):
            raise NotAllowed(_("This role has ended already."))
        if until_date and until_date < max(assignment.from_date, today()):
            raise Invalid(_("Choose today or a later day, not before the role begins; or end the role at once."))
        set_end(c, assignment, until_date)
        c.event("role.end", assignment, also=[assignment.person])
        keep_a_quality_manager(until_date + timedelta(days=1) if until_date else today())


def set_end(c: Change, assignment: RoleAssignment, until_date: date | None) -> None:
    """Step inside a change: give the assignment its last day, or (None) end it before today."""
    at_once = max(today() - timedelta(days=1), assignment.from_date)
    assignment.taken_back = until_date is None and assignment.from_date >= today()
    assignment.until_date = until_date or at_once
    c.save(assignment)
    _announce(c, assignment, "ended")


def _announce(c: Change, assignment: RoleAssignment, fact: str) -> None:
    """Let upper apps hear of a fact after the commit: see `qms.people.signals`."""
    c.later("people.tell", f"{assignment.pk}-{assignment.revision}-{fact}", assignment=assignment.pk, fact=fact)


def keep_a_quality_manager(day: date) -> None:
    """Raise NotAllowed if from that day on nobody with an open account would run the quality system without an end."""
    lasting = RoleAssignment.objects.on(max(day, today())).filter(role=QUALITY_MANAGER, until_date=None)
    if not lasting.filter(person__left_on=None, person__user__is_active=True).exists():
        raise NotAllowed(
            _("This would leave the programme without a quality manager. Give the role to somebody else first.")
        )


def _defined(role: str) -> Role:
    if role not in ROLES:
        raise Invalid(_("There is no such role. Choose one of the list."))
    return ROLES[role]


def _check_giver(by: Acting, person: Person, role: Role) -> None:
    require(by, May.MANAGE_PEOPLE)
    if by.actor.person_id == person.pk:
        raise NotAllowed(_("Nobody gives a role to themselves. Ask another who manages people."))
    check_reach(by, role)


def check_reach(by: Acting, role: Role) -> None:
    """Raise NotAllowed for a role that may more than `by`: managing accounts must not become approving."""
    try:
        require(by, *sorted(role.may))
    except NotAllowed as lacking:
        raise NotAllowed(
            _("The role %(role)s may more than you. Ask a quality manager to do this.") % {"role": role.word}
        ) from lacking


def _check_scope(given: RoleAssignment, role: Role) -> None:
    if role.whole_programme and given.facility is not None:
        raise Invalid(_("The role %s is for the whole programme. Leave the facility empty.") % role.word)
    if given.facility is not None and given.facility.closed_on is not None:
        raise Invalid(_("%s is closed. Choose another facility.") % given.facility.name)
    if given.until_date and given.until_date < given.from_date:
        raise Invalid(_("The last day lies before the first. Choose %s or later.") % given.from_date)
    if not given.person.is_active_on(given.from_date):
        raise Invalid(_("%s does not belong to the programme on that day.") % given.person.printed_name)


def _check_overlap(given: RoleAssignment) -> None:
    same = RoleAssignment.objects.filter(
        person=given.person, role=given.role, facility=given.facility, taken_back=False
    )
    same = same.filter(Q(until_date=None) | Q(until_date__gte=given.from_date))
    if given.until_date:
        same = same.filter(from_date__lte=given.until_date)
    if same.exists():
        raise Invalid(_("%s holds this role in that time already.") % given.person.printed_name)
