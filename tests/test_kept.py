"""Files that are kept as they are: what is read of them, and what is refused in one sentence that says what to do."""

import io
import zipfile

import pytest

from qms.trail.errors import Invalid
from sops.blocks import check
from sops.kept import model
from sops.kept.pdf import passages
from sops.kept.reader import read_kept
from sops.kept.samples import relations, sample_pdf
from sops.word.sandbox import read_kept_safely
from tests import kept_files as files
from tests.word_files import docx, p


def test_the_words_of_a_pdf_are_found_page_by_page():
    read = read_kept_safely(sample_pdf("Wash your hands", 2))
    assert (read.kind, read.pages, read.notes) == ("pdf", 2, [])
    assert files.text_of(read) == ["Page 1", "Wash your hands", "Page 2", "Wash your hands"]


def test_the_words_of_a_workbook_are_found_with_its_formulas():
    read = read_kept_safely(files.sheet())
    assert files.text_of(read) == ["Sheet 1", "Volume in mL | 12.5 | C1: =B1*2 → 25"]


def test_the_words_of_a_presentation_are_found_in_its_order_with_the_notes():
    read = read_kept(files.slides())
    assert (read.kind, read.pages) == ("pptx", 2)
    assert files.text_of(read) == ["Slide 1", "First of all", "Notes: Say it slowly", "Slide 2", "And then"]


def test_what_is_read_is_canonical_text_and_survives_the_way_between_processes():
    read = read_kept(files.sheet("a &#9; b"))
    check(read.blocks)
    assert model.load(model.dump(read)) == read


def test_a_pdf_of_pictures_is_kept_without_words():
    read = read_kept(files.scanned_pdf())
    assert (read.pages, read.has_words) == (1, False)


def test_a_line_that_breaks_elsewhere_changes_no_passage():
    long = "one two three four five six seven eight nine ten"
    assert list(passages(f"{long}\n{long}\nend.\nNext")) == [f"{long} {long} end.", "Next"]


REFUSED = {
    "empty": (b"", "empty"),
    "no file of ours": (b"just words", "not kept"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "picture"),
    "damaged": (sample_pdf()[:200], "damaged"),
    "blank": (files.blank_pdf(), "is empty"),
    "without pages": (files.blank_pdf(0), "no pages"),
    "with a password": (files.locked_pdf(), "protected"),
    "not to be printed": (files.locked_pdf(owner_only=True), "protected"),
    "with a script": (files.scripted_pdf(), "script"),
    "starting a program": (files.launching_pdf(), "starts programs"),
    "with files inside": (files.carrying_pdf(), "attached"),
    "XFA": (files.xfa_pdf(), "XFA"),
    "PDF and zip": (sample_pdf() + files.sheet(), "archive at once"),
    "a zip": (b"PK\x03\x04" + b"0" * 60, "archive"),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old format"),
    "locked Office": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"0" * 600, "password",
    ),
    "macros": (files.sheet(more={"xl/vbaProject.bin": "x"}), "macros. Save it in Excel"),
    "another workbook": (
        files.sheet(more={"xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"), ("r2", "externalLink", "externalLinks/externalLink1.xml"))}),
        "fetches something from outside",
    ),
    "a template on a server": (
        docx(p("Hello"), external=(("r9", "attachedTemplate", "https://elsewhere.example/t.dotm"),)),
        "fetches something from outside",
    ),
    "an object": (files.sheet(more={"xl/embeddings/oleObject1.bin": "x"}), "object of another program"),
    "DOCTYPE": (files.sheet(more={"xl/worksheets/sheet1.xml": "<!DOCTYPE a><a/>"}), "not built like a workbook"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_acts_hides_or_breaks_is_refused_in_one_sentence(name):
    data, words = REFUSED[name]
    with pytest.raises(Invalid, match=words) as refused:
        read_kept(data)
    assert len(str(refused.value)) < 200


def test_a_bomb_is_refused_while_it_is_read():
    out = io.BytesIO(files.sheet())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/huge.bin", b"\0" * (101 * 1024 * 1024))
    with pytest.raises(Invalid, match="unpacks to more than"):
        read_kept_safely(out.getvalue())


def test_a_page_that_unpacks_without_end_is_refused():
    with pytest.raises(Invalid, match="more than a printer can draw"):
        read_kept(files.bomb_pdf())


@pytest.mark.parametrize(
    "template", ["Normal.dotm", "file:///C:\\Users\\bea\\Normal.dotm", "Macintosh%20HD:Normal.dotm"]
)
def test_the_template_on_the_disk_of_the_writer_is_no_reason_to_refuse(template):
    assert read_kept(docx(p("Hello"), external=(("r9", "attachedTemplate", template),))).has_words


def test_open_changes_of_a_word_file_are_not_decided_in_silence():
    body = '<w:p><w:ins w:id="1" w:author="x"><w:r><w:t>four</w:t></w:r></w:ins></w:p>'
    with pytest.raises(Invalid, match="1 tracked changes"):
        read_kept(docx(body))
