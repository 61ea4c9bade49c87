"""The fictional people and places of the Northmere programme."""

from dataclasses import dataclass
from datetime import date

from qms.people.models import Facility, Person
from qms.people.services.accounts import accept_invitation, invite
from qms.people.services.people import add_person
from qms.people.services.programme import FirstRun, add_facility, start_programme
from qms.people.services.roles import assign_role
from qms.people.tokens import Purpose, make_token
from qms.trail.actor import SHELL

PASSWORD = "three-calm-herons"  # noqa: S105 - printed by the command; the demonstration is refused in production
PROGRAMME = "Northmere Cell Therapy Programme"
DOMAIN = "northmere.example"


@dataclass(frozen=True)
class Somebody:
    """One of the cast: facility "" stands for the whole programme."""

    key: str
    name: str
    title: str
    role: str
    facility: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


FACILITIES = (
    ("CLIN", "Transplant ward 7", "B"),
    ("APH", "Apheresis unit", "C"),
    ("PROC", "Processing laboratory", "D"),
)
CAST = (
    Somebody("marit.oakenshaw", "Marit Oakenshaw", "Quality manager", "quality_manager"),
    Somebody("orla.fennimore", "Dr Orla Fennimore", "Programme director", "programme_director"),
    Somebody("idris.mallowfield", "Idris Mallowfield", "Quality coordinator", "author"),
    Somebody("thessaly.quince", "Dr Thessaly Quince", "Laboratory director", "laboratory_director", "PROC"),
    Somebody("corin.applegarth", "Dr Corin Applegarth", "Medical director", "medical_director", "CLIN"),
    Somebody("fenn.mossgrove", "Fenn Mossgrove", "Processing technician", "author", "PROC"),
    Somebody("hal.underbough", "Hal Underbough", "Senior technician", "author", "PROC"),
    Somebody("bea.thistledown", "Bea Thistledown", "Senior nurse", "author", "CLIN"),
    Somebody("sunniva.hartleap", "Sunniva Hartleap", "Apheresis nurse", "author", "APH"),
    Somebody("jory.pennyroyal", "Jory Pennyroyal", "Transplant nurse", "nurse", "CLIN"),
    Somebody("tamsin.wick", "Tamsin Wick", "IT administrator", "administrator"),
)


def start() -> dict[str, Person]:
    """Make the programme, its facilities and its people with their accounts; return the people by key."""
    first = CAST[0]
    quality = start_programme(
        FirstRun(
            programme=PROGRAMME, time_zone="Europe/London", facility_code="QM", facility_name="Quality office",
            facility_part="", printed_name=first.name, title=first.title, email=first.email, password=PASSWORD,
        ),
        by=SHELL,
    ).person  # fmt: skip
    for code, name, part in FACILITIES:
        add_facility(code=code, name=name, part=part, by=quality)
    places = {facility.code: facility for facility in Facility.objects.all()}
    people = {first.key: quality}
    for somebody in CAST[1:]:
        people[somebody.key] = _join(somebody, places.get(somebody.facility), quality)
    return people


def _join(somebody: Somebody, place: Facility | None, quality: Person) -> Person:
    person = add_person(printed_name=somebody.name, title=somebody.title, joined_on=date(2021, 3, 1), by=quality)
    assign_role(person, somebody.role, place, by=quality)
    user = invite(person, email=somebody.email, by=quality)
    accept_invitation(make_token(user, Purpose.INVITATION), password=PASSWORD)
    return person
