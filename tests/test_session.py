"""Log-in, log-out, and the clock of a session."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.people import services
from qms.people.models import Person
from qms.trail.models import Event
from tests.trail_of import last_event
from tests.world import PASSWORD, World

IDLE = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
As = Callable[[Person], Client]


def log_in(client: Client, to: str = "", password: str = PASSWORD):
    return client.post(f"/login/{to}", {"email": "Fenn@engraft.example", "password": password})


def test_log_in_and_out(world: World, client: Client) -> None:
    answer = log_in(client, "?next=/account/")
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert last_event()[:2] == ("account.sign_in", "Fenn Mossgrove")
    assert client.get("/account/").status_code == 200
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert last_event()[:2] == ("account.sign_out", "Fenn Mossgrove")
    assert client.get("/account/").status_code == 303


@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", ""])
def test_log_in_never_leads_away(world: World, client: Client, to: str) -> None:
    assert log_in(client, f"?next={to}")["Location"] == "/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_email(world: World, client: Client) -> None:
    answer = log_in(client, password="wrong")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "do not match an open account" in page
    assert "Fenn@engraft.example" in page
    assert "wrong" not in page.replace("wrong-", "")


def test_a_locked_account_is_told_when_to_try_again(world: World, client: Client) -> None:
    for _ in range(settings.LOCK_OUT_FAILURES):
        log_in(client, password="nonsense")
    answer = log_in(client)
    assert answer.status_code == 422
    assert "Too many wrong passwords. Try again in 15 minutes" in answer.content.decode()


def test_an_idle_session_ends_and_leads_back(world: World, as_: As) -> None:
    client = as_(world.fenn)
    assert client.get("/account/").status_code == 200
    with time_machine.travel(timezone.now() + IDLE + timedelta(seconds=2)):
        answer = client.get("/account/?page=2")
        assert (answer.status_code, answer["Location"]) == (303, "/login/?next=%2Faccount%2F%3Fpage%3D2")
        assert last_event()[:2] == ("account.session_expired", "Engraft")
        page = client.get(answer["Location"])
        assert "logged out after" in page.content.decode()
        assert client.get("/account/").status_code == 303


def test_an_idle_session_tells_htmx_by_header(world: World, as_: As) -> None:
    client = as_(world.marit)
    client.get("/people/")
    with time_machine.travel(timezone.now() + IDLE + timedelta(seconds=2)):
        answer = client.get(
            "/people/?q=fenn", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?role=nurse"}
        )
        assert answer["HX-Redirect"] == "/login/?next=%2Fpeople%2F%3Frole%3Dnurse"


def test_an_expired_post_leads_back_to_its_page(world: World, as_: As) -> None:
    client = as_(world.marit)
    client.get("/people/")
    with time_machine.travel(timezone.now() + IDLE + timedelta(seconds=2)):
        answer = client.post("/people/add/", {}, headers={"Referer": "http://testserver/people/add/"})
        assert answer["Location"] == "/login/?next=%2Fpeople%2Fadd%2F"
        answer = client.post("/people/add/", {}, headers={"Referer": "http://evil.example/"})
        assert answer["Location"] == "/login/?next=%2F"


def test_activity_and_staying_keep_the_session(world: World, as_: As) -> None:
    client = as_(world.fenn)
    client.get("/account/")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for way in (lambda: client.get("/account/"), lambda: client.post("/account/stay/")):
            clock.shift(IDLE - timedelta(seconds=60))
            assert way().status_code in {200, 204}
        clock.shift(IDLE - timedelta(seconds=60))
        assert client.post("/account/stay/").status_code == 204


def test_a_series_of_signings_ends_earlier(world: World, as_: As) -> None:
    client = as_(world.fenn)
    client.get("/account/")
    session = client.session
    session["signing_series"] = {"begun": 1}
    session.save()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(timedelta(minutes=settings.SIGNING_IDLE_MINUTES - 1))
        client.get("/account/")
        assert "signing_series" in client.session
        clock.shift(timedelta(minutes=settings.SIGNING_IDLE_MINUTES, seconds=2))
        assert client.get("/account/").status_code == 200
        assert "signing_series" not in client.session


def test_a_change_of_user_ends_the_series(world: World, as_: As) -> None:
    client = as_(world.bea)
    session = client.session
    session["signing_series"] = {"begun": 1}
    session.save()
    client.post("/logout/")
    log_in(client)
    assert "signing_series" not in client.session


def test_clicks_in_a_row_write_nothing(world: World, as_: As) -> None:
    client = as_(world.fenn)
    client.get("/account/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/")
    assert [query["sql"] for query in asked if not query["sql"].lstrip().startswith("SELECT")] == []


def test_leaving_ends_the_session_at_the_next_click(world: World, as_: As) -> None:
    client = as_(world.bea)
    assert client.get("/account/").status_code == 200
    services.record_leaver(world.bea, by=world.marit)
    assert client.get("/account/").status_code == 303


def test_changing_the_password_keeps_this_session_and_ends_the_others(world: World, as_: As) -> None:
    here, there = as_(world.fenn), as_(world.fenn)
    sent = {"old": PASSWORD, "password": "eleven-loud-geese", "again": "eleven-loud-geese"}
    answer = here.post("/account/password/", sent)
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 303


def test_changing_the_own_email_keeps_this_session_and_ends_the_others(world: World, as_: As) -> None:
    here, there = as_(world.fenn), as_(world.fenn)
    assert here.post("/account/email/", {"new_email": "moss@engraft.example", "password": PASSWORD}).status_code == 303
    assert "moss@engraft.example" in here.get("/account/").content.decode()
    assert there.get("/account/").status_code == 303


def test_forgotten_password_says_the_same_to_everybody(world: World, client: Client) -> None:
    pages = []
    for email in ("fenn@engraft.example", "nobody@engraft.example"):
        answer = client.post("/password/forgot/", {"email": email})
        pages.append((answer.status_code, answer.content.decode().replace(email, "X")))
    assert pages[0][1].count("on its way") == 1
    assert pages[0] == pages[1]


@pytest.mark.parametrize("path", ["/invitation/none/", "/password/reset/none/"])
def test_a_dead_link_says_so(world: World, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 410
    assert "This link no longer serves" in answer.content.decode()


def test_times_are_shown_in_the_programmes_zone(world: World, as_: As) -> None:
    with time_machine.travel("2026-07-01T10:00:00Z"):
        client = as_(world.fenn)
        client.get("/account/")
        assert "12:00" in client.get("/account/").content.decode()


def test_messages_are_not_lost(world: World, client: Client) -> None:
    answer = client.post("/logout/")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["You are logged out."]
    assert not Event.objects.filter(name="account.sign_out").exists()
