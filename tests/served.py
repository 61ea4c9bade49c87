"""The product as it is really run, for a journey: `manage.py serve`, web and worker, on a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.migrated import fill, migrated_file

ROOT = Path(__file__).resolve().parent.parent
MAKE_READY = """
import django
django.setup()
from django.core.management import call_command
call_command("make_key", "--if-missing", verbosity=0)
call_command("collectstatic", "--noinput", "--verbosity", "0")
"""
LAY_OUT = "from tests.world import build; build()"


@dataclass(frozen=True)
class Served:
    """Where it answers, and how to run its commands."""

    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a management command of this installation."""
        return run([sys.executable, "manage.py", *arguments], self.environment)


def run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def database_in(folder: Path, name: str) -> str:
    """Return the address of a migrated, empty database on the server of the tests; "" for SQLite, in `folder`.

    What lies in the folder already stays: an installation that is served once more goes on where it was.
    """
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        if not (folder / "db.sqlite3").exists():
            shutil.copy(migrated_file(), folder / "db.sqlite3")
        return ""
    fill(name, given)
    return f"{given.rpartition('/')[0]}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(folder: Path, name: str, *, world: bool = True) -> Iterator[Served]:
    """Start an installation in `folder`, with the programme of the tests unless `world` is False."""
    port = _free_port()
    environment = {
        **os.environ, "ENGRAFT_DATA": str(folder), "DATABASE_URL": database_in(folder, name),
        "DJANGO_SETTINGS_MODULE": "qms.settings", "ENGRAFT_URL": f"http://localhost:{port}", "PYTHONPATH": str(ROOT),
        "ENGRAFT_DB_POOL": "4",
    }  # fmt: skip
    ran = run([sys.executable, "-c", MAKE_READY + LAY_OUT * world], environment)
    assert ran.returncode == 0, ran.stderr
    log = (folder / "serve.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    this = Served(f"http://localhost:{port}", environment)
    try:
        _wait_for(this.url, folder)
        yield this
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def _wait_for(url: str, folder: Path) -> None:
    for _try in range(150):
        try:
            with urlopen(f"{url}/login/", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError((folder / "serve.log").read_text())
