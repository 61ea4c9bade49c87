"""What a minor change asks of its readers, and what the day of an approval means for them."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from qms.people.programme import today
from qms.trail import outbox
from sops import services
from sops.panels import outlook_of
from sops.routing import Plan
from tests import documents as do
from tests import readings
from tests.test_routes import approve, plan, review, send
from tests.world import World, add
from training.models import Reading
from training.queries import standing_of


def next_in_force(former, world: World, way: Plan):
    version = send(services.start_version(former.document, by=world.fenn), way, world)
    version = approve(review(version, world.bea), world.thessaly)
    services.make_effective(version)
    outbox.run_all()
    return do.fresh(version)


def test_a_minor_change_asks_only_those_who_do_not_know_the_text_before(world: World) -> None:
    """Nobody is skipped twice: who never signed the former version is asked for this one."""
    from qms.people.services import assign_role  # noqa: PLC0415

    other = add(world.marit, "Nell Bracken", "Nurse")
    assign_role(other, "nurse", world.clin, by=world.marit)
    first = readings.asked(world)
    readings.sign(readings.reading_of(world.jory, first))
    minor = next_in_force(first, world, plan(world, weight="minor", reason="A comma"))
    assert [reading.person for reading in Reading.objects.open()] == [other]
    standing = standing_of(minor, today())
    assert (standing.total.people, standing.total.signed) == (2, 1)  # who knows the text counts as knowing it
    readings.sign(readings.reading_of(other, minor))
    second = next_in_force(minor, world, plan(world, weight="minor", reason="A dash"))
    assert not Reading.objects.filter(version=second).exists()
    major = next_in_force(second, world, plan(world))
    assert {reading.person for reading in Reading.objects.filter(version=major)} == {world.jory, other}


def test_the_outlook_counts_by_how_long_each_has_taken_and_proposes_a_day(world: World) -> None:
    first = readings.asked(world)
    draft = services.start_version(first.document, by=world.fenn)
    days = [today() + timedelta(days=ahead) for ahead in (3, 14)]
    said = outlook_of(draft, days)
    assert said is not None
    assert (said.people, list(said.missing.values())) == (1, [1, 0])  # nobody has signed anything: ten days are usual
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        readings.sign(readings.reading_of(world.jory, first))
        days = [today() + timedelta(days=ahead) for ahead in (1, 3)]
        said = outlook_of(draft, days)
        assert said is not None
        assert list(said.missing.values()) == [1, 0]
        assert said.proposal == today() + timedelta(days=3)
    services.discard_version(draft, by=world.fenn, reason="Not needed")
    assert outlook_of(do.in_force(world, title="Nobody reads it"), days) is None
