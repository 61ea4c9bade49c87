"""Web and worker together in one terminal: the trial and the small site."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    # The kernel ends the children even when this process is killed; a list of children would not.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    help = "Starts the web server and the worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *, port: int, host: str, **options: Any) -> None:
        python, threads = sys.executable, "4"
        web = [
            python,
            "-m",
            "gunicorn",
            "qms.wsgi",
            "--bind",
            f"{host}:{port}",
            "--threads",
            threads,
            "--log-level",
            "warning",
        ]
        worker = [python, str(settings.BASE_DIR / "manage.py"), "work"]
        environment = {**os.environ, "ENGRAFT_URL": os.environ.get("ENGRAFT_URL", f"http://localhost:{port}")}
        children = [
            subprocess.Popen(command, preexec_fn=_die_with_parent, env=environment)  # noqa: S603
            for command in (web, worker)
        ]
        kind = (
            "SQLite and files on disk: for trial and small sites"
            if "sqlite" in settings.DATABASES["default"]["ENGINE"]
            else "PostgreSQL"
        )
        self.stdout.write(f"\nEngraft runs at http://localhost:{port}/  ({kind}). Stop it with Ctrl-C.\n")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.5)
            failed = "gunicorn" if children[0].poll() is not None else "The worker"
            self.stderr.write(f"{failed} has stopped; stopping the other too. The lines above say why.")
            sys.exit(1)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(timeout=20)
