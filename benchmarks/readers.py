"""A whole house reads and signs one version: none lost, none twice, and how long each waits.

    DATABASE_URL=... python -m benchmarks.readers          # READERS=200 SECONDS=10

Real gunicorn processes, real browsers' requests, the password hash of production. Two runs: everybody within SECONDS
(a mail has gone out to a whole hospital), which must keep within LIMIT; and all in the very same moment, which is the
worst there is and has no limit: one core checks some 30 passwords a second, and that is what they are for.
Each signer opens what is to be read, the page of signing, and signs; the last step alone is timed.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

READERS = int(os.environ.get("READERS", "200"))
SECONDS = float(os.environ.get("SECONDS", "10"))
PORT = int(os.environ.get("READERS_PORT", "8791"))
DATABASE = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/engraft_readers")
LIMIT = 2.0
os.environ.setdefault("ENGRAFT_DATA", tempfile.mkdtemp(prefix="engraft-readers-"))
os.environ |= {
    "DATABASE_URL": DATABASE, "DJANGO_SETTINGS_MODULE": "benchmarks.served", "ENGRAFT_URL": f"http://localhost:{PORT}",
}  # fmt: skip

import django
import psycopg

django.setup()

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.management import call_command
from django.db import connections

from benchmarks.browser import Visitor
from qms.people import services as people
from qms.people.models import User
from qms.signatures.models import Signature
from qms.trail.models import Event
from sops.models import Version
from tests import documents as do
from tests import world as worlds
from training import services
from training.models import Reading


def empty_database() -> None:
    """Make the benchmark's own PostgreSQL database anew."""
    server, _, name = DATABASE.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def prepare() -> tuple[list[str], list[Version]]:
    """Return the readers' e-mails, and two versions that all of them have read before and are asked to read anew."""
    empty_database()
    call_command("migrate", verbosity=0)
    call_command("make_key")
    world = worlds.build()
    nurses = [worlds.add(world.marit, f"Reader{n} Testwell", "Nurse") for n in range(READERS)]
    for nurse in nurses:
        people.assign_role(nurse, "nurse", world.clin, by=world.marit)
        do.given(nurse, do.send_content(_some(world), [world.bea], world.thessaly))  # the pledge of a first signature
    versions = []
    for title in ("Within seconds", "In one moment"):
        version = do.in_force(world, title=title)
        services.require_reading(version.document, "nurse", world.clin, by=world.marit)
        services.ask_readers(version)
        versions.append(version)
    connections.close_all()
    return [nurse.user.email for nurse in nurses], versions


_drafts: list[Version] = []


def _some(world: worlds.World) -> Version:
    if not _drafts:
        _drafts.append(do.draft(world, title="A content for the pledge"))
    return _drafts[0]


def hash_seconds() -> float:
    """Return how long one check of a password takes on an idle core."""
    kept = make_password(worlds.PASSWORD)
    times = []
    for _round in range(15):
        start = time.perf_counter()
        check_password(worlds.PASSWORD, kept)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def start_server() -> "subprocess.Popen[bytes]":
    """Start the server as production does: two processes on two cores."""
    command = [
        sys.executable, "-m", "gunicorn", "qms.wsgi", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--threads", "4",
        "--backlog", "1024",
    ]  # fmt: skip
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _try in range(200):
        try:
            if Visitor(PORT).ask("GET", "/login/")[0] == 200:
                return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not answer.")


class Signer(threading.Thread):
    """One reader: opens, waits for their moment, signs. `seconds` is the time from the button to the receipt."""

    def __init__(self, who: tuple[str, Visitor], reading: Reading, start_at: float, ready: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.email, self.visitor = who
        self.reading, self.start_at, self.barrier = reading, start_at, ready
        self.seconds = self.page_seconds = 0.0
        self.receipt = self.problem = ""

    def run(self) -> None:
        try:
            self._sign()
        except Exception as problem:
            self.problem = f"{type(problem).__name__}: {problem}"
            self.barrier.abort()

    def _sign(self) -> None:
        if self.start_at:
            time.sleep(self.start_at)
        begin = time.perf_counter()
        self.visitor.ask("GET", f"/reading/{self.reading.pk}/")
        self.page_seconds = time.perf_counter() - begin
        url = f"/reading/{self.reading.pk}/sign/?revision={self.reading.revision}"
        _status, _to, page = self.visitor.ask("GET", url)
        fields = {**self.visitor.hidden(page), "email": self.email, "password": worlds.PASSWORD}
        if not self.start_at:
            self.barrier.wait(timeout=120)
        begin = time.perf_counter()
        status, to, page = self.visitor.ask("POST", url, fields)
        self.seconds = time.perf_counter() - begin
        if status == 303 and to.startswith("/signatures/"):
            self.receipt = to
        else:
            self.problem = f"{status} {to} {page[:300]}"


def session_of(email: str) -> Visitor:
    """Return a browser that is logged in: the log-in, which hashes too, is not what is measured."""
    visitor = Visitor(PORT, timeout=180)
    visitor.log_in(email, worlds.PASSWORD)
    return visitor


def run(visitors: dict[str, Visitor], version: Version, spread: float) -> dict[str, object]:
    """Let everybody sign one version within `spread` seconds (0: at once); return the figures and what is wrong."""
    readings = {one.person.user.email: one for one in version.readings.select_related("person__user")}
    barrier = threading.Barrier(len(visitors))
    signers = [
        Signer((email, visitor), readings[email], random.uniform(0.01, spread) if spread else 0.0, barrier)
        for email, visitor in visitors.items()
    ]
    begin = time.perf_counter()
    for signer in signers:
        signer.start()
    for signer in signers:
        signer.join()
    took = time.perf_counter() - begin
    times = sorted(signer.seconds for signer in signers if signer.receipt)
    pages = sorted(signer.page_seconds for signer in signers)
    return {
        "signed": len(times), "median": statistics.median(times or [0]), "p95": _p95(times),
        "longest": max(times, default=0.0), "page_p95": _p95(pages), "took": took,
        "wrong": findings(version, signers),
    }  # fmt: skip


def _p95(times: list[float]) -> float:
    return times[min(int(len(times) * 0.95), len(times) - 1)] if times else 0.0


def findings(version: Version, signers: list[Signer]) -> list[str]:
    """Return what is wrong afterwards: something lost, or there twice."""
    wrong = [f"{signer.email}: {signer.problem}" for signer in signers if signer.problem][:5]
    asked = {str(pk) for pk in version.readings.values_list("pk", flat=True)}
    signed = list(
        Signature.objects.filter(label="training.reading", record_id__in=asked).values_list("signer", flat=True)
    )
    told = Event.objects.filter(name="reading.sign", record_id__in=asked).count()
    receipts = {signer.receipt for signer in signers if signer.receipt}
    if len(signed) != len(set(signed)):
        wrong.append("Somebody signed twice.")
    if not len(signed) == len(receipts) == told == len(signers):
        wrong.append(f"{len(signers)} signed, {len(receipts)} receipts, {len(signed)} signatures, {told} events.")
    return wrong


def measure() -> dict[str, object]:
    """Return the figures of both runs, and the share of the password hash."""
    emails, versions = prepare()
    hashed = hash_seconds()
    server = start_server()
    try:
        visitors = {email: session_of(email) for email in emails}
        spread, burst = run(visitors, versions[0], SECONDS), run(visitors, versions[1], 0)
    finally:
        server.terminate()
        server.wait(timeout=30)
    hasher = identify_hasher(User.objects.get(email=emails[0]).password).algorithm
    return {
        "readers": READERS, "seconds": SECONDS, "cores": os.cpu_count(), "hasher": hasher, "hash": hashed,
        "within": spread, "at_once": burst, "hash_share_at_once": hashed * READERS / 2 / float(burst["longest"]),  # type: ignore[arg-type]
    }  # fmt: skip


def main() -> int:
    found = measure()
    if "--json" in sys.argv:
        json.dump(found, sys.stdout)
        return 0
    print(f"password hash: {found['hasher']}, {found['hash'] * 1000:.0f} ms a check; {found['cores']} cores")
    good = True
    for name, words in (("within", f"within {SECONDS:.0f} s"), ("at_once", "in the same moment")):
        one = found[name]
        good &= not one["wrong"]
        verdict = "SOMETHING IS WRONG" if one["wrong"] else "none lost or twice"
        print(
            f"{one['signed']} of {READERS} signed {words}, {verdict}; "
            f"median {one['median']:.2f} s, p95 {one['p95']:.2f} s, longest {one['longest']:.2f} s; "
            f"page p95 {one['page_p95']:.2f} s; in all {one['took']:.1f} s"
        )
        print(*one["wrong"], sep="\n")
    print(f"share of the password hash in the same moment: {found['hash_share_at_once']:.0%} of both cores")
    good &= found["within"]["p95"] <= LIMIT
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
