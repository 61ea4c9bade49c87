"""What time it is: one clock for every act, so that the demonstration and the tests can tell of another day."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

_shown: ContextVar[datetime | None] = ContextVar("shown_moment", default=None)


def now() -> datetime:
    """Return the present moment, with zone; inside `showing` the moment that is shown."""
    return _shown.get() or timezone.now()


@contextmanager
def showing(moment: datetime) -> Iterator[None]:
    """Let everything done inside happen at `moment`. Refused in production: there acts happen when they happen."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("The clock of an installation in use is not set.")
    token = _shown.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _shown.reset(token)
