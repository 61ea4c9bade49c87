"""Worker and beat of Celery with a Redis of their own, killed with -9: no act loses its mail, none is doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller

from tests.once import on_postgres
from tests.served import ROOT, _free_port, database_in, run
from tests.test_mail_server import Box

ACTS = 24
LAY_OUT = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("make_key")
from tests.world import build; build()
"""
ACT = f"""
import django; django.setup()
import time
from django.utils import timezone
from qms.notifications.night import ask_for_night
from qms.people import services
from qms.people.models import Person
marit = Person.objects.get(printed_name="Marit Oakenshaw")
ask_for_night(timezone.now().replace(hour=12))
for n in range({ACTS}):
    services.add_person(printed_name=f"Wren {{n}}", email=f"wren{{n}}@engraft.example", by=marit)
    print(f"wren{{n}}@engraft.example", flush=True)
    time.sleep(0.15)
"""


@dataclass
class Site:
    """Redis, worker and beat as processes, each with a group of its own so that -9 reaches its children."""

    environment: dict[str, str]
    folder: Path
    redis_port: int

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        celery = [sys.executable, "-m", "celery", "-A", "qms.celery"]
        command = {
            "redis": ["redis-server", "--port", str(self.redis_port), "--save", "", "--dir", str(self.folder)],
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(self.folder / "beat")],
        }[name]
        with (self.folder / f"{name}.log").open("a") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


def kill(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def mail_server() -> Iterator[tuple[Box, int]]:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


def until(right: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if right():
            return True
        time.sleep(0.3)
    return right()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.skipif(not on_postgres(), reason="needs PostgreSQL")
def test_killed_worker_and_broker_lose_and_double_nothing(tmp_path: Path) -> None:
    with mail_server() as (box, port):
        redis_port, database = _free_port(), database_in(tmp_path, "engraft_celery")
        environment = {
            **os.environ, "ENGRAFT_DATA": str(tmp_path), "DATABASE_URL": database, "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "qms.settings", "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis_port}/0", "ENGRAFT_DB_POOL": "4",
        }  # fmt: skip
        ran = run([sys.executable, "-c", LAY_OUT], environment)
        assert ran.returncode == 0, ran.stderr
        site = Site(environment, tmp_path, redis_port)
        running = {name: site.start(name) for name in ("redis", "worker", "beat")}
        try:
            acknowledged = acts_under_fire(site, running, box)
            with psycopg.connect(database, autocommit=True) as rows:
                arrived(rows, box, acknowledged, tmp_path)
        finally:
            for process in running.values():
                kill(process)


def acts_under_fire(site: Site, running: dict[str, "subprocess.Popen[bytes]"], box: Box) -> list[str]:
    """Let acts happen; kill the worker when the first mails have come, then the broker, which forgets its queue."""
    acts = subprocess.Popen(
        [sys.executable, "-c", ACT], cwd=ROOT, env=site.environment, stdout=subprocess.PIPE, text=True
    )
    assert until(lambda: len(box.mails) >= 3, 30), (site.folder / "worker.log").read_text()
    kill(running["worker"])
    time.sleep(0.5)
    running["worker"] = site.start("worker")
    time.sleep(1)
    kill(running["redis"])
    time.sleep(1.5)
    running["redis"] = site.start("redis")
    said, _none = acts.communicate(timeout=30)
    return said.split()


def arrived(rows: "psycopg.Connection[tuple[object, ...]]", box: Box, acknowledged: list[str], folder: Path) -> None:
    """Wait until all is done; leases of rows that died with worker or broker end after five minutes: let them pass."""
    assert len(acknowledged) == ACTS
    time.sleep(2)
    rows.execute("UPDATE qms_outbox SET due_at = now() WHERE done_at IS NULL")
    rows.execute("UPDATE qms_night SET held_until = now() WHERE done_at IS NULL")
    waiting = "SELECT key, last_error FROM qms_outbox WHERE done_at IS NULL"
    done = until(lambda: rows.execute(waiting).fetchone() is None, 25)
    assert done, (rows.execute(waiting).fetchall(), (folder / "worker.log").read_text()[-3000:])
    for address in acknowledged:
        names = {mail["Message-ID"] for mail in box.to(address)}
        assert len(names) == 1, (address, names)
    assert rows.execute("SELECT count(*) FROM qms_event WHERE name = 'programme.night'").fetchone() == (1,)
    beats = rows.execute("SELECT name FROM qms_heartbeat ORDER BY name").fetchall()
    assert ("poll",) in beats
