"""Makes the key that seals the trail, once; or its successor."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from qms.trail.errors import Refused
from qms.trail.keys import make_first_key, make_key_if_missing, rotate_key


class Command(BaseCommand):
    help = "Make the key that seals the trail. Refused when there is one; --rotate makes its successor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--if-missing", action="store_true", help="do nothing when there is a key")
        how.add_argument("--rotate", action="store_true", help="make the next key, signed by the one of now")

    def handle(self, *args: Any, if_missing: bool, rotate: bool, **options: Any) -> None:
        try:
            if if_missing:
                key, made = make_key_if_missing()
            else:
                key, made = (rotate_key() if rotate else make_first_key()), True
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if made:
            self.stdout.write(f"Key {key.number} seals the trail from now on. It lies in {settings.SEAL_KEY_FILE}.")
            self.stdout.write("Keep a copy apart from the backup of the database: who holds both can forge the log.")
        else:
            self.stdout.write(f"Key {key.number} is there.")
