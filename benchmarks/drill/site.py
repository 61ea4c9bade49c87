"""The product as processes: web, worker, beat and a Redis of its own, each in a group that -9 reaches wholly."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.browser import Visitor

VICTIMS = ("web", "worker", "redis")


class Sink:
    """A mail server that keeps who got which Message-ID."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        lines = envelope.content.decode(errors="replace").splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("message-id:"))
        self.got += [(to, name) for to in envelope.rcpt_tos]
        return "250 taken"


class Site:
    """Starts and kills processes, and knows when one serves again."""

    def __init__(self, port: int, redis_port: int, folder: Path) -> None:
        self.port, self.redis_port, self.folder = port, redis_port, folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()
        self.fell: Counter[str] = Counter()

    def start(self, name: str) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "qms.celery"]
        command = {
            "web": [sys.executable, "-m", "gunicorn", "qms.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2",
                    "--threads", "4", "--log-level", "warning"],
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"],
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(self.folder / "beat")],
            "redis": ["redis-server", "--port", str(self.redis_port), "--save", "", "--dir", str(self.folder)],
        }[name]  # fmt: skip
        with (self.folder / f"{name}.log").open("w") as log:
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def kill(self, name: str) -> None:
        """End a process and all its children at once, without a word."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def begin(self) -> None:
        for name in ("redis", "web", "worker", "beat"):
            self.start(name)
            self.wait_for(name)

    def end(self) -> None:
        for name in list(self.running):
            self.kill(name)

    def tend(self) -> None:
        """Start again what ended by itself, as `restart: unless-stopped` does in docker-compose.yml."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.fell[name] += 1
                (self.folder / f"{name}.log").rename(self.folder / f"{name}-fell-{self.fell[name]}.log")
                self.kill(name)
                self.start(name)
                self.wait_for(name)

    def serves(self, name: str) -> bool:
        if name == "web":
            return self._answers()
        if name == "redis":
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.redis_port)) == 0
        return name == "beat" or " ready." in (self.folder / f"{name}.log").read_text()

    def _answers(self) -> bool:
        """Return whether the server gives a page: its port is open long before."""
        try:
            return Visitor(self.port).ask("GET", "/login/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_for(self, name: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not self.serves(name):
            if time.monotonic() > end:
                raise RuntimeError(f"{name} did not come back in {seconds:.0f} s: {self.folder / name}.log")
            time.sleep(0.05)

    def rounds(self, count: int) -> None:
        """Kill one after another at random moments, each of the three as often as the others; wait till it serves."""
        for number in range(count):
            victim = VICTIMS[number % len(VICTIMS)]
            time.sleep(random.uniform(0.3, 2.5))
            self.tend()
            self.kill(victim)
            self.kills[victim] += 1
            self.start(victim)
            self.wait_for(victim)
