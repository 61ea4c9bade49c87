"""All figures in one run, as a table: pages against the bare page on both databases, PDF, redline, sealing.

    make bench [BENCH_POSTGRES=postgres://...]
Fails when a limit is passed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks import stamping, texts

POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/engraft_bench")
PAGE_LIMIT, PDF_LIMIT, STAMP_LIMIT, REDLINE_LIMIT, SEAL_LIMIT = 3.0, 3.0, 0.3, 1.0, 0.05


def _child(module: str, database: str) -> dict:
    ran = subprocess.run(
        [sys.executable, "-m", module], env={**os.environ, "DATABASE_URL": database}, capture_output=True, text=True
    )
    if ran.returncode:
        sys.exit(ran.stderr)
    return json.loads(ran.stdout)


def _pages() -> Iterator[tuple[str, str, bool]]:
    for database in ("", POSTGRES):
        found = _child("benchmarks.pages", database)
        bare = found["seconds"]["bare page"]
        for name, seconds in found["seconds"].items():
            queries = found["queries"][name]
            ratio = seconds / bare
            figure = f"{seconds * 1000:6.1f} ms  {ratio:4.2f} x  queries with 1, 30, 450 documents: {queries}"
            yield f"{found['database']}: {name}", figure, ratio <= PAGE_LIMIT and len(set(queries)) == 1


def _texts() -> Iterator[tuple[str, str, bool]]:
    seconds, pages = texts.pdf_seconds()
    yield f"controlled PDF, {pages} pages", f"{seconds:6.2f} s", seconds <= PDF_LIMIT
    seconds, pages = stamping.stamp_seconds()
    yield f"stamp of a controlled copy, {pages} pages", f"{seconds:6.2f} s", seconds <= STAMP_LIMIT
    seconds, blocks, changes = texts.redline_seconds()
    yield f"redline, {blocks} blocks, {changes} changes", f"{seconds:6.2f} s", seconds <= REDLINE_LIMIT


def _sealing() -> Iterator[tuple[str, str, bool]]:
    for database in ("", POSTGRES):
        found = _child("benchmarks.sealing", database)
        name = f"{found['database']}: sealing {found['events']} events over {found['leaves']:,} leaves"
        yield name, f"{found['seconds'] * 1000:6.1f} ms", found["seconds"] <= SEAL_LIMIT


def main() -> int:
    good = True
    for source in (_pages, _texts, _sealing):
        for name, figure, within in source():
            good &= within
            print(f"{'ok  ' if within else 'OVER'}  {name:<55} {figure}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
