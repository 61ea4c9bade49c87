"""What a reader is shown is part of what is signed: against which version, kept, and no other proof serves."""

import json
from datetime import timedelta

import pytest
from django.core import mail

from qms.files.store import read as stored
from qms.people import services as people
from qms.people.programme import today
from qms.records.presenters import record_page
from qms.signatures.models import Remark, Signature
from qms.signatures.presenters import receipt
from qms.signatures.services import mark_signature
from qms.trail import outbox
from qms.trail.canonical import sha256
from qms.trail.errors import NotAllowed, Refused
from qms.trail.models import Event
from tests import documents as do
from tests import readings as read
from tests import world as worlds
from training import services
from training.delta import compared, delta_of
from training.models import Reading
from training.reconcile import due_day
from training.signable import reading_content

SLOWER = [*do.TEXT[:2], do.TEXT[2] | {"runs": [{"text": "Lower the bag slowly into the bath."}]}]
SLOWEST = [*do.TEXT[:2], do.TEXT[2] | {"runs": [{"text": "Lower the bag very slowly into the bath."}]}]


def shown_last() -> str:
    return str(json.loads(Event.objects.filter(name="reading.sign").latest("pk").text)["facts"]["shown"])


@pytest.fixture
def one(world):
    """A version in force that Jory has read and signed."""
    version = read.asked(world)
    read.sign(read.reading_of(world.jory, version))
    return version


def test_the_changes_are_against_what_this_person_signed_last(world, one):
    """Whoever missed a version is shown the changes of both, and signs them."""
    two = read.next_version(one, world, SLOWER)
    three = read.next_version(two, world, SLOWEST)
    delta = delta_of(read.reading_of(world.jory, three))
    assert delta is not None and delta.former.n == 1
    digest = delta.digest
    read.sign(read.reading_of(world.jory, three))
    assert shown_last() == digest


def test_what_was_signed_in_error_counts_for_nothing(world, one):
    """Then the whole text is new again."""
    made = Signature.objects.get(purpose="reading.sign")
    mark_signature(made, Remark.Kind.ERROR, by=world.jory, reason="The wrong one")
    two = read.next_version(one, world, SLOWER)
    assert delta_of(read.reading_of(world.jory, two)) is None


def test_a_proof_for_the_whole_text_does_not_sign_the_changes(world, one):
    """The digest of what was shown is bound: shown something else, one signs anew."""
    two = read.next_version(one, world, SLOWER)
    reading = read.reading_of(world.jory, two)
    whole = do.given(world.jory, reading_content(reading, None, today()))
    with pytest.raises(Refused):
        services.sign_reading(reading, by=world.jory, revision=None, proof=whole)
    assert read.reading_of(world.jory, two).is_open
    assert Event.objects.filter(name="reading.sign").count() == 1


def test_what_was_shown_is_kept_and_verifies(world, one):
    """The bytes are their digest, name both texts, and hold every word of the changes."""
    two = read.next_version(one, world, SLOWER)
    signature = read.sign(read.reading_of(world.jory, two))
    kept = stored(shown_last()).decode()
    assert sha256(kept) == shown_last()
    data = json.loads(kept)
    assert (data["from"], data["to"], len(data["changes"])) == (one.body, two.body, 1)
    assert any("slowly" in word["text"] for block in data["blocks"] for word in block.get("words", ()))
    found = receipt(signature, signature.signer)
    assert found.problem == "" and ("The changes", shown_last()) in found.digests


def test_one_comparison_serves_a_whole_ward(world):
    nell = worlds.add(world.marit, "Nell Fennimore", "Nurse")
    people.assign_role(nell, "nurse", world.clin, by=world.marit)
    first = read.asked(world)
    for person in (world.jory, nell):
        read.sign(read.reading_of(person, first))
    two = read.next_version(first, world, SLOWER)
    compared.cache_clear()
    digests = {delta_of(read.reading_of(person, two)).digest for person in (world.jory, nell)}
    assert len(digests) == 1
    assert compared.cache_info().misses == 1


@pytest.mark.parametrize(("days", "due"), [(1, 1), (9, 9), (40, 40)])
def test_due_is_the_day_on_which_it_takes_effect_where_that_lies_ahead(world, one, days, due):
    two = read.approved_next(one, world, SLOWER, on=today() + timedelta(days=days))
    assert read.reading_of(world.jory, two).due_on == today() + timedelta(days=due)
    assert due_day(two, two.effective_on) == two.effective_on + timedelta(days=14)  # asked on that day: two weeks


def test_a_mail_goes_at_once_only_where_the_day_is_near(world, one):
    def told() -> list[str]:
        return [
            sent.body for sent in mail.outbox if sent.to == ["jory@engraft.example"] and "read and sign" in sent.subject
        ]

    assert told() == []
    two = read.approved_next(one, world, SLOWER, on=today() + timedelta(days=4))
    assert told() == []
    other = read.approved_next(read.asked(world, title="Washing"), world, SLOWER, on=today() + timedelta(days=3))
    (body,) = told()
    assert read.reading_of(world.jory, other).get_absolute_url() in body
    assert read.reading_of(world.jory, two).is_open


def test_a_reminder_reaches_whoever_has_yet_to_sign(world):
    nell = worlds.add(world.marit, "Nell Fennimore", "Nurse")
    people.assign_role(nell, "nurse", world.clin, by=world.marit)
    version = read.asked(world)
    read.sign(read.reading_of(nell, version))
    mail.outbox.clear()
    assert services.remind_readers(version, by=world.marit) == 1
    outbox.run_all()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (
        ["jory@engraft.example"], "Reminder: read and sign PROC-SOP-001, version 1",
    )  # fmt: skip
    read.sign(read.reading_of(world.jory, version))
    with pytest.raises(NotAllowed):
        services.remind_readers(version, by=world.marit)
    assert not Reading.objects.open().exists()


def test_from_a_receipt_its_person_gets_to_the_text_and_others_to_who_has_signed(world, one):
    reading = read.reading_of(world.jory, one)
    signature = read.sign(reading) if reading.is_open else reading.signature
    assert receipt(signature, world.jory).record_url == f"/reading/{reading.pk}/"
    assert receipt(signature, world.marit).record_url == f"{one.get_absolute_url()}readers/"
    assert record_page("training.reading", str(reading.pk)) == f"{one.get_absolute_url()}readers/"
