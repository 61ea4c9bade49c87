"""Work after a commit: done once, tried again when it fails, taken over when its process dies."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event, Timer
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from qms import celery
from qms.management.commands import work as work_command
from qms.people.models import Facility
from qms.trail import rhythm
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.models import Outbox
from qms.trail.outbox import LEASE, hand_over, offer, outbox_task, run, run_all, run_due, tasks
from qms.trail.triggers import drop_triggers
from tests.own_server import HERE, Environment, manage
from tests.tampered import key

__all__ = ["key"]

done: list[str] = []


@pytest.fixture(autouse=True)
def some_tasks() -> Iterator[None]:
    """Two tasks: one that does its work, one that does not."""

    @outbox_task("test.note")
    def note(*, word: str) -> None:
        done.append(word)

    @outbox_task("test.fail")
    def fail() -> None:
        raise OSError("the mail server is down")

    yield
    done.clear()
    for name in ("test.note", "test.fail"):
        tasks.pop(name)


def ask(task: str, name: str, **args: Any) -> Outbox:
    """Ask for work from inside a change, as every verb does."""
    with change(by=SHELL) as c:
        c.later(task, name, **args)
    return Outbox.objects.get(key=f"{task}:{name}")


def again(row: Outbox) -> Outbox:
    row.refresh_from_db()
    return row


def make_due() -> None:
    Outbox.objects.update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_what_was_asked_for_is_done_once() -> None:
    row = ask("test.note", "a", word="thaw")
    ask("test.note", "a", word="thaw")
    assert run_due() == {"done": 1}
    assert run_due() == {}
    assert done == ["thaw"]
    assert again(row).done_at is not None
    ask("test.note", "a", word="thaw")
    assert run_due() == {}


@pytest.mark.django_db
def test_a_change_that_is_rolled_back_asks_for_nothing() -> None:
    with pytest.raises(RuntimeError), change(by=SHELL) as c:
        c.later("test.note", "a", word="thaw")
        raise RuntimeError
    assert run_due() == {}
    assert done == []


@pytest.mark.django_db
def test_what_fails_is_tried_again_ever_later_and_says_why() -> None:
    row = ask("test.fail", "a")
    waits = []
    for tries in range(1, 14):
        make_due()
        before = timezone.now()
        assert run_due() == {"failed": 1}
        assert (again(row).tries, row.done_at) == (tries, None)
        waits.append(round((row.due_at - before).total_seconds()))
    assert row.last_error == "OSError: the mail server is down"
    assert waits[:4] == [10, 20, 40, 80]
    assert waits[-3:] == [3600, 3600, 3600]
    assert run_due() == {}


@pytest.mark.django_db
def test_one_that_fails_does_not_hold_up_the_others() -> None:
    ask("test.fail", "a")
    ask("test.unknown", "b")
    ask("test.note", "c", word="thaw")
    assert run_due() == {"failed": 2, "done": 1}
    assert Outbox.objects.get(task="test.unknown").last_error == "LookupError: No task is named test.unknown"


@pytest.mark.django_db
def test_a_dead_process_loses_nothing() -> None:
    """Leased and never finished: offered again when the lease is over."""
    row = ask("test.note", "a", word="thaw")
    now = timezone.now()
    assert offer(10, now) == [(row.pk, 0)]
    assert offer(10, now + timedelta(seconds=60)) == []
    assert offer(10, now + LEASE + timedelta(seconds=1)) == [(row.pk, 0)]
    assert run(row.pk, 0) == "done"
    assert run(row.pk, 0) == "taken"
    assert done == ["thaw"]


@pytest.mark.django_db
def test_two_tasks_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Two tasks are named test\.note"):

        @outbox_task("test.note")
        def another() -> None: ...


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_do_each_row_once() -> None:
    for number in range(200):
        ask("test.note", str(number), word=str(number))
    start = Barrier(4)

    def worker() -> int:
        try:
            start.wait()
            return run_all()["done"]
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(4) as pool:
        counts = [future.result() for future in [pool.submit(worker) for _ in range(4)]]
    assert sorted(done, key=int) == [str(number) for number in range(200)]
    assert sum(counts) == 200


@pytest.mark.django_db
def test_a_broker_gets_each_row_once_and_a_second_delivery_does_nothing() -> None:
    row = ask("test.note", "a", word="thaw")
    sent: list[tuple[int, int]] = []
    assert hand_over(lambda pk, tries: sent.append((pk, tries))) == 1
    assert hand_over(lambda pk, tries: sent.append((pk, tries))) == 0
    assert sent == [(row.pk, 0)]
    for pk, tries in sent * 2:
        celery.run_outbox_row(pk, tries)
    assert done == ["thaw"]


@pytest.mark.django_db
def test_a_broker_that_is_down_loses_nothing_and_does_not_hang(settings: Any) -> None:
    """A port where nobody listens; the rows are offered again after some seconds."""
    rows = [ask("test.note", name, word=name) for name in ("a", "b", "c")]
    celery.app.conf.broker_url = "redis://127.0.0.1:1/0"
    started = time.monotonic()
    assert hand_over(celery.send) == 0
    assert time.monotonic() - started < 10
    for row in rows:
        assert timedelta(0) < again(row).due_at - timezone.now() < timedelta(seconds=11)
        assert row.tries == 0


def test_celery_is_set_to_notice_a_dead_broker_and_to_lose_no_task(settings: Any) -> None:
    conf = celery.app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.task_publish_retry) == (True, True, False)
    assert conf.broker_transport_options["socket_timeout"] == 2
    assert conf.broker_transport_options["visibility_timeout"] > LEASE.total_seconds()
    assert conf.timezone == settings.TIME_ZONE
    assert {entry["task"] for entry in conf.beat_schedule.values()} <= set(celery.app.tasks)


@pytest.mark.django_db
def test_each_minute_everything_is_tried_even_when_one_thing_fails(key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[object] = []

    def broken(now: object) -> None:
        raise RuntimeError("a reminder that cannot be written")

    monkeypatch.setattr(rhythm, "EVERY_MINUTE", [broken, called.append])
    now = timezone.now()
    failed = rhythm.every_minute(now)
    assert [name.rpartition(".")[2] for name in failed] == ["broken"]
    assert called == [now]


@pytest.mark.django_db
def test_a_night_verifies_and_puts_the_outcome_on_record(key: None) -> None:
    facility = Facility(code="PROC", name="Processing")
    with change(by=SHELL) as c:
        c.save(facility)
        c.event("facility.create", facility)
    outcome = rhythm.every_night(timezone.localdate())
    assert {"seals": 1, "events verified": 2, "findings": 0}.items() <= outcome.counts.items()
    assert (outcome.failed, outcome.findings) == ([], [])


@pytest.mark.django_db
def test_a_night_goes_on_when_one_thing_fails_and_counts_it(key: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(day: object) -> dict[str, int]:
        raise RuntimeError("a reminder that cannot be written")

    monkeypatch.setattr(rhythm, "NIGHTLY", [broken, lambda day: {"reminders": 3}])
    monkeypatch.setattr(rhythm, "AFTER_NIGHTLY", [])
    outcome = rhythm.every_night(timezone.localdate())
    assert outcome.counts == {"failures": 1, "reminders": 3, "seals": 1, "events verified": 1, "findings": 0}
    assert "broken: RuntimeError: a reminder that cannot be written" in outcome.failed[0]


@pytest.mark.django_db
def test_a_celery_worker_does_not_start_on_an_unguarded_trail() -> None:
    celery.look_at_the_guards()
    drop_triggers()
    with pytest.raises(SystemExit, match="The trail is not guarded"):
        celery.look_at_the_guards()


@pytest.mark.django_db
def test_work_once_does_what_is_due_and_says_what_failed(key: None, capsys: pytest.CaptureFixture[str]) -> None:
    ask("test.note", "a", word="thaw")
    ask("test.fail", "b")
    call_command("work", "--once")
    assert "Outbox: 1 done, 1 failed, to be tried again." in capsys.readouterr().out
    assert done == ["thaw"]


@pytest.mark.django_db
def test_work_once_without_a_key_says_that_nothing_is_sealed(settings: Any, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "none.pem"
    facility = Facility(code="PROC", name="Processing")
    with change(by=SHELL) as c:
        c.save(facility)
        c.event("facility.create", facility)
    with pytest.raises(CommandError, match="seal"):
        call_command("work", "--once")


@pytest.mark.django_db
def test_the_worker_goes_on_after_any_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, calls = Event(), []

    def stumble() -> Any:
        calls.append(1)
        if len(calls) > 2:
            stop.set()
        raise ConnectionError("the database is away")

    monkeypatch.setattr(work_command, "run_due", stumble)
    monkeypatch.setattr(work_command, "close_old_connections", lambda: None)
    guard = Timer(20, stop.set)
    guard.start()
    work_command.work(stop)
    guard.cancel()
    assert len(calls) == 3


@pytest.mark.slow
def test_the_worker_ends_on_sigterm_after_its_work(own_server: Environment) -> None:
    manage(own_server, "make_key")
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "work"], cwd=HERE, env=own_server, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "The worker is at work.\n"
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert "Newest seal: 1 events" in manage(own_server, "verify_trail")
