"""Carries out the outbox during the story: slow work in two other processes, everything else at once."""

import multiprocessing
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from typing import Any

import django
from django.db import connection

from qms.trail import clock, outbox
from qms.trail.models import Outbox

SLOW = ("sops.prepare", "sops.stamp")
MAIL = "mail.send"
HASTE = {
    "sqlite": {True: "PRAGMA synchronous=OFF", False: "PRAGMA synchronous=FULL"},
    "postgresql": {True: "SET synchronous_commit TO off", False: "SET synchronous_commit TO on"},
}


def hasten(wanted: bool) -> None:
    """Let commits of this process not wait for the disk, or wait again: a story that breaks off is told anew."""
    with connection.cursor() as cursor:
        cursor.execute(HASTE[connection.vendor][wanted])


class Workshop:
    """Runs rows of the outbox while the clock shows the moment of the act that asked for them."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            2, mp_context=multiprocessing.get_context("spawn"), initializer=django.setup
        )  # fmt: skip
        self._offered: dict[int, tuple[int | None, Future[str]]] = {}
        self._newest = 0

    def carry_out(self, moment: datetime) -> bool:
        """Do everything that waits, and what follows from it; hand PDFs and stamps to the other processes.

        Nobody at Northmere has a mailbox: mails are put away unsent. Returns whether anything waited.
        """
        is_any = False
        while rows := self._waiting():
            is_any = True
            self._newest = rows[-1][0]
            mails = [pk for pk, _tries, task, _args in rows if task == MAIL]
            Outbox.objects.filter(pk__in=mails).update(done_at=moment)
            for pk, tries, task, args in rows:
                if task == MAIL:
                    continue
                if task in SLOW:
                    self._offered[pk] = args.get("version"), self._pool.submit(run_at, pk, tries, moment)
                elif outbox.run(pk, tries) == "failed":
                    raise RuntimeError(Outbox.objects.get(pk=pk).last_error)
        return is_any

    def _waiting(self) -> list[tuple[int, int, str, dict[str, Any]]]:
        rows = Outbox.objects.filter(done_at=None, pk__gt=self._newest)
        return list(rows.order_by("pk").values_list("pk", "tries", "task", "args"))

    def is_busy(self, version: int) -> bool:
        """Return whether something for a version is still being made."""
        return any(about == version and not outcome.done() for about, outcome in self._offered.values())

    def wait(self, version: int | None = None) -> None:
        """Wait until the other processes have done what they were given; with `version`, only what that one needs."""
        for pk in [pk for pk, (about, _outcome) in self._offered.items() if version in (None, about)]:
            if self._offered.pop(pk)[1].result() == "failed":
                raise RuntimeError(Outbox.objects.get(pk=pk).last_error)

    def close(self) -> None:
        """Wait, and end the other processes."""
        self.wait()
        self._pool.shutdown()


def run_at(pk: int, tries: int, moment: datetime) -> str:
    """Carry out one row of the outbox at a moment, in another process."""
    hasten(True)
    with clock.showing(moment):
        return outbox.run(pk, tries)
