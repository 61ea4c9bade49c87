"""Lock-out: after some wrong passwords within some minutes nobody gets in for a while, per account and per address.

It serves the log-in and the password of a signature alike. Attempts are counted before the password is looked at, so
that many at once gain nothing.
"""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext

from qms.people.models import SignInFailure
from qms.people.programme import zone
from qms.trail.errors import NotAllowed

ADDRESS_FACTOR = 4  # a whole hospital may come from one address


class Locked(NotAllowed):
    """Too many wrong passwords; the sentence says when to try again."""


def _name(account: str) -> str:
    return account.strip().lower()[:254]


def _until(field: str, value: str, limit: int) -> datetime | None:
    """Return when the lock ends, or None if there is none: the limit-th newest failure must leave the window."""
    window = timedelta(minutes=settings.LOCK_OUT_MINUTES)
    recent = SignInFailure.objects.filter(**{field: value}, at__gt=timezone.now() - window)
    times = list(recent.order_by("-at").values_list("at", flat=True)[:limit])
    return times[-1] + window if len(times) == limit else None


def check_not_locked(account: str, address: str) -> None:
    """Raise Locked while too many wrong passwords for this account (e-mail) or from this address are recent."""
    limit: int = settings.LOCK_OUT_FAILURES
    ends = [
        _until("account", _name(account), limit),
        _until("address", address, limit * ADDRESS_FACTOR) if address else None,
    ]
    until = max((end for end in ends if end), default=None)
    if until is not None:
        raise Locked(_sentence(until))


def _sentence(until: datetime) -> str:
    minutes = max(1, ceil((until - timezone.now()).total_seconds() / 60))
    clock = date_format(timezone.localtime(until + timedelta(minutes=1), zone()), "H:i")
    return ngettext(
        "Too many wrong passwords. Try again in %(minutes)d minute (%(clock)s), or reset the password now.",
        "Too many wrong passwords. Try again in %(minutes)d minutes (%(clock)s), or reset the password now.",
        minutes,
    ) % {"minutes": minutes, "clock": clock}


def record_failure(account: str, address: str) -> int:
    """Count one attempt and return how many recent ones the account now has. Raises Locked when it is one too many."""
    attempt = SignInFailure.objects.create(account=_name(account), address=address[:64], at=timezone.now())
    window = timezone.now() - timedelta(minutes=settings.LOCK_OUT_MINUTES)
    count = SignInFailure.objects.filter(account=attempt.account, at__gt=window).count()
    if count > settings.LOCK_OUT_FAILURES:
        attempt.delete()  # a refused attempt must not make the lock longer
        check_not_locked(account, address)
    return count


def is_guessing(what: str, address: str) -> bool:
    """Return whether too many wrong codes of some kind came from this address of late; log-ins count apart."""
    return _until("account", _guesses(what, address), int(settings.LOCK_OUT_FAILURES) * ADDRESS_FACTOR) is not None


def record_guess(what: str, address: str) -> None:
    """Count a wrong code from this address."""
    SignInFailure.objects.create(account=_guesses(what, address), at=timezone.now())


def is_too_often(what: str, key: str, limit: int) -> bool:
    """Return whether something that anybody may do was done `limit` times of late, from an address or for a thing."""
    return _until("account", _guesses(what, key), limit) is not None


def count_use(what: str, key: str) -> None:
    """Count that it was done once more."""
    SignInFailure.objects.create(account=_guesses(what, key), at=timezone.now())


def _guesses(what: str, address: str) -> str:
    return _name(f"{what}: {address}")  # no e-mail looks like this, so no account is locked by it


def clear_failures(account: str) -> None:
    """Forget the account's failures: the right password was given, or a new one was set by mail."""
    SignInFailure.objects.filter(account=_name(account)).delete()


def forget_old_failures() -> int:
    """Delete failures that no longer count; the night calls this. Returns how many."""
    window = timezone.now() - timedelta(minutes=settings.LOCK_OUT_MINUTES)
    return SignInFailure.objects.filter(at__lte=window).delete()[0]
