"""A new e-mail is a new key to an account: one's own with the password, another's by two persons."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import EmailChange, Person, User
from qms.people.programme import moment_words
from qms.people.roles import May
from qms.people.services.valid import checked
from qms.people.signing_in import authenticate_person
from qms.people.telling import tell
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed


def change_own_email(user: User, *, new_email: str, password: str, address: str) -> None:
    """Change the e-mail of one's own account, with the password. Other sessions end; both addresses are told."""
    authenticate_person(user.email, password, address)
    with change(by=user.person, on=[user.person]) as c:
        _set_email(c, user, new_email)


def request_email_change(person: Person, *, new_email: str, by: Person, reason: str) -> EmailChange:
    """Wish for another's account to have this e-mail; nothing changes before a second person confirms it."""
    if not reason.strip():
        raise Invalid(_("Write why the e-mail changes."))
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        user = User.objects.filter(person=person).first()
        if user is None:
            raise NotAllowed(_("%s has no account. Invite them first.") % person.printed_name)
        if by.pk == person.pk:
            raise NotAllowed(_("Change your own e-mail on your account page, with your password."))
        _check_new(user, new_email)
        wish = EmailChange.objects.create(user=user, new_email=new_email.strip(), asked_by=by, asked_at=c.at)
        c.event("account.email_ask", person)
        tell(c, person, "people/email_asked", f"{wish.pk}", by=by.printed_name)
    return wish


def open_email_change(user: User) -> EmailChange | None:
    """Return the newest wish for this account if it waits to be confirmed; it waits as long as an invitation."""
    newest = EmailChange.objects.filter(user=user).select_related("asked_by").order_by("-pk").first()
    oldest = timezone.now() - timedelta(days=settings.INVITATION_DAYS)
    return newest if newest and newest.done_at is None and newest.asked_at > oldest else None


def confirm_email_change(wish: EmailChange, *, by: Person, reason: str = "") -> None:
    """Confirm another's wish: the second of the two persons. The account's sessions end; both addresses are told."""
    person = wish.user.person
    with change(by=by, reason=reason, on=[person]) as c:
        require(by, May.MANAGE_PEOPLE)
        user = User.objects.select_related("person").get(pk=wish.user_id)
        current = open_email_change(user)
        if current is None or current.pk != wish.pk:
            raise NotAllowed(_("This change is done, too old, or replaced by a newer one. Ask for it again."))
        if by.pk == current.asked_by_id:
            raise NotAllowed(_("A second person confirms this. Ask another who manages people."))
        EmailChange.objects.filter(pk=current.pk).update(done_at=c.at)
        _set_email(c, user, current.new_email)


def _set_email(c: Change, user: User, new_email: str) -> None:
    _check_new(user, new_email)
    old, user.email = user.email, new_email.strip()
    user.security_changed_at = c.at
    checked(user, "email")
    user.save(update_fields=["email", "security_changed_at"])
    c.event("account.email_change", user.person)
    for place, address in (("old", old), ("new", user.email)):
        key = f"{user.pk}:{c.at.isoformat()}:{place}"
        tell(c, user.person, "people/email_changed", key, address=address, at=moment_words(c.at))


def _check_new(user: User, new_email: str) -> None:
    new_email = new_email.strip()
    if new_email.lower() == user.email.lower():
        raise Invalid(_("This is the e-mail of the account already."))
    if User.objects.filter(email__iexact=new_email).exclude(pk=user.pk).exists():
        raise Invalid(_("This e-mail belongs to another account. Every account needs its own."))
