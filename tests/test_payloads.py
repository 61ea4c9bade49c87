"""Bytes that may be erased: only a digest stays, two people sign, and a restored backup does not bring them back."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from qms.people.models import Person
from qms.signatures.proofs import reauthenticate
from qms.signatures.services import sign
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event, Payload
from qms.trail.outbox import run_all
from qms.trail.payloads import erase_payload, keep_payload, read_ledger, read_payload, repeat_erasures
from qms.trail.sealer import seal
from qms.trail.verify import verify
from tests.tampered import content_for_erasing, cover_up, key, sealed, sign_erasing, sign_pledge, sql, unguarded
from tests.world import World

__all__ = ["key", "sealed", "unguarded"]
WORDS = b"Bag dropped while Jory Pennyroyal carried it."


def keep(world: World, data: bytes = WORDS) -> str:
    with change(by=world.fenn, on=[world.proc]) as c:
        digest = keep_payload(c, data)
        c.event("report.file", world.proc, text=digest)
    return digest


def erase(world: World, digest: str, by: Person, asked: Any, *, reason: str = "Asked for by the person") -> None:
    content = content_for_erasing()
    given = reauthenticate(
        by.user, session="t", digest=content.digest, password="seven-quiet-owls", email=by.user.email
    )
    with change(by=by, reason=reason, on=[world.proc]) as c:
        sign(c, world.proc, content, by=by, proof=given)
        erase_payload(c, digest, record=world.proc, asked=asked)


@pytest.fixture
def asked(sealed: World) -> Any:
    """A signature by which the quality manager asks for an erasure; the director can sign too."""
    sign_pledge(sealed.thessaly)
    return sign_erasing(sealed.marit, sealed.proc)


def test_bytes_are_kept_under_a_digest_that_tells_nothing(sealed: World) -> None:
    """The same words twice have two digests: nobody tries out words against a digest."""
    one, other = keep(sealed), keep(sealed)
    assert one != other
    assert read_payload(one) == read_payload(other) == WORDS
    assert not Event.objects.filter(text__contains="dropped").exists()
    assert verify().checked["payloads"] == 2


def test_two_people_erase_and_only_the_digest_stays(sealed: World, asked: Any) -> None:
    digest = keep(sealed)
    seal(timezone.now())
    erase(sealed, digest, sealed.thessaly, asked)
    with pytest.raises(Invalid, match="was erased"):
        read_payload(digest)
    payload = Payload.objects.get(pk=digest)
    assert (bytes(payload.nonce), bytes(payload.data)) == (b"", b"")
    number = Event.objects.get(name="payload.erase").pk
    report = verify()
    assert report.ok
    assert f"Payload {digest} was erased by event {number}." in report.notes
    assert read_ledger() == []
    run_all()
    assert read_ledger() == [digest]


def test_one_person_alone_erases_nothing(sealed: World, asked: Any) -> None:
    digest = keep(sealed)
    with pytest.raises(NotAllowed, match="two people"):
        erase(sealed, digest, sealed.marit, asked)
    with pytest.raises(NotAllowed, match="two people"), change(by=sealed.thessaly, reason="x") as c:
        erase_payload(c, digest, record=sealed.proc, asked=asked)
    assert read_payload(digest) == WORDS


def test_a_signature_for_something_else_erases_nothing(sealed: World, asked: Any) -> None:
    digest = keep(sealed)
    pledge = sign_pledge(sealed.fenn)
    elsewhere = sign_erasing(sealed.marit, sealed.aph)
    for wrong in (pledge, elsewhere):
        with pytest.raises(NotAllowed, match="two people"):
            erase(sealed, digest, sealed.thessaly, wrong)
    assert read_payload(digest) == WORDS


def test_erasing_needs_a_reason_and_something_to_erase(sealed: World, asked: Any) -> None:
    digest = keep(sealed)
    with pytest.raises(Invalid, match="why"):
        erase(sealed, digest, sealed.thessaly, asked, reason=" ")
    with pytest.raises(Invalid, match="nothing to erase"):
        erase(sealed, "ab" * 32, sealed.thessaly, asked)
    erase(sealed, digest, sealed.thessaly, asked)
    with pytest.raises(Invalid, match="nothing to erase"):
        erase(sealed, digest, sealed.thessaly, asked)
    assert Event.objects.filter(name="payload.erase").count() == 1


def test_a_restored_backup_is_erased_again(sealed: World, asked: Any) -> None:
    digest, stays = keep(sealed), keep(sealed, b"stays")
    before = Payload.objects.get(pk=digest)
    erase(sealed, digest, sealed.thessaly, asked)
    run_all()
    Payload.objects.filter(pk=digest).update(nonce=before.nonce, data=before.data)
    assert read_payload(digest) == WORDS
    assert repeat_erasures() == 1
    assert repeat_erasures() == 0
    with pytest.raises(Invalid, match="was erased"):
        read_payload(digest)
    assert read_payload(stays) == b"stays"
    assert verify().ok


def test_a_line_that_a_power_cut_left_unfinished_is_passed_over(settings: Any, tmp_path: Path, db: None) -> None:
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"
    settings.ERASURE_LEDGER.write_text('{"digest": "' + "ab" * 32 + '"}\n{"dig')
    assert read_ledger() == ["ab" * 32]
    assert repeat_erasures() == 0


def test_altered_and_lost_bytes_are_named(unguarded: World) -> None:
    altered, gone = keep(unguarded), keep(unguarded)
    cover_up()
    sql("UPDATE qms_payload SET data = nonce WHERE digest = %s", altered)
    sql("DELETE FROM qms_payload WHERE digest = %s", gone)
    with pytest.raises(Invalid, match="altered"):
        read_payload(altered)
    with pytest.raises(Invalid, match="Nothing was kept"):
        read_payload(gone)
    found = {(finding.kind, finding.what) for finding in verify().findings}
    assert found == {("payload altered", f"qms.payload {altered}"), ("payload removed", f"qms.payload {gone}")}
