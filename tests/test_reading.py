"""Reading and signing: who is asked, when it ends, what a signature binds, and what is refused."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.files.store import exists, read
from qms.people import services as people
from qms.people.models import Person
from qms.people.programme import today
from qms.signatures.content import read_content
from qms.signatures.models import Signature
from qms.trail.canonical import sha256
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event, Outbox
from qms.trail.outbox import tasks
from sops import services as sops
from sops.models import Version
from tests import documents as do
from tests.documents import given
from tests.trail_of import carry_out_outbox, last_event, refused
from tests.world import World, add
from training import services
from training.delta import delta_of
from training.models import Reading
from training.signable import reading_content
from training.tasks import reconcile_tonight
from training.work import reading_work

AHEAD = timedelta(days=21)


def nurses(world: World, document):
    return services.require_reading(document, "nurse", world.clin, by=world.marit)


def asked(world: World, version: Version, person: Person | None = None) -> Reading:
    return Reading.objects.select_related("version__document", "person", "signature").get(
        version=version, person=person or world.jory
    )


def sign(reading: Reading, *, by: Person | None = None) -> Signature:
    reading = Reading.objects.select_related("version__document", "person").get(pk=reading.pk)
    signer = by or reading.person
    content = reading_content(reading, delta_of(reading), today())
    return services.sign_reading(reading, by=signer, revision=reading.revision, proof=given(signer, content))


def next_version(world: World, before: Version, words: str = "To thaw cells so that they live long.") -> Version:
    version = sops.start_version(before.document, by=world.fenn)
    text = [do.TEXT[0], do.paragraph("b2", words), do.TEXT[2]]
    sops.save_text(version, by=world.fenn, revision=None, blocks=text, summary="Longer life.")
    return do.review(do.send(do.fresh(version), world), world)


def test_an_approval_asks_everybody_whose_role_must_read(world):
    version = do.reviewed(world)
    rule = nurses(world, version.document)
    assert last_event()[:2] == ("reading_rule.add", "Marit Oakenshaw")
    assert rule.history.count() == 1
    version = do.approve(version, world, on=today() + AHEAD)
    carry_out_outbox()
    reading = asked(world, version)
    assert (reading.is_open, reading.due_on) == (True, today() + AHEAD)
    told = Event.objects.get(name="reading.ask")
    assert (told.by_name, json.loads(told.text)["facts"]) == ("Engraft", {"people": 1})
    assert [item.due for item in reading_work(world.jory)] == [today() + AHEAD]
    assert Reading.objects.count() == 1


def test_a_rule_asks_for_what_is_in_force_within_two_weeks_and_a_mail_only_where_the_day_is_near(world):
    version = do.in_force(world)
    carry_out_outbox()
    nurses(world, version.document)
    carry_out_outbox()
    assert asked(world, version).due_on == today() + timedelta(days=14)
    near = do.reviewed(world, title="Freezing")
    nurses(world, near.document)
    near = do.approve(near, world, on=today() + timedelta(days=3))
    do_now = [row for row in _mails_after_outbox() if row == "training/asked_to_read"]
    assert do_now == ["training/asked_to_read"]
    assert [item.told for item in reading_work(world.jory)] == [True, False]


def _mails_after_outbox() -> list[str]:
    while rows := list(Outbox.objects.filter(done_at=None).exclude(task="mail.send")):
        for row in rows:
            tasks[row.task](**row.args)
            Outbox.objects.filter(pk=row.pk).delete()
    return [row.args["template"] for row in Outbox.objects.filter(task="mail.send")]


def test_asking_twice_and_the_night_change_nothing(world):
    version = do.in_force(world)
    nurses(world, version.document)
    carry_out_outbox()
    before = asked(world, version).revision
    assert services.ask_readers(version) == services.Reconciled(0, 0)
    assert reconcile_tonight(today()) == {"people asked to read": 0, "readings ended": 0}
    assert asked(world, version).revision == before


def test_deputies_read_for_nobody(world):
    """Only own roles count: `members` looks at assignments and not at what was lent."""
    version = do.in_force(world)
    services.require_reading(version.document, "laboratory_director", world.proc, by=world.marit)
    carry_out_outbox()
    assert list(Reading.objects.values_list("person", flat=True)) == [world.thessaly.pk]


def test_whoever_gets_the_role_later_is_asked_and_whoever_loses_it_is_not_any_more(world):
    version = do.in_force(world)
    nurses(world, version.document)
    given_role = people.assign_role(world.fenn, "nurse", world.clin, by=world.marit)
    carry_out_outbox()
    assert asked(world, version, world.fenn).is_open
    people.end_role(given_role, by=world.marit)
    carry_out_outbox()
    ended = asked(world, version, world.fenn)
    assert (ended.is_open, ended.ended_why) == (False, Reading.Why.LEFT)
    assert last_event()[0] == "reading.end"
    people.assign_role(world.fenn, "nurse", world.clin, from_date=today(), by=world.marit)
    carry_out_outbox()
    assert asked(world, version, world.fenn).is_open
    assert asked(world, version).is_open


def test_a_role_of_another_facility_is_not_asked(world):
    version = do.in_force(world)
    services.require_reading(version.document, "nurse", world.aph, by=world.marit)
    carry_out_outbox()
    assert not Reading.objects.exists()


def test_the_whole_programme_is_asked_wherever_the_role_is_held(world):
    version = do.in_force(world)
    people.assign_role(world.bea, "nurse", world.aph, by=world.marit)
    services.require_reading(version.document, "nurse", by=world.marit)
    carry_out_outbox()
    assert set(Reading.objects.values_list("person", flat=True)) == {world.jory.pk, world.bea.pk}


def test_an_ended_rule_asks_nobody_and_what_was_signed_stays(world):
    version = do.in_force(world)
    rule = nurses(world, version.document)
    people.assign_role(world.fenn, "nurse", world.clin, by=world.marit)
    carry_out_outbox()
    sign(asked(world, version))
    services.end_reading_rule(rule, by=world.marit, reason="Not theirs")
    carry_out_outbox()
    assert asked(world, version, world.fenn).ended_why == Reading.Why.RULE_ENDED
    assert asked(world, version).ended_at is None
    with refused("ended already"):
        services.end_reading_rule(rule, by=world.marit)


def test_a_version_that_gives_way_is_not_asked_for_any_more(world):
    first = do.in_force(world)
    nurses(world, first.document)
    carry_out_outbox()
    second = do.approve(next_version(world, first), world)
    sops.make_effective(second)
    carry_out_outbox()
    assert asked(world, first).ended_why == Reading.Why.SUPERSEDED
    assert asked(world, second).is_open


def test_a_cancelled_approval_ends_the_asks_and_the_next_one_asks_anew(world):
    version = do.reviewed(world)
    nurses(world, version.document)
    version = do.approve(version, world, on=today() + AHEAD)
    carry_out_outbox()
    sign(asked(world, version))
    people.assign_role(world.sorrel, "nurse", world.clin, by=world.marit)
    carry_out_outbox()
    version = do.cancel(version, world)
    carry_out_outbox()
    assert asked(world, version, world.sorrel).ended_why == Reading.Why.CANCELLED
    version = do.approve(do.review(do.send(do.fresh(version), world), world), world, on=today() + AHEAD)
    carry_out_outbox()
    anew = Reading.objects.get(version=version, round=version.round, person=world.jory)
    assert anew.is_open
    assert Reading.objects.filter(version=version, person=world.jory).count() == 2


def test_a_withdrawn_document_is_not_read_any_more(world):
    version = do.in_force(world)
    nurses(world, version.document)
    carry_out_outbox()
    do.withdraw(version, world)
    carry_out_outbox()
    assert asked(world, version).ended_why == Reading.Why.WITHDRAWN


def test_a_signature_binds_text_pdf_and_the_changes_that_were_shown(world):
    first = do.in_force(world)
    nurses(world, first.document)
    carry_out_outbox()
    plain = read_content(read(sign(asked(world, first)).content_digest))
    assert set(plain.digests) == {"text", "pdf"}
    assert ("You were shown", "the whole text: you had signed no version of it before") in plain.facts
    second = do.approve(next_version(world, first), world, on=today() + AHEAD)
    carry_out_outbox()
    reading = asked(world, second)
    signature = sign(reading)
    content = read_content(read(signature.content_digest))
    second = do.fresh(second)
    shown = read(content.digests["redline"])
    assert content.digests == {
        "text": second.body, "pdf": second.pdf, "against": first.body, "redline": sha256(shown.decode()),
    }  # fmt: skip
    assert b"long" in shown
    assert "will work to it from" in content.meaning
    assert exists(content.digests["redline"])
    name, who, text = last_event()
    assert (name, who, text["facts"]["text"]) == ("reading.sign", "Jory Pennyroyal", second.body)
    assert text["facts"]["shown"] == content.digests["redline"]
    reading = asked(world, second)
    assert reading.signature == signature
    assert reading.history.count() == reading.revision


def test_what_is_refused_leaves_nothing(world):
    version = do.in_force(world)
    nurses(world, version.document)
    carry_out_outbox()
    reading = asked(world, version)
    content = reading_content(reading, None, today())
    others, mine, stale = (given(person, content) for person in (world.fenn, world.jory, world.jory))
    with refused("Nobody reads for another", NotAllowed):
        services.sign_reading(reading, by=world.fenn, revision=None, proof=others)
    with refused("changed", Stale):
        services.sign_reading(reading, by=world.jory, revision=reading.revision + 5, proof=stale)
    services.sign_reading(reading, by=world.jory, revision=None, proof=mine)
    with refused("signed this already", NotAllowed):
        services.sign_reading(reading, by=world.jory, revision=None, proof=stale)
    with refused("must read this already", Invalid):
        nurses(world, version.document)
    with refused("no such role", Invalid):
        services.require_reading(version.document, "gardener", world.clin, by=world.marit)
    with refused("whole programme", Invalid):
        services.require_reading(version.document, "quality_manager", world.clin, by=world.marit)
    for person in (world.jory, world.bea, world.thessaly, world.ivo):
        with refused("said by quality and by its owner", NotAllowed):
            services.require_reading(version.document, "technician", world.proc, by=person)
    services.require_reading(version.document, "technician", world.proc, by=world.fenn)


def test_what_gave_way_before_the_worker_came_is_not_signed(world):
    first = do.in_force(world)
    nurses(world, first.document)
    carry_out_outbox()
    reading = asked(world, first)
    proof = given(world.jory, reading_content(reading, None, today()))
    sops.make_effective(do.approve(next_version(world, first), world))
    with refused("not the one to work by", NotAllowed):
        services.sign_reading(reading, by=world.jory, revision=None, proof=proof)


def test_reminding_once_a_day_and_by_whom(world):
    version = do.in_force(world)
    nurses(world, version.document)
    carry_out_outbox()
    for person in (world.jory, world.bea, world.ivo):
        with refused("do not allow reminding", NotAllowed):
            services.remind_readers(version, by=person)
    assert services.remind_readers(version, by=world.thessaly) == 1
    assert Outbox.objects.filter(args__template="training/reminder", args__to=world.jory.pk).count() == 1
    with refused("Once a day is enough", NotAllowed):
        services.remind_readers(version, by=world.marit)


def test_a_leaver_is_asked_no_more(world):
    version = do.in_force(world)
    nurses(world, version.document)
    carry_out_outbox()
    people.record_leaver(world.jory, left_on=today() - timedelta(days=1), by=world.marit)
    carry_out_outbox()
    assert asked(world, version).ended_why == Reading.Why.LEFT


@pytest.mark.parametrize("days", [0, 1])
def test_the_night_asks_whose_role_began_by_its_date(world, days):
    version = do.in_force(world)
    nurses(world, version.document)
    people.assign_role(world.fenn, "nurse", world.clin, from_date=today() + timedelta(days=days), by=world.marit)
    Outbox.objects.filter(done_at=None).exclude(task="mail.send").delete()
    counts = reconcile_tonight(today())
    assert counts["people asked to read"] == (2 if days == 0 else 1)


@pytest.mark.once
def test_my_work_costs_the_same_for_one_reading_and_for_twelve(world):
    costs = []
    for index in range(12):
        version = do.in_force(world, title=f"Procedure {index}")
        nurses(world, version.document)
        carry_out_outbox()
        if index in (0, 11):
            with CaptureQueriesContext(connection) as caught:
                items = reading_work(world.jory)
            costs.append(len(caught))
            assert len(items) == index + 1
    assert costs == [2, 2]


def test_a_newcomer_with_an_account_is_asked_by_the_role_alone(world):
    version = do.in_force(world)
    nurses(world, version.document)
    new = add(world.marit, "Perrin Ashgrove", "Nurse")
    people.assign_role(new, "nurse", world.clin, by=world.marit)
    carry_out_outbox()
    assert reading_work(new)[0].sentence == "New for you: please read all of it."
