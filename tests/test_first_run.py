"""The first run: once, on an empty installation, by one of two who come at the same moment."""

import json
import threading
from dataclasses import asdict, replace

import pytest
from django.db import connection, connections
from django.test import Client

from qms.people import services
from qms.people.models import Facility, Person, Programme, RoleAssignment, User
from qms.people.programme import current
from qms.trail.actor import SYSTEM
from qms.trail.errors import Invalid, NotAllowed, Refused
from qms.trail.models import Event
from tests.trail_of import refused
from tests.world import World

FIRST = services.FirstRun(
    programme="Larch Hill Cell Therapy", time_zone="Europe/Paris", facility_code="proc",
    facility_name="Processing laboratory", facility_part="D", printed_name="Marit Oakenshaw",
    title="Quality manager", email="marit@engraft.example", password="seven-quiet-owls",
)  # fmt: skip
SENT = {**asdict(FIRST), "again": FIRST.password}


@pytest.mark.django_db
def test_start_programme() -> None:
    user = services.start_programme(FIRST, by=SYSTEM)
    assert (current().name, Facility.objects.get().code) == ("Larch Hill Cell Therapy", "PROC")
    held = RoleAssignment.objects.get()
    assert (held.person, held.role, held.facility) == (user.person, "quality_manager", None)
    event = Event.objects.get(name="programme.start")
    text = json.loads(event.text)
    assert event.by_name == "Engraft"
    assert [row["label"] for row in text["rows"]] == [
        "qms.programme", "qms.facility", "qms.person", "qms.roleassignment",
    ]  # fmt: skip
    with refused("has its programme already", NotAllowed):
        services.start_programme(replace(FIRST, email="other@engraft.example"), by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Mars/Olympus", "Time zone"),
        ("facility_code", "P-1", "2 to 8 letters"),
        ("password", "short", "at least 12"),
        ("email", "nobody", "E-mail"),
        ("printed_name", "", "Name as printed"),
    ],
)
def test_a_wrong_first_run_leaves_nothing(field: str, value: str, words: str) -> None:
    with refused(words, Invalid):
        services.start_programme(replace(FIRST, **{field: value}), by=SYSTEM)
    assert not Programme.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_the_page_serves_once(client: Client) -> None:
    assert client.get("/login/")["Location"] == "/welcome/"
    assert client.get("/welcome/").status_code == 200
    wrong = client.post("/welcome/", {**SENT, "again": "different-owls!"})
    assert wrong.status_code == 422
    assert "The two are not the same" in wrong.content.decode()
    done = client.post("/welcome/", SENT)
    assert (done.status_code, done["Location"]) == (303, "/people/")
    assert client.get("/people/").status_code == 200
    assert client.get("/welcome/").status_code == 404
    assert client.post("/welcome/", SENT).status_code == 404
    assert User.objects.count() == 1
    names = list(Event.objects.order_by("pk").values_list("name", flat=True))
    assert (names[0], names[-1]) == ("programme.start", "account.sign_in")


def test_with_a_programme_there_is_no_first_run(world: World, client: Client) -> None:
    assert client.get("/welcome/").status_code == 404
    assert client.get("/login/").status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_wins() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Races are proven on PostgreSQL")
    start, outcomes = threading.Barrier(4), []

    def run(number: int) -> None:
        start.wait()
        try:
            services.start_programme(replace(FIRST, email=f"m{number}@engraft.example"), by=SYSTEM)
            outcomes.append("won")
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1
    assert len(outcomes) == 4
    assert (Programme.objects.count(), User.objects.count()) == (1, 1)
    assert Event.objects.filter(name="programme.start").count() == 1
