"""Who works in a programme that exists for figures: founded and staffed by the verbs that people use."""

from dataclasses import dataclass
from datetime import timedelta

from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.services.accounts import accept_invitation, invite
from qms.people.services.people import add_person
from qms.people.services.programme import FirstRun, add_facility, start_programme
from qms.people.services.roles import assign_role
from qms.people.tokens import Purpose, make_token
from qms.trail.actor import SHELL

PASSWORD = "nine-even-pebbles"  # noqa: S105 - printed by the command, which is refused in production
PROGRAMME = "For figures only: nothing here is proven"
DOMAIN = "figures.example"
PLACES = (
    ("CLIN", "Transplant ward", "B"), ("CHLD", "Children's ward", "B"), ("DAYC", "Day clinic", "B"),
    ("MARR", "Marrow collection", "CM"), ("APHA", "Apheresis, first floor", "C"), ("APHB", "Apheresis, annex", "C"),
    ("PROC", "Processing laboratory", "D"), ("CRYO", "Cryostore", "D"), ("CONT", "Quality control laboratory", "D"),
    ("CELL", "Clean rooms", "D"), ("DATA", "Data office", ""),
)  # fmt: skip
FIRST = ("Alder", "Briony", "Corvin", "Dellan", "Elowen", "Farrow", "Garnet", "Hesper")
LAST = ("Figgleby", "Countwell", "Tallyman", "Sumner-Vale", "Reckonridge")


@dataclass(frozen=True)
class LogIn:
    """Somebody with an account; facility "" stands for the whole programme."""

    name: str
    role: str
    facility: str = ""

    @property
    def email(self) -> str:
        return f"{self.role}@{DOMAIN}"


QUALITY = LogIn("Marl Abacus", "quality_manager")
LOG_INS = (
    LogIn("Dr Quill Abacus", "laboratory_director", "PROC"), LogIn("Sedge Abacus", "author", "PROC"),
    LogIn("Teasel Abacus", "nurse", "CLIN"),
)  # fmt: skip


def found() -> None:
    """Begin the programme: twelve facilities, four log-ins, forty people who own documents."""
    quality = start_programme(
        FirstRun(
            programme=PROGRAMME, time_zone="Europe/London", facility_code="QUAL", facility_name="Quality office",
            facility_part="", printed_name=QUALITY.name, title="Quality manager", email=QUALITY.email,
            password=PASSWORD,
        ),
        by=SHELL,
    ).person  # fmt: skip
    for code, name, part in PLACES:
        add_facility(code=code, name=name, part=part, by=quality)
    places = {facility.code: facility for facility in Facility.objects.all()}
    for somebody in LOG_INS:
        person = _join(somebody.name, somebody.role, places[somebody.facility], quality)
        user = invite(person, email=somebody.email, by=quality)
        accept_invitation(make_token(user, Purpose.INVITATION), password=PASSWORD)
    for index, name in enumerate(f"{first} {last}" for last in LAST for first in FIRST):
        _join(name, "author", list(places.values())[index % len(places)], quality)


def _join(name: str, role: str, place: Facility, by: Person) -> Person:
    since = today() - timedelta(days=2000)
    person = add_person(printed_name=name, title="Made for figures", joined_on=since, by=by)
    assign_role(person, role, place, from_date=since, by=by)
    return person
