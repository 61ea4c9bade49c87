"""The worker of a trial or a small site: outbox each second, seal and reminders each minute, in one process."""

import logging
import signal
import threading
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from qms.celery import send
from qms.trail.heartbeat import POLL, beat
from qms.trail.outbox import hand_over, run_all, run_due
from qms.trail.rhythm import every_minute
from qms.trail.triggers import refuse_when_unguarded

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Carry out the outbox, seal the trail each minute, and do what is due. Ends after its work on SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")

    def handle(self, *, once: bool, **options: Any) -> None:
        stop = _stop_on_signals()
        try:
            refuse_when_unguarded()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        if once:
            self._once()
        else:
            self.stdout.write("The worker is at work.")
            self.stdout.flush()
            work(stop)

    def _once(self) -> None:
        counts = run_all()
        failed = every_minute(timezone.now())
        self.stdout.write(f"Outbox: {counts['done']} done, {counts['failed']} failed, to be tried again.")
        if failed:
            raise CommandError(f"Failed: {', '.join(failed)}. The log above says why.")


def work(stop: threading.Event) -> None:
    """Work until told to stop. Nothing that fails ends it; a database that is away is waited for."""
    minute: datetime | None = None
    while True:
        close_old_connections()
        now = timezone.now()
        try:
            busy = hand_over(send) if settings.CELERY_BROKER_URL else run_due().total()
            beat(POLL, now)
            if minute is None or (now - minute).total_seconds() >= 60:
                minute = now
                every_minute(now)
        except Exception:
            log.exception("The worker could not work; it goes on in a moment")
            busy = 0
        if stop.wait(0 if busy else 1):
            return


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
