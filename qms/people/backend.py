"""How Django finds an account: by e-mail whatever its case, and only while account and person are active."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from qms.people.models import User
from qms.people.programme import today


class EmailBackend(BaseBackend):
    """E-mail and password. Counting wrong ones is for `signing_in`, which the pages use."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: object
    ) -> User | None:
        """Return the account, or None. An unknown e-mail takes as long as a wrong password."""
        user = User.objects.select_related("person").filter(email__iexact=(username or "").strip()).first()
        if user is None or not user.has_usable_password():
            make_password(password)
            return None
        right = check_password(password, user.password, setter=lambda raw: _rehash(user, raw or ""))
        return user if right and _is_open(user) else None

    def get_user(self, user_id: int) -> User | None:
        """Return the account behind a log-in; None ends it: the person left or the account was closed."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and _is_open(user) else None


def _is_open(user: User) -> bool:
    return user.is_active and user.person.is_active_on(today())


def _rehash(user: User, raw: str) -> None:
    """Keep the password by today's hash, unless it was changed meanwhile."""
    before, user.password = user.password, make_password(raw)
    User.objects.filter(pk=user.pk, password=before).update(password=user.password)
