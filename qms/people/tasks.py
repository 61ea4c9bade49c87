"""Work that the worker carries out: after an act, and each night. Safe to run twice."""

from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from qms.people.lockout import forget_old_failures
from qms.people.services.passwords import send_password_reset
from qms.trail.models import Outbox
from qms.trail.outbox import outbox_task
from qms.trail.rhythm import NIGHTLY


@outbox_task("people.reset_asked")
def reset_asked(email: str) -> None:
    """Look whether a forgotten password belongs to an account, and mail the link."""
    send_password_reset(email)


def forget_tonight(day: date) -> dict[str, int]:
    """Forget what no longer counts: wrong passwords, ended sessions, addresses typed into the reset page."""
    now = timezone.now()
    typed = Outbox.objects.filter(task="people.reset_asked", done_at__lt=now - timedelta(days=1))
    return {
        "wrong passwords forgotten": forget_old_failures(),
        "sessions forgotten": Session.objects.filter(expire_date__lt=now).delete()[0],
        "reset requests forgotten": typed.delete()[0],
    }


NIGHTLY.append(forget_tonight)
