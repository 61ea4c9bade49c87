"""New passwords: changed by who knows the old one, or reset by mail."""

import hashlib

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from qms.people.lockout import clear_failures
from qms.people.models import User
from qms.people.passwords import check_new_password
from qms.people.programme import moment_words, today
from qms.people.services.accounts import LINK_DEAD
from qms.people.signing_in import authenticate_person
from qms.people.telling import tell
from qms.people.tokens import Purpose, read_token
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from qms.trail.errors import NotAllowed


def change_password(user: User, *, old: str, new: str, address: str) -> None:
    """Change one's own password; wrong old ones count towards lock-out. Other sessions of the account end."""
    authenticate_person(user.email, old, address)
    check_new_password(new, user.email, user.person.printed_name)
    hashed = make_password(new)
    with change(by=user.person, on=[user.person]) as c:
        user.password = hashed
        user.save(update_fields=["password"])
        c.event("account.password_change", user.person)
        _tell_of_password(c, user)


def request_password_reset(email: str) -> None:
    """Ask for a reset. The same for every e-mail, in deed and in time: the worker looks whether there is an account.

    Asked again within five minutes it is the same request, so that nobody's mailbox is filled.
    """
    with change(by=SYSTEM) as c:
        name = hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
        c.later("people.reset_asked", f"{name}:{int(c.at.timestamp()) // 300}", email=email.strip()[:254])


def send_password_reset(email: str) -> None:
    """Mail the link, if this e-mail belongs to an open account that has a password; otherwise do nothing."""
    user = User.objects.select_related("person").filter(email__iexact=email, is_active=True).first()
    if user is None or not user.person.is_active_on(today()) or not user.has_usable_password():
        return
    with change(by=SYSTEM) as c:
        c.event("account.password_reset_ask", user.person)
        tell(c, user.person, "people/password_reset", f"{user.pk}:{c.at.isoformat()}", one_time=Purpose.RESET)


def reset_password(token: str, *, password: str) -> User:
    """Set a new password by the mailed link; once. All sessions end, and signatures of the next day are looked at."""
    user = _by_token(token)
    check_new_password(password, user.email, user.person.printed_name)
    hashed = make_password(password)
    with change(by=user.person, on=[user.person]) as c:
        user = _by_token(token)  # read again under the lock: of two with the same link one is too late
        user.password, user.security_changed_at = hashed, c.at
        user.save(update_fields=["password", "security_changed_at"])
        c.event("account.password_reset", user.person)
        _tell_of_password(c, user)
        transaction.on_commit(lambda: clear_failures(user.email))
    return user


def _by_token(token: str) -> User:
    user = read_token(token, Purpose.RESET)
    if user is None:
        raise NotAllowed(_(LINK_DEAD))
    return user


def _tell_of_password(c: Change, user: User) -> None:
    tell(c, user.person, "people/password_changed", f"{user.pk}:{c.at.isoformat()}", at=moment_words(c.at))
