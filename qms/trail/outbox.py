"""Work that follows a commit: rows written by `c.later`, carried out here or handed to Celery, kept until done.

A row is offered with a lease: while one carries it out nobody else takes it, and when a process dies it is offered
again. A task may therefore run twice and must be safe to.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise

from qms.trail.heartbeat import POLL, beat
from qms.trail.models import Outbox

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
log = logging.getLogger(__name__)
Task = Callable[..., None]
SomeTask = TypeVar("SomeTask", bound=Task)
tasks: dict[str, Task] = {}
task_words: dict[str, str | Promise] = {}
"""Name of a task -> what it does, for the page about the work in the background."""


def outbox_task(name: str, word: str | Promise = "") -> Callable[[SomeTask], SomeTask]:
    """Register a function with keyword arguments as the task that `c.later(name, …)` asks for.

    `word` says to people what it does.
    """

    def register(function: SomeTask) -> SomeTask:
        if tasks.get(name, function).__qualname__ != function.__qualname__:
            raise ValueError(f"Two tasks are named {name}")
        tasks[name] = function
        task_words[name] = word or name
        return function

    return register


def offer(limit: int, now: datetime) -> list[tuple[int, int]]:
    """Lease the rows that are due and return (id, tries) of each, the longest waiting first."""
    due = Outbox.objects.filter(done_at=None, due_at__lte=now).order_by("due_at", "pk")
    if not due.exists():  # spares SQLite, where a transaction takes the writer's place, one every second
        return []
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + LEASE)
    return [(row.pk, row.tries) for row in rows]


def run(pk: int, tries: int) -> str:
    """Carry out one offered row: "done", "failed", or "taken" when another has it or it is done.

    `tries` is the number at the offer: of two that hold the same offer, one goes on.
    """
    now = timezone.now()
    mine = Outbox.objects.filter(pk=pk, tries=tries, done_at=None)
    if mine.update(tries=F("tries") + 1, due_at=now + LEASE) != 1:
        return "taken"
    row = Outbox.objects.get(pk=pk)
    try:
        _task(row.task)(**row.args)
    except Exception as problem:
        log.exception("Outbox row %s (%s) failed for the %s. time; it will be tried again", row.pk, row.key, row.tries)
        _put_back(row, problem)
        return "failed"
    Outbox.objects.filter(pk=pk).update(done_at=timezone.now(), last_error="")
    return "done"


def _task(name: str) -> Task:
    if name not in tasks:
        raise LookupError(f"No task is named {name}")
    return tasks[name]


def _put_back(row: Outbox, problem: Exception) -> None:
    wait = min(timedelta(seconds=5 * 2 ** min(row.tries, 20)), LONGEST_WAIT)
    error = f"{type(problem).__name__}: {problem}"[:2000].replace("\0", "")
    Outbox.objects.filter(pk=row.pk).update(due_at=timezone.now() + wait, last_error=error)


def run_due(limit: int = 20) -> Counter[str]:
    """Carry out what is due here and now; return how many rows were done, failed or taken by another."""
    counts: Counter[str] = Counter()
    for pk, tries in offer(limit, timezone.now()):
        counts[run(pk, tries)] += 1
        beat(POLL, timezone.now())  # twenty mails to a server that hangs take longer than a sign of life may
    return counts


def hand_over(send: Callable[[int, int], Any], limit: int = 100) -> int:
    """Hand what is due to a broker by `send(id, tries)`; return how many. What it refuses is offered again soon."""
    offers = offer(limit, timezone.now())
    for count, (pk, tries) in enumerate(offers):
        try:
            send(pk, tries)
        except Exception:
            log.exception("The broker does not take work; it stays in the outbox")
            left = [pk for pk, tries in offers[count:]]
            soon = timezone.now() + timedelta(seconds=10)
            Outbox.objects.filter(pk__in=left, done_at=None).update(due_at=soon)
            return count
    return len(offers)


def run_all(most: int = 1000) -> Counter[str]:
    """Carry out everything that is due, for tests and for `work --once`."""
    total: Counter[str] = Counter()
    while (counts := run_due()) and total.total() < most:
        total += counts
    return total
