"""A mail server with bad days: it takes mails, is down, or takes them and drops the line before it says so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from smtplib import SMTPServerDisconnected
from typing import ClassVar

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


@dataclass(frozen=True)
class Delivered:
    """A mail as it lies in somebody's box."""

    to: str
    id: str
    subject: str
    text: str
    at: datetime


@dataclass
class Server:
    """`mode` is "up", "down" or "drops"; a dropped mail has arrived all the same."""

    mode: str = "up"
    boxes: list[Delivered] = field(default_factory=list)

    def seen(self, to: str) -> dict[str, Delivered]:
        """Return what a reader sees, whose program shows two mails of one Message-ID as one."""
        return {mail.id: mail for mail in self.boxes if mail.to == to}


class FaultyBackend(BaseEmailBackend):
    server: ClassVar[Server] = Server()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            if self.server.mode == "down":
                raise ConnectionRefusedError(111, "Connection refused")
            for to in mail.to:
                self.server.boxes.append(
                    Delivered(to, mail.extra_headers["Message-ID"], mail.subject, str(mail.body), timezone.now())
                )
            if self.server.mode == "drops":
                raise SMTPServerDisconnected("Connection unexpectedly closed")
        return len(email_messages)
