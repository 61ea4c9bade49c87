"""How long 500 controlled copies take: issued in one act, stamped in parts by one worker, joined for the printer.

    python -m benchmarks.copies [500]

Uses DATABASE_URL, or SQLite, and makes a test database there. Asserts the promise: at most 2 minutes.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from qms.files.store import read
from qms.pdf.stamp import joined
from qms.trail import outbox
from qms.trail.keys import make_first_key
from sops import services
from sops.circulation import to_print
from sops.services import Holding
from tests import documents as do
from tests import world as worlds

PROMISE = 120.0


def measure(count: int) -> dict[str, object]:
    """Return the seconds of each part, for so many copies of one version."""
    world = worlds.build()
    version = do.in_force(world)
    outbox.run_all()
    began = time.monotonic()
    services.issue_copies(version, [Holding(place="Bench", name="Ring binder")] * count, by=world.marit)
    issued = time.monotonic()
    outbox.run_all()
    stamped = time.monotonic()
    first = to_print(version, 1)
    size = len(joined([read(copy.pdf) for copy in first]))
    done = time.monotonic()
    assert len(to_print(version)) == count
    return {
        "database": connection.vendor, "copies": count, "issue": issued - began, "stamp": stamped - issued,
        "print": done - stamped, "printed_bytes": size, "seconds": stamped - began,
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    count = int(next((one for one in arguments if one.isdigit()), "500"))
    with tempfile.TemporaryDirectory() as folder:
        settings.SEAL_KEY_FILE = Path(folder) / "keys" / "seal.pem"
        old = setup_databases(verbosity=0, interactive=False)
        try:
            make_first_key()
            found = measure(count)
        finally:
            teardown_databases(old, verbosity=0)
    print(json.dumps(found))
    return 0 if found["seconds"] <= PROMISE else 1  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
