"""Reading with real threads on PostgreSQL: one signature for each person and version, nobody asked twice."""

from collections import Counter

import pytest

from qms.people import services as people
from qms.people.models import Person
from qms.people.programme import today
from qms.signatures.models import Signature
from qms.trail.models import Event
from sops import services as sops
from sops.models import Version
from tests import documents as do
from tests.documents import given
from tests.test_races import at_once, only_postgres, refusals, world
from tests.world import add
from training import services
from training.models import Reading
from training.signable import reading_content
from training.tasks import reconcile_tonight

__all__ = ["only_postgres", "world"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def asked_for(world) -> Version:
    version = do.in_force(world)
    services.require_reading(version.document, "nurse", world.clin, by=world.marit)
    services.ask_readers(version)
    return do.fresh(version)


def signing(reading: Reading):
    proof = given(reading.person, reading_content(reading, None, today()))

    def act() -> Signature:
        fresh = Reading.objects.select_related("version__document", "person").get(pk=reading.pk)
        return services.sign_reading(fresh, by=Person.objects.get(pk=reading.person_id), revision=None, proof=proof)

    return act


def test_of_four_signings_of_one_person_one_signs(world):
    version = asked_for(world)
    reading = version.readings.select_related("version__document", "person__user").get()
    results = at_once(*(signing(reading) for _try in range(4)))
    assert len(refusals(results)) == 3
    assert Signature.objects.filter(purpose="reading.sign").count() == 1
    assert Event.objects.filter(name="reading.sign").count() == 1
    assert Reading.objects.get().signature is not None


def test_a_ward_signs_at_once_and_nobody_waits_for_nobody(world):
    nurses = [add(world.marit, f"Nurse{n} Testwell", "Nurse") for n in range(6)]
    for nurse in nurses:
        people.assign_role(nurse, "nurse", world.clin, by=world.marit)
    version = asked_for(world)
    readings = list(version.readings.select_related("version__document", "person__user"))
    assert len(readings) == 7
    assert refusals(at_once(*(signing(reading) for reading in readings))) == []
    signed = Signature.objects.filter(purpose="reading.sign").values_list("signer", flat=True)
    assert set(Counter(signed).values()) == {1}
    assert Reading.objects.open().count() == 0


def test_asked_by_four_workers_at_once_each_is_asked_once(world):
    version = do.in_force(world)
    services.require_reading(version.document, "nurse", world.clin, by=world.marit)
    acts = [lambda: services.ask_readers(do.fresh(version)), lambda: reconcile_tonight(today())]
    results = at_once(*acts, *acts, lambda: services.ask_person(Person.objects.get(pk=world.jory.pk)))
    assert refusals(results) == []
    assert Reading.objects.count() == 1
    assert Event.objects.filter(name="reading.ask").count() == 1


def test_a_rule_given_twice_at_once_is_one_rule(world):
    version = do.in_force(world)
    act = lambda: services.require_reading(  # noqa: E731
        version.document.__class__.objects.get(pk=version.document_id), "nurse", world.clin, by=world.marit
    )
    assert len(refusals(at_once(act, act, act))) == 2


def test_signing_and_giving_way_at_once_leaves_a_true_signature_or_a_refusal(world):
    version = asked_for(world)
    after = sops.start_version(version.document, by=world.fenn)
    sops.save_text(after, by=world.fenn, revision=None, blocks=do.TEXT, summary="Same text.")
    after = do.approve(do.review(do.send(do.fresh(after), world), world), world)
    sops.attach_pdf(after)
    reading = version.readings.select_related("version__document", "person__user").get()
    refusals(at_once(signing(reading), lambda: sops.make_effective(do.fresh(after))))
    services.ask_readers(do.fresh(version))
    now = Reading.objects.get(pk=reading.pk)
    assert (now.signature is None) == (now.ended_at is not None)
