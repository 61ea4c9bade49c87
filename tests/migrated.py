"""One migrated database for all: made once for the state of the code, copied by every worker and server of the tests.

Migrating takes seconds, and a run would do it in each of its processes. The copy holds what migrating writes: tables,
triggers, search index and the kinds of record that Django keeps; no rows of ours.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
CODE = ("qms", "sops", "training", "incidents", "audits")
KEPT = ROOT / ".pytest_cache" / "migrated"


def migrated_file() -> Path:
    """Return a SQLite file with all tables and no rows of ours. It is to be copied, never written in."""
    with _alone():
        made = KEPT / f"{_state()}.sqlite3"
        if not made.exists():
            for older in KEPT.glob("*.sqlite3*"):
                older.unlink()
            _migrate("", KEPT / "data")
            _closed(KEPT / "data" / "db.sqlite3").rename(made)
        return made


def fill(name: str, like: str) -> None:
    """Make a database anew, as a copy of a migrated one, which stands beside the database with the address `like`."""
    server, _, base = like.rpartition("/")
    pattern = f"{base}_migrated"
    with _alone(), psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        noted = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [pattern]
        ).fetchone()
        if noted != (_state(),):
            _anew(connection, pattern)
            _migrate(f"{server}/{pattern}", KEPT / "data")
            connection.execute(f"COMMENT ON DATABASE \"{pattern}\" IS '{_state()}'")
        _anew(connection, name, f'TEMPLATE "{pattern}"')


def drop(name: str, like: str) -> None:
    """Remove a database from the server of another."""
    with psycopg.connect(f"{like.rpartition('/')[0]}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copied_into(connection: sqlite3.Connection) -> None:
    """Fill an empty SQLite database, that in memory of a worker, from the file."""
    with sqlite3.connect(migrated_file()) as source:
        source.backup(connection)
    source.close()


def _anew(connection: psycopg.Connection[tuple[object, ...]], name: str, like: str = "") -> None:
    connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    connection.execute(f'CREATE DATABASE "{name}" {like}')


def _state() -> str:
    """Return a digest of our code: who changes it migrates anew."""
    read = sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py")):
        read.update(path.read_bytes())
    return read.hexdigest()[:16]


def _migrate(database: str, data: Path) -> None:
    environment = {
        **os.environ, "ENGRAFT_DATA": str(data), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "qms.settings",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def _closed(path: Path) -> Path:
    """Return a SQLite file with everything in it that stood beside it."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
