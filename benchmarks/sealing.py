"""How long sealing a minute's events takes on top of a long log, and verifying all of it.

    python -m benchmarks.sealing            1,000,000 events in the log, in a database of its own
    python -m benchmarks.sealing 50000 --verify

Uses DATABASE_URL, or SQLite, and makes a test database there. Asserts the promise: at most 50 ms at 1,000,000.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from qms.people.models import Facility
from qms.trail.actor import SHELL
from qms.trail.canonical import canonical, stamp
from qms.trail.door import change
from qms.trail.keys import make_first_key
from qms.trail.merkle import Frontier, leaf_hash
from qms.trail.models import Seal
from qms.trail.sealer import _sign, seal
from qms.trail.triggers import install_triggers
from qms.trail.verify import verify

A_MINUTE = 100
AT = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
PROMISE = 0.050


def rows(first: int, count: int, frontier: Frontier) -> Iterator[tuple[tuple[object, ...], tuple[object, ...]]]:
    """Yield (event, leaf) and let the frontier grow with them."""
    for number in range(first, first + count):
        text = canonical(
            {
                "format": 1, "name": "bench", "at": stamp(AT), "by": {"id": None, "name": "Bench"}, "reason": "",
                "record": {"label": "qms.facility", "id": str(number), "as": "x"}, "also": [], "rows": [], "facts": {},
            }
        )  # fmt: skip
        digest = leaf_hash(text.encode())
        position = frontier.size
        frontier.append(digest)
        yield (number, "bench", "qms.facility", str(number), AT, None, "Bench", "", text), (
            position, number, digest.hex(),
        )  # fmt: skip


def fill(count: int) -> Frontier:
    """Write that many sealed events straight into the tables."""
    frontier = Frontier()
    events = "qms_event (id, name, label, record_id, at, by_id, by_name, reason, text)"
    leaves = "qms_leaf (position, event_id, digest)"
    with transaction.atomic(), connection.cursor() as cursor:
        for first in range(1000, 1000 + count, 20_000):
            both = list(rows(first, min(20_000, 1000 + count - first), frontier))
            for table, lines in ((events, [event for event, _ in both]), (leaves, [leaf for _, leaf in both])):
                if connection.vendor == "postgresql":
                    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        for line in lines:
                            copy.write_row(line)
                else:
                    marks = ", ".join(["%s"] * len(lines[0]))
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence('qms_event', 'id'), %s)", [1000 + count])
    return frontier


def minute(facility: Facility) -> None:
    """Let a busy minute happen: a hundred acts through the door."""
    for number in range(A_MINUTE):
        with change(by=SHELL, on=[facility]) as c:
            facility.name = f"Laboratory {number}"
            c.save(facility)
            c.event("facility.rename", facility)


def main(count: int, also_verify: bool) -> None:
    settings.SEAL_KEY_FILE = Path(tempfile.mkdtemp()) / "keys" / "seal.pem"
    old = setup_databases(verbosity=0, interactive=False)
    try:
        install_triggers()
        started = time.perf_counter()
        frontier = fill(count)
        make_first_key()
        _sign(frontier, None, timezone.now())
        print(f"{connection.vendor}: {count:,} events filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        facility = Facility(code="BENCH", name="Laboratory")
        with change(by=SHELL) as c:
            c.save(facility)
            c.event("facility.create", facility)
        times = []
        for _ in range(7):
            minute(facility)
            started = time.perf_counter()
            seal(timezone.now())
            times.append(time.perf_counter() - started)
        found = {"database": connection.vendor, "events": A_MINUTE, "leaves": count}
        print(json.dumps({**found, "seconds": median(times), "worst": max(times)}))
        if also_verify:
            started = time.perf_counter()
            report = verify()
            seconds = time.perf_counter() - started
            print(f"verified in {seconds:.0f} s: {dict(report.checked)}, ok: {report.ok}", file=sys.stderr)
        if median(times) > PROMISE:
            sys.exit(
                f"Sealing took longer than {PROMISE * 1000:.0f} ms, with {Seal.objects.latest('size').size} leaves"
            )
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    main(numbers[0] if numbers else 1_000_000, "--verify" in sys.argv)
