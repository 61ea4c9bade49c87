"""Fills an installation that exists for nothing else with very many documents, to measure and to look at."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from qms.people.models import Facility, Programme
from qms.people.roles import ROLES
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.keys import make_first_key
from qms.trail.models import Event, SealKey
from sops.models import Document, Version
from sops.volume.people import LOG_INS, PASSWORD, PROGRAMME, QUALITY, found
from sops.volume.rows import Filling

EVENT = "programme.volume"
NOTICE = (
    "THE TRAIL OF THIS INSTALLATION PROVES NOTHING: its documents were written past it, and verify_trail says so. "
    "It serves to measure, and is not to be used for anything else."
)


class Command(BaseCommand):
    help = "Fills an empty installation with very many documents for measuring. Its trail proves nothing afterwards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--documents", type=int, default=45_000, help="how many there shall be (45000)")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, documents: int, as_json: bool, **options: Any) -> None:
        begin = time.monotonic()
        if documents < 1:
            raise CommandError("Give --documents as a number of at least 1.")
        _refuse_unless_for_figures()
        if not SealKey.objects.exists():
            make_first_key()
        if not Programme.objects.exists():
            found()
        there = Document.objects.count()
        if documents > there:
            _fill(there, documents - there)
        _let_the_database_count()
        self._tell(time.monotonic() - begin, as_json)

    def _tell(self, seconds: float, as_json: bool) -> None:
        log_ins = [
            {"email": one.email, "password": PASSWORD, "role": str(ROLES[one.role].word)}
            for one in (QUALITY, *LOG_INS)
        ]  # fmt: skip
        made = {
            "documents": Document.objects.count(), "versions": Version.objects.count(),
            "facilities": Facility.objects.count(), "seconds": round(seconds, 1),
        }  # fmt: skip
        if as_json:
            self.stdout.write(json.dumps({**made, "notice": NOTICE, "logins": log_ins}))
            return
        self.stdout.write(", ".join(f"{count:,} {noun}" for noun, count in made.items()))
        self.stdout.write(f"\n{NOTICE}\n\nLog in to “{PROGRAMME}” (password of all: {PASSWORD})\n")
        for row in log_ins:
            self.stdout.write(f"    {row['email']:<38} {row['role']}")


def _refuse_unless_for_figures() -> None:
    if settings.PRODUCTION:
        raise CommandError("This writes documents past the trail and is refused in production.")
    programme = Programme.objects.first()
    if programme is not None and programme.name != PROGRAMME and not Event.objects.filter(name=EVENT).exists():
        raise CommandError(
            f"This installation serves {programme.name}. Documents for measuring are written past the trail, and "
            "so only into an empty installation: point ENGRAFT_DATA or DATABASE_URL to an empty one."
        )


def _fill(there: int, count: int) -> None:
    """Say in the trail that what follows is not in it, and write it, both or neither."""
    programme, filling = Programme.objects.get(), Filling()
    with change(by=SHELL, on=[programme], reason="Filled for measuring, past the trail") as c:
        c.event(EVENT, programme, documents=count)
        filling.write(there + 1, count)


def _let_the_database_count() -> None:
    """Do what PostgreSQL does by itself within a minute, so that its plans are those of later; SQLite never does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
