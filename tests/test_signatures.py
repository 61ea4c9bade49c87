"""The law of signatures: a proof once, for this content, person and session, within two minutes; and what stays."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from qms.files.store import read
from qms.people import services as people
from qms.people.lockout import Locked
from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import May
from qms.people.tokens import Purpose, make_token
from qms.signatures import services
from qms.signatures.content import Content, read_content
from qms.signatures.deputations import depute, depute_content, end_deputation
from qms.signatures.envelope import read_envelope
from qms.signatures.models import Deputation, Proof, Remark, Signature
from qms.signatures.presenters import receipt
from qms.signatures.proofs import Given, forget_old_proofs, reauthenticate
from qms.signatures.services import (
    acting_role,
    has_pledged,
    mark_signature,
    pledge,
    pledge_content,
    sign,
)
from qms.trail.canonical import sha256
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from tests.documents import SESSION, given
from tests.world import PASSWORD

DATA = Path(__file__).parent / "data"
OATH = Content(
    purpose="test.swear", language="en-gb", title="the oath", meaning="I mean it.", facts=(("Day", "28 September"),),
    digests={"text": "ab" * 32},
)  # fmt: skip
OTHER = replace(OATH, facts=(("Day", "29 September"),))


def swear(person: Person, proof: Given, content: Content = OATH, **more: str) -> Signature:
    with change(by=person, on=[person]) as c:
        signature = sign(c, person, content, by=person, proof=proof, **more)
        c.event("signature.pledge", person, signature=signature.pk)
    return signature


def prove(person: Person, content: Content = OATH, session: str = SESSION) -> Given:
    return given(person, content, session)


def sworn() -> int:
    return Signature.objects.filter(purpose="test.swear").count()


def test_a_signature_binds_name_time_meaning_and_content(world):
    """21 CFR 11.50 and 11.70."""
    made = swear(world.jory, prove(world.jory), role="Nurse")
    envelope = read_envelope(made.envelope)
    assert (envelope.signer, envelope.role, envelope.meaning) == ("Jory Pennyroyal", "Nurse", "I mean it.")
    assert (envelope.content, envelope.zone, envelope.method) == (OATH.digest, "Europe/Paris", "password")
    assert (envelope.label, envelope.record_id, envelope.record) == (
        "qms.person", str(world.jory.pk), "Jory Pennyroyal",
    )  # fmt: skip
    assert envelope.at == made.at
    assert envelope.local[:19] == made.at.astimezone(services.zone()).strftime("%Y-%m-%dT%H:%M:%S")
    kept = read(made.content_digest)
    assert (sha256(kept), read_content(kept)) == (OATH.digest, OATH)
    rows = json.loads(Event.objects.latest("id").text)["rows"]
    assert [row["fields"]["envelope"] for row in rows if row["label"] == "qms.signature"] == [made.envelope]


def test_a_proof_serves_once(world):
    proof = prove(world.jory)
    swear(world.jory, proof)
    with pytest.raises(NotAllowed, match="Enter your password again"):
        swear(world.jory, proof)
    assert sworn() == 1


@pytest.mark.parametrize("wrong", ["content", "session", "person", "token"])
def test_a_proof_serves_this_content_session_and_person_only(world, wrong):
    prove(world.bea)
    proof = prove(world.jory)
    person, content = (world.bea if wrong == "person" else world.jory), (OTHER if wrong == "content" else OATH)
    if wrong == "session":
        proof = Given(proof.token, "another-session")
    if wrong == "token":
        proof = Given("guessed", SESSION)
    with pytest.raises(NotAllowed, match="Enter your password again"):
        swear(person, proof, content)
    assert sworn() == 0


@pytest.mark.parametrize(("seconds", "holds"), [(0, True), (119, True), (121, False), (-5, False)])
def test_a_proof_holds_two_minutes_and_not_before_it_was_given(world, seconds, holds):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        proof = prove(world.jory)
        clock.shift(timedelta(seconds=seconds))
        if holds:
            swear(world.jory, proof)
        else:
            with pytest.raises(NotAllowed, match="Enter your password again"):
                swear(world.jory, proof)
    assert sworn() == int(holds)


def test_an_account_closed_meanwhile_does_not_sign(world):
    proof = prove(world.jory)
    User.objects.filter(pk=world.jory.user.pk).update(is_active=False)
    with pytest.raises(NotAllowed, match="account is closed"):
        swear(world.jory, proof)
    assert sworn() == 0


def test_somebody_who_left_meanwhile_does_not_sign_even_with_a_person_read_before(world):
    proof = prove(world.jory)
    people.record_leaver(Person.objects.get(pk=world.jory.pk), left_on=today() - timedelta(days=1), by=world.marit)
    with pytest.raises(NotAllowed):
        swear(world.jory, proof)
    assert sworn() == 0


def reset(person: Person) -> None:
    token = make_token(User.objects.get(pk=person.user.pk), Purpose.RESET)
    people.reset_password(token, password="nine-loud-herons")


def test_a_reset_between_proof_and_signature_ends_the_proof(world):
    proof = prove(world.jory)
    reset(world.jory)
    with pytest.raises(NotAllowed, match="changed a moment ago"):
        swear(world.jory, proof)


@pytest.mark.parametrize(("hours", "marked"), [(1, True), (23, True), (25, False)])
def test_signatures_of_the_day_after_a_reset_are_marked_for_review(world, hours, marked):
    prove(world.jory)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        reset(world.jory)
        clock.shift(timedelta(hours=hours))
        user = User.objects.get(pk=world.jory.user.pk)
        proof = reauthenticate(user, session=SESSION, digest=OATH.digest, password="nine-loud-herons", email=None)
        made = swear(world.jory, proof)
    assert made.for_review is marked
    assert read_envelope(made.envelope).for_review is marked


def test_before_any_signature_comes_the_pledge_and_only_once(world):
    """21 CFR 11.100(c): that electronic signatures bind like those by hand."""
    user = world.jory.user
    proof = reauthenticate(user, session=SESSION, digest=OATH.digest, password=PASSWORD, email=user.email)
    with pytest.raises(NotAllowed, match="Before your first signature"):
        swear(world.jory, proof)
    assert not has_pledged(world.jory)
    digest = pledge_content().digest
    first, second = (
        reauthenticate(user, session=SESSION, digest=digest, password=PASSWORD, email=user.email) for _n in range(2)
    )
    made = pledge(by=world.jory, proof=first)
    assert (made.purpose, made.method) == ("pledge", "e-mail and password")
    with pytest.raises(NotAllowed, match="signed this already"):
        pledge(by=world.jory, proof=second)
    assert Signature.objects.filter(purpose="pledge").count() == 1


def test_nobody_signs_for_another(world):
    proof = prove(world.jory)
    with pytest.raises(NotAllowed, match="Nobody signs for another"), change(by=world.bea) as c:
        sign(c, world.jory, OATH, by=world.jory, proof=proof)
    assert sworn() == 0


def fail(person: Person, **more: object) -> None:
    given_ = {"session": SESSION, "digest": OATH.digest, "password": "wrong", "email": None, **more}
    reauthenticate(person.user, **given_)


@pytest.mark.parametrize(
    "wrong", [{}, {"email": "bea@engraft.example", "password": PASSWORD}, {"email": "", "password": PASSWORD}]
)
def test_failed_signings_are_events_and_lock_the_account(world, wrong):
    """21 CFR 11.300(d): attempts at unauthorised use are detected and reported."""
    for _attempt in range(settings.LOCK_OUT_FAILURES):
        with pytest.raises(NotAllowed, match="Nothing was signed"):
            fail(world.jory, **wrong)
    assert Event.objects.filter(name="signature.failed").count() == settings.LOCK_OUT_FAILURES
    assert Event.objects.filter(name="account.locked", record_id=str(world.jory.pk)).count() == 1
    with pytest.raises(Locked):
        fail(world.jory, password=PASSWORD)
    assert Proof.objects.count() == 0
    assert "wrong" not in "".join(Event.objects.values_list("text", flat=True)).replace("wrong password", "")


@pytest.mark.django_db(transaction=True)
def test_a_failed_signing_is_kept_although_nothing_else_is(world):
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        fail(world.jory)
    connection.close()  # what was not committed is gone
    assert list(Event.objects.order_by("pk").values_list("name", flat=True))[before:] == ["signature.failed"]


def test_a_refused_act_leaves_no_signature_and_no_event(world):
    proof = prove(world.jory)
    before = (Event.objects.count(), Signature.objects.count())
    with pytest.raises(NotAllowed), change(by=world.jory, on=[world.jory]) as c:
        sign(c, world.jory, OATH, by=world.jory, proof=proof)
        raise NotAllowed("The rule says no.")
    assert (Event.objects.count(), Signature.objects.count()) == before


def test_a_signature_is_never_changed(world):
    made = swear(world.jory, prove(world.jory))
    with pytest.raises(NotAllowed):
        Signature.objects.filter(pk=made.pk).update(meaning="Something else")
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE qms_signature SET meaning = 'Something else' WHERE id = %s", [made.pk])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="races are proven on PostgreSQL")
def test_of_two_that_spend_one_proof_at_once_one_signs(world):
    proof = prove(world.jory)

    def attempt(_n: int) -> bool:
        try:
            swear(Person.objects.get(pk=world.jory.pk), proof)
        except NotAllowed:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [False] * 7 + [True]
    assert sworn() == 1


def test_old_proofs_are_forgotten(world):
    prove(world.jory)
    assert forget_old_proofs(timezone.now()) == 0
    assert forget_old_proofs(timezone.now() + timedelta(days=2)) == 2
    assert Proof.objects.count() == 0


# Remarks


def test_a_signature_in_error_is_marked_by_its_signer_or_quality_once(world):
    made = swear(world.jory, prove(world.jory))
    with pytest.raises(NotAllowed):
        mark_signature(made, Remark.Kind.ERROR, by=world.fenn, reason="Not mine")
    with pytest.raises(Invalid, match="Write why"):
        mark_signature(made, Remark.Kind.ERROR, by=world.jory, reason="  ")
    remark = mark_signature(made, Remark.Kind.ERROR, by=world.jory, reason="Wrong form")
    assert (remark.by, remark.reason) == (world.jory, "Wrong form")
    with pytest.raises(NotAllowed, match="already"):
        mark_signature(made, Remark.Kind.ERROR, by=world.marit, reason="Also wrong")
    shown = receipt(Signature.objects.get(pk=made.pk), world.marit)
    assert (shown.state, shown.in_error) == ("marked", remark)
    text = json.loads(Event.objects.latest("id").text)
    assert (text["name"], text["reason"]) == ("signature.mark", "Wrong form")
    assert text["also"] == [["qms.person", str(world.jory.pk)]]


def test_accepting_is_for_quality_of_signatures_of_others_that_need_it(world):
    plain = swear(world.jory, prove(world.jory))
    with pytest.raises(NotAllowed, match="needs no look"):
        mark_signature(plain, Remark.Kind.REVIEWED, by=world.marit, reason="Fine")
    for person in (world.jory, world.marit):
        prove(person)
        User.objects.filter(pk=person.user.pk).update(security_changed_at=timezone.now() - timedelta(minutes=1))
    made, own = swear(world.jory, prove(world.jory)), swear(world.marit, prove(world.marit))
    assert made.for_review and own.for_review
    for who in (world.jory, world.thessaly, world.ivo):
        with pytest.raises(NotAllowed):
            mark_signature(made, Remark.Kind.REVIEWED, by=who, reason="Fine")
    with pytest.raises(NotAllowed, match="Somebody else"):
        mark_signature(own, Remark.Kind.REVIEWED, by=world.marit, reason="Mine")
    mark_signature(made, Remark.Kind.REVIEWED, by=world.marit, reason="Confirmed by phone")
    assert not receipt(made, world.marit).to_be_reviewed
    assert receipt(made, world.marit).state == "signed"


def test_bytes_that_were_altered_are_said_on_the_receipt(world, as_):
    made = swear(world.jory, prove(world.jory))
    digest = made.content_digest
    path = Path(settings.STORAGES["default"]["OPTIONS"]["location"]) / digest[:2] / digest[2:4] / digest
    kept = path.read_bytes()
    mode = path.stat().st_mode
    try:
        path.chmod(0o600)
        path.write_bytes(kept.replace(b"I mean it", b"I deny it"))
        page = as_(world.jory).get(f"/signatures/{made.pk}/")
        assert page.status_code == 200
        assert "What was signed is not what is stored." in page.content.decode()
    finally:
        path.write_bytes(kept)
        path.chmod(mode)


# Deputations


def lend(world, *, deputy: Person | None = None, first: int = 0, last: int = 3) -> Deputation:
    held = world.thessaly.role_assignments.get()
    chosen = {
        "deputy": deputy or world.bea, "from_date": today() + timedelta(days=first),
        "until_date": today() + timedelta(days=last),
    }  # fmt: skip
    proof = prove(world.thessaly, depute_content(held, **chosen))
    return depute(held, **chosen, by=world.thessaly, proof=proof)


def anew(person: Person) -> Person:
    return Person.objects.select_related("user").get(pk=person.pk)


def test_a_deputy_may_what_the_role_may_in_its_days_and_signs_on_behalf(world):
    assert not anew(world.bea).may(May.APPROVE_DOCUMENTS, world.proc.pk)
    deputation = lend(world)
    bea = anew(world.bea)
    assert bea.may(May.APPROVE_DOCUMENTS, world.proc.pk)
    assert not bea.may(May.APPROVE_DOCUMENTS, world.clin.pk)
    moment = timezone.now()
    assert acting_role(bea, May.APPROVE_DOCUMENTS, world.proc.pk, moment) == (
        "Laboratory director", "Dr Thessaly Quince",
    )  # fmt: skip
    assert acting_role(bea, May.REVIEW_DOCUMENTS, world.proc.pk, moment) == ("Document reviewer", "")
    assert May.APPROVE_DOCUMENTS not in bea.grants_on(today() + timedelta(days=4)).get(world.proc.pk, ())
    assert May.APPROVE_DOCUMENTS not in bea.grants_on(today() - timedelta(days=1)).get(world.proc.pk, ())
    role, behalf = acting_role(bea, May.APPROVE_DOCUMENTS, world.proc.pk, moment)
    made = swear(world.bea, prove(world.bea), role=role, on_behalf_of=behalf)
    assert read_envelope(made.envelope).on_behalf_of == "Dr Thessaly Quince"
    assert deputation.signature is not None
    assert deputation.signature.signer == world.thessaly


def test_of_several_roles_the_one_that_fits_the_act_most_narrowly_is_named(world):
    people.assign_role(world.thessaly, "author", world.proc, from_date=today(), by=world.marit)
    now = timezone.now()
    acts = {
        (world.thessaly, May.DRAFT_DOCUMENTS): "Document author",
        (world.thessaly, May.REVIEW_DOCUMENTS): "Document reviewer",
        (world.thessaly, May.APPROVE_DOCUMENTS): "Laboratory director",
        (world.marit, May.REVIEW_DOCUMENTS): "Quality manager",
    }
    for (person, permission), capacity in acts.items():
        assert acting_role(anew(person), permission, world.proc.pk, now) == (capacity, "")


def lent(person) -> list[str]:
    return [held.role for held in person.roles_on(today()) if held.person_id != person.pk]


def test_a_deputation_ends_with_its_end_the_role_or_the_lender(world):
    deputation = lend(world)
    with pytest.raises(NotAllowed, match="Only the one who gave"):
        end_deputation(deputation, by=world.bea, reason="Enough")
    end_deputation(deputation, by=world.thessaly, reason="Back early")
    assert lent(world.bea) == []
    with pytest.raises(NotAllowed, match="ended already"):
        end_deputation(deputation, by=world.thessaly, reason="Again")
    lend(world)
    assert lent(world.bea) == ["laboratory_director"]
    people.end_role(world.thessaly.role_assignments.get(), by=world.marit, reason="New post")
    assert lent(world.bea) == []
    assert not anew(world.bea).may(May.APPROVE_DOCUMENTS, world.proc.pk)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"first": -1}, "first day has passed"), ({"first": 3, "last": 2}, "last day is before the first"),
        ({"deputy": "thessaly"}, "to somebody else"), ({"deputy": "hale"}, "not here on all these days"),
    ],
)  # fmt: skip
def test_a_deputation_that_cannot_be_is_refused(world, more, refusal):
    more = {**more, **({"deputy": getattr(world, more["deputy"])} if "deputy" in more else {})}
    with pytest.raises((Invalid, NotAllowed), match=refusal):
        lend(world, **more)
    assert Deputation.objects.count() == 0


def test_nobody_lends_what_is_not_theirs_or_was_lent_to_them(world):
    lend(world)
    held = world.thessaly.role_assignments.get()
    chosen = {"deputy": world.fenn, "from_date": today(), "until_date": today()}
    proof = prove(world.bea, depute_content(held, **chosen))
    with pytest.raises(NotAllowed, match="your own roles"):
        depute(held, **chosen, by=world.bea, proof=proof)
    with pytest.raises(Invalid, match="already"):
        lend(world)


# What was kept once is read for ever


def test_contents_of_the_first_format_are_read_for_ever():
    data = (DATA / "content-1.json").read_bytes()
    assert sha256(data) == "929239cfd416259ecce7b38f23820789be8b6f708275dc10a47c6459b72efdd8"
    content = read_content(data)
    assert content.meaning == "I approve this version for use from the date above."
    assert content.facts[-1] == ("Takes effect on", "28 September 2026")
    assert content.digests == {"against": "5e" * 32, "text": "9f" * 32}
    assert content.text.encode() == data


def test_envelopes_of_the_first_format_are_read_for_ever():
    text = (DATA / "envelope-1.json").read_text()
    assert sha256(text) == "1657628366b23d53839a1610af198279893c83520e2810d4270dfd149fff6e01"
    envelope = read_envelope(text)
    assert (envelope.signer, envelope.on_behalf_of) == ("Bea Thistledown", "Dr Thessaly Quince")
    assert envelope.at == datetime(2026, 9, 14, 8, 16, 42, 123456, tzinfo=UTC)
    assert (envelope.local, envelope.zone) == ("2026-09-14T10:16:42+02:00", "Europe/Paris")
    assert envelope.content == sha256((DATA / "content-1.json").read_bytes())
    assert envelope.text == text


@pytest.mark.parametrize("reader", [read_content, read_envelope])
def test_formats_of_a_later_release_are_refused_in_words(reader):
    for format_number in (2, None, "1"):
        with pytest.raises(Invalid, match="not known to this release"):
            reader(json.dumps({"format": format_number}))


def test_what_the_page_shows_is_read_back_from_what_would_be_kept():
    odd = replace(OATH, title='Œ "quotes" & <tags>\n', facts=(("", ""), ("a", "b\tc")), digests={})
    assert read_content(odd.text.encode()) == odd
    assert odd.digest != OATH.digest
