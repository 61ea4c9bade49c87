"""Pages against the bare page, in one run and one process: the best of many, for what disturbs a machine only adds.

DATABASE_URL=... python -m benchmarks.pages
"""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    get_runner,
    setup_test_environment,
    teardown_test_environment,
)
from django.urls import reverse

from sops import services
from sops.models import DocumentType
from tests import documents as do
from tests import world as worlds

ROUNDS = 60
SIZES = (1, 30, 450)
LIMIT = 3.0


def _addresses(version) -> dict[str, str]:
    number, n = version.document.number, version.n
    return {
        "bare page": reverse("bare"),
        "register": reverse("register"),
        "document": reverse("document", args=[number]),
        "version": reverse("version", args=[number, n]),
        "periodic review": reverse("periodic-review", args=[number]),
        "year of reviews": reverse("review-year"),
        "questions": reverse("questions"),
        "signing page": f"{reverse('version-sign', args=[number, n, 'review'])}?revision={version.revision}",
    }


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return len(captured)


def _times(client: Client, addresses: dict[str, str]) -> dict[str, float]:
    """Return the best times. Templates render as for a browser: a test environment would tell of each of them."""
    teardown_test_environment()
    found: dict[str, list[float]] = {name: [] for name in addresses}
    for _round in range(ROUNDS):
        for name, url in addresses.items():
            start = time.perf_counter()
            client.get(url)
            found[name].append(time.perf_counter() - start)
    return {name: min(values) for name, values in found.items()}


def measure() -> dict[str, object]:
    """Return {"queries": {page: [for 1, 30, 450 documents]}, "seconds": {page: best}} as a reviewer sees them."""
    world = worlds.build()
    version = do.sent(world, title="Thawing of HPC")
    do.given(world.bea, do.send_content(version, [world.bea], world.thessaly))  # her pledge: the signing page is next
    client = Client(headers={"host": "localhost"})
    client.force_login(world.bea.user)
    kind = DocumentType.objects.select_related("scheme").get(code="SOP")
    queries: dict[str, list[int]] = {}
    made = 1
    for size in SIZES:
        for index in range(made, size):
            services.create_document(
                by=world.fenn, type=kind, facility=world.proc, title=f"Procedure {index}", blocks=do.TEXT
            )
        made = size
        for name, url in _addresses(version).items():
            queries.setdefault(name, []).append(_queries(client, url))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as every database does by itself within minutes
    return {"queries": queries, "seconds": _times(client, _addresses(version))}


def main() -> None:
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        json.dump({"database": connection.vendor, **measure()}, sys.stdout)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
