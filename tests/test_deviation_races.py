"""Two at once on a planned deviation, with real threads on PostgreSQL: one wins, the other reads why."""

import pytest
import time_machine
from django.db import connection

from sops import services
from sops.deviating import APPROVE, REFUSE
from sops.deviation_signable import deviation_content
from sops.models import Deviation, DeviationStatus
from tests import deviated as dev
from tests import documents as do
from tests import world as worlds
from tests.test_races import at_once, refusals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def deciding(one: Deviation, world, how, reason: str = ""):
    """Return an act that decides, with a proof given before and a record of its own."""
    proof = do.given(world.thessaly, deviation_content(one, how, word=reason), session=how.name)
    own = dev.fresh(one)
    return lambda: services.decide_deviation(
        own, how, by=world.thessaly, revision=own.revision, reason=reason, proof=proof
    )


def test_approve_and_refuse_at_once(world):
    one = dev.asked(do.in_force(world), world.fenn)
    results = at_once(deciding(one, world, APPROVE), deciding(one, world, REFUSE, "No"))
    assert len(refusals(results)) == 1
    found = dev.fresh(one)
    assert found.status in (DeviationStatus.APPROVED, DeviationStatus.REFUSED)
    assert found.signature.purpose == f"deviation.{'approve' if found.status == 'approved' else 'refuse'}"


def test_approve_and_expire_at_once(world):
    version = do.in_force(world)
    one = dev.asked(version, world.fenn)
    act = deciding(one, world, APPROVE)
    results = at_once(act, lambda: services.expire_deviations(one.expires_at))
    found = dev.fresh(one)
    assert found.status == DeviationStatus.EXPIRED
    assert (found.signature is None) == bool(refusals(results))
    with time_machine.travel(one.expires_at):
        assert services.expire_deviations() == 0


def test_two_ask_at_once_and_get_two_numbers(world):
    version = do.in_force(world)
    people = (world.fenn, world.bea)
    results = at_once(*(lambda by=by: services.ask_deviation(do.fresh(version), dev.WISH, by=by) for by in people))
    assert not refusals(results)
    assert sorted(Deviation.objects.values_list("n", flat=True)) == [1, 2]
