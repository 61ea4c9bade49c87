"""kill -9 of the web server at random moments under approvals; then: what was acknowledged, and what is there?

    make drill [DRILL_DATABASE=postgres://...] [DRILL_APPROVALS=100]

Four browsers approve; a receipt counts as acknowledged. The server is killed with all its children every fraction of
a second and started again. Afterwards each acknowledged approval must be there with one signature and one event, each
other version must be either wholly approved or wholly not, and the trail must verify.
"""

import http.client
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

DATABASE = os.environ.get("DRILL_DATABASE", "postgres://postgres@127.0.0.1:5432/engraft_drill")
APPROVALS = int(os.environ.get("DRILL_APPROVALS", "100"))
LONGEST = 300  # seconds; what still waits then is a finding
PORT = int(os.environ.get("DRILL_PORT", "8765"))
os.environ.setdefault("ENGRAFT_DATA", tempfile.mkdtemp(prefix="engraft-drill-"))
os.environ["DATABASE_URL"] = DATABASE
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
os.environ["ENGRAFT_URL"] = f"http://localhost:{PORT}"

import django
import psycopg

django.setup()

from django.core.management import call_command
from django.db import connections

from benchmarks.browser import Visitor
from qms.people.programme import today
from qms.signatures.models import Signature
from qms.trail.models import Event
from sops.models import Status, Version
from tests import documents as do
from tests import world as worlds


@dataclass
class Drill:
    """What the threads share."""

    email: str
    waiting: "queue.Queue[tuple[str, int, int]]"
    acknowledged: dict[int, str] = field(default_factory=dict)
    kills: int = 0
    lost_connections: int = 0
    stop: threading.Event = field(default_factory=threading.Event)


def empty_database() -> None:
    """Make the drill's own PostgreSQL database anew."""
    server, _, name = DATABASE.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def prepare() -> Drill:
    """Make a programme with so many versions that wait for one approver."""
    if DATABASE.startswith("postgres"):
        empty_database()
    call_command("migrate", verbosity=0)
    call_command("make_key")
    world = worlds.build()
    drill = Drill(world.thessaly.user.email, queue.Queue())
    for index in range(APPROVALS):
        version = do.reviewed(world, title=f"Procedure {index}")
        drill.waiting.put((version.document.number, version.pk, version.revision))
    do.given(world.thessaly, do.approve_content(version, today()))  # the pledge before the first signature
    connections.close_all()
    return drill


def start_server() -> "subprocess.Popen[bytes]":
    """Start gunicorn in a process group of its own, so that a kill takes all of it."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "qms.wsgi",
        "--bind",
        f"127.0.0.1:{PORT}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answers() -> bool:
    """Return whether the server gives a page: its port is open long before."""
    try:
        return Visitor(PORT).ask("GET", "/login/")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def killer(drill: Drill) -> None:
    """Kill and start the server until told to stop; each one serves for a moment first."""
    while not drill.stop.is_set():
        server = start_server()
        while not answers():
            time.sleep(0.05)
        drill.stop.wait(random.uniform(0.3, 2.5))
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        drill.kills += 1


def approver(drill: Drill) -> None:
    """Approve until nothing waits; what broke off is tried again, as a person would."""
    visitor = Visitor(PORT)
    logged_in = False
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        try:
            job = drill.waiting.get_nowait()
        except queue.Empty:
            return
        try:
            if not logged_in:
                visitor.log_in(drill.email, worlds.PASSWORD)
                logged_in = True
            _approve(drill, visitor, job)
        except (OSError, http.client.HTTPException, RuntimeError):
            drill.lost_connections += 1
            drill.waiting.put(job)
            time.sleep(0.2)


def _approve(drill: Drill, visitor: Visitor, job: tuple[str, int, int]) -> None:
    number, pk, revision = job
    url = f"/documents/{number}/v1/sign/approve/?effective_on={today().isoformat()}&revision={revision}"
    status, _to, page = visitor.ask("GET", url)
    if status in (303, 403, 409):
        return  # an attempt that broke off was carried out all the same: `findings` looks whether it is so
    if status != 200:
        raise RuntimeError(f"{url}: {status}")
    fields = {**visitor.hidden(page), "email": drill.email, "password": worlds.PASSWORD}
    status, to, page = visitor.ask("POST", url, fields)
    if status == 303 and to.startswith("/signatures/"):
        drill.acknowledged[pk] = to
    elif status != 409:
        raise RuntimeError(f"{url}: {status}")


def findings(drill: Drill) -> list[str]:
    """Return what is wrong afterwards, a sentence each."""
    wrong = [] if drill.waiting.empty() else [f"{drill.waiting.qsize()} approvals never came through"]
    for version in Version.objects.all():
        signed = Signature.objects.filter(
            label="sops.version", record_id=str(version.pk), purpose="version.approve"
        ).count()
        told = Event.objects.filter(label="sops.version", record_id=str(version.pk), name="version.approve").count()
        stepped = version.steps.filter(kind="approve", signature__isnull=False).count()
        approved = version.status in (Status.APPROVED, Status.EFFECTIVE)
        if not approved:
            lost = "acknowledged and lost" if version.pk in drill.acknowledged else "never approved"
            wrong.append(f"{version}: {lost}")
        if {signed, told, stepped} != {int(approved)}:
            wrong.append(
                f"{version}: half done ({version.status}, {signed} signatures, {told} events, {stepped} steps)"
            )
    return wrong


def main() -> int:
    drill = prepare()
    reaper = threading.Thread(target=killer, args=(drill,))
    reaper.start()
    time.sleep(2)
    browsers = [threading.Thread(target=approver, args=(drill,)) for _browser in range(4)]
    for thread in browsers:
        thread.start()
    for thread in browsers:
        thread.join()
    drill.stop.set()
    reaper.join()
    wrong = findings(drill)
    call_command("seal_trail")
    acknowledged = f"{len(drill.acknowledged)} of {APPROVALS} acknowledged"
    print(f"{drill.kills} kills, {drill.lost_connections} broken requests, {acknowledged}")
    print("\n".join(wrong) or "acknowledged acts lost: 0, half states: 0")
    verified = subprocess.run([sys.executable, "manage.py", "verify_trail"], env=os.environ).returncode
    return 1 if wrong or verified or drill.kills == 0 or not drill.acknowledged else 0


if __name__ == "__main__":
    sys.exit(main())
