"""Seals what the trail has gathered since the last seal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from qms.trail.errors import Refused
from qms.trail.sealer import seal


class Command(BaseCommand):
    help = "Give each new event its place in the log and sign the root. Nothing new, no seal."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = seal(timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if made is None:
            self.stdout.write("Nothing new: no seal.")
        else:
            self.stdout.write(f"Sealed {made.size} events. Root: {made.root}")
