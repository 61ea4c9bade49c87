"""The addresses that the editor asks: what they answer, what hostile hands get, who is refused; two editors at once."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from qms.people.models import Person
from qms.trail.models import Event
from sops import services
from sops.blocks import text_of
from sops.bodies import read_body
from sops.models import Version, WorkingText
from sops.references import to_document
from sops.services.writing import Words
from tests import documents as do
from tests import world as worlds
from tests.test_races import at_once
from tests.texts import para, run


def at(version: Version, page: str) -> str:
    return f"/documents/{version.document.number}/v{version.n}/{page}/"


def send(client: Client, version: Version, do: str = "save", **given: Any) -> Any:
    body = {"do": do, "revision": version.revision, "blocks": read_body(version.body), "title": version.title,
            "summary": version.summary} | given  # fmt: skip
    return post(client, version, json.dumps(body))


def post(client: Client, version: Version, body: str | bytes) -> Any:
    return client.post(at(version, "words"), body, content_type="application/json", headers={"HX-Request": "true"})


def png(size: tuple[int, int] = (8, 6)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue(), "image/png")


def test_the_page_gives_the_text_and_what_was_typed_before(world, as_):
    version = do.draft(world, text=[para("One.")])
    fenn = as_(world.fenn)
    page = fenn.get(at(version, "write"))
    assert page.context["values"]["blocks"] == read_body(version.body)
    assert b'id="editor-values"' in page.content
    assert at(version, "edit") in page.content.decode()  # the way without scripts
    more = [*read_body(version.body), para("</script><script>alert(1)</script>")]
    assert send(fenn, version, "keep", blocks=more).status_code == 200
    page = fenn.get(at(version, "write"))
    assert page.context["values"]["kept"]["blocks"] == more
    assert b"<script>alert(1)" not in page.content
    assert as_(world.bea).get(at(version, "write")).context["values"]["kept"] is None
    assert "Fenn Mossgrove is writing too" in as_(world.bea).get(at(version, "write")).content.decode()
    assert "not in the draft" in as_(world.bea).get(at(version, "send")).content.decode()
    assert send(fenn, version, "drop").status_code == 200
    assert not WorkingText.objects.exists()


def test_keeping_leaves_no_trace_saving_leaves_one_and_leaving_saves_what_was_kept(world, as_):
    version = do.draft(world)
    fenn, events = as_(world.fenn), Event.objects.count()
    for n in range(5):
        answer = send(fenn, version, "keep", blocks=[para(f"Typed {n}.")]).json()
        assert answer["revision"] == version.revision
    assert Event.objects.count() == events
    assert post(fenn, version, json.dumps({"do": "leave"})).status_code == 200
    assert Event.objects.count() == events + 1
    assert [text_of(one) for one in read_body(do.fresh(version).body)] == ["Typed 4."]
    assert post(fenn, version, json.dumps({"do": "leave"})).status_code == 200
    assert Event.objects.count() == events + 1


def test_saving_answers_with_what_is_to_be_said(world, as_):
    other = do.draft(world, title="Freezing")
    version = do.draft(world)
    text = [para([run(other.document.number, link=to_document(other.document.number))])]
    answer = send(as_(world.fenn), version, blocks=text, title="New title").json()
    assert (answer["title"], answer["since"], answer["blocks"]) == ("New title", [], text)
    assert answer["titles"] == {other.document.number: "Freezing"}
    assert [one["words"] for one in answer["troubles"]] == [f"{other.document.number} is not in force yet."]
    assert answer["revision"] == do.fresh(version).revision


def test_a_stale_save_is_merged_and_told(world, as_):
    version = do.draft(world, text=[para("One."), para("Two.")])
    base = read_body(version.body)
    theirs = [base[0] | {"runs": [run("By Bea.")]}, base[1]]
    services.save_text(do.fresh(version), by=world.bea, revision=None, blocks=theirs)
    mine = [base[0] | {"runs": [run("By Fenn.")]}, base[1], para("More.")]
    answer = send(as_(world.fenn), version, blocks=mine).json()
    assert [text_of(one) for one in answer["blocks"]] == ["By Bea.", "By Fenn.", "Two.", "More."]
    assert answer["twice"] == [answer["blocks"][1]["id"]]
    assert "Bea Thistledown" in answer["since"][0]
    assert answer["changes"] == ["Changed: By Bea."]


DEEP = '{"do":"save","x":' + "[" * 200_000 + "]" * 200_000 + "}"
HUGE = 1_000_000


@pytest.mark.parametrize(
    "body",
    [
        "", "{", "[]", "7", '"x"', "null", DEEP, b"\xff\xfe", '{"do":"burn"}', '{"do":"save"}', '{"do":"keep"}',
        '{"do":"save","revision":1,"blocks":{},"title":"","summary":""}',
        '{"do":"save","revision":true,"blocks":[],"title":"","summary":""}',
        '{"do":"save","revision":-1,"blocks":[],"title":"","summary":""}',
        '{"do":"save","revision":99999999999,"blocks":[],"title":"","summary":""}',
        '{"do":"save","revision":1,"blocks":[],"title":"' + "x" * 300 + '","summary":""}',
        '{"do":"save","revision":1,"blocks":[],"title":"a\\u0000","summary":""}',
    ],
    ids=lambda body: str(body[:40]),
)  # fmt: skip
def test_a_body_that_is_no_text_is_refused_in_a_sentence(world, as_, body):
    version = do.draft(world)
    answer = post(as_(world.fenn), version, body)
    assert answer.status_code == 422, answer.content[:200]
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content.decode().strip().endswith(".")
    assert do.fresh(version).revision == version.revision


@pytest.mark.parametrize(
    "block",
    [
        {"id": "x", "kind": "script", "text": "alert(1)"}, {"id": "x", "kind": ["paragraph"], "runs": []},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a", "link": "javascript:alert(1)"}]},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a", "link": "data:text/html,x"}]},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a", "onclick": "x"}]},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a\ud800"}]},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a\x00"}]},
        {"id": "x", "kind": "paragraph", "runs": [{"text": "a" * HUGE}]},
        {"id": "<b>", "kind": "paragraph", "runs": []}, {"id": {}, "kind": "paragraph", "runs": []},
        {"id": "x", "kind": "heading", "level": 1e400, "runs": []},
        {"id": "x", "kind": "image", "digest": "0" * 64, "media_type": "image/png", "alt": "", "width": 1, "height": 1},
        {"id": "x", "kind": "table", "header_rows": 0, "rows": [[{"blocks": [], "colspan": 10**9}]]},
        "text", None, [],
    ],
    ids=lambda block: str(block)[:60],
)  # fmt: skip
def test_hostile_blocks_are_refused_by_keep_and_by_save(world, as_, block):
    version = do.draft(world)
    fenn = as_(world.fenn)
    for act in ("keep", "save"):
        answer = send(fenn, version, act, blocks=[block])
        if act == "keep" and isinstance(block, dict) and block.get("kind") == "image":
            continue  # a picture is looked for when the text is saved
        assert answer.status_code == 422, (act, answer.content[:200])
    assert do.fresh(version).revision == version.revision


def test_other_files_than_pictures_are_no_pictures_of_a_text(world, as_):
    """The text of another document is a stored file too: it does not come out as a picture."""
    secret = do.draft(world, title="Other", text=[para("Secret.")])
    version = do.draft(world)
    block = {
        "id": "x",
        "kind": "image",
        "digest": secret.body,
        "media_type": "image/png",
        "alt": "",
        "width": 1,
        "height": 1,
    }
    answer = send(as_(world.fenn), version, blocks=[block])
    assert answer.status_code == 422
    assert "picture of this text is not stored" in answer.content.decode()


def test_a_picture_is_checked_shown_to_its_author_and_saved(world, as_):
    version = do.draft(world)
    fenn = as_(world.fenn)
    kept = fenn.post(at(version, "add-picture"), {"picture": png()}).json()
    assert (kept["media_type"], kept["width"], kept["height"]) == ("image/png", 8, 6)
    address = f"{at(version, 'pictures')}{kept['digest']}/"
    assert fenn.get(address).status_code == 404
    text = [*read_body(version.body), {"id": "p1", "kind": "image", "alt": "Green", **kept}]
    assert send(fenn, version, "keep", blocks=text).status_code == 200
    assert fenn.get(address).headers["Content-Type"] == "image/png"
    assert as_(world.bea).get(address).status_code == 404
    assert send(fenn, version, blocks=text).status_code == 200
    assert as_(world.bea).get(address).status_code == 200
    for bad in (
        SimpleUploadedFile("a.png", b"no picture"),
        SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ):
        answer = fenn.post(at(version, "add-picture"), {"picture": bad}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.content[-1:]) == (422, b".")
    assert fenn.post(at(version, "add-picture"), headers={"HX-Request": "true"}).content == b"Choose a picture."


def test_documents_to_refer_to_are_those_one_sees(world, as_):
    mine = do.draft(world, title="Freezing of HPC")
    speaks = do.draft(world, title="Another", text=[para("Of freezing.")])
    services.create_document(by=world.marit, type=do.sop_type(), facility=world.aph, title="Freezing elsewhere")
    found = as_(world.fenn).get(at(mine, "refer"), {"q": "freez"}).json()["found"]
    assert found[0] == {"number": mine.document.number, "title": "Freezing of HPC", "status": "Draft"}
    assert [one["number"] for one in found] == [mine.document.number, speaks.document.number]
    assert as_(world.fenn).get(at(mine, "refer"), {"q": "\x00'\"*:"}).status_code == 200
    assert len(as_(world.fenn).get(at(mine, "refer")).json()["found"]) == 2


def test_who_may_not_write_is_refused_and_so_is_what_is_no_draft(world, as_):
    version = do.draft(world)
    assert as_(world.jory).get(at(version, "write")).status_code == 403
    assert send(as_(world.jory), version).status_code == 403
    sent = do.send(version, world)
    answer = send(as_(world.fenn), sent, "keep")
    assert answer.status_code == 403
    assert "Only a draft" in answer.content.decode()
    assert Client().post(at(version, "words")).status_code == 303


@pytest.mark.once
def test_the_page_asks_as_much_for_a_long_text_as_for_a_short_one(world, as_, django_assert_max_num_queries):
    other = do.draft(world, title="Other").document.number
    fenn = as_(world.fenn)
    for count in (1, 60):
        text = [para([run(other, link=to_document(other))]) for _n in range(count)]
        version = do.draft(world, text=text)
        with django_assert_max_num_queries(14):
            fenn.get(at(version, "write"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_save_at_once_and_both_texts_are_there(transactional_db):
    """PostgreSQL, threads: whoever is second is merged with the first; ten times nothing is lost."""
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")
    world = worlds.build()
    version = do.draft(world, text=[para("One."), para("Two.")])
    for n in range(10):
        now = do.fresh(version)
        base = read_body(now.body)

        def act(person: Person, place: int, now=now, base=base, n=n):
            text = [*base, para(f"New {n} of {person.pk}.")]
            text[place] = text[place] | {"runs": [run(f"{n} by {person.pk}.")]}
            words = Words(now.revision, text, now.title, "")
            return lambda: services.save_words(do.fresh(now), words, by=Person.objects.get(pk=person.pk))

        results = at_once(act(world.fenn, 0), act(world.bea, 1))
        assert not [one for one in results if isinstance(one, Exception)], results
        there = [text_of(one) for one in read_body(do.fresh(version).body)]
        assert there[:2] == [f"{n} by {world.fenn.pk}.", f"{n} by {world.bea.pk}."]
        assert {f"New {n} of {person.pk}." for person in (world.fenn, world.bea)} <= set(there)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_words_kept_at_the_same_moment_are_one_row(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")
    world = worlds.build()
    version = do.draft(world)
    words = Words(version.revision, read_body(version.body), version.title, "")
    fenn = world.fenn.pk
    keep = lambda: services.keep_words(do.fresh(version), words, by=Person.objects.get(pk=fenn))  # noqa: E731
    results = at_once(*[keep] * 4)
    assert not [one for one in results if isinstance(one, Exception)], results
    assert WorkingText.objects.count() == 1
