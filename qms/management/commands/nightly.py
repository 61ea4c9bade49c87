"""The night by hand, or by cron where no worker runs: the same that the worker carries out."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from qms.notifications.models import Night
from qms.notifications.night import carry_out
from qms.people.programme import current, today
from qms.trail.errors import Refused
from qms.trail.models import Outbox
from qms.trail.triggers import refuse_when_unguarded


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise CommandError(f"{text} is no day. Write it as 2026-11-24.") from wrong


class Command(BaseCommand):
    help = (
        "Carry out the night of a day: what takes effect, reminders, seal and verification, what is forgotten. A night "
        "that was done is not done again. Ends with 1 when something failed or the trail is not what it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--date", type=_day, help="today or a past day, e.g. 2026-11-24; a past one is made up for now"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *, date: date | None, json: bool, **options: Any) -> None:
        try:
            refuse_when_unguarded()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        if current() is None:
            raise CommandError("There is no programme yet. The first page of Engraft begins one.")
        day = date or today()
        was_done = Night.objects.filter(day=day, done_at__isnull=False).exists()
        try:
            night = carry_out(day)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        waits = Outbox.objects.filter(done_at=None).count()
        self.stdout.write(_as_json(night, was_done, waits) if json else _as_text(night, was_done, waits))
        if not night.is_well:
            raise SystemExit(1)


def _as_json(night: Night, was_done: bool, waits: int) -> str:
    assert night.done_at is not None
    told = {
        "day": night.day.isoformat(), "done_at": night.done_at.isoformat(), "done_before": was_done,
        "missed": night.missed, "counts": night.counts, "failed": night.failed, "findings": night.findings,
        "waits": waits,
    }  # fmt: skip
    return json.dumps(told, indent=1, ensure_ascii=False)


def _as_text(night: Night, was_done: bool, waits: int) -> str:
    lines = [f"The night of {night.day} was done before; nothing was done again. It did:"] if was_done else []
    if not was_done:
        made_up = f", and made up for {night.missed} missed before it" if night.missed else ""
        lines = [f"The night of {night.day} is done{made_up}:"]
    lines += [f"{count:8} {words}" for words, count in night.counts.items()]
    lines += [f"FAILED: {said}" for said in night.failed] + [f"FOUND: {said}" for said in night.findings]
    if waits:
        lines.append(f"In the outbox wait {waits}, mails among them: for the worker, or for “manage.py work --once”.")
    return "\n".join(lines)
