"""Founds the programme, lets its people come, change and go."""

from collections.abc import Callable
from datetime import date

from audits.demo.cast import CAST, FACILITIES, PASSWORD, PROGRAMME, Somebody
from audits.demo.timeline import Timeline
from qms.people.models import Facility, Person
from qms.people.services.accounts import accept_invitation, invite
from qms.people.services.people import add_person, record_leaver
from qms.people.services.programme import FirstRun, add_facility, start_programme
from qms.people.services.roles import assign_role
from qms.people.tokens import Purpose, make_token
from qms.signatures.content import Content
from qms.signatures.proofs import Given, reauthenticate
from qms.signatures.services import pledge, pledge_content
from qms.trail.actor import SHELL

ZONE = "Europe/London"


class Company:
    """Everybody of the cast by key; whoever has not come yet is not in it."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.places: dict[str, Facility] = {}
        self._pledged: set[int] = set()

    def __getitem__(self, key: str) -> Person:
        return self.people[key]

    def found(self, timeline: Timeline) -> None:
        """Let the programme begin, and everybody come and go on their day."""
        first = CAST[0]
        timeline.add(timeline.at(timeline.day(first.came), 8), lambda: self._begin(first))
        for place, somebody in enumerate(CAST[1:]):
            came = timeline.at(timeline.day(somebody.came), 8, 5 + place % 50)
            timeline.add(came, lambda somebody=somebody: self._join(somebody))  # type: ignore[misc]
            if somebody.left is not None:
                last = timeline.day(somebody.left)
                timeline.add(timeline.at(last, 16), lambda who=somebody.key, day=last: self._leave(who, day))  # type: ignore[misc]

    def _begin(self, first: Somebody) -> None:
        user = start_programme(
            FirstRun(
                programme=PROGRAMME, time_zone=ZONE, facility_code="QM", facility_name="Quality office",
                facility_part="", printed_name=first.name, title=first.title, email=first.email, password=PASSWORD,
            ),
            by=SHELL,
        )  # fmt: skip
        self.people[first.key] = user.person
        for code, name, part in FACILITIES:
            add_facility(code=code, name=name, part=part, by=user.person)
        self.places = {facility.code: facility for facility in Facility.objects.all()}

    def _join(self, somebody: Somebody) -> None:
        quality = self.people[CAST[0].key]
        person = add_person(printed_name=somebody.name, title=somebody.title, by=quality)
        assign_role(person, somebody.role, self.places.get(somebody.facility), by=quality)
        user = invite(person, email=somebody.email, by=quality)
        accept_invitation(make_token(user, Purpose.INVITATION), password=PASSWORD)
        self.people[somebody.key] = person

    def _leave(self, key: str, day: date) -> None:
        record_leaver(self.people[key], left_on=day, by=self.people[CAST[0].key], reason="Took a post elsewhere")

    def sign(self, key: str, content: Content, act: Callable[[Given], object]) -> None:
        """Let somebody prove who they are by the demonstration's password, and do what they sign."""
        act(self.proof(self.people[key], content))

    def proof(self, person: Person, content: Content) -> Given:
        """Return a proof of this person for this content; before their first one they pledge."""
        user = person.user
        if person.pk not in self._pledged:
            first = reauthenticate(
                user, session="demo", digest=pledge_content().digest, password=PASSWORD, email=user.email
            )
            pledge(by=person, proof=first)
            self._pledged.add(person.pk)
        return reauthenticate(user, session="demo", digest=content.digest, password=PASSWORD, email=None)
