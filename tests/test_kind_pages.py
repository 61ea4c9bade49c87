"""Pages of types, of kept files and of publications of others, as a browser asks for them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.people.programme import today
from qms.trail.errors import Invalid, NotAllowed
from sops import services
from sops.models import Document, Version
from tests import documents as do
from tests import kept_files as files
from tests.test_kinds import into_force, kept, kind, outside
from training.defaults import end_type_rule, require_of_type, take_over
from training.models import ReadingRule, TypeRule
from training.services import end_reading_rule
from training.tasks import ask_for_document


def upload(data: bytes, name: str = "checklist.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def page(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def fenn(world, as_):
    return as_(world.fenn)


def new_file(world, **more):
    return {"title": "Checklist", "type": kind("FRM").pk, "facility": world.proc.pk, "number": "", **more}


def test_a_file_becomes_a_draft_and_is_handed_out_as_it_is(world, fenn):
    assert "Keep a file as it is" in page(fenn.get("/documents/new/file/"))
    answer = fenn.post("/documents/new/file/", new_file(world, file=upload(files.form_pdf().data)))
    version = Version.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, version.get_absolute_url())
    shown = page(fenn.get(version.get_absolute_url()))
    assert "Words found in the file" in shown
    assert "Checklist of the day" in shown
    file = fenn.get(f"{version.get_absolute_url()}file/")
    assert file.content == files.form_pdf().data
    assert "PROC-FRM-001_v1_DRAFT.pdf" in file["Content-Disposition"]
    cover = fenn.get(f"{version.get_absolute_url()}pdf/")
    assert cover.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.pdf", "This file is empty"),
        (files.scripted_pdf(), "a.pdf", "contains a script"),
        (files.form_pdf().data, "a.docx", "named .docx, but it is a PDF"),
        (files.sheet(more={"xl/vbaProject.bin": "x"}), "a.xlsx", "contains macros"),
    ],
)
def test_a_file_that_is_refused_says_why_beside_the_field_and_keeps_what_was_typed(world, fenn, data, name, words):
    answer = fenn.post("/documents/new/file/", new_file(world, file=upload(data, name)))
    assert answer.status_code == 422
    assert words in page(answer)
    assert 'value="Checklist"' in page(answer)
    assert not Document.objects.exists()


def test_readers_get_the_file_in_force_and_not_the_draft(world, as_):
    version = kept(world)
    reader = as_(world.thessaly)
    assert reader.get(f"{version.get_absolute_url()}file/").status_code == 200
    assert as_(world.jory).get(f"{version.get_absolute_url()}file/").status_code == 404
    into_force(version, world)
    assert "_v1.pdf" in reader.get(f"{version.get_absolute_url()}file/")["Content-Disposition"]


def test_an_ended_file_says_so_in_its_name_and_a_pdf_on_its_pages(world, fenn):
    version = into_force(kept(world), world)
    book = into_force(kept(world, files.workbook(), title="Dilution", code="WRK"), world)
    for one in (version, book):
        do.withdraw(one, world)
    ended = fenn.get(f"{version.get_absolute_url()}file/")
    assert ended.content != files.form_pdf().data
    assert "_v1_WITHDRAWN.pdf" in ended["Content-Disposition"]
    assert "_v1_WITHDRAWN.xlsx" in fenn.get(f"{book.get_absolute_url()}file/")["Content-Disposition"]
    assert fenn.get(f"{version.get_absolute_url()}original/").content == files.form_pdf().data


def test_writing_in_a_kept_file_leads_to_its_title_reason_and_file(world, fenn):
    version = kept(world)
    edit = fenn.get(f"{version.get_absolute_url()}edit/")
    assert edit["Location"] == f"{version.get_absolute_url()}material/"
    values = {"title": "Better title", "summary": "A line more", "revision": version.revision}
    answer = fenn.post(edit["Location"], {**values, "file": upload(files.workbook().data, "dilution.xlsx")})
    assert answer.status_code == 303
    version = do.fresh(version)
    assert (version.title, version.summary, version.kept) == ("Better title", "A line more", "xlsx")
    stale = fenn.post(edit["Location"], values)
    assert stale.status_code == 422
    assert "changed it on" in page(stale)


def test_the_next_file_of_a_document_in_force_and_what_differs(world, fenn):
    version = into_force(kept(world, files.workbook()), world)
    shown = page(fenn.get(version.document.get_absolute_url()))
    assert "Bring the next file" in shown
    assert "Import the next text from Word" not in shown
    answer = fenn.post(
        f"/documents/{version.document.number}/file/", {"file": upload(files.sheet(formula="B1*3"), "dilution.xlsx")}
    )
    assert answer["Location"].endswith("/v2/")
    changes = page(fenn.get(f"{answer['Location']}redline/"))
    assert "words found in the files are compared" in changes
    assert "B1*3" in changes
    again = fenn.post(f"/documents/{version.document.number}/file/", {"file": upload(files.sheet(), "d.xlsx")})
    assert (again.status_code, "Nothing would change" in page(again)) == (422, True)


def test_review_and_approval_show_the_file_beside_the_words(world, as_):
    version = do.send(kept(world), world)
    shown = page(as_(world.bea).get(f"{version.get_absolute_url()}review/"))
    assert "Open the file" in shown
    assert "Words found in the file, and comments" in shown
    version = do.review(version, world)
    assert "Open the file" in page(as_(world.thessaly).get(f"{version.get_absolute_url()}approve/"))


def outside_form(world, **more):
    return {
        "title": "Standard", "edition": "8th edition", "issuer": "Guild", "address": "https://guild.example/",
        "issued_on": "2026-03-01", "type": kind("EXT").pk, "facility": world.proc.pk, "number": "", **more,
    }  # fmt: skip


def test_a_publication_of_others_is_registered_checked_and_renewed(world, fenn):
    answer = fenn.post("/documents/new/outside/", outside_form(world))
    assert answer.status_code == 303, page(answer)
    version = into_force(do.fresh(Version.objects.get()), world)
    document = version.document.get_absolute_url()
    shown = page(fenn.get(document))
    for words in ("8th edition", "https://guild.example/", "No newer edition", "A newer edition came"):
        assert words in shown
    later = (today() + timedelta(days=200)).isoformat()
    done = fenn.post(f"{document}check/", {"note": "Web page", "next_on": later, "revision": version.document.revision})
    assert done.status_code == 303, page(done)
    assert "No newer edition." in page(fenn.get(document))
    newer = fenn.post(f"{document}newer/", {"edition": "9th", "issuer": "Guild", "address": "Shelf 4", "note": ""})
    assert newer["Location"] == f"{document}v2/"
    assert "Shelf 4" in page(fenn.get(newer["Location"]))
    assert "A newer edition." in page(fenn.get(document))


def test_an_edition_lacks_nothing_and_a_day_gone_is_refused(world, fenn):
    answer = fenn.post("/documents/new/outside/", outside_form(world, edition="", address=" "))
    assert (answer.status_code, page(answer).count("Fill this in.")) == (422, 4)
    version = into_force(outside(world), world)
    check = f"{version.document.get_absolute_url()}check/"
    past = fenn.post(check, {"next_on": today().isoformat(), "revision": version.document.revision})
    assert (past.status_code, "Choose a day after today." in page(past)) == (422, True)
    assert fenn.get(f"{do.in_force(world).document.get_absolute_url()}check/").status_code == 403


def test_types_are_listed_shown_added_and_changed(world, as_, fenn):
    listed = page(fenn.get("/documents/types/"))
    assert "External document" in listed
    assert "Add a type" not in listed
    shown = page(fenn.get("/documents/types/SOP/"))
    assert "Equipment and supplies" in shown
    assert "(facility)-SOP-001" in shown
    assert "{facility}" not in shown
    assert fenn.get("/documents/types/SOP/change/").status_code == 403
    marit = as_(world.marit)
    fields = {"name": "Checklist", "purpose": "", "body": "file", "review_months": 12, "retention_years": "",
              "sections": ""}  # fmt: skip
    add = marit.post("/documents/types/add/", {**fields, "code": "CHK", "scheme": kind("SOP").scheme_id, "pattern": ""})
    assert add["Location"] == "/documents/types/CHK/"
    change = marit.post("/documents/types/CHK/change/", {
        **fields, "name": "Check list", "is_closed": "on", "reason": "Two words", "revision": kind("CHK").revision,
    })  # fmt: skip
    assert change.status_code == 303, page(change)
    shown = page(marit.get("/documents/types/CHK/"))
    assert "Check list" in shown
    assert "Two words" in shown
    assert "no new documents since" in shown
    assert marit.get("/documents/types/NONE/").status_code == 404


def test_who_writes_and_who_sends_is_told_which_sections_are_missing(world, fenn):
    version = do.draft(world)
    for address in ("edit/", "send/"):
        shown = page(fenn.get(f"{version.get_absolute_url()}{address}"))
        assert "References" in shown
        assert "Points that depend on age" in shown
    services.change_document_type(
        do.sop_type(), by=world.marit, revision=None, reason="x", is_closed=False, sections="Objective"
    )
    assert "Not in the text yet" not in page(fenn.get(f"{version.get_absolute_url()}edit/"))
    assert "Sections are missing" not in page(fenn.get(f"{version.get_absolute_url()}send/"))


def test_pages_ask_as_often_of_one_type_as_of_many(world, fenn):
    counts = []
    fenn.get("/documents/types/")  # the session is written once
    for more in (0, 12):
        for n in range(more):
            services.add_document_type(f"T{n}", f"Type {n}", kind("SOP").scheme, by=world.marit)
            do.draft(world, title=f"Text {n}")
        with CaptureQueriesContext(connection) as asked:
            fenn.get("/documents/types/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Who must read new documents of a type


def test_a_new_document_takes_over_who_must_read_from_its_type(world, as_):
    marit = as_(world.marit)
    answer = marit.post("/documents/types/SOP/must-read/", {"role": "author", "everywhere": "0"})
    assert answer.status_code == 303, page(answer)
    assert "facility of the document" in page(marit.get("/documents/types/SOP/"))
    version = do.draft(world)
    assert take_over(version.document) == 1
    assert take_over(version.document) == 0
    rule = ReadingRule.objects.get()
    assert (rule.document, rule.role, rule.facility) == (version.document, "author", world.proc)
    ask_for_document(document=version.document_id)
    assert as_(world.fenn).get("/documents/types/SOP/must-read/").status_code == 403


def test_what_is_ended_at_a_type_stays_with_the_documents_that_took_it_over(world, as_):
    rule = require_of_type(do.sop_type(), "nurse", everywhere=True, by=world.marit)
    first = do.draft(world)
    take_over(first.document)
    with pytest.raises(Invalid, match="already"):
        require_of_type(do.sop_type(), "nurse", everywhere=False, by=world.marit)
    end = as_(world.marit).post(f"/documents/types/SOP/must-read/{rule.pk}/end/", {"reason": "Not needed"})
    assert end.status_code == 303
    assert take_over(do.draft(world).document) == 0
    assert ReadingRule.objects.get().document == first.document
    with pytest.raises(NotAllowed, match="ended already"):
        end_type_rule(TypeRule.objects.get(), by=world.marit, reason="Again")
    with pytest.raises(NotAllowed, match="said by quality"):
        require_of_type(do.sop_type(), "nurse", everywhere=True, by=world.thessaly)


def test_a_rule_that_a_document_ended_is_not_given_again(world):
    require_of_type(do.sop_type(), "author", everywhere=False, by=world.marit)
    version = do.draft(world)
    take_over(version.document)
    end_reading_rule(ReadingRule.objects.get(), by=world.marit, reason="Not here")
    assert take_over(version.document) == 0


def test_a_file_is_sent_to_review_by_the_first_button_of_its_draft(world, fenn):
    version = kept(world)
    head = page(fenn.get(version.get_absolute_url())).split('class="page-head"')[1].split("</details>")[0]
    send = f'<a class="btn btn-primary" href="{version.get_absolute_url()}send/">'
    assert send in head
    assert head.index(send) < head.index("Change the file")
    assert head.count("Send to review") == 1
