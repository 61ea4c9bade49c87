"""kill -9 of web, worker and Redis at random moments under approvals, reading signatures, imports and invitations.

    make drill                                    51 rounds on PostgreSQL
    python -m benchmarks.drill --rounds 6 [--write]
    DRILL_DATABASE=postgres://... DRILL_PORT=8765 DRILL_REDIS=6399

A receipt that a browser got counts as acknowledged. Afterwards every acknowledged act must be there once and wholly,
every other one wholly or not at all, each mail at most once, and the trail must verify. `--write` keeps the figures in
docs/reliability.md.
"""

import logging
import os
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from unittest.mock import patch

DATABASE = os.environ.get("DRILL_DATABASE", "postgres://postgres@127.0.0.1:5432/engraft_drill")
PORT, REDIS = int(os.environ.get("DRILL_PORT", "8765")), int(os.environ.get("DRILL_REDIS", "6399"))
SMTP = PORT + 1
LONGEST = 240.0  # seconds after the last kill; what still waits then is a finding
FOLDER = Path(tempfile.mkdtemp(prefix="engraft-drill-"))
os.environ |= {
    "ENGRAFT_DATA": str(FOLDER), "DATABASE_URL": DATABASE, "DJANGO_SETTINGS_MODULE": "benchmarks.drilled",
    "ENGRAFT_URL": f"http://localhost:{PORT}", "EMAIL_URL": f"smtp://127.0.0.1:{SMTP}",
    "CELERY_BROKER_URL": f"redis://127.0.0.1:{REDIS}/0", "ENGRAFT_DB_POOL": "4",
}  # fmt: skip

import django
import psycopg

django.setup()

from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connections

from benchmarks import report
from benchmarks.drill.acts import Job, Load, start
from benchmarks.drill.findings import Findings, look
from benchmarks.drill.site import VICTIMS, Sink, Site
from qms.files.store import store
from qms.people import services as people
from qms.people.programme import today
from qms.trail.models import Outbox
from qms.trail.outbox import run_all
from tests import documents as do
from tests import world as worlds
from training import services as training

READERS = 10
BROWSERS = {"approve": 2, "read": 3, "import": 1, "invite": 1}
logging.getLogger("mail.log").setLevel(logging.WARNING)


def empty_database() -> None:
    """Make the drill's own PostgreSQL database anew."""
    server, _, name = DATABASE.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def prepare(rounds: int) -> Load:
    """Make a programme in which so many acts wait that they last for all rounds."""
    empty_database()
    call_command("migrate", verbosity=0)
    call_command("make_key", stdout=StringIO())
    world = worlds.build()
    load = Load(PORT, place=world.proc.pk, kind=do.sop_type().pk, author=world.fenn.pk)
    _approvals(load, world, 2 * rounds)
    _readings(load, world, -(-6 * rounds // READERS))
    for n in range(3 * rounds):
        load.add(Job("import", world.fenn.user.email, f"Imported {n}"))
        load.add(Job("invite", world.marit.user.email, f"Guest{n}"))
    run_all(100_000)
    connections.close_all()
    return load


def _approvals(load: Load, world: worlds.World, count: int) -> None:
    for n in range(count):
        version = do.reviewed(world, title=f"To approve {n}")
        url = (
            f"{version.get_absolute_url()}sign/approve/?effective_on={today().isoformat()}&revision={version.revision}"
        )
        load.add(Job("approve", world.thessaly.user.email, str(version.pk), url))
    do.given(world.thessaly, do.approve_content(version, today()))  # the pledge before the first signature


def _readings(load: Load, world: worlds.World, documents: int) -> None:
    nurses = [worlds.add(world.marit, f"Nurse{n} Testwell", "Nurse") for n in range(READERS)]
    some = do.draft(world, title="For a pledge")
    for nurse in nurses:
        people.assign_role(nurse, "nurse", world.clin, by=world.marit)
        do.given(nurse, do.send_content(some, [world.bea], world.thessaly))
    pdf = store(b"%PDF-1.7 one for all", "application/pdf")
    for n in range(documents):
        with patch("sops.services.release.controlled_pdf", return_value=pdf):
            version = do.in_force(world, title=f"To read {n}")
        training.require_reading(version.document, "nurse", world.clin, by=world.marit)
        training.ask_readers(version)
        for one in version.readings.select_related("person__user").filter(person__in=nurses):
            url = f"{one.get_absolute_url()}sign/?revision={one.revision}"
            load.add(Job("read", one.person.user.email, str(one.pk), url))


def under_fire(load: Load, site: Site, rounds: int) -> None:
    """Let people work while processes die; then let the rest be done in peace."""
    site.begin()
    browsers = start(load, BROWSERS, 30 * rounds + LONGEST, pause=0.4)
    site.rounds(rounds)
    load.under_fire = sum(len(acts) for acts in load.acknowledged.values())
    while any(browser.is_alive() for browser in browsers):
        site.tend()
        time.sleep(1)
    time.sleep(3)
    # Leases of what died with its worker end by themselves after five minutes: the drill does not wait for that.
    end, due = time.monotonic() + LONGEST, 0.0
    while Outbox.objects.filter(done_at=None).exists() and time.monotonic() < end:
        if time.monotonic() > due:
            due = time.monotonic() + 45
            with psycopg.connect(DATABASE, autocommit=True) as connection:
                connection.execute("UPDATE qms_outbox SET due_at = now() WHERE done_at IS NULL AND due_at > now()")
                connection.execute("UPDATE qms_night SET held_until = now() WHERE done_at IS NULL")
        site.tend()
        time.sleep(2)


def told(load: Load, site: Site, found: Findings, rounds: int, verified: bool) -> list[tuple[str, str]]:
    """Return the figures as (what, figure)."""
    acknowledged = {kind: len(acts) for kind, acts in load.acknowledged.items()}
    words = {"approve": "approvals", "read": "reading signatures", "import": "imports", "invite": "invitations"}
    return [
        ("rounds of kill -9", f"{rounds}: " + ", ".join(f"{site.kills[name]} {name}" for name in VICTIMS)),
        ("ended by itself, and was started again", ", ".join(f"{n} {name}" for name, n in site.fell.items()) or "none"),
        ("requests that broke off", f"{sum(load.broken.values())}"),
        ("acts acknowledged", ", ".join(f"{count} {words[kind]}" for kind, count in acknowledged.items())),
        ("of these while processes died", str(load.under_fire)),
        ("acts that never came through", str(sum(one.qsize() for one in load.waiting.values()))),
        ("work left in the outbox", str(Outbox.objects.filter(done_at=None).count())),
        ("acknowledged acts lost", str(len(found.lost))),
        ("half states", str(len(found.half))),
        ("mails twice", f"{len(found.twice)} ({found.again} delivered again under the same Message-ID)"),
        ("trail verifies", "yes" if verified else "NO"),
    ]


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("--rounds", type=int, default=51)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/reliability.md")
    given = parser.parse_args()
    for port in (PORT, SMTP, REDIS):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:  # a drill that was broken off leaves its processes behind
                sys.exit(f"Something answers at port {port} already. End it, or set DRILL_PORT and DRILL_REDIS.")
    sink, site = Sink(), Site(PORT, REDIS, FOLDER)
    mails = Controller(sink, hostname="127.0.0.1", port=SMTP)
    mails.start()
    began = time.monotonic()
    load = prepare(given.rounds)
    try:
        under_fire(load, site, given.rounds)
    finally:
        site.end()
        mails.stop()
    call_command("seal_trail", stdout=StringIO())
    found = look(load, sink.got)
    check = subprocess.run(
        [sys.executable, "manage.py", "verify_trail"], env=os.environ, capture_output=True, text=True
    )
    print(check.stdout)
    verified = check.returncode == 0
    figures = told(load, site, found, given.rounds, verified)
    for what, figure in figures:
        print(f"{what:<40} {figure}")
    print("\n".join([*found.all, *sorted(set(load.odd))[:10]]))
    left = any(one.qsize() for one in load.waiting.values()) or Outbox.objects.filter(done_at=None).exists()
    if given.write:
        command = f"python -m benchmarks.drill --rounds {given.rounds}"
        report.write("reliability", command, ("", "Figure"), figures, time.monotonic() - began)
    return 1 if found.all or not verified or left or not all(load.acknowledged.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
