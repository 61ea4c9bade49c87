"""Work that the worker carries out: after an act, and each night. Safe to run twice."""

from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.people.lockout import forget_old_failures
from qms.people.models import RoleAssignment
from qms.people.services.passwords import send_password_reset
from qms.people.signals import FACTS
from qms.trail.models import Outbox
from qms.trail.outbox import outbox_task
from qms.trail.rhythm import NIGHTLY


@outbox_task("people.reset_asked", _("Forgotten password"))
def reset_asked(email: str) -> None:
    """Look whether a forgotten password belongs to an account, and mail the link."""
    send_password_reset(email)


@outbox_task("people.tell", _("News of a role for other parts"))
def tell_fact(*, assignment: int, fact: str) -> None:
    """Tell upper apps of a fact about a role; one that fails is told again."""
    found = RoleAssignment.objects.select_related("person").get(pk=assignment)
    FACTS[fact].send(sender=RoleAssignment, assignment=found)


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
