"""What a new password must be, and how it is kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from qms.people.models import Person, User
from qms.trail.errors import Invalid


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the parameters of OWASP: 19 MiB, two passes, one lane. See docs/decisions/0009."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


def check_new_password(password: str, email: str, printed_name: str) -> None:
    """Raise Invalid with everything that is wrong with a new password."""
    account = User(email=email, person=Person(printed_name=printed_name))
    account.first_name = printed_name  # type: ignore[attr-defined]  # the validator looks at this name
    try:
        validate_password(password, user=account)
    except ValidationError as wrong:
        raise Invalid(" ".join(wrong.messages)) from wrong
