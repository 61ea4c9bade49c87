"""Accounts: how a person gets in, and no longer."""

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.lockout import clear_failures
from qms.people.models import Person, Programme, User
from qms.people.passwords import check_new_password
from qms.people.programme import today
from qms.people.roles import May
from qms.people.services.roles import check_reach, keep_a_quality_manager
from qms.people.services.valid import checked
from qms.people.telling import tell
from qms.people.tokens import Purpose, read_token
from qms.trail.actor import Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed

LINK_DEAD = "This link has been used, is too old, or was replaced by a newer one. Ask for a new one."


def invite(person: Person, *, email: str = "", by: Acting, reason: str = "") -> User:
    """Give a person an account and mail them a link, valid INVITATION_DAYS, to set a password.

    For somebody invited before who never came the link is sent anew; the one before then serves no more.
    """
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        if not person.is_active_on(max(today(), person.joined_on)):
            raise NotAllowed(_("%s has left. Take them back into the programme first.") % person.printed_name)
        user = User.objects.filter(person=person).first()
        if user is not None and user.has_usable_password():
            raise NotAllowed(_("%s has an account already. A forgotten password is reset on the log-in page.") % person)
        if user is None:
            # Whoever names the address holds the key: it must not open more than they may themselves.
            for held in person.role_assignments.filter(taken_back=False).exclude(until_date__lt=today()):
                check_reach(by, held.definition)
        return send_invitation(c, user or User(person=person, email=free_email(email)))


def send_invitation(c: Change, user: User) -> User:
    """Step inside a change: make the account wait for its password, and mail the link."""
    user.set_unusable_password()
    user.invited_at, user.is_active = c.at, True
    checked(user, "email")
    user.save()
    c.event("account.invite", user.person)
    tell(c, user.person, "people/invitation", f"{user.pk}:{c.at.isoformat()}", one_time=Purpose.INVITATION)
    return user


def accept_invitation(token: str, *, password: str) -> User:
    """Set the first password by the mailed link; once. Raises NotAllowed for a dead link, Invalid for the password."""
    user = _by_token(token, Purpose.INVITATION)
    check_new_password(password, user.email, user.person.printed_name)
    hashed = make_password(password)
    with change(by=user.person, on=[user.person]) as c:
        # Read again under the lock: of two with the same link one is too late.
        user = _by_token(token, Purpose.INVITATION)
        user.password = hashed
        user.save(update_fields=["password"])
        c.event("account.accept", user.person)
    clear_failures(user.email)
    return user


def _by_token(token: str, purpose: Purpose) -> User:
    user = read_token(token, purpose)
    if user is None:
        raise NotAllowed(_(LINK_DEAD))
    return user


def deactivate_account(person: Person, *, by: Acting, reason: str) -> None:
    """Close an account at once; whoever is logged in with it is out at the next click."""
    if not reason.strip():
        raise Invalid(_("Write why the account is closed."))
    with change(by=by, reason=reason, on=[*Programme.objects.all(), person]) as c:
        require(by, May.MANAGE_PEOPLE)
        user = _account(person)
        if not user.is_active:
            raise NotAllowed(_("This account is closed already."))
        if by.actor.person_id == person.pk:
            raise NotAllowed(_("Nobody closes their own account. Ask another who manages people."))
        user.is_active = False
        user.save(update_fields=["is_active"])
        c.event("account.deactivate", person)
        keep_a_quality_manager(today())


def activate_account(person: Person, *, by: Acting, reason: str) -> None:
    """Open a closed account again, with the password that it had."""
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        user = _account(person)
        if user.is_active:
            raise NotAllowed(_("This account is open."))
        if not person.is_active_on(today()):
            raise NotAllowed(_("%s has left. Take them back into the programme first.") % person.printed_name)
        user.is_active = True
        user.save(update_fields=["is_active"])
        c.event("account.activate", person)
        tell(c, person, "people/account_opened", f"{user.pk}:{c.at.isoformat()}")


def _account(person: Person) -> User:
    user = User.objects.filter(person=person).first()
    if user is None:
        raise NotAllowed(_("%s has no account. Invite them first.") % person.printed_name)
    return user


def free_email(email: str) -> str:
    """Return the e-mail without spaces around it; raises Invalid if another account has it."""
    email = email.strip()
    if User.objects.filter(email__iexact=email).exists():
        raise Invalid(_("This e-mail belongs to another account. Every account needs its own."))
    return email
