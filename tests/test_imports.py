"""What is kept of every Word file that comes: the row, its report, what a person decided, and several at once."""

import html
import re
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.files.models import StoredFile
from qms.trail.errors import Invalid, NotAllowed
from sops import services
from sops.blocks import plain_text
from sops.bodies import read_body
from sops.models import Comment, Document, Import, Version
from sops.services.imports import Choice
from sops.word.reader import read_word
from tests import documents as do
from tests.word_files import W, docx, p

PLAIN = docx(p("Lower the bag into the bath."))
TRACKED = (
    p("Thawing", "H1") + '<w:p><w:r><w:t xml:space="preserve">Thaw at </w:t></w:r>'
    '<w:del w:id="1" w:author="A. Example" w:date="2024-05-03T00:00:00Z"><w:r><w:delText>37</w:delText></w:r></w:del>'
    '<w:ins w:id="2" w:author="A. Example" w:date="2024-05-03T00:00:00Z"><w:r><w:t>4</w:t></w:r></w:ins>'
    '<w:r><w:t xml:space="preserve"> degrees</w:t></w:r></w:p>'
)
COMMENTED = docx(
    '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>Wash with buffer.</w:t></w:r><w:commentRangeEnd w:id="1"/>'
    '<w:r><w:commentReference w:id="1"/></w:r></w:p>',
    ("comments", "comments.xml", f'<w:comments {W}><w:comment w:id="1" w:author="C. Reader" '
     f'w:date="2026-02-03T00:00:00Z">{p("Which buffer?")}</w:comment></w:comments>'),
)  # fmt: skip
REFUSED = {
    "macros.docm": (None, "macros"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"\0" * 600, "old format"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "letter.rtf": (b"{\\rtf1\\ansi Thaw.}", "RTF"),
    "letter.pdf": (b"%PDF-1.7 nothing", "PDF"),
    "letter.odt": (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument"),
}


def data_of(name: str) -> bytes:
    data = REFUSED[name][0]
    return do_macro() if data is None else data


def do_macro() -> bytes:
    return docx(p("x"), ("vbaProject", "vbaProject.bin", b"macro"))


def bring(client, *files: tuple[str, bytes]):
    return client.post("/documents/import/", {"file": [SimpleUploadedFile(name, data) for name, data in files]})


def page_of(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, (where, answer.status_code)
    return html.unescape(answer.content.decode())


def confirm(client, world, where: str, **more):
    fields = {"title": "Thawing", "number": "", "n": 1, "type": do.sop_type().pk, "facility": world.proc.pk,
              "owner": world.fenn.pk}  # fmt: skip
    return client.post(where, {**fields, **more})


# ------------------------------------------------------------ refused: by browser and by shell


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_word_file_is_refused_in_the_browser_and_leaves_its_row_alone(world, as_, name):
    stored = StoredFile.objects.count()
    answer = bring(as_(world.fenn), (name, data_of(name)))
    assert answer.status_code == 422
    row = Import.objects.get()
    assert REFUSED[name][1] in row.refusal
    assert row.refusal.endswith(".") and ".docx" in row.refusal + ".docx"
    assert html.escape(row.refusal) in answer.content.decode()
    assert (row.outcome, row.name, row.by) == ("refused", name, world.fenn)
    assert StoredFile.objects.count() == stored, "the bytes of a refused file are not kept"
    assert not Version.objects.exists()
    report = page_of(as_(world.fenn), row.get_absolute_url())
    assert row.refusal in report and "not kept" in report


def test_what_is_no_word_file_is_refused_on_the_shell_and_leaves_its_row(world, tmp_path):
    for name in REFUSED:
        (tmp_path / name).write_bytes(data_of(name))
    (tmp_path / "good.docx").write_bytes(PLAIN)
    out = StringIO()
    call_command("import_documents", str(tmp_path), "--as", world.fenn.user.email, "--facility", "PROC", stdout=out)
    assert "1 of 7 files are drafts now, 0 of them with losses; 6 were refused." in out.getvalue()
    for name, (_data, words) in REFUSED.items():
        row = Import.objects.get(name=name)
        assert words in row.refusal and f"refused  {name}: {row.refusal}" in out.getvalue()
    assert Import.objects.get(name="good.docx").version == Version.objects.get()


# ------------------------------------------------------------ tracked changes and comments


def made(world, data: bytes, choice: Choice) -> Version:
    word = read_word(data, choice.tracked or "accept")
    return services.document_from_word(
        data, word, by=world.fenn, name="a.docx", type=do.sop_type(), facility=world.proc, title="A", choice=choice
    )


def test_tracked_changes_are_never_decided_for_anybody(world):
    with pytest.raises(Invalid, match="Choose whether all are accepted"):
        made(world, docx(TRACKED), Choice())
    assert not Document.objects.exists()


def test_kept_as_comments_the_text_stays_and_each_change_must_be_fixed_before_anybody_signs(world):
    version = made(world, docx(TRACKED), Choice("comments"))
    assert "Thaw at 37 degrees" in plain_text(read_body(version.body))
    (remark,) = Comment.objects.all()
    assert remark.text == "Word shows a replacement by A. Example on 3 May 2024: “37” was replaced by “4”."
    assert (remark.kind, remark.by) == ("must_fix", world.fenn)
    block = next(one for one in read_body(version.body) if one["id"] == remark.block)
    assert plain_text([block]) == "Thaw at 37 degrees"
    row = Import.objects.get()
    assert (row.decision, row.tracked, row.version) == ("comments", 2, version)


@pytest.mark.parametrize(("decision", "words"), [("accept", "Thaw at 4 degrees"), ("reject", "Thaw at 37 degrees")])
def test_all_accepted_or_all_rejected_leaves_no_remark(world, decision, words):
    version = made(world, docx(TRACKED), Choice(decision))
    assert words in plain_text(read_body(version.body))
    assert not Comment.objects.exists()
    assert Import.objects.get().decision == decision


def test_comments_of_the_file_become_comments_or_are_left_away_by_choice(world, as_):
    version = made(world, COMMENTED, Choice())
    (remark,) = Comment.objects.all()
    assert "“Which buffer?”" in remark.text and remark.kind == "question"
    assert plain_text([b for b in read_body(version.body) if b["id"] == remark.block]) == "Wash with buffer."
    services.discard_version(version, by=world.fenn, reason="Once more")
    made(world, COMMENTED, Choice(keeps_comments=False))
    assert Comment.objects.count() == 1
    row = Import.objects.first()
    assert row.keeps_comments is False
    report = page_of(as_(world.fenn), row.get_absolute_url())
    assert "left away, and listed below" in report and "“Which buffer?”" in report


def test_the_page_shows_what_each_choice_gives(world, as_):
    client = as_(world.fenn)
    where = bring(client, ("t.docx", docx(TRACKED))).headers["Location"]
    assert "<del>37</del>" in page_of(client, where) and "<ins>4</ins>" in page_of(client, where)
    for choice, words in (("accept", "Thaw at 4"), ("reject", "Thaw at 37"), ("comments", "Thaw at 37")):
        page = page_of(client, f"{where}?tracked={choice}")
        assert words in page
        assert re.search(rf'value="{choice}"[^>]*checked', page), choice
    assert "checked" not in re.findall(r'<input[^>]*name="tracked"[^>]*>', page_of(client, where))[0]
    assert confirm(client, world, where, tracked="comments").status_code == 303
    assert Comment.objects.get().kind == "must_fix"


# ------------------------------------------------------------ several at once


def test_several_files_are_walked_through_one_after_the_other(world, as_):
    client = as_(world.fenn)
    files = [(f"{n}.docx", docx(p(f"Step {n}"))) for n in (1, 2)]
    where = bring(client, files[0], ("bad.pdf", b"%PDF-1.7"), files[1]).headers["Location"]
    first, bad, last = Import.objects.order_by("pk")
    assert where == f"/documents/imports/{first.pk}/check/"
    page = page_of(client, where)
    assert "File 1 of 3" in page and bad.refusal in page
    assert confirm(client, world, where).headers["Location"] == f"/documents/imports/{last.pk}/check/"
    assert "File 3 of 3" in page_of(client, f"/documents/imports/{last.pk}/check/")
    assert "3.docx" not in page_of(client, "/documents/import/")
    assert "2.docx" in page_of(client, "/documents/import/"), "whoever stops midway finds what waits"
    again = as_(world.fenn)
    assert confirm(again, world, f"/documents/imports/{last.pk}/check/").status_code == 303
    assert [row.outcome for row in Import.objects.order_by("pk")] == ["draft", "refused", "draft"]


def test_a_file_that_waits_can_be_put_aside_by_its_own_person_alone(world, as_):
    row = services.wait("a.docx", PLAIN, read_word(PLAIN), by=world.fenn)
    with pytest.raises(NotAllowed, match="does not wait"):
        services.put_aside(row, by=world.bea)
    assert as_(world.bea).post(f"/documents/imports/{row.pk}/put-aside/").status_code == 404
    assert as_(world.fenn).post(f"/documents/imports/{row.pk}/put-aside/").status_code == 303
    row.refresh_from_db()
    assert row.outcome == "put_aside"
    assert as_(world.fenn).get(f"/documents/imports/{row.pk}/check/").status_code == 404


# ------------------------------------------------------------ the list


@pytest.mark.once
def test_the_list_filters_pages_and_asks_the_same_number_of_questions(world, as_):
    made(world, COMMENTED, Choice())
    for n in range(3):
        services.record_refusal(f"bad-{n}.pdf", b"%PDF", "This is a PDF.", by=world.fenn)
    client = as_(world.fenn)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = page_of(client, "/documents/imports/")
    assert "1 became drafts, 1 of them with losses; 3 refused." in page
    assert "a.docx" not in page_of(client, "/documents/imports/?outcome=refused")
    assert "bad-0.pdf" not in page_of(client, "/documents/imports/?losses=1")
    for n in range(60):
        services.record_refusal(f"more-{n}.pdf", b"%PDF", "This is a PDF.", by=world.fenn)
    with CaptureQueriesContext(connection) as many:
        page_of(client, "/documents/imports/")
    assert len(many) == len(few)
    assert "bad-0.pdf" in page_of(client, "/documents/imports/?page=2")


def test_imports_of_others_are_seen_where_drafts_are_seen(world, as_):
    made(world, PLAIN, Choice())
    refused = services.record_refusal("bad.pdf", b"%PDF", "This is a PDF.", by=world.fenn)
    draft = Import.objects.get(outcome="draft")
    for person, sees_draft, sees_refused in ((world.bea, 200, 404), (world.marit, 200, 200), (world.jory, 403, 403)):
        client = as_(person)
        assert client.get(draft.get_absolute_url()).status_code == sees_draft
        assert client.get(refused.get_absolute_url()).status_code == sees_refused
