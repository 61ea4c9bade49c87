"""Mails: one text for each, asked for in the act's own transaction, sent by the worker until the server takes it."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.notifications.letter import parts_of
from qms.people.models import Person, User
from qms.people.programme import current, zone
from qms.people.tokens import Purpose, make_token
from qms.trail.outbox import outbox_task


@outbox_task("mail.send", _("Mail"))
def send_mail(
    *, name: str, template: str, to: int, address: str = "", one_time: str = "", facts: dict[str, Any] | None = None
) -> None:
    """Send `templates/mail/<template>.txt` to the account of person `to`, or to `address`. See `qms.people.telling`.

    Raises OSError while the mail server does not answer: the outbox tries again. Nobody to write to is no error.
    """
    person = Person.objects.get(pk=to)
    user = User.objects.filter(person=person).first()
    address = address or (user.email if user else "")
    if not address:
        return
    context: dict[str, Any] = {
        "person": person, "programme": current(), "site": settings.SITE_URL, "link": _one_time_link(user, one_time),
        "invitation_days": settings.INVITATION_DAYS, "reset_minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
        **(facts or {}),
    }  # fmt: skip
    with timezone.override(zone()):
        subject, text = written(template, context)
    parts, foot = parts_of(text)
    html = render_to_string("mail/frame.html", {"subject": subject, "parts": parts, "foot": foot})
    deliver(name, address, subject, text, html)


def deliver(name: str, address: str, subject: str, text: str, html: str) -> None:
    """Hand one mail to the server. Raises OSError while it does not take it. `name` is the outbox key."""
    headers = {"Message-ID": message_id(name), "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject, text, to=[address], headers=headers)
    mail.attach_alternative(html, "text/html")
    mail.send()


def written(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return (subject, text) of a mail: the first line of its template is the subject."""
    subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    return subject.strip(), text.strip() + "\n"


def message_id(name: str) -> str:
    """Return the Message-ID for the outbox key: a mail that goes out twice is one mail for the reader's program."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:40]}@{host}>"


def _one_time_link(user: User | None, one_time: str) -> str:
    if user is None or not one_time:
        return ""
    purpose = Purpose(one_time)
    return settings.SITE_URL + reverse(str(purpose), args=[make_token(user, purpose)])
