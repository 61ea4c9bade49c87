"""The register and its search with 450 and with 45,000 documents, against the bare page; in one run, taken in turn.

    DATABASE_URL=... python -m benchmarks.volume          # 450 and 45000; or two other numbers

The best of many rounds counts: what disturbs the machine only ever adds. SQLite is a file, as in use.
"""

import json
import os
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.urls import reverse

from qms.people.models import User
from sops.volume.people import LOG_INS, QUALITY
from sops.volume.texts import EVERYWHERE, own_word

ROUNDS = 40
SIZES = (450, 45_000)
READERS = {"quality": QUALITY, **{one.role: one for one in LOG_INS}}


def pages() -> dict[str, tuple[str, str]]:
    """Return {what: (who looks, address)}; the first is the bare page."""
    register = reverse("register")
    return {
        "bare page": ("author", reverse("bare")),
        "register": ("quality", register),
        "register, by one facility's author": ("author", register),
        "register, by a reader": ("nurse", register),
        "search, a word of ten documents": ("author", f"{register}?q={own_word(20)}"),
        "search, a word of every document": ("author", f"{register}?q={EVERYWHERE}"),
        "search, a phrase": ("author", f"{register}?q=%22the+{EVERYWHERE}%22"),
        "search in every version": ("author", f"{reverse('version-search')}?q={own_word(20)}"),
        "search, a number": ("author", f"{register}?q=PROC-SOP-0003"),
        "year of reviews": ("quality", reverse("review-year")),
    }


def times() -> dict[str, float]:
    """Return the best time of each page in seconds."""
    clients = {}
    for name, somebody in READERS.items():
        clients[name] = Client(headers={"host": "localhost"})
        clients[name].force_login(User.objects.get(email=somebody.email))
    found: dict[str, list[float]] = {}
    for _round in range(ROUNDS):
        for what, (who, url) in pages().items():
            start = time.perf_counter()
            answer = clients[who].get(url)
            found.setdefault(what, []).append(time.perf_counter() - start)
            assert answer.status_code == 200, (url, answer.status_code)
    return {what: min(values) for what, values in found.items()}


def main(sizes: tuple[int, ...]) -> None:
    database = Path(tempfile.mkdtemp(prefix="engraft-volume-")) / "volume.sqlite3"
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(database)
    old = setup_databases(verbosity=0, interactive=False)
    settings.SEAL_KEY_FILE = database.with_name("keys") / "volume.pem"
    try:
        found: dict[str, dict[str, float]] = {}
        seeding = 0.0
        for size in sizes:
            start = time.perf_counter()
            call_command("seed_volume", documents=size, stdout=StringIO())
            seeding += time.perf_counter() - start
            for what, seconds in times().items():
                found.setdefault(what, {})[str(size)] = seconds
        print(json.dumps({"database": connection.vendor, "seeding": seeding, "seconds": found}))
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main(tuple(int(given) for given in sys.argv[1:]) or SIZES)
