"""Two at once on a route, with real threads on PostgreSQL: one wins, the other reads why, and nothing is half done."""

import pytest
from django.db import connection

from qms.people.models import Person
from qms.trail.models import Outbox
from sops import services
from sops.models import Status
from sops.routing import Plan, Seat, Stage
from sops.signable import plan_content, review_content
from tests import documents as do
from tests import world as worlds
from tests.documents import given
from tests.test_races import approval, at_once, refusals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def on_route(world, title: str, stage, *approvers: Person):
    """Return a version sent on a route with one stage of review."""
    way = Plan((stage, Stage("approve", tuple(Seat(one) for one in approvers or (world.thessaly,)))))
    version = do.draft(world, title=title)
    proof = given(world.fenn, plan_content(version, way))
    services.send_on_route(version, by=world.fenn, revision=None, plan=way, proof=proof)
    return do.fresh(version)


def reviewing(version, person: Person):
    proof = given(person, review_content(version))
    return lambda: services.sign_review(
        do.fresh(version), by=Person.objects.get(pk=person.pk), revision=None, proof=proof
    )


def test_the_last_two_of_a_parallel_step_at_once_move_it_on_once(world):
    for round_ in range(5):
        stage = Stage("review", (Seat(world.bea), Seat(world.marit)))
        version = on_route(world, f"Race {round_}", stage)
        assert refusals(at_once(reviewing(version, world.bea), reviewing(version, world.marit))) == []
        version = do.fresh(version)
        assert version.status == Status.IN_APPROVAL
        assert version.steps.filter(kind="review", signature=None).count() == 0
        (step,) = version.steps.filter(kind="approve")
        assert step.asked_at is not None
        assert step.revision == 2  # asked once


def test_a_quorum_reached_by_two_at_once_is_reached_once_and_the_other_reads_why(world):
    for round_ in range(5):
        version = on_route(world, f"Race {round_}", Stage("review", (Seat(world.bea), Seat(world.marit)), 1))
        lost = refusals(at_once(reviewing(version, world.bea), reviewing(version, world.marit)))
        assert len(lost) == 1
        assert "can no longer be reviewed" in str(lost[0])
        version = do.fresh(version)
        assert version.status == Status.IN_APPROVAL
        assert version.steps.filter(kind="review", signature__isnull=False).count() == 1
        assert version.steps.filter(kind="review", over="enough").count() == 1


def test_a_review_and_a_taking_back_at_once_leave_one_truth(world):
    """Either it was signed first and the signature is emptied, or it was taken back and the signer reads so."""
    for round_ in range(5):
        version = do.sent(world, title=f"Race {round_}")
        take_back = lambda version=version: services.take_back(  # noqa: E731
            do.fresh(version), by=Person.objects.get(pk=world.fenn.pk), reason="A word is wrong"
        )
        lost = refusals(at_once(reviewing(version, world.bea), take_back))
        version = do.fresh(version)
        signed = version.steps.filter(kind="review", signature__isnull=False).count()
        assert version.status == Status.DRAFT
        assert len(lost) == 1 - signed, lost
        told = Outbox.objects.filter(args__template="sops/signature_emptied", key__contains=f":{version.pk}-")
        assert told.count() == signed


def test_a_signature_and_two_reminders_at_once_remind_nobody_twice(world):
    for round_ in range(5):
        version = do.sent(world, title=f"Race {round_}")
        remind = lambda version=version: services.remind_asked(  # noqa: E731
            do.fresh(version), by=Person.objects.get(pk=world.fenn.pk)
        )
        results = at_once(reviewing(version, world.bea), remind, remind)
        assert results[0] is None
        lost = refusals(results)
        told = [person.pk for found in results if isinstance(found, list) for person in found]
        assert len(told) == len(set(told))  # nobody twice: who is told second is the approver, whose turn it is then
        assert len(told) + len(lost) == 2


def test_two_approvers_of_one_route_at_once_and_none_is_lost(world):
    """Each chose a day on the page of before: one is told that the other chose meanwhile, and looks again."""
    for round_ in range(5):
        version = on_route(world, f"Race {round_}", Stage("review", (Seat(world.bea),)), world.thessaly, world.marit)
        reviewing(version, world.bea)()
        version = do.fresh(version)
        lost = refusals(at_once(approval(version, world.thessaly), approval(version, world.marit)))
        assert len(lost) == 1
        assert "changed this record meanwhile" in str(lost[0])
        left = next(one for one in (world.thessaly, world.marit)
                    if not do.fresh(version).steps.filter(signature__signer=one).exists())  # fmt: skip
        approval(do.fresh(version), left)()
        assert do.fresh(version).status == Status.APPROVED
