"""What nobody reads who may not: drafts, comments, files, trail, search and counts, attacked by their addresses."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.files.store import read, store
from qms.people import services as people
from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import May
from qms.search.models import SearchEntry
from qms.signatures.deputations import depute, depute_content
from qms.signatures.models import Signature
from qms.trail.errors import Invalid
from sops import services
from sops.loaders import sees, visible_versions
from sops.models import Version
from sops.services.importing import DOCX
from sops.work import document_work
from tests import documents as do
from tests.documents import paragraph
from tests.world import World

SECRETS = ("zanthoxylum", "quixotic-summary", "gossamer-comment", "brimstone.docx", "v2")
PAGES = [
    "", "edit/", "send/", "review/", "approve/", "redline/", "pdf/", "original/", "cancel/", "withdraw/", "discard/",
    "send-back/", "take-back/", "sign/approve/?revision=1&effective_on=2030-01-01", "sign/review/?revision=1",
]  # fmt: skip


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace")


@pytest.fixture
def draft(world: World) -> Version:
    """A document in force with a second version in review: words, summary, comment and Word file of its own."""
    first = do.in_force(world)
    source = store(b"PK the bytes of a Word file", DOCX)
    second = services.start_version(
        first.document, by=world.fenn, blocks=[paragraph("b1", "Zanthoxylum words.")], source=source,
        source_name="brimstone.docx",
    )  # fmt: skip
    services.save_text(
        second, by=world.fenn, revision=None, blocks=[paragraph("b1", "Zanthoxylum words.")],
        summary="quixotic-summary",
    )  # fmt: skip
    services.add_comment(do.fresh(second), by=world.bea, kind="question", text="gossamer-comment")
    return do.send(do.fresh(second), world)


IMPORT_PAGES = ("", "check/", f"pictures/{'a' * 64}/")


def everything(client: Client, version: Version) -> dict[str, tuple[int, str]]:
    """Return {address: (status, text)} of every page that could speak of this version."""
    number, base = version.document.number, f"/documents/{version.document.number}/v{version.n}/"
    digest = version.source
    addresses = [
        "/", "/documents/", "/documents/?format=csv", "/documents/?q=zanthoxylum", "/documents/?q=quixotic",
        "/documents/?status=in_review", "/documents/?status=in_review&format=csv", "/documents/?status=draft",
        f"/documents/{number}/", f"/documents/{number}/?on={today().isoformat()}",
        *(f"{base}{page}" for page in PAGES), f"{base}pictures/{digest}/", f"/documents/{number}/v1/redline/?against=2",
        f"/documents/{number}/v1/", f"/trail/sops.version/{version.pk}/",
        f"/trail/sops.document/{version.document.pk}/",
        f"/trail/sops.comment/{version.comments.first().pk}/", "/trail/", "/trail/csv/",
        *(f"/signatures/{pk}/" for pk in _signed(version)), *(f"/signatures/{pk}/content/" for pk in _signed(version)),
        *(f"/signatures/{pk}/content.json" for pk in _signed(version)),
        "/documents/imports/",
        *(f"/documents/imports/{pk}/{page}" for pk in _imports(version) for page in IMPORT_PAGES),
    ]  # fmt: skip
    return {address: ((answer := client.get(address)).status_code, text_of(answer)) for address in addresses}


def _imports(version: Version) -> list[int]:
    return list(version.imports.values_list("pk", flat=True))


def _signed(version: Version) -> list[int]:
    return list(Signature.objects.filter(label="sops.version", record_id=version.pk).values_list("pk", flat=True))


def leaks(client: Client, version: Version) -> list[tuple[str, str]]:
    """Return (address, secret) of every page that tells; the words that were asked for do not count."""
    found = []
    for address, (_status, text) in everything(client, version).items():
        shown = re.sub(r'(?:value|href|action|hx-[a-z]+|content)="[^"]*"', "", text).lower()
        shown = shown.replace(address.lower(), "")
        asked = address.lower()
        found += [(address, secret) for secret in SECRETS if secret in shown and secret not in asked]
    return found


def test_the_secrets_are_there_to_be_found(world: World, as_: Any, draft: Version) -> None:
    told = leaks(as_(world.bea), draft)
    assert {secret for _address, secret in told} == set(SECRETS)


def test_a_reader_of_the_facility_reads_what_is_in_force_and_nothing_of_the_draft(
    world: World, as_: Any, draft: Version
) -> None:
    people.assign_role(world.jory, "technician", world.proc, by=world.marit)
    client, number = as_(world.jory), draft.document.number
    seen = everything(client, draft)
    assert (seen[f"/documents/{number}/"][0], seen[f"/documents/{number}/v1/"][0]) == (200, 200)
    assert number in seen["/documents/"][1]
    for query in (
        "?q=zanthoxylum",
        "?q=quixotic",
        "?status=in_review",
        "?status=draft",
        "?status=in_review&format=csv",
    ):
        assert number not in seen[f"/documents/{query}"][1], query
    assert leaks(client, draft) == []


def test_a_reader_of_another_facility_reads_nothing(world: World, as_: Any, draft: Version) -> None:
    seen = everything(as_(world.jory), draft)
    assert leaks(as_(world.jory), draft) == []
    for address, (status, text) in seen.items():
        assert "Thawing of HPC" not in text, address
        assert status in (200, 303, 302, 403, 404), address


@pytest.mark.parametrize("role", ["author", "inspector"])
def test_who_writes_or_inspects_elsewhere_reads_nothing_of_it(
    world: World, as_: Any, draft: Version, role: str
) -> None:
    """The trail of the programme and the words of signatures tell of every facility: they need a role for all."""
    people.assign_role(world.jory, role, world.aph, by=world.marit)
    assert leaks(as_(world.jory), draft) == []
    seen = everything(as_(world.jory), draft)
    assert {seen[address][0] for address in ("/trail/", "/trail/csv/")} == {403}
    assert {status for address, (status, _text) in seen.items() if address.startswith("/signatures/")} == {404}


def test_an_inspector_of_the_programme_reads_it_until_the_last_day(world: World, as_: Any, draft: Version) -> None:
    assert {secret for _address, secret in leaks(as_(world.ivo), draft)} == set(SECRETS)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert leaks(as_(world.ivo), draft) == []
        assert as_(world.ivo).get("/trail/").status_code == 403


def test_a_role_gives_nothing_before_its_first_day_and_after_its_last(world: World, as_: Any, draft: Version) -> None:
    day = today()
    people.assign_role(
        world.jory, "author", world.proc, from_date=day + timedelta(days=2), until_date=day + timedelta(days=3),
        by=world.marit,
    )  # fmt: skip
    told = {}
    for days in (0, 1, 2, 3, 4):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            told[days] = bool(leaks(as_(world.jory), draft))
    assert told == {0: False, 1: False, 2: True, 3: True, 4: False}


def test_a_deputation_gives_what_it_gives_in_its_days_and_while_the_role_holds(
    world: World, as_: Any, draft: Version
) -> None:
    held, day = world.bea.role_assignments.get(), today()
    first, last = day + timedelta(days=1), day + timedelta(days=5)
    proof = do.given(world.bea, depute_content(held, world.jory, first, last))
    depute(held, deputy=world.jory, from_date=first, until_date=last, by=world.bea, proof=proof)
    told = {}
    for days in (0, 1, 5, 6):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            told[days] = bool(leaks(as_(world.jory), draft))
    people.end_role(type(held).objects.get(pk=held.pk), until_date=day + timedelta(days=2), by=world.marit)
    for days in (2, 3):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            told[-days] = bool(leaks(as_(world.jory), draft))
    assert told == {0: False, 1: True, 5: True, 6: False, -2: True, -3: False}


def test_a_leaver_is_out_at_the_next_click(world: World, as_: Any, draft: Version) -> None:
    client = as_(world.bea)
    assert leaks(client, draft)
    people.record_leaver(
        Person.objects.get(pk=world.bea.pk), left_on=today() - timedelta(days=1), by=world.marit, reason="x"
    )
    assert leaks(client, draft) == []
    assert {url: found[0] for url, found in everything(client, draft).items() if found[0] != 303} == {}


def test_my_work_asks_nothing_of_whose_role_ended(world: World, as_: Any, draft: Version) -> None:
    """Nor does it tell them number and title of a draft that they do not see any more."""
    services.create_document(by=world.bea, type=do.sop_type(), facility=world.proc, title="Her draft")
    bea = Person.objects.get(pk=world.bea.pk)
    assert {item.kind for item in document_work(bea)} == {"review", "draft"}
    people.end_role(bea.role_assignments.get(), by=world.marit)
    assert document_work(Person.objects.get(pk=bea.pk)) == []
    assert draft.document.number not in text_of(as_(world.bea).get("/"))


def words() -> str:
    return SearchEntry.objects.get(label="sops.document").words


def test_the_search_knows_the_words_of_the_version_that_lists_show_and_no_others(world: World) -> None:
    version = do.draft(world, text=[paragraph("b1", "amaranth")])
    assert "amaranth" in words()
    services.save_text(version, by=world.fenn, revision=None, blocks=[paragraph("b1", "bergamot")])
    assert ("amaranth" in words(), "bergamot" in words()) == (False, True)
    first = do.fresh(version)
    services.make_effective(do.approve(do.review(do.send(first, world), world), world))
    second = services.start_version(first.document, by=world.fenn, blocks=[paragraph("b1", "chamomile")])
    assert ("bergamot" in words(), "chamomile" in words()) == (True, False)
    services.save_text(second, by=world.fenn, revision=None, blocks=[paragraph("b1", "damiana")], title="Elecampane")
    second = do.approve(do.review(do.send(do.fresh(second), world), world), world)
    assert {word: word in words() for word in ("bergamot", "damiana", "elecampane")} == {
        "bergamot": True, "damiana": False, "elecampane": False,
    }  # fmt: skip
    services.make_effective(second)
    assert {word: word in words() for word in ("bergamot", "damiana", "elecampane")} == {
        "bergamot": False, "damiana": True, "elecampane": True,
    }  # fmt: skip
    third = services.start_version(second.document, by=world.fenn, blocks=[paragraph("b1", "fenugreek")])
    services.discard_version(third, by=world.fenn, reason="x")
    do.withdraw(do.fresh(second), world)
    assert ("fenugreek" in words(), "damiana" in words()) == (False, True)


@pytest.mark.parametrize("key", ["²", "٣", "0", "-1", "1.5", "99999999999999999999", "x", "1%00"])
@pytest.mark.parametrize("label", ["sops.version", "sops.document", "qms.signature", "qms.person", "no.thing", "²"])
def test_no_address_of_the_trail_is_an_error(world: World, as_: Any, label: str, key: str) -> None:
    assert as_(world.jory).get(f"/trail/{label}/{key}/").status_code in (403, 404)
    assert as_(world.marit).get(f"/trail/{label}/{key}/").status_code in (200, 404)


@pytest.mark.parametrize(
    "address", ["/documents/%00/", "/documents/%00/v1/", "/documents/PROC%00/v1/pdf/", "/people/%00/"]
)
def test_no_address_with_a_sign_that_a_database_refuses_is_an_error(world: World, as_: Any, address: str) -> None:
    assert as_(world.marit).get(address).status_code == 404


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "0" * 64, "é" * 64, "%00"])
def test_no_name_of_a_picture_leads_out_of_the_store(world: World, as_: Any, draft: Version, name: str) -> None:
    client = as_(world.bea)
    for base in (f"/documents/{draft.document.number}/v2/pictures/", f"/documents/import/{'0' * 64}/pictures/"):
        assert client.get(f"{base}{name}/").status_code == 404
    with pytest.raises(Invalid) if name != "0" * 64 else pytest.raises(Exception, match="not where it was stored"):
        read(name)


@pytest.mark.parametrize(
    "name", ['"><script>alert(1)</script>.docx', 'a".docx', "a\r\nSet-Cookie: x=1.docx", "Prüfung – 5 µg.docx", ""]
)
def test_the_name_of_a_file_stays_a_name(world: World, as_: Any, name: str) -> None:
    """It is shown as text, breaks no header, and the bytes go out as a Word file to be saved, whatever they are."""
    source = store(b"<html><script>alert(1)</script>", DOCX)
    version = services.create_document(
        by=world.fenn, type=do.sop_type(), facility=world.proc, title="T", blocks=do.TEXT, source=source,
        source_name=name,
    )  # fmt: skip
    client, base = as_(world.fenn), f"/documents/{version.document.number}/v1/"
    answer = client.get(f"{base}original/")
    assert answer.status_code == 200
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (DOCX, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "Set-Cookie" not in answer.headers or "x=1" not in answer.headers["Set-Cookie"]
    assert "<script>alert(1)" not in text_of(client.get(base))
    assert client.get(f"{base}pictures/{source}/").status_code == 404


@pytest.mark.once
def test_pages_cost_the_same_with_1_30_and_450_documents(world: World, as_: Any) -> None:
    version, costs = do.sent(world), []
    base = f"/documents/{version.document.number}/"
    pages = [(world.bea, "/"), (world.bea, base), (world.bea, f"{base}v1/"), (world.bea, f"{base}v1/review/"),
             (world.marit, "/documents/"), (world.bea, f"{base}v1/redline/"),
             (world.bea, "/documents/?q=bath")]  # fmt: skip
    clients = {person.pk: as_(person) for person in (world.bea, world.marit)}
    made = 1
    for wanted in (1, 30, 450):
        for n in range(made, wanted):
            services.create_document(
                by=world.bea, type=do.sop_type(), facility=world.proc, title=f"No. {n}", blocks=do.TEXT
            )
        made = wanted
        costs.append([_cost(clients[person.pk], page) for person, page in pages])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 32


def _cost(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(page).status_code == 200
    return len(caught)


def test_the_programmes_trail_is_for_roles_of_the_whole_programme(world: World) -> None:
    assert User.objects.get(person=world.ivo).may(May.SEE_PROGRAMME_TRAIL)
    people.assign_role(world.jory, "inspector", world.aph, by=world.marit)
    jory = User.objects.get(person=world.jory)
    assert (jory.may(May.SEE_PROGRAMME_TRAIL), jory.may(May.SEE_TRAIL, world.aph.pk)) == (False, True)
    assert not jory.may(May.SEE_TRAIL, world.proc.pk)


def test_what_is_seen_is_the_same_for_a_row_already_read_as_for_the_database(world: World) -> None:
    whole = people.add_facility(code="WHOLE", name="Whole programme", part="", by=world.marit)
    for place in (world.proc, world.aph, whole):
        services.create_document(by=world.marit, type=do.sop_type(), facility=place, title="Draft", blocks=do.TEXT)
    do.in_force(world)
    people.assign_role(world.jory, "technician", world.proc, by=world.marit)
    versions = list(Version.objects.select_related("document__facility"))
    seen: dict[str, int] = {}
    for user in User.objects.select_related("person"):
        known = set(visible_versions(user).values_list("pk", flat=True))
        for version in versions:
            place = version.document.facility
            assert sees(user.person, place.pk, place.part, version.status) == (version.pk in known), (user, version)
        seen[user.person.printed_name] = len(known)
    assert 0 < min(filter(None, seen.values())) < max(seen.values()) == len(versions), seen
