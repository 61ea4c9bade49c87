"""What is done once after an older backup was restored, before anybody works with it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms.trail.errors import Refused
from qms.trail.payloads import repeat_erasures
from qms.trail.restore import note_restore


class Command(BaseCommand):
    help = "After a restore: put on record which events are lost, and erase again what had been erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", type=int, required=True, help="number of events of the last root known outside")
        parser.add_argument("--root", required=True, help="that root, as you kept it outside")

    def handle(self, *args: Any, size: int, root: str, **options: Any) -> None:
        try:
            event = note_restore(size, root.strip().lower())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Event {event.pk} says what the restored trail has lost.")
        self.stdout.write(f"Erased again: {repeat_erasures()}.")
