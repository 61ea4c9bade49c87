"""Puts figures into a page of docs/, between two markers, with the machine that they come from."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def write(page: str, command: str, head: Sequence[str], rows: Iterable[Sequence[str]], seconds: float) -> None:
    """Replace what stands between the markers of docs/<page>.md by a table and where it was measured."""
    path = DOCS / f"{page}.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = [" | ".join(head), " | ".join("---" for _ in head), *(" | ".join(row) for row in rows)]
    table = "\n".join(f"| {line} |" for line in lines)
    words = f"Measured on {date.today():%d %B %Y} by `{command}` in {seconds:.0f} s, on {machine()}."  # noqa: DTZ011
    path.write_text(f"{before}{BEGIN}\n{words}\n\n{table}\n{END}{after}", encoding="utf-8")


def machine() -> str:
    """Return cores, Python and databases in words."""
    import sqlite3  # noqa: PLC0415

    ran = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=False)
    server = ran.stdout.split()[2] if ran.returncode == 0 else "unknown"
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {sys.version.split()[0]}, SQLite "
        f"{sqlite3.sqlite_version}, PostgreSQL {server}; load average at the end {load:.1f}"
    )
