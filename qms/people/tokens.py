"""Links that serve once. The token is signed and holds a digest of the account's state, which its use changes."""

from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from qms.people.models import User


class Purpose(StrEnum):
    """What a link is for; a link for one purpose opens nothing else."""

    INVITATION = "invitation"
    RESET = "password-reset"


def _seconds(purpose: Purpose) -> int:
    days: int = settings.INVITATION_DAYS
    return days * 86_400 if purpose == Purpose.INVITATION else settings.PASSWORD_RESET_TIMEOUT


def _state(user: User) -> str:
    invited = user.invited_at.isoformat() if user.invited_at else ""
    content = f"{user.pk}:{user.password}:{user.email}:{user.is_active}:{invited}:{user.last_login}"
    return salted_hmac("qms.people.tokens", content, algorithm="sha256").hexdigest()[:32]


def make_token(user: User, purpose: Purpose) -> str:
    """Return a token for an account; it ends with its use, a new password or e-mail, a log-in, or its time."""
    return signing.dumps([user.pk, _state(user)], salt=f"qms.people.{purpose}")


def read_token(token: str, purpose: Purpose) -> User | None:
    """Return the account whose token this is, or None for one that is used, too old, false or of a closed account."""
    try:
        key, state = signing.loads(token, salt=f"qms.people.{purpose}", max_age=_seconds(purpose))
    except signing.BadSignature:
        return None
    user = User.objects.select_related("person").filter(pk=key, is_active=True).first()
    if user is None or not constant_time_compare(state, _state(user)):
        return None
    return user
