"""People come, change and leave."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import Person, Programme, RoleAssignment, User
from qms.people.programme import today
from qms.people.roles import May
from qms.people.services.accounts import free_email, send_invitation
from qms.people.services.roles import keep_a_quality_manager, set_end
from qms.people.services.valid import checked
from qms.trail.actor import Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed


def add_person(
    *, printed_name: str, title: str = "", joined_on: date | None = None, email: str = "", by: Acting, reason: str = ""
) -> Person:
    """Add somebody of the programme; with an e-mail they are invited to log in, all or nothing."""
    with change(by=by, reason=reason) as c:
        require(by, May.MANAGE_PEOPLE)
        person = Person(printed_name=printed_name.strip(), title=title.strip(), joined_on=joined_on or today())
        checked(person)
        c.save(person)
        c.event("person.add", person)
        if email:
            send_invitation(c, User(person=person, email=free_email(email)))
    return person


def change_person(
    person: Person, *, printed_name: str, title: str, joined_on: date, by: Acting, reason: str = "",
    revision: int | None = None,
) -> None:  # fmt: skip
    """Correct the name, the position or the first day. What was signed keeps the name that was printed then."""
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        c.expect(person, revision)
        if person.left_on and joined_on > person.left_on:
            raise Invalid(_("The first day lies after the last. Choose %s or earlier.") % person.left_on)
        person.printed_name, person.title, person.joined_on = printed_name.strip(), title.strip(), joined_on
        checked(person)
        c.save(person)
        c.event("person.change", person)


def record_leaver(person: Person, *, left_on: date | None = None, by: Acting, reason: str = "") -> None:
    """Record the last day, today if not said: roles end with it; an account closes, at once if the day is past.

    From a later last day on nobody gets in either, because the account asks whether the person still belongs.
    """
    last = left_on or today()
    with change(by=by, reason=reason, on=[*Programme.objects.all(), person]) as c:
        require(by, May.MANAGE_PEOPLE)
        if person.left_on:
            raise NotAllowed(_("%(name)s has left on %(day)s already.") % _facts(person))
        if last < person.joined_on:
            raise Invalid(_("The last day lies before the first. Choose %s or later.") % person.joined_on)
        person.left_on = last
        c.save(person)
        ended = _end_roles(c, person, last)
        closed = _close_account(person, last)
        c.event("person.leave", person, also=ended, account_closed=closed)
        keep_a_quality_manager(last + timedelta(days=1))


def _end_roles(c: Change, person: Person, last: date) -> list[RoleAssignment]:
    """Give every role that goes beyond the last day its end; one that has not begun by then is taken back."""
    beyond = person.role_assignments.filter(Q(until_date=None) | Q(until_date__gt=last), taken_back=False)
    ended = list(beyond)
    for held in ended:
        set_end(c, held, last if held.from_date <= last else None)
    return ended


def _close_account(person: Person, last: date) -> bool:
    """Close the account; one whose last day is still to come closes by itself after that day."""
    return last <= today() and User.objects.filter(person=person, is_active=True).update(is_active=False) == 1


def reactivate(person: Person, *, joined_on: date | None = None, by: Acting, reason: str = "") -> None:
    """Take somebody back who had left, from today if not said. Roles and the account are given anew."""
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        if person.left_on is None:
            raise NotAllowed(_("%(name)s has not left.") % {"name": person.printed_name})
        person.left_on = None
        c.save(person)
        c.event("person.return", person, returned_on=joined_on or today())


def _facts(person: Person) -> dict[str, object]:
    return {"name": person.printed_name, "day": person.left_on}
