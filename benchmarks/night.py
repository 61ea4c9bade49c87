"""How long a night takes over 450 documents in force and 250 people, their reviews falling due over the year.

    python -m benchmarks.night            450 documents, 250 people
    python -m benchmarks.night 50 20

Uses DATABASE_URL, or SQLite, and makes a test database there. Asserts the promise: at most 60 seconds.
"""

import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

import time_machine
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import setup_databases, setup_test_environment, teardown_databases
from django.utils import timezone

from qms.files.store import store
from qms.notifications.night import carry_out
from qms.people import services as people
from qms.people.models import Person
from qms.people.programme import today
from qms.trail.keys import make_first_key
from qms.trail.outbox import run_all
from tests import documents as do
from tests import world as worlds

PROMISE = 60.0


def staff(world: worlds.World, count: int) -> list[Person]:
    """Add people with a role and an account, as an invitation leaves them."""
    added = []
    for n in range(count):
        person = people.add_person(printed_name=f"Invented Person {n}", email=f"p{n}@engraft.example", by=world.marit)
        people.assign_role(person, "author", world.proc, by=world.marit)
        added.append(person)
    return added


def documents(world: worlds.World, owners: list[Person], count: int) -> None:
    """Bring documents into force on days of the year before; only their PDFs are one and the same."""
    pdf = store(b"%PDF-1.7 one for all", "application/pdf")
    with patch("sops.services.release.controlled_pdf", return_value=pdf):
        for n in range(count):
            with time_machine.travel(timezone.now() - timedelta(days=n * 360 // count)):
                version = do.in_force(world, title=f"Procedure {n}")
            document = version.document
            do.services.change_document(
                document, by=world.marit, revision=None, owner=owners[n % len(owners)], reason="Made for the figures"
            )


def main(many: int, crowd: int) -> None:
    settings.SEAL_KEY_FILE = Path(tempfile.mkdtemp()) / "keys" / "seal.pem"
    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        make_first_key()
        with time_machine.travel(timezone.now() - timedelta(days=400)):
            world = worlds.build()
        documents(world, staff(world, crowd), many)
        run_all(100_000)
        found = {"database": connection.vendor, "documents": many, "people": crowd, **measured()}
    finally:
        teardown_databases(old, verbosity=0)
    print(json.dumps(found))
    if found["seconds"] > PROMISE:
        sys.exit(f"A night takes {found['seconds']:.1f} s; promised are {PROMISE:.0f} s.")


def measured() -> dict[str, float]:
    """Carry out a night two years on, when every review is due; return seconds and what it did."""
    with time_machine.travel(timezone.now() + timedelta(days=760)):
        mail.outbox.clear()
        started = time.perf_counter()
        night = carry_out(today())
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        run_all(100_000)
        mails = time.perf_counter() - started
    assert night.is_well, (night.failed, night.findings)
    return {
        "seconds": seconds, "seconds of the mails after it": mails, "reminders": night.counts["reminders"],
        "mails": len(mail.outbox), "events verified": night.counts["events verified"],
    }  # fmt: skip


if __name__ == "__main__":
    main(*(int(given) for given in [*sys.argv[1:], *("450", "250")[len(sys.argv) - 1 :]]))
