"""Types of documents, files kept as they are, publications of others: what happens, is recorded, is refused."""

import io
import json
from datetime import timedelta

import pikepdf
import pytest

from qms.files.store import read
from qms.people.programme import today
from qms.search.index import first_keys
from qms.signatures.models import Signature
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from sops import services
from sops.bodies import read_body
from sops.models import Body, Document, DocumentType, EditionCheck, Status, Version
from sops.printing import pdf_of
from sops.sections import SOP, missing, sections_of
from sops.services import EditionFacts
from sops.services.types import TYPES
from sops.work import document_work
from tests import documents as do
from tests import kept_files as files
from tests.documents import paragraph
from tests.pdf_text import needs_poppler, pages_of
from tests.world import World

STANDARD = EditionFacts("8th edition", "Guild of Cell Keepers", "https://guild.example/standard")


def kind(code: str) -> DocumentType:
    return DocumentType.objects.select_related("scheme").get(code=code)


def kept(world: World, file: services.Brought | None = None, code: str = "FRM", **more: object) -> Version:
    fields = {"title": "Checklist of the day", "facility": world.proc, "type": kind(code), **more}
    return services.document_of_file(file or files.form_pdf(), by=world.fenn, **fields)


def outside(world: World, **more: object) -> Version:
    fields = {"title": "Standard of the guild", "facility": world.proc, "type": kind("EXT"), "edition": STANDARD}
    return services.create_document(by=world.fenn, **{**fields, **more})


def into_force(version: Version, world: World) -> Version:
    version = do.approve(do.review(do.send(version, world), world), world)
    assert services.make_effective(version)
    return do.fresh(version)


def last_event() -> dict:
    return json.loads(Event.objects.latest("id").text)


# Types


def test_a_new_programme_has_the_kinds_of_documents_and_sections_for_procedures(world):
    assert set(DocumentType.objects.values_list("code", flat=True)) == {code for code, *_rest in TYPES}
    assert (kind("SOP").sections, kind("SOP").review_months, kind("SOP").retention_years) == (SOP, 24, 10)
    assert (kind("EXT").is_outside, kind("EXT").review_months) == (True, 12)


def test_a_type_is_changed_with_a_reason_and_keeps_what_it_said(world):
    sop = do.sop_type()
    services.change_document_type(
        sop, by=world.marit, revision=sop.revision, reason="Every year now", is_closed=False, review_months=12,
        sections=" Aim /  Goal \n\n Steps ",
    )  # fmt: skip
    sop = do.sop_type()
    assert (sop.review_months, sop.sections) == (12, "Aim / Goal\nSteps")
    assert [row.review_months for row in sop.history.order_by("revision")] == [24, 12]
    event = last_event()
    assert (event["name"], event["reason"]) == ("document_type.change", "Every year now")


def test_a_type_is_not_changed_by_others_without_a_reason_or_on_an_old_page(world):
    sop = do.sop_type()
    change = {"reason": "Why not", "is_closed": False, "review_months": 3}
    with pytest.raises(NotAllowed):
        services.change_document_type(sop, by=world.fenn, revision=sop.revision, **change)
    services.change_document_type(do.sop_type(), by=world.marit, revision=sop.revision, **change)
    with pytest.raises(Stale):
        services.change_document_type(do.sop_type(), by=world.marit, revision=sop.revision, **change)
    with pytest.raises(Invalid, match="sections"):
        services.change_document_type(
            do.sop_type(), by=world.marit, revision=None, **{**change, "sections": "One\n" * 50}
        )


def test_of_a_closed_type_no_new_documents_are_made_and_it_can_be_opened_again(world):
    old = do.draft(world)
    sop = do.sop_type()
    for is_closed in (True, False):
        services.change_document_type(do.sop_type(), by=world.marit, revision=None, reason="x", is_closed=is_closed)
        if is_closed:
            with pytest.raises(NotAllowed, match="No new documents"):
                services.create_document(by=world.fenn, type=do.sop_type(), facility=world.proc, title="New")
    assert do.draft(world).document.number == "PROC-SOP-002"
    assert old.document.type == sop


def test_a_type_with_documents_does_not_become_one_for_publications_of_others(world):
    do.draft(world)
    with pytest.raises(Invalid, match="type of their own"):
        services.change_document_type(
            do.sop_type(), by=world.marit, revision=None, reason="x", is_closed=False, body=Body.OUTSIDE
        )


def test_missing_sections_are_named_by_the_words_that_people_use():
    wanted = sections_of(DocumentType(sections="Objective / Purpose\nSteps / Procedure\nReferences"))
    text = [
        {"id": "a", "kind": "heading", "level": 1, "runs": [{"text": "1. PURPOSE and scope"}]},
        paragraph("b", "The steps are long"),
        {"id": "c", "kind": "paragraph", "runs": [{"text": "Procedure", "marks": ["bold"]}]},
    ]
    assert missing(text, wanted) == ["References"]
    assert missing([], wanted) == ["Objective", "Steps", "References"]
    assert missing([], []) == []


# Kept files


def test_a_kept_file_becomes_a_document_that_is_found_by_its_words(world):
    version = kept(world)
    assert (version.document.number, version.kept, version.status) == ("PROC-FRM-001", "pdf", Status.DRAFT)
    assert read(version.source) == files.form_pdf().data
    assert version.source_name == "checklist.pdf"
    assert first_keys("sops.document", "checklist day") == ([version.document.pk], False)
    assert last_event()["facts"]["source"] == version.source


def test_the_same_file_is_not_two_documents_nor_two_versions(world):
    version = kept(world)
    count = Document.objects.count()
    with pytest.raises(NotAllowed, match="PROC-FRM-001 v1"):
        kept(world, title="Another")
    assert Document.objects.count() == count
    into_force(version, world)
    with pytest.raises(NotAllowed, match="Nothing would change"):
        services.keep_file(version.document, files.form_pdf(), by=world.fenn)


def test_a_file_with_the_ending_of_another_kind_is_refused(world):
    wrong = files.brought(files.form_pdf().data, "checklist.xlsx")
    with pytest.raises(Invalid, match=r"named \.xlsx, but it is a PDF"):
        kept(world, wrong)


def test_types_say_what_they_are_made_of(world):
    with pytest.raises(Invalid, match="written here"):
        kept(world, code="SOP")
    with pytest.raises(NotAllowed, match="written here"):
        services.keep_file(do.draft(world).document, files.form_pdf(), by=world.fenn)
    with pytest.raises(Invalid, match="say its edition"):
        outside(world, edition=None)
    with pytest.raises(Invalid, match="Only publications of others"):
        outside(world, type=kind("POL"))


def test_who_may_not_write_keeps_nothing(world):
    for person in (world.jory, world.ivo, world.hale):
        with pytest.raises(NotAllowed):
            services.document_of_file(files.form_pdf(), by=person, type=kind("FRM"), facility=world.proc, title="Mine")
    assert not Document.objects.exists()


def test_another_file_replaces_that_of_a_draft_and_an_old_page_is_told(world):
    version = kept(world)
    seen = version.revision
    services.keep_file(version.document, files.workbook(), by=world.fenn, revision=seen)
    version = do.fresh(version)
    assert (version.kept, version.source_name) == ("xlsx", "dilution.xlsx")
    with pytest.raises(Stale):
        services.keep_file(version.document, files.workbook("Other"), by=world.bea, revision=seen)


def test_the_words_of_a_kept_file_are_not_written_in(world):
    version = kept(world)
    with pytest.raises(NotAllowed, match="kept as it is"):
        services.save_text(version, by=world.fenn, revision=None, blocks=[paragraph("a", "x")])
    services.write_material(version, by=world.bea, revision=None, title="New title", summary="Why")
    version = do.fresh(version)
    assert (version.title, version.summary, version.kept) == ("New title", "Why", "pdf")
    assert version.authorships.filter(person=world.bea).exists()


def test_what_is_signed_names_the_file_by_its_digest(world):
    version = do.send(kept(world), world)
    content = json.loads(read(Signature.objects.latest("pk").content_digest))
    assert content["digests"]["file"] == version.source
    assert ["File", "checklist.pdf"] in content["facts"]


@needs_poppler
def test_a_kept_pdf_in_force_is_its_cover_and_its_pages_with_our_header(world):
    version = into_force(kept(world, files.form_pdf(pages=2)), world)
    pages = pages_of(read(version.pdf))
    assert len(pages) == 3
    assert "Signatures" in pages[0]
    assert version.source[:4] in pages[0].replace("\n", " ")
    for page in pages[1:]:
        assert "Checklist of the day" in page
        assert "PROC-FRM-001" in page
        assert "not in force" not in page
    assert "Page 3 of 3" in pages[2]


@needs_poppler
def test_pages_of_a_pdf_that_has_ended_bear_the_mark(world):
    version = into_force(kept(world), world)
    services.keep_file(version.document, files.form_pdf("Newer"), by=world.fenn)
    newer = into_force(do.fresh(version.document.versions.get(n=2)), world)
    marked = pages_of(read(pdf_of(do.fresh(version))))
    assert all("Obsolete" in page or "OBSOLETE" in page for page in marked)
    assert pdf_of(newer) == newer.pdf


def test_a_bound_pdf_claims_no_archive_format_that_its_file_has_not(world):
    version = into_force(kept(world), world)
    with pikepdf.open(io.BytesIO(read(version.pdf))) as pdf, pdf.open_metadata() as xmp:
        assert "pdfaid:part" not in xmp
    book = into_force(kept(world, files.workbook(), title="Dilution", code="WRK"), world)
    with pikepdf.open(io.BytesIO(read(book.pdf))) as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")


def test_our_own_pdf_kept_again_stays_an_archive_format(world):
    own = into_force(do.draft(world), world)
    version = into_force(kept(world, files.brought(read(own.pdf), "own.pdf"), title="Own", code="MAN"), world)
    with pikepdf.open(io.BytesIO(read(version.pdf))) as pdf, pdf.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")


@pytest.mark.parametrize("make", [files.scanned_pdf, files.label_pdf])
def test_pictures_and_labels_are_bound_too(world, make):
    version = into_force(kept(world, files.brought(make(), "it.pdf"), code="LBL", title="Label"), world)
    with pikepdf.open(io.BytesIO(read(version.pdf))) as pdf:
        assert len(pdf.pages) == 2


def test_copies_of_a_kept_pdf_are_stamped(world):
    version = into_force(kept(world), world)
    (copy,) = services.issue_copies(version, [services.Holding("Bench 2", name="Binder")], by=world.marit)
    services.make_copy(copy)
    copy.refresh_from_db()
    with pikepdf.open(io.BytesIO(read(copy.pdf))) as pdf:
        assert len(pdf.pages) == 2


def test_the_next_version_begins_with_the_file_of_the_former(world):
    version = into_force(kept(world), world)
    second = services.start_version(version.document, by=world.fenn)
    assert (second.kept, second.source, second.source_name) == ("pdf", version.source, version.source_name)


# Publications of others


def test_an_edition_is_taken_into_use_by_the_same_way_and_signed_in_its_own_words(world):
    version = into_force(outside(world), world)
    content = json.loads(read(Signature.objects.latest("pk").content_digest))
    assert content["meaning"].startswith("I take this edition into use from")
    assert ["Edition", "8th edition"] in content["facts"]
    assert version.document.review_due > today() + timedelta(days=360)
    assert read_body(version.body) == []
    assert first_keys("sops.document", "guild keepers 8th") == ([version.document_id], False)


def test_no_newer_edition_is_recorded_and_moves_the_next_check(world):
    version = into_force(outside(world), world)
    document, day = version.document, today() + timedelta(days=90)
    services.check_edition(document, by=world.fenn, revision=document.revision, next_on=day, note="Their web page")
    found = EditionCheck.objects.get()
    assert (found.version, found.is_newer, found.next_on, found.note) == (version, False, day, "Their web page")
    assert Document.objects.get(pk=document.pk).review_due == day
    event = last_event()
    assert (event["name"], event["facts"]["next"]) == ("document.check", day.isoformat())


def test_a_check_is_refused_to_others_for_days_gone_and_for_our_own_documents(world):
    version = into_force(outside(world), world)
    later = today() + timedelta(days=90)
    with pytest.raises(NotAllowed):
        services.check_edition(version.document, by=world.jory, revision=None, next_on=later)
    with pytest.raises(Invalid, match="after today"):
        services.check_edition(version.document, by=world.fenn, revision=None, next_on=today())
    with pytest.raises(NotAllowed, match="no edition in force"):
        services.check_edition(do.in_force(world).document, by=world.fenn, revision=None, next_on=later)
    assert not EditionCheck.objects.exists()


def test_a_newer_edition_is_the_next_version_with_its_file(world):
    version = into_force(outside(world), world)
    newer = EditionFacts("9th edition", STANDARD.issuer, STANDARD.address)
    second = services.begin_edition(
        version.document, newer, by=world.fenn, note="A mail of theirs", file=files.form_pdf("Standard")
    )
    assert (second.n, second.edition.name, second.kept) == (2, "9th edition", "pdf")
    assert EditionCheck.objects.get().is_newer
    assert version.document.versions.get(n=1).edition.name == "8th edition"
    with pytest.raises(NotAllowed, match="on its way"):
        services.begin_edition(version.document, newer, by=world.fenn)
    with pytest.raises(NotAllowed, match="our own"):
        services.begin_edition(do.draft(world).document, newer, by=world.fenn)


def test_an_edition_of_a_draft_is_corrected_and_the_former_words_stay(world):
    version = outside(world)
    first = version.edition_id
    same = {"title": version.title, "summary": ""}
    services.write_material(version, by=world.fenn, revision=None, edition=STANDARD, **same)
    assert do.fresh(version).edition_id == first
    services.write_material(
        do.fresh(version), by=world.fenn, revision=None, edition=EditionFacts("8.1", "Guild", "Shelf 4"), **same
    )
    assert do.fresh(version).edition.name == "8.1"
    assert next(row.edition_id for row in version.history.order_by("revision")) == first


def test_the_check_awaits_the_owner_when_it_falls_due(world):
    version = into_force(outside(world), world)
    document = version.document
    services.check_edition(document, by=world.fenn, revision=None, next_on=today() + timedelta(days=5))
    (item,) = [one for one in document_work(world.fenn) if one.kind == "review_due"]
    assert (item.sentence, item.act) == ("Look whether a newer edition came.", "Check")
    assert item.url == f"/documents/{document.number}/check/"
