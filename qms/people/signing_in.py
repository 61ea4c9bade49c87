"""Getting in and out, and what the trail keeps of it."""

import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.people.backend import EmailBackend
from qms.people.lockout import Locked, check_not_locked, clear_failures, record_failure
from qms.people.models import User
from qms.people.programme import moment_words
from qms.people.telling import tell
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import NotAllowed

log = logging.getLogger(__name__)


class WrongPassword(NotAllowed):
    """E-mail and password do not belong together, or the account is closed: the sentence does not say which."""


def authenticate_person(email: str, password: str, address: str) -> User:
    """Return the account whose password this is; for the log-in and for signatures, always outside the door.

    Raises WrongPassword, and Locked after too many. Both are counted and logged, never with the password.
    """
    failures = _count(email, address)
    user = EmailBackend().authenticate(None, username=email, password=password)
    if user is not None:
        clear_failures(email)
        return user
    _log_wrong(email, address, failures)
    raise WrongPassword(_("E-mail and password do not match an open account. Check both, or reset the password."))


def count_wrong(email: str, address: str) -> None:
    """Count an attempt that failed by something other than the password. Raises Locked after too many."""
    _log_wrong(email, address, _count(email, address))


def _count(email: str, address: str) -> int:
    try:
        check_not_locked(email, address)
        return record_failure(email, address)
    except Locked:
        log.warning("Locked out: attempt from %s", address)
        raise


def _log_wrong(email: str, address: str, failures: int) -> None:
    log.warning("Wrong password or account: attempt %d from %s", failures, address)
    if failures == settings.LOCK_OUT_FAILURES:
        _record_lock(email)


def _record_lock(email: str) -> None:
    """Keep the moment when an account locks, and tell its person. Unknown accounts leave a log line only."""
    user = User.objects.select_related("person").filter(email__iexact=email.strip()).first()
    if user is None:
        return
    with change(by=SYSTEM) as c:
        c.event("account.locked", user.person, failures=settings.LOCK_OUT_FAILURES, minutes=settings.LOCK_OUT_MINUTES)
        if user.is_active:
            tell(
                c, user.person, "people/locked", f"{user.pk}:{c.at.isoformat()}",
                at=moment_words(c.at), failures=settings.LOCK_OUT_FAILURES, minutes=settings.LOCK_OUT_MINUTES,
            )  # fmt: skip


def record_sign_in(user: User) -> None:
    """Keep that somebody came in."""
    with change(by=user.person) as c:
        c.event("account.sign_in", user.person)


def record_sign_out(user: User, *, idle: bool = False) -> None:
    """Keep that somebody went out, or was taken out after idle minutes."""
    with change(by=SYSTEM if idle else user.person) as c:
        c.event("account.session_expired" if idle else "account.sign_out", user.person)


def address_of(request: HttpRequest) -> str:
    """Return the network address of the browser; behind our own proxy the last one that it added."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))[:64]


def seconds_idle(request: HttpRequest) -> float:
    """Return how long the session has been idle; 0 for one that has not begun to count."""
    now = timezone.now().timestamp()
    return now - float(request.session.get("last_seen", now))
