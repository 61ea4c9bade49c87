"""Word files in the browser: brought, looked at, confirmed; and the next text of a document."""

import hashlib
import html
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qms.people.models import Person
from sops import forms, services
from sops.blocks import plain_text
from sops.bodies import read_body
from sops.models import Document, Import, Version
from sops.word.reader import read_word
from tests import documents as do
from tests.word_files import FILES, docx, p

BODY = p("Thawing of cells", "H1") + p("Lower the bag into the bath.") + p("Keep it there.")
WORD = docx(BODY)


def bring(client: Client, data: bytes, to: str = "/documents/import/", name: str = "PROC thawing.docx"):
    return client.post(to, {"file": SimpleUploadedFile(name, data)})


def look(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, answer.content[:500]
    return html.unescape(answer.content.decode())


def confirm(client: Client, world, where: str, **more: object):
    fields = {
        "title": "Thawing", "number": "PROC-SOP-014", "n": 7, "type": do.sop_type().pk, "facility": world.proc.pk,
        "owner": world.fenn.pk,
    }  # fmt: skip
    return client.post(where, {**fields, **more})


def test_a_word_file_becomes_a_draft_only_once_it_is_confirmed(world, as_):
    """The whole way; the original is kept byte for byte and given back."""
    client = as_(world.fenn)
    answer = bring(client, WORD)
    row = Import.objects.get()
    where = f"/documents/imports/{row.pk}/check/"
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    assert (row.outcome, row.digest, row.by) == ("waiting", hashlib.sha256(WORD).hexdigest(), world.fenn)
    page = look(client, where)
    assert "Lower the bag into the bath." in page
    assert 'value="PROC thawing"' in page or 'value="Thawing of cells"' in page
    assert not Document.objects.exists()
    done = confirm(client, world, where)
    assert (done.status_code, done.headers["Location"]) == (303, "/documents/PROC-SOP-014/v7/")
    version = Version.objects.get()
    assert (version.n, version.status, version.document.owner) == (7, "draft", world.fenn)
    assert "Keep it there." in plain_text(read_body(version.body))
    assert "is a draft now" in look(client, "/documents/PROC-SOP-014/v7/")
    original = client.get("/documents/PROC-SOP-014/v7/original/")
    assert original.content == WORD
    assert original.headers["Content-Disposition"] == 'attachment; filename="PROC thawing.docx"'
    assert client.get(where).status_code == 404, "what became a draft is not offered again"


def test_what_was_not_taken_over_is_named_before_and_after(world, as_):
    client, data = as_(world.fenn), (FILES / "y-equations.docx").read_bytes()
    lost = read_word(data).losses
    assert len(lost) > 1
    where = bring(client, data).headers["Location"]
    before = look(client, where)
    assert all(one.sentence in before and one.place in before for one in lost)
    confirm(client, world, where)
    page = look(client, "/documents/PROC-SOP-014/v7/")
    assert all(one.sentence in page and one.place in page for one in lost)


def test_pictures_are_shown_before_and_after_to_those_who_may(world, as_):
    client = as_(world.fenn)
    where = bring(client, (FILES / "d-altchunk.docx").read_bytes()).headers["Location"]
    pictures = where.replace("check/", "pictures/")
    source = re.search(rf'src="({pictures}\w+/)"', look(client, where))[1]
    assert client.get(source).headers["Content-Type"].startswith("image/")
    assert as_(world.bea).get(source).status_code == 404, "nobody else's file"
    confirm(client, world, where)
    kept = re.search(r'src="(/documents/PROC-SOP-014/v7/pictures/\w+/)"', look(client, "/documents/PROC-SOP-014/v7/"))[
        1
    ]
    answer = as_(world.bea).get(kept)
    assert answer.status_code == 200
    assert (answer.headers["X-Content-Type-Options"], "immutable" in answer.headers["Cache-Control"]) == (
        "nosniff",
        True,
    )
    assert client.get(f"/documents/PROC-SOP-014/v7/pictures/{'0' * 64}/").status_code == 404
    other = do.draft(world)
    elsewhere = kept.replace("PROC-SOP-014/v7", f"{other.document.number}/v1")
    assert client.get(elsewhere).status_code == 404, "only pictures that this text shows"
    assert as_(world.jory).get(kept).status_code == 404


def test_open_tracked_changes_are_asked_about(world, as_):
    client = as_(world.fenn)
    where = bring(client, (FILES / "rp034-deleted-cells-tracked.docx").read_bytes()).headers["Location"]
    page = look(client, where)
    assert "tracked changes that nobody has decided on" in page
    assert "shows the words as they were before" in page
    assert "all of them accepted" in look(client, f"{where}?tracked=accept")
    assert "all of them rejected" in look(client, f"{where}?tracked=reject")
    undecided = confirm(client, world, where)
    assert undecided.status_code == 422
    assert "They are not decided for you." in undecided.content.decode()
    assert not Document.objects.exists()
    confirm(client, world, where, tracked="reject")
    assert Import.objects.get().decision == "reject"
    accepted = bring(client, (FILES / "rp034-deleted-cells-accepted.docx").read_bytes())
    assert plain_text(read_body(Version.objects.get().body)) not in look(client, accepted.headers["Location"])


def test_files_that_are_no_word_files_are_refused_in_a_sentence(world, as_):
    client = as_(world.fenn)
    for data, words in (
        (b"%PDF-1.7 nothing", "PDF"),
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, ""),
    ):
        answer = bring(client, data)
        assert answer.status_code == 422
        error = re.search(r'class="errors?.*?</ul>', answer.content.decode(), re.DOTALL)
        assert error and words.lower() in error[0].lower(), error
    assert client.post("/documents/import/", {}).status_code == 422
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(world, as_, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    answer = bring(as_(world.fenn), b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "2 MB; 1 MB is the most" in answer.content.decode()


def test_only_the_one_who_brought_a_file_goes_on_with_it(world, as_):
    where = bring(as_(world.fenn), WORD).headers["Location"]
    assert as_(world.bea).get(where).status_code == 404
    assert confirm(as_(world.bea), world, where).status_code == 404
    assert not Document.objects.exists()


def test_nobody_imports_into_a_facility_where_they_do_not_write(world, as_):
    client = as_(world.fenn)
    where = bring(client, WORD).headers["Location"]
    assert confirm(client, world, where, facility=world.aph.pk).status_code == 422
    for person in (world.jory, world.ivo, world.sorrel):
        assert as_(person).get("/documents/import/").status_code == 403
        assert bring(as_(person), WORD).status_code == 403
    assert not Document.objects.exists()


def test_numbers_that_are_taken_or_cannot_be_are_refused(world, as_):
    client, taken = as_(world.fenn), do.draft(world).document.number
    where = bring(client, WORD).headers["Location"]
    page = confirm(client, world, where, number=taken)
    assert page.status_code == 422
    assert f"/documents/{taken}/import/" in page.content.decode(), "it can become the next text of that document"
    for number in ("new", "import", "a/b", "../x", "-x", "a b", "types"):
        assert confirm(client, world, where, number=number).status_code == 422, number
    assert Document.objects.count() == 1
    assert confirm(client, world, where, number="").status_code == 303
    assert Version.objects.latest("pk").document.number == "PROC-SOP-002"


def test_my_work_leads_to_the_first_file_that_waits(world, as_):
    client = as_(world.fenn)
    first = bring(client, WORD).headers["Location"]
    assert "You brought it and have not checked yet what was read." in look(client, "/")
    bring(client, docx(p("Freezing", "H1")), name="PROC freezing.docx")
    page = look(client, "/")
    assert "2 files that you brought are not checked yet" in page
    assert (page.count(f'href="{first}"'), "PROC thawing.docx" in page) == (2, True)
    assert "PROC thawing.docx" not in look(as_(world.bea), "/")
    for row in Import.objects.all():
        client.post(f"/documents/imports/{row.pk}/put-aside/")
    look(client, "/")  # says that they are put aside
    assert "PROC thawing.docx" not in look(client, "/")


def test_the_same_file_twice_is_refused_and_the_first_is_shown(world, as_):
    client = as_(world.fenn)
    confirm(client, world, bring(client, WORD).headers["Location"])
    where = bring(client, WORD).headers["Location"]
    assert "imported before: it is PROC-SOP-014 v7" in look(client, where)
    again = confirm(client, world, where, number="")
    assert again.status_code == 422
    assert Document.objects.count() == 1


def test_the_next_text_shows_what_it_changes_before_it_is_taken(world, as_):
    """A redline against the present text; then the draft has the new text, and one who changed it meanwhile is seen."""
    version, client = do.draft(world), as_(world.fenn)
    number = version.document.number
    answer = bring(client, WORD, f"/documents/{number}/import/")
    where = answer.headers["Location"]
    page = look(client, where)
    assert "<del>" in page
    assert "Keep it there." in page
    assert "Replace the text of draft 1" in page
    seen = re.search(r'name="revision" value="(\d+)"', page)[1]
    services.save_text(do.fresh(version), by=world.bea, revision=None, blocks=do.TEXT[:1])
    assert client.post(where, {"revision": seen}).status_code == 422
    assert do.fresh(version).source == ""
    again = re.search(r'name="revision" value="(\d+)"', look(client, where))[1]
    done = client.post(where, {"revision": again})
    assert done.headers["Location"] == f"/documents/{number}/v1/"
    assert "Keep it there." in plain_text(read_body(do.fresh(version).body))
    assert do.fresh(version).source == hashlib.sha256(WORD).hexdigest()


def test_a_document_in_force_gets_its_next_version_from_word(world, as_):
    version, client = do.in_force(world), as_(world.fenn)
    where = bring(client, WORD, f"/documents/{version.document.number}/import/").headers["Location"]
    page = look(client, where)
    assert "Make it the next version" in page
    assert client.post(where, {"revision": version.revision}).headers["Location"].endswith("/v2/")
    assert do.fresh(version).status == "effective"


def test_under_review_no_new_text_comes_in(world, as_):
    version, client = do.sent(world), as_(world.fenn)
    assert "is on its way already" in look(client, f"/documents/{version.document.number}/import/")
    where = bring(client, WORD, f"/documents/{version.document.number}/import/").headers["Location"]
    assert client.post(where, {"revision": version.revision}).status_code == 422
    assert do.fresh(version).source == ""


def test_the_upload_field_offers_word_files_and_the_proposed_owner_is_somebody_here(world, as_):
    assert 'accept=".docx,.dotx"' in look(as_(world.fenn), "/documents/import/")
    people = set(forms.present_people())
    assert world.hale not in people
    assert isinstance(people.pop(), Person)
