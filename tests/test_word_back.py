"""A Word file goes out of a draft and comes back: shown first, conflicts said, comments and reasons in their places."""

import io
import re
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qms.files.store import read
from qms.people.models import Person
from sops import services
from sops.blocks import text_of
from sops.bodies import read_body
from sops.models import Comment, Import, Version
from sops.views.words_out import copy_of
from sops.word.out import write_word
from sops.word.reader import read_word
from tests import documents as do
from tests.texts import heading, para, step
from tests.word_files import zipped
from tests.world import World

As = Callable[[Person], Client]
TEXT = [
    heading("Thawing"), step("Lower the bag into the bath."), step("Take it out after 60 seconds."),
    para("Check the wristband of the recipient."), para("Write down the time and who was there."),
]  # fmt: skip
SECONDS, WRIST, TIME = TEXT[2]["id"], TEXT[3]["id"], TEXT[4]["id"]


def said(words: str, name: str) -> dict[str, object]:
    """Return a passage of TEXT with other words."""
    return next(block for block in TEXT if block["id"] == name) | {"runs": [{"text": words}]}


def word_with(client: Client, version: Version, *changes: tuple[str, str]) -> bytes:
    """Return the file that the page gives out, with words replaced as Word would."""
    data = client.get(f"/documents/{version.document.number}/v{version.n}/word/").content
    blocks, word = read_word(data).blocks, read_word(data)
    assert word.origin.text == version.body
    for block in blocks:
        for old, new in changes:
            if text_of(block) == old:
                block["runs"] = [{"text": new}]
    kept = [block for block in blocks if text_of(block)]
    return write_word(kept, copy_of(version), read)


def bring(client: Client, version: Version, data: bytes) -> str:
    """Bring a file and return the address of its check."""
    file = SimpleUploadedFile("back.docx", data)
    answer = client.post(f"/documents/{version.document.number}/import/", {"file": file})
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    return str(answer.headers["Location"])


def accept(client: Client, path: str) -> Client:
    page = client.get(path).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None
    return client.post(path, {"revision": revision[1]})


def words(version: Version) -> list[str]:
    return [text_of(block) for block in read_body(do.fresh(version).body)]


def test_it_says_on_every_page_what_it_is(world: World, as_: As) -> None:
    draft = do.draft(world, text=TEXT)
    answer = as_(world.fenn).get(f"/documents/{draft.document.number}/v1/word/")
    assert f'filename="{draft.document.number}_v1_working_copy.docx"' in answer.headers["Content-Disposition"]
    notice = read_word(answer.content).origin.notice
    assert notice.startswith(f"Working copy, not controlled. {draft.document.number}, version 1 (draft), as of ")
    assert as_(world.jory).get(f"/documents/{draft.document.number}/v1/word/").status_code in (403, 404)


def test_out_and_back_changes_one_passage_and_its_remarks_stay(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    services.add_comment(draft, by=world.bea, kind="question", text="Why 60?", block=SECONDS)
    path = bring(client, draft, word_with(client, draft, ("Take it out after 60 seconds.", "Take it out after 90 s.")))
    page = client.get(path).content.decode()
    assert "nobody changed the text since" in page and "1 change</b>" in page
    assert read_body(do.fresh(draft).body) == TEXT
    assert accept(client, path).status_code == 303
    assert [block["id"] for block in read_body(do.fresh(draft).body)] == [block["id"] for block in TEXT]
    assert words(draft)[2] == "Take it out after 90 s."
    assert Comment.objects.get().block == SECONDS


def test_nothing_changed_in_word_is_no_change_here(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    path = bring(client, draft, word_with(client, draft))
    assert "Nothing changed. The two texts say the same" in client.get(path).content.decode()
    accept(client, path)
    assert read_body(do.fresh(draft).body) == TEXT


def test_what_somebody_wrote_meanwhile_is_kept_and_said(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    data = word_with(client, draft, ("Take it out after 60 seconds.", "Take it out after 90 seconds."))
    theirs = [*TEXT[:3], said("Check the wristband of the recipient twice.", WRIST), TEXT[4]]
    services.save_text(draft, by=world.bea, revision=None, blocks=theirs)
    path = bring(client, draft, data)
    page = client.get(path).content.decode()
    assert "before its text changed" in page
    assert "<b>Bea Thistledown</b>" in page and "“Check the wristband of the recipient twice.”" in page
    accept(client, path)
    assert words(draft)[2:4] == ["Take it out after 90 seconds.", "Check the wristband of the recipient twice."]


def test_a_passage_that_both_changed_stands_twice_and_that_is_said(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    data = word_with(client, draft, ("Take it out after 60 seconds.", "Take it out after 90 seconds."))
    theirs = [*TEXT[:2], said("Take it out after 45 seconds.", SECONDS), *TEXT[3:]]
    services.save_text(draft, by=world.bea, revision=None, blocks=theirs)
    path = bring(client, draft, data)
    assert "1 passage was changed by both" in client.get(path).content.decode()
    accept(client, path)
    assert words(draft)[2:4] == ["Take it out after 45 seconds.", "Take it out after 90 seconds."]
    assert read_body(do.fresh(draft).body)[2]["id"] == SECONDS


def test_what_is_saved_between_looking_and_accepting_is_not_lost(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    path = bring(client, draft, word_with(client, draft, ("Take it out after 60 seconds.", "After 90 seconds.")))
    seen = do.fresh(draft).revision
    theirs = [*TEXT[:4], said("Write down the time.", TIME)]
    services.save_text(draft, by=world.bea, revision=None, blocks=theirs)
    answer = client.post(path, {"revision": seen})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Bea Thistledown" in page
    assert words(draft)[4] == "Write down the time." and words(draft)[2] == "Take it out after 60 seconds."
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision is not None and int(revision[1]) == do.fresh(draft).revision
    assert client.post(path, {"revision": revision[1]}).status_code == 303
    assert words(draft)[2:] == ["After 90 seconds.", TEXT[3]["runs"][0]["text"], "Write down the time."]


def test_a_copy_of_the_version_in_force_comes_back_to_the_draft_that_was_begun_since(world: World, as_: As) -> None:
    first, client = do.in_force(world, text=TEXT), as_(world.fenn)
    data = word_with(client, first, ("Take it out after 60 seconds.", "Take it out after 90 seconds."))
    draft = services.start_version(first.document, by=world.fenn)
    services.save_text(draft, by=world.bea, revision=None, blocks=[*TEXT[:4], said("Write down the time.", TIME)])
    path = bring(client, draft, data)
    page = client.get(path).content.decode()
    assert "before its text changed" in page and "<b>Bea Thistledown</b>" in page and "“Write down the time.”" in page
    accept(client, path)
    assert words(draft)[2] == "Take it out after 90 seconds." and words(draft)[4] == "Write down the time."


def test_a_file_of_another_document_is_named(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    other = do.draft(world, title="Storage", text=[*TEXT[:4], para("Something else.")])
    data = client.get(f"/documents/{other.document.number}/v1/word/").content
    page = client.get(bring(client, draft, data)).content.decode()
    assert "does not come from this document" in page and f"working copy of {other}" in page


def test_tracked_changes_of_the_file_are_asked_about(world: World, as_: As) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    data = client.get(f"/documents/{draft.document.number}/v1/word/").content
    path = bring(client, draft, with_a_tracked_change(data))
    page = client.get(path).content.decode()
    assert "has 1 tracked change" in page.replace("&nbsp;", " ")
    assert accept(client, path).status_code == 422
    assert client.post(path, {"revision": do.fresh(draft).revision, "tracked": "comments"}).status_code == 303
    assert Comment.objects.get().block == SECONDS and words(draft)[2] == "Take it out after 60 seconds."
    assert Import.objects.latest("pk").version == draft


def with_a_tracked_change(data: bytes) -> bytes:
    """Return the file as Word leaves it after somebody removed words with changes tracked."""
    run = '<w:r><w:t xml:space="preserve">Take it out after 60 seconds.</w:t></w:r>'
    gone = ('<w:r><w:t xml:space="preserve">Take it out </w:t></w:r><w:del w:id="9" w:author="Bea">'
            '<w:r><w:delText xml:space="preserve">after 60 seconds.</w:delText></w:r></w:del>')  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts: dict[str, str | bytes] = {name: old.read(name) for name in old.namelist()}
    body = parts["word/document.xml"]
    assert isinstance(body, bytes) and run.encode() in body
    return zipped({**parts, "word/document.xml": body.replace(run.encode(), gone.encode())})
