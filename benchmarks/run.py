"""All figures in one run, as a table, each with its limit; fails when one is passed.

    make bench [BENCH_POSTGRES=postgres://...]
    python -m benchmarks.run [pages] [volume] [finding] [texts] [sealing] [night] [readers] [copies]
        [--write]

Without names everything is measured. `--write` keeps the table in docs/performance.md. A further figure is a function
that yields (what, figure, limit, whether it holds) and stands in SOURCES.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import report, stamping, texts, words

POSTGRES = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/engraft_bench")
DATABASES = ("", POSTGRES)
COPIES = 120.0
PAGE, FLAT, FIND, PDF, STAMP, REDLINE, IMPORT, SEAL, NIGHT, SIGN = 3.0, 1.5, 0.2, 3.0, 0.3, 2.0, 2.0, 0.05, 60.0, 2.0
Figure = tuple[str, str, str, bool]
HARDEST = {
    "postgresql: register, by one facility's author": 3.5,
    "postgresql: register, by a reader": 3.5,
    "postgresql: search, a word of every document": 4.0,
    "postgresql: search, a phrase": 4.0,
    "postgresql: search, a number": 3.5,
}
"""How many times the bare page the cases may take that cost most at 45,000: decision 13 says why."""


class Failed(Exception):
    """A benchmark that came to no figures."""


def _child(module: str, database: str, *arguments: str, settings: str = "") -> dict:
    """Run a benchmark in a process of its own and return what it prints. One that passes its limit exits so, too."""
    environment = {**os.environ, "DATABASE_URL": database}
    if settings:
        environment["DJANGO_SETTINGS_MODULE"] = settings
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    try:
        return json.loads(ran.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError) as problem:
        raise Failed(ran.stderr.strip().splitlines()[-1] if ran.stderr.strip() else "no answer") from problem


def _pages() -> Iterator[Figure]:
    for database in DATABASES:
        found = _child("benchmarks.pages", database)
        bare = found["seconds"]["bare page"]
        for name, seconds in found["seconds"].items():
            queries, ratio = found["queries"][name], seconds / bare
            same = len(set(queries)) == 1
            told = f"{queries[0]} queries" if same else f"queries with 1, 30, 450 documents: {queries}"
            figure = f"{seconds * 1000:.1f} ms, {ratio:.2f} x, {told}"
            yield f"{found['database']}: {name}", figure, f"{PAGE:.0f} x the bare page", ratio <= PAGE and same


def _volume() -> Iterator[Figure]:
    for database in DATABASES:
        found = _child("benchmarks.volume", database)
        pages = found["seconds"]
        [small, large] = pages["bare page"]
        for name, seconds in pages.items():
            ratio = seconds[large] / pages["bare page"][large]
            # Measured minutes apart, on a machine that does other things too: so both against the bare page of then.
            flat = ratio / (seconds[small] / pages["bare page"][small])
            figure = (
                f"{seconds[small] * 1000:.1f} ms with {small}, {seconds[large] * 1000:.1f} ms with {int(large):,}: "
                f"{flat:.2f} x; {ratio:.2f} x the bare page"
            )
            case = f"{found['database']}: {name}"
            most = HARDEST.get(case, PAGE)
            yield case, figure, f"{FLAT} x, and {most:g} x the bare page", flat <= FLAT and ratio <= most


def _finding() -> Iterator[Figure]:
    for database in DATABASES:
        found = _child("benchmarks.finding", database)
        for what, seconds in found["seconds"].items():
            name = f"{found['database']}: search of {found['versions']:,} versions, {what}"
            yield name, f"{seconds * 1000:.0f} ms", f"{FIND * 1000:.0f} ms", seconds <= FIND


def _texts() -> Iterator[Figure]:
    seconds, size, passages = words.import_seconds()
    yield (
        f"Word file read, {passages} passages, {size // 1024} KB",
        f"{seconds:.2f} s",
        f"{IMPORT} s",
        seconds <= IMPORT,
    )
    seconds, pages = texts.pdf_seconds()
    yield f"controlled PDF, {pages} pages", f"{seconds:.2f} s", f"{PDF} s", seconds <= PDF
    seconds, pages = stamping.stamp_seconds()
    yield f"stamp of a controlled copy, {pages} pages", f"{seconds:.2f} s", f"{STAMP} s", seconds <= STAMP
    seconds, blocks, changes = texts.redline_seconds()
    what = f"redline of 100 pages, {blocks} blocks, {changes} changes"
    yield what, f"{seconds:.2f} s", f"{REDLINE} s", seconds <= REDLINE


def _sealing() -> Iterator[Figure]:
    for database in DATABASES:
        found = _child("benchmarks.sealing", database)
        name = f"{found['database']}: sealing {found['events']} events over {found['leaves']:,}"
        yield name, f"{found['seconds'] * 1000:.1f} ms", f"{SEAL * 1000:.0f} ms", found["seconds"] <= SEAL


def _night() -> Iterator[Figure]:
    found = _child("benchmarks.night", "")
    name = f"{found['database']}: a night over {found['documents']} documents, {found['people']} people"
    figure = f"{found['seconds']:.1f} s, {found['reminders']} reminders, {found['mails']} mails"
    yield name, figure, f"{NIGHT:.0f} s", found["seconds"] <= NIGHT


def _readers() -> Iterator[Figure]:
    found = _child("benchmarks.readers", f"{POSTGRES}_readers", "--json")
    for run, words_, limited in (("within", f"within {found['seconds']:.0f} s", True), ("at_once", "at once", False)):
        one = found[run]
        figure = (
            f"95 of 100 within {one['p95']:.2f} s, the longest {one['longest']:.1f} s; {one['signed']} signed, once"
        )
        limit = f"{SIGN:.0f} s for 95 of 100" if limited else "none lost, none twice"
        good = not one["wrong"] and (not limited or one["p95"] <= SIGN)
        yield f"postgresql: {found['readers']} people sign that they have read, {words_}", figure, limit, good


def _copies() -> Iterator[Figure]:
    for database in DATABASES:
        found = _child("benchmarks.copies", database)
        name = f"{found['database']}: {found['copies']} controlled copies issued and stamped"
        figure = f"{found['seconds']:.0f} s; fifty joined for the printer {found['print']:.1f} s"
        yield name, figure, f"{COPIES:.0f} s", found["seconds"] <= COPIES


SOURCES: dict[str, Callable[[], Iterator[Figure]]] = {
    "pages": _pages, "volume": _volume, "finding": _finding, "texts": _texts, "sealing": _sealing, "night": _night,
    "readers": _readers, "copies": _copies,
}  # fmt: skip


def _figures(names: list[str]) -> Iterator[Figure]:
    for name in names:
        try:
            yield from SOURCES[name]()
        except Failed as failure:
            yield name, f"failed: {failure}", "", False


def main(arguments: list[str]) -> int:
    names = [name for name in arguments if name in SOURCES] or list(SOURCES)
    if unknown := set(arguments) - {*SOURCES, "--write"}:
        sys.exit(f"There is no {', '.join(sorted(unknown))}. There are: {', '.join(SOURCES)}, --write.")
    began, rows = time.monotonic(), []
    for what, figure, limit, within in _figures(names):
        print(f"{'ok  ' if within else 'OVER'}  {what:<62} {figure}   (limit: {limit})", flush=True)
        rows.append((what, figure, limit, "yes" if within else "**no**"))
    if "--write" in arguments:
        command = " ".join(["python -m benchmarks.run", *(names if len(names) < len(SOURCES) else [])])
        report.write("performance", command, ("What", "Figure", "Limit", "Holds"), rows, time.monotonic() - began)
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if all(holds == "yes" for *_, holds in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
