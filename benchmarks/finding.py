"""Searching 1,000 documents of ten versions each: the register with hits, a phrase, and every version.

DATABASE_URL=... python -m benchmarks.finding
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.urls import reverse

from qms.people.models import User
from sops.models import Status
from sops.volume import rows
from sops.volume.people import QUALITY, found
from sops.volume.texts import EVERYWHERE, own_word

DOCUMENTS, VERSIONS, ROUNDS = 1000, 10, 20


def searches() -> dict[str, str]:
    """Return {what: address}."""
    register, every = reverse("register"), reverse("version-search")
    return {
        "a word of ten documents": f"{register}?q={own_word(20)}",
        "a word of every document": f"{register}?q={EVERYWHERE}",
        "a phrase of every document": f"{register}?q=%22the+{EVERYWHERE}%22",
        "a word of every version": f"{every}?q={EVERYWHERE}",
        "a phrase of every version": f"{every}?q=%22the+{EVERYWHERE}%22",
    }


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="engraft-finding-"))
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "finding.sqlite3")
    old = setup_databases(verbosity=0, interactive=False)
    settings.SEAL_KEY_FILE = folder / "keys" / "finding.pem"
    try:
        found()
        rows.LIVES = (((*(Status.SUPERSEDED,) * (VERSIONS - 1), Status.EFFECTIVE), 100),)
        with transaction.atomic():
            written = rows.Filling().write(1, DOCUMENTS)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        client = Client(headers={"host": "localhost"})
        client.force_login(User.objects.get(email=QUALITY.email))
        best = {what: min(_seconds(client, url) for _round in range(ROUNDS)) for what, url in searches().items()}
        json.dump({"database": connection.vendor, "versions": written, "seconds": best}, sys.stdout)
    finally:
        teardown_databases(old, verbosity=0)


def _seconds(client: Client, url: str) -> float:
    start = time.perf_counter()
    answer = client.get(url)
    taken = time.perf_counter() - start
    assert answer.status_code == 200, (url, answer.status_code)
    return taken


if __name__ == "__main__":
    main()
