"""Who of a team has read and signed a version, and what a person has read."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from qms.people.models import Person
from sops.models import Version
from training.models import Reading, ReadingRule
from training.readers import know_already, members, open_rules


@dataclass(frozen=True)
class Team:
    """Whom a rule names today, and where they stand with one version."""

    word: str
    people: int
    signed: int
    late: int

    @property
    def to_do(self) -> int:
        return self.people - self.signed


class Asked(NamedTuple):
    """One person who is asked to read a version, or has signed it: a row, for the ward of two hundred is long."""

    person: int
    name: str
    due_on: date
    has_signed: bool
    reading: int


@dataclass(frozen=True)
class Standing:
    """Where a version stands with its readers; `waiting` are the open ones, the first due first."""

    teams: list[Team] = field(default_factory=list)
    total: Team = Team("", 0, 0, 0)
    waiting: list[Asked] = field(default_factory=list)


def standing_of(version: Version, day: date, rules: Iterable[ReadingRule] | None = None) -> Standing:
    """Return how many of each team have signed a version, by the roles of that day; three queries for any number."""
    given = list(open_rules(version.document) if rules is None else rules)
    named = members(given, day)
    asked = _asked(version)
    signed = {one.person for one in asked if one.has_signed} | know_already(version)
    waiting = [one for one in asked if not one.has_signed]
    late = {one.person for one in waiting if one.due_on < day}
    teams = [_team(rule.team, named[rule.pk], signed, late) for rule in given]
    everybody: set[int] = set().union(*named.values())
    return Standing(teams, _team("", everybody, signed, late), waiting)


def _asked(version: Version) -> list[Asked]:
    found = version.readings.filter(round=version.round, ended_at=None)
    rows = found.values_list("person", "person__printed_name", "due_on", "signature", "pk")
    return [Asked(person, name, due, signature is not None, pk) for person, name, due, signature, pk in rows]


def _team(word: str, people: set[int], signed: set[int], late: set[int]) -> Team:
    return Team(word, len(people), len(people & signed), len(people & late))


def now_asked(version: Version) -> Iterable[Reading]:
    """Return the readings of a version as it was approved last, the first due first."""
    found: Iterable[Reading] = version.readings.filter(round=version.round).select_related("person", "signature")
    return found


def teams_of(rules: Iterable[ReadingRule], day: date) -> dict[int, str]:
    """Return {person id: the teams for which they must read, in words}."""
    given = list(rules)
    named, found = members(given, day), dict[int, list[str]]()
    for rule in given:
        for person in named[rule.pk]:
            found.setdefault(person, []).append(rule.team)
    return {person: "; ".join(teams) for person, teams in found.items()}


def open_of(person: Person) -> list[Reading]:
    """Return what a person still has to read, the first due first."""
    return list(Reading.objects.open().filter(person=person).select_related("version__document"))


def signed_before(person: Person, readings: Iterable[Reading]) -> dict[int, int]:
    """Return {document id: number of the version of it that the person signed last} for these readings."""
    documents = [reading.version.document_id for reading in readings]
    signed = Reading.objects.signed().filter(person=person, version__document__in=documents)
    return dict(signed.order_by("version__n").values_list("version__document", "version__n"))


def readers_on(version: Version, moment: datetime) -> tuple[list[tuple[str, datetime]], list[str]]:
    """Return who had signed a version before a moment, with when, and who was asked then and had not."""
    asked = version.readings.filter(asked_at__lt=moment).select_related("person", "signature")
    signed, open_then = [], []
    for reading in asked.order_by("person__printed_name"):
        if reading.signature is not None and reading.signature.at < moment:
            signed.append((reading.person.printed_name, reading.signature.at))
        elif reading.ended_at is None or reading.ended_at >= moment:
            open_then.append(reading.person.printed_name)
    return signed, open_then
