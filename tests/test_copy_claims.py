"""What a holder says by the code of a recalled copy; copies with a last day; lists of hundreds; uncontrolled prints."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.test import Client

from qms.files.store import read
from qms.pdf.check import defects
from qms.people.programme import today
from qms.people.services import assign_role
from qms.trail import outbox
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event, Outbox
from qms.trail.payloads import read_payload
from sops import services
from sops.listed_copies import listed
from sops.models import Copy
from sops.services import Holding
from tests import documents as do
from tests.pdf_text import pages_of
from tests.scanned import needs_pictures, token_of
from tests.test_copies import fresh, issued
from tests.test_scans import said, scan
from tests.world import World

LIST = "/documents/PROC-SOP-001/copies/"


def recalled(world: World) -> Copy:
    copy = issued(do.in_force(world), world.marit, Holding(place="Ward", name="Binder"))[0]
    services.recall_copy(copy, by=world.marit, reason="Torn")
    return fresh(copy)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@needs_pictures
def test_a_stranger_says_that_a_recalled_copy_is_destroyed_and_who_issues_confirms_with_one_click(
    world: World, as_
) -> None:
    copy = recalled(world)
    address, stranger = f"/c/{token_of(copy)}", Client()
    assert "I have destroyed it" in words(stranger.get(address))
    for given, missing in (({"how": "Shredded"}, "Write your name."), ({"name": "Odo"}, "Choose how")):
        answer = stranger.post(f"{address}/destroyed/", given)
        assert answer.status_code == 422
        assert missing in words(answer)
    answer = stranger.post(f"{address}/destroyed/", {"how": "Shredded", "name": "Odo Zanthorn"})
    assert "Received" in words(answer)
    assert answer["Referrer-Policy"] == "same-origin"
    copy = fresh(copy)
    assert (copy.status, copy.claimed_how, copy.claimed_by) == ("recalled", "Shredded", None)
    assert read_payload(copy.claimed_name) == b"Odo Zanthorn"
    assert not Event.objects.filter(text__contains="Zanthorn").exists()
    stranger.post(f"{address}/destroyed/", {"how": "Burned", "name": "Another"})  # a double click
    assert Event.objects.filter(name="copy.claim").count() == 1
    assert "Zanthorn" not in words(stranger.get(address))
    issuer = as_(world.fenn)
    assert "Odo Zanthorn, an unknown holder, says: destroyed" in words(issuer.get(LIST))
    assert as_(world.ivo).post(f"{LIST}1/confirm/").status_code == 403
    assert issuer.post(f"{LIST}1/confirm/").status_code == 303
    assert issuer.post(f"{LIST}1/confirm/").status_code == 403  # the second click says where it stands
    copy = fresh(copy)
    assert (copy.status, copy.why) == ("destroyed", "Shredded, as its holder said by its code")
    assert said(scan(copy))[0] == "Destroyed"


@needs_pictures
def test_what_was_said_is_put_aside_with_a_reason(world: World, as_) -> None:
    copy = recalled(world)
    with pytest.raises(NotAllowed, match="Nobody has said"):
        services.confirm_claim(copy, by=world.marit)
    services.say_destroyed(copy, how="Shredded", name="Odo")
    issuer = as_(world.fenn)
    assert issuer.post(f"{LIST}1/dismiss/", {"reason": ""}).status_code == 422
    assert issuer.post(f"{LIST}1/dismiss/", {"reason": "It hangs at the door"}).status_code == 303
    copy = fresh(copy)
    assert (copy.status, copy.claimed_at, copy.claimed_name) == ("recalled", None, "")
    assert "I have destroyed it" in words(Client().get(f"/c/{token_of(copy)}"))


@needs_pictures
def test_who_is_logged_in_and_reads_there_is_believed_at_once(world: World, as_) -> None:
    copy = recalled(world)
    address = f"/c/{token_of(copy)}/destroyed/"
    assert services.say_destroyed(copy, how="Shredded", by=world.jory) is False  # of another facility: confirmed later
    services.dismiss_claim(fresh(copy), by=world.marit, reason="Asked again")
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    answer = as_(world.jory).post(address, {"how": "Confidential waste", "words": "ward 7"})
    assert "Recorded" in words(answer)
    copy = fresh(copy)
    assert (copy.status, copy.why) == ("destroyed", "Confidential waste, ward 7")
    event = Event.objects.get(name="copy.scanned_away")
    assert event.by_name.startswith("Jory Pennyroyal")


@needs_pictures
def test_only_by_the_code_of_that_very_copy_and_only_a_recalled_one(world: World) -> None:
    first, second = issued(do.in_force(world), world.marit, *[Holding(place="Ward", name="Binder")] * 2)
    services.recall_copy(second, by=world.marit, reason="Torn")
    answer = Client().post(f"/c/{token_of(first)}/destroyed/", {"how": "Shredded", "name": "Odo"})
    assert answer.status_code == 422
    assert fresh(second).claimed_at is None
    assert "is not recalled" in words(Client().get(f"/c/{token_of(first)}/destroyed/"))
    guesses = [Client().post(f"/c/{k}/destroyed/", {}).status_code for k in range(settings.LOCK_OUT_FAILURES * 4 + 1)]
    assert (guesses[0], guesses[-1]) == (404, 429)


@needs_pictures
def test_a_copy_with_a_last_day_expires(world: World) -> None:
    version = do.in_force(world)
    with pytest.raises(Invalid, match="has passed"):
        services.issue_copies(
            version, [Holding(place="P", name="B")], by=world.marit, valid_until=today() - timedelta(days=1)
        )
    copy = services.issue_copies(version, [Holding(place="P", name="B")], by=world.marit, valid_until=today())[0]
    outbox.run_all()
    copy = fresh(copy)
    assert said(scan(copy))[0] == "In force"
    assert "Not valid after" in pages_of(read(copy.pdf))[0]
    with time_machine.travel(f"{today() + timedelta(days=2)}T10:00:00+00:00"):
        word, sentences = said(scan(copy))
        assert word == "Expired"
        assert sentences[0].startswith("Copy 1 was valid until")


def test_a_list_is_read_line_by_line(world: World) -> None:
    text = "Jory Pennyroyal; Ward\r\n\nRing binder\tBench 2\t3\nDoor;Store;"
    found = listed(text, [world.jory])
    assert [(one.holder, one.name, one.place) for one in found] == [
        (world.jory, "", "Ward"), *[(None, "Ring binder", "Bench 2")] * 3, (None, "Door", "Store"),
    ]  # fmt: skip
    for wrong, sentence in (
        ("Binder", "Line 1: write holder; place"), ("A; B\n; B", "Line 2: write"), ("A; B; 0", "1 to 500"),
        ("A; B; x", "1 to 500"), ("A; B; 2; C", "Line 1: write"), ("A" * 81 + "; B", "at most 80"),
        ("A; B; 400\nC; D; 101", "more than 500"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=sentence):
            listed(wrong, [])
    assert len(listed("A; B; 500", [])) == 500


def test_many_are_issued_from_a_list_made_in_parts_of_fifty_and_go_on_after_a_kill(
    world: World, as_, monkeypatch
) -> None:
    do.in_force(world)
    client = as_(world.marit)
    wrong = client.post(f"{LIST}issue/", {"rows": 3, "listed": "Binder"})
    assert wrong.status_code == 422
    assert "Line 1: write holder; place" in words(wrong)
    answer = client.post(f"{LIST}issue/", {"rows": 3, "listed": "Binder; Bench; 60\nJory Pennyroyal; Ward"})
    assert answer.status_code == 303
    assert [len(row.args["copies"]) for row in Outbox.objects.filter(task="sops.stamp").order_by("pk")] == [50, 11]
    assert Copy.objects.get(n=61).holder == world.jory
    made: list[int] = []

    def stamped(data: bytes, stamp: object) -> bytes:
        if len(made) == 7:
            raise KeyboardInterrupt
        made.append(1)
        return b"%PDF-1.7 copy " + str(len(made)).encode()

    monkeypatch.setattr("sops.services.copies.stamped", stamped)
    with pytest.raises(KeyboardInterrupt):
        outbox.run_all()
    page = words(client.get(LIST))
    assert "7 of 61 made" in page
    assert 'hx-get="?look=1&amp;made=7"' in page
    assert 'hx-get="?look=1&amp;made=7"' in words(client.get(f"{LIST}?look=20&made=5"))
    monkeypatch.setattr("sops.services.copies.stamped", lambda data, stamp: b"%PDF-1.7 " + stamp.address.encode())
    Outbox.objects.filter(done_at=None).update(due_at="2020-01-01T00:00:00Z")  # the lease of the killed one is over
    outbox.run_all()
    assert Copy.objects.filter(status="issued").count() == 61
    assert Event.objects.filter(name="copy.make").count() == 61
    page = words(client.get(LIST))
    assert "Copies 1 to 50" in page
    assert "Copies 51 to 61" in page


@needs_pictures
def test_a_pdf_that_somebody_opens_says_so_on_each_page_and_the_stored_one_does_not(world: World, as_) -> None:
    version = do.fresh(do.in_force(world))
    client = as_(world.fenn)
    opened = client.get(f"{version.get_absolute_url()}pdf/").content
    for page in pages_of(opened):
        assert "Uncontrolled when printed" in page
        assert "by Fenn Mossgrove; not valid after this day." in page
    assert defects(opened) == []  # what it claims to be it still is
    stored = client.get(f"{version.get_absolute_url()}pdf/stored/").content
    assert stored == read(version.pdf)
    assert "Fenn Mossgrove; not valid" not in pages_of(stored)[0]
    with pikepdf.open(BytesIO(opened)) as now, pikepdf.open(BytesIO(stored)) as was:
        assert now.Root.Metadata.read_bytes() == was.Root.Metadata.read_bytes()
    assert as_(world.jory).get(f"{version.get_absolute_url()}pdf/stored/").status_code == 404
