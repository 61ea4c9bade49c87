"""The page of the background work: is the worker alive, what fails, what the nights did, and its two buttons."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Browser

from qms.notifications import background
from qms.notifications.models import Night
from qms.people.models import Person
from qms.people.programme import today
from qms.trail import heartbeat
from qms.trail.errors import NotAllowed
from qms.trail.heartbeat import MINUTE, POLL, beat
from qms.trail.models import Event, Heartbeat, Outbox
from qms.trail.outbox import run_all
from qms.trail.rhythm import every_minute
from tests.axe import assert_accessible
from tests.browser import ORIGIN, visit
from tests.tampered import key
from tests.world import World

__all__ = ["key"]
As = Callable[[Person], Client]
SHOTS = os.environ.get("ENGRAFT_SHOTS", "")


@pytest.fixture(autouse=True)
def fresh_start() -> None:
    heartbeat._written.clear()
    background.forget_trouble()


def alive() -> None:
    beat(POLL, timezone.now())
    beat(MINUTE, timezone.now())


def row(name: str, **more: Any) -> Outbox:
    now = timezone.now()
    given = {"task": "mail.send", "args": {"template": "sops/approved", "to": 1}, "made_at": now, "due_at": now, **more}
    return Outbox.objects.create(key=name, **given)


def failing(name: str, tries: int = 4, error: str = "ConnectionRefusedError: [Errno 111] refused") -> Outbox:
    return row(name, tries=tries, last_error=error, due_at=timezone.now() + timedelta(minutes=40))


def shown(client: Client) -> str:
    return " ".join(client.get("/background/").content.decode().split())


def test_a_worker_that_gives_no_sign_of_life_is_seen(world: World, as_: As) -> None:
    assert "The worker gives no sign of life." in shown(as_(world.sorrel))
    alive()
    run_all()
    text = shown(as_(world.sorrel))
    assert "The worker is at work." in text
    assert "Nothing waits and nothing has failed." in text
    Heartbeat.objects.filter(name=POLL).update(at=timezone.now() - timedelta(minutes=4))
    assert "The worker gives no sign of life." in shown(as_(world.sorrel))


def test_signs_of_life_are_written_a_few_times_a_minute(world: World) -> None:
    start = datetime(2027, 3, 1, 12, tzinfo=UTC)
    with CaptureQueriesContext(connection) as caught:
        for seconds in range(60):
            beat(POLL, start + timedelta(seconds=seconds))
    assert sum(query["sql"].startswith(("UPDATE", "INSERT")) for query in caught) <= 5
    beat(POLL, start - timedelta(days=1))  # the clock was set back
    assert Heartbeat.objects.get().at == start - timedelta(days=1)


def test_what_fails_each_minute_is_named(world: World, as_: As, settings: Any, tmp_path: Path) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "none.pem"
    every_minute(timezone.now())
    text = shown(as_(world.sorrel))
    assert "Something failed in the last minute:" in text
    assert "seal." in text


def test_failed_work_is_told_in_plain_words_with_tries_and_next_try(world: World, as_: As) -> None:
    failing("a")
    failing("b", error="ValueError: the picture is broken", tries=1)
    row("c", due_at=timezone.now() - timedelta(seconds=5))
    row("d", due_at=timezone.now() + timedelta(minutes=4))
    text = shown(as_(world.marit))
    assert "Mail: approved" in text
    assert "Nobody answers there: the server is down, or its address is wrong." in text
    assert "4 tries" in text
    assert "the picture is broken" in text
    for state in ("Failed several times", "Failed, tried again soon", "Waiting", "Running"):
        assert state in text
    assert "ever more rarely" in text


def test_one_or_all_are_tried_again_at_once_and_it_is_on_record(world: World, as_: As) -> None:
    one, other, done = failing("a"), failing("b"), failing("c")
    Outbox.objects.filter(pk=done.pk).update(done_at=timezone.now())
    client = as_(world.sorrel)
    answer = client.post("/background/retry/", {"row": one.pk}, follow=True)
    assert "It is tried again at once." in answer.content.decode()
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.due_at <= timezone.now() < other.due_at
    client.post("/background/retry/")
    other.refresh_from_db()
    assert other.due_at <= timezone.now()
    assert Event.objects.filter(name="programme.retry", by_id=world.sorrel.pk).count() == 2
    again = client.post("/background/retry/", {"row": "seventy"}, follow=True)
    assert "Nothing was left to try again" in again.content.decode()


def test_the_night_now_is_carried_out_by_the_worker_once(world: World, as_: As, key: None) -> None:
    with time_machine.travel(datetime.combine(today(), datetime.min.time(), tzinfo=UTC), tick=False):  # before 02:00
        client = as_(world.marit)
        assert "Carry out the night now" in shown(client)
        client.post("/background/night/")
        client.post("/background/night/")
        run_all()
        assert Night.objects.get(day=today()).done_at
        text = shown(client)
        assert "Carry out the night now" not in text
        assert client.post("/background/night/").status_code == 403
    assert Event.objects.filter(name="programme.night").count() == 1


def test_only_those_who_may(world: World, as_: As) -> None:
    for path in ("/background/", "/background/retry/", "/background/night/"):
        for person in (world.thessaly, world.fenn, world.ivo):
            assert as_(person).post(path).status_code in (403, 405)
            assert as_(person).get("/background/").status_code == 403
    with pytest.raises(NotAllowed):
        background.retry(by=world.fenn)
    with pytest.raises(NotAllowed):
        background.run_night(by=world.fenn)


def test_gaps_between_nights_stay_visible(world: World, as_: As, key: None) -> None:
    day = today()
    for n, missed in ((6, 0), (3, 2)):
        at = timezone.now() - timedelta(days=n)
        Night.objects.create(day=day - timedelta(days=n), begun_at=at, done_at=at, missed=missed, counts={"seals": 1})
    text = shown(as_(world.marit))
    assert text.count("No night") == 4  # two between, two since
    assert "seals: 1" in text
    assert "(for the 2 missed before it too)" in text


def test_the_navigation_carries_a_mark_when_something_failed(world: World, as_: As) -> None:
    alive()
    run_all()
    client = as_(world.marit)
    assert "nav-mark" not in client.get("/").content.decode()
    failing("a")
    background.forget_trouble()
    assert "nav-mark" in client.get("/").content.decode()
    assert "nav-mark" not in as_(world.fenn).get("/").content.decode()
    with CaptureQueriesContext(connection) as caught:
        client.get("/")
    assert not any("qms_outbox" in query["sql"] or "qms_heartbeat" in query["sql"] for query in caught)


def test_the_page_costs_the_same_with_one_row_and_with_sixty(world: World, as_: As) -> None:
    client, costs = as_(world.marit), []
    client.get("/background/")
    made = 0
    for count in (1, 60):
        for n in range(made, count):
            failing(f"row {n}")
            at = timezone.now() - timedelta(days=n)
            Night.objects.create(day=today() - timedelta(days=2 * n), begun_at=at, done_at=at)
        made = count
        with CaptureQueriesContext(connection) as caught:
            client.get("/background/")
        costs.append(len(caught))
    assert costs[0] == costs[1] <= 20
    assert "The first 50 are shown" in shown(client)


def troubles() -> None:
    """Let everything that the page can show have happened."""
    alive()
    failing("a")
    failing("b", error="ValueError: the picture cannot be read at all, whatever one does", tries=1)
    row("c", task="sops.prepare", args={})
    nights: tuple[tuple[int, dict[str, Any]], ...] = (
        (1, {"counts": {"reminders": 12, "reminder mails": 7, "seals": 1, "events verified": 412}}),
        (2, {"findings": ["qms.facility 3 is not what its last entry says."], "counts": {"findings": 1}}),
        (6, {"failed": ["put_into_force: OSError: the disk is full"], "counts": {"failures": 1}}),
    )
    for n, more in nights:
        at = timezone.now() - timedelta(days=n)
        Night.objects.create(day=today() - timedelta(days=n), begun_at=at, done_at=at, **more)


@pytest.mark.journey
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("state", ["empty", "full"])
def test_the_page_in_a_browser(world: World, as_: As, browser: Browser, width: int, scheme: str, state: str) -> None:
    """Nothing that axe finds, with failures and empty."""
    if state == "full":
        troubles()
    client = as_(world.marit)
    with visit(browser, client, width=width, scheme=scheme) as page:
        page.goto(f"{ORIGIN}/background/")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"background-{state}-{width}.png", full_page=True)
        assert_accessible(page)
