"""A small programme for tests, made by verbs alone: three facilities, eight people with their roles and log-ins.

Everybody is invented. A test that writes leaves it as it was: each runs in a transaction of its own.

    Marit Oakenshaw      quality manager, whole programme
    Dr Thessaly Quince   laboratory director of PROC
    Fenn Mossgrove       author of PROC
    Bea Thistledown      author (and so reviewer) of PROC
    Jory Pennyroyal      nurse of CLIN
    Sorrel Dunnock       administrator
    Ivo Larkspur         inspector, for 30 days
    Hale Wintergreen     was technician of PROC and has left
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta

import pytest
from django.test import Client

from qms.people import services
from qms.people.models import Facility, Person, User
from qms.people.programme import forget, today
from qms.people.tokens import Purpose, make_token
from qms.trail.actor import SHELL
from qms.trail.models import Event
from tests import snapshot

PASSWORD = "seven-quiet-owls"
JOINED = timedelta(days=400)


@dataclass(frozen=True)
class World:
    """The programme of the tests; every person is a `Person` with `.user`, and logs in with PASSWORD."""

    clin: Facility
    aph: Facility
    proc: Facility
    marit: Person
    thessaly: Person
    fenn: Person
    bea: Person
    jory: Person
    sorrel: Person
    ivo: Person
    hale: Person
    password: str = PASSWORD

    @property
    def people(self) -> dict[str, Person]:
        """Everybody who can log in, by the role that they stand for."""
        return {
            "quality_manager": self.marit, "laboratory_director": self.thessaly, "author": self.fenn,
            "reviewer": self.bea, "nurse": self.jory, "administrator": self.sorrel, "inspector": self.ivo,
        }  # fmt: skip


def add(by: Person, name: str, title: str, *, since: date | None = None) -> Person:
    """Add a person with an account and a password; the e-mail is the first name at engraft.example."""
    person = services.add_person(printed_name=name, title=title, joined_on=since or today() - JOINED, by=by)
    first = name.removeprefix("Dr ").split()[0].lower()
    user = services.invite(person, email=f"{first}@engraft.example", by=by)
    services.accept_invitation(make_token(user, Purpose.INVITATION), password=PASSWORD)
    return Person.objects.select_related("user").get(pk=person.pk)


def build() -> World:
    """Make the programme. Needs an empty installation."""
    first = services.FirstRun(
        programme="Wintergreen Cell Therapy Programme", time_zone="Europe/Paris",
        facility_code="CLIN", facility_name="Transplant ward", facility_part="B",
        printed_name="Marit Oakenshaw", title="Quality manager", email="marit@engraft.example", password=PASSWORD,
    )  # fmt: skip
    marit = services.start_programme(first, by=SHELL).person
    clin = Facility.objects.get()
    aph = services.add_facility(code="APH", name="Apheresis unit", part="C", by=marit)
    proc = services.add_facility(code="PROC", name="Processing laboratory", part="D", by=marit)
    cast = {
        "thessaly": add(marit, "Dr Thessaly Quince", "Laboratory director"),
        "fenn": add(marit, "Fenn Mossgrove", "Processing technician"),
        "bea": add(marit, "Bea Thistledown", "Senior technician"),
        "jory": add(marit, "Jory Pennyroyal", "Nurse"),
        "sorrel": add(marit, "Sorrel Dunnock", "Administrator"),
        "ivo": add(marit, "Ivo Larkspur", "Inspector"),
        "hale": add(marit, "Hale Wintergreen", "Technician"),
    }
    since = today() - JOINED
    services.assign_role(cast["thessaly"], "laboratory_director", proc, from_date=since, by=marit)
    services.assign_role(cast["fenn"], "author", proc, from_date=since, by=marit)
    services.assign_role(cast["bea"], "author", proc, from_date=since, by=marit)
    services.assign_role(cast["jory"], "nurse", clin, from_date=since, by=marit)
    services.assign_role(cast["sorrel"], "administrator", from_date=since, by=marit)
    services.assign_role(cast["ivo"], "inspector", until_date=today() + timedelta(days=30), by=marit)
    services.assign_role(cast["hale"], "technician", proc, from_date=since, by=marit)
    services.record_leaver(cast["hale"], left_on=today() - timedelta(days=10), by=marit, reason="Moved away")
    return World(clin=clin, aph=aph, proc=proc, marit=marit, **cast)


_kept: list[tuple[World, snapshot.Rows]] = []


@pytest.fixture
def world(db: None) -> World:
    """The programme of the tests: built by its verbs once in a run, laid down again for each test."""
    if not _kept:
        before = snapshot.taken()
        built = build()
        _kept.append((built, snapshot.since(before, snapshot.taken())))
    else:
        snapshot.laid_down(_kept[0][1])
    return _read_again(_kept[0][0])


def last_event() -> int | None:
    """Return the key of the last event of a world in which nothing has happened yet; None outside of tests."""
    return max(int(line[0]) for line in _kept[0][1][Event]) if _kept else None


def _read_again(built: World) -> World:
    """Return the world with records of its own, so that no test changes those of another."""
    people = Person.objects.select_related("user").in_bulk()
    facilities = Facility.objects.in_bulk()
    fresh = {
        field.name: (people if isinstance(was, Person) else facilities)[was.pk]
        for field in fields(World)
        if isinstance(was := getattr(built, field.name), Person | Facility)
    }
    return World(**fresh)


@pytest.fixture
def as_() -> Callable[[Person], Client]:
    """Return a function: `as_(world.fenn)` is a client that is logged in as Fenn."""

    def log_in(person: Person) -> Client:
        client = Client()
        client.force_login(User.objects.get(person=person))
        return client

    return log_in


@pytest.fixture(autouse=True)
def programme_forgotten() -> None:
    """Let no test see the programme of another in the cache."""
    forget()
