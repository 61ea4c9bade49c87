"""Word in: structure, numbers, tables, pictures, what a document says about itself, and the process of its own."""

import io
from datetime import date

import pytest
from PIL import Image

from qms.trail.errors import Invalid
from sops.blocks import text_of, walk
from sops.word.model import Loss, WordText
from sops.word.reader import read_word
from sops.word.sandbox import read_word_safely
from sops.word.transport import dump, load
from sops.word.vocabulary import day
from tests.word_files import FILES, STYLES, W, docx, kinds, numbered, p, read, step, table

# ---------------------------------------------------------------- structure


def test_headings_are_found_by_inheritance_and_not_by_name():
    text = read(p("One", "Own") + p("Three", "Deep") + p("Body") + p("Fig. 1", "Cap") + p("Hot!", "Warn"))
    assert [(b["kind"], b.get("level"), b.get("role")) for b in text.blocks] == [
        ("heading", 1, None), ("heading", 3, None), ("paragraph", None, None), ("paragraph", None, "caption"),
        ("paragraph", None, "warning"),
    ]  # fmt: skip
    assert [b["id"] for b in text.blocks] == ["b1", "b2", "b3", "b4", "b5"]


def test_steps_count_restart_and_go_on_as_in_word():
    text = read(step("A") + step("B") + step("B1", at=1) + step("B2", at=1) + step("C") + step("D", 2) + p("E", "Step"))
    assert numbered(text) == [
        ("1.", "A"),
        ("2.", "B"),
        ("a)", "B1"),
        ("b)", "B2"),
        ("3.", "C"),
        ("1.", "D"),
        ("2.", "E"),
    ]


def test_numbers_of_a_heading_hold_whatever_its_level():
    """A heading of level 1 that Word numbers on its third list level is still shown with Word's number."""
    heading = p("Deep", "H1", '<w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr>')
    text = read(step("A") + step("B", at=1) + heading + heading)
    assert numbered(text)[2:] == [("1.a.1", "Deep"), ("1.a.2", "Deep")]


def test_bullets_have_no_number_and_foreign_formats_are_named():
    text = read(step("A", 3) + step("B", 3, at=1))
    assert [b.get("number") is None for b in text.blocks] == [True, False]
    assert numbered(text) == [("", "A"), ("1", "B")]
    assert "number format" in kinds(text)


def test_the_numbers_of_a_real_file_are_those_that_its_author_expects():
    text = read_word((FILES / "d-start-override.docx").read_bytes())
    shown = [(label, words) for label, words in numbered(text) if words]
    assert len(shown) == 12
    assert all(words.startswith(f"[expect]{label}[/expect]") for label, words in shown)


def test_merged_cells_become_spans():
    grid = (
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("wide") + "</w:tc></w:tr>"
        '<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("tall") + f"</w:tc><w:tc>{p('x')}</w:tc></w:tr>"
        f"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{p('covered')}</w:tc><w:tc>{p('y')}</w:tc></w:tr></w:tbl>"
    )
    text = read(grid)
    rows = text.blocks[0]["rows"]
    assert [[(c.get("colspan", 1), c.get("rowspan", 1)) for c in row] for row in rows] == [
        [(2, 1)],
        [(1, 2), (1, 1)],
        [(1, 1)],
    ]
    assert [text_of(b) for b in rows[1][0]["blocks"]] == ["tall", "covered"]
    assert "merged cell" in kinds(text)


def test_a_real_table_with_merges_covers_its_grid():
    block = read_word((FILES / "y-merged-cells.docx").read_bytes()).blocks[0]
    area = sum(c.get("colspan", 1) * c.get("rowspan", 1) for row in block["rows"] for c in row)
    assert area == 5 * 4  # 5 rows of 4 columns: every field is covered once


def test_head_rows_by_mark_or_by_bold():
    bold = "<w:tc><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Head</w:t></w:r></w:p></w:tc>"
    assert read(f"<w:tbl><w:tr>{bold}</w:tr><w:tr><w:tc>{p('x')}</w:tc></w:tr></w:tbl>").blocks[0]["header_rows"] == 1
    marked = table(["h"], ["x"]).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    assert read(marked).blocks[0]["header_rows"] == 1
    assert read(table(["a"], ["b"])).blocks[0]["header_rows"] == 0


def test_emphasis_links_and_what_a_link_may_be():
    runs = (
        '<w:p><w:r><w:rPr><w:rStyle w:val="Strong"/></w:rPr><w:t>bold</w:t></w:r>'
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/>'
        "</w:rPr><w:t>2</w:t></w:r>"
        '<w:hyperlink r:id="ok"><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>site</w:t></w:r>'
        '</w:hyperlink><w:hyperlink r:id="bad"><w:r><w:t>trap</w:t></w:r></w:hyperlink></w:p>'
    )
    external = (("ok", "hyperlink", "https://example.org/a"), ("bad", "hyperlink", "javascript://alert(1)"))
    text = read_word(docx(runs, ("styles", "styles.xml", STYLES), external=external))
    assert text.blocks[0]["runs"] == [
        {"text": "bold", "marks": ["bold"]}, {"text": "2", "marks": ["sup"]},
        {"text": "site", "link": "https://example.org/a"}, {"text": "trap"},
    ]  # fmt: skip
    assert [loss.sentence for loss in text.losses] == ["The link to “javascript://alert(1)” is not kept; its text is."]


def test_short_bold_lines_become_headings_where_a_file_marks_none():
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>2.1 Thawing</w:t></w:r></w:p>"
    text = read(bold + p("Thaw the bag.") + p("Wait."))
    assert (text.blocks[0]["kind"], text.blocks[0]["level"]) == ("heading", 2)
    assert (
        Loss("heading", "", "The file marks no headings; short bold lines were taken for headings. Check them.")
        in text.losses
    )


# ---------------------------------------------------------------- pictures


def png(size=(20, 10)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return out.getvalue()


def drawing(extent="", alt="A red bag", attribute="embed"):
    return (
        '<w:r><w:drawing><wp:inline xmlns:wp="urn:wp">' + extent + f'<wp:docPr id="1" name="Picture 1" descr="{alt}"/>'
        '<a:graphic xmlns:a="urn:a"><a:graphicData><pic:pic xmlns:pic="urn:pic"><pic:blipFill>'
        f'<a:blip r:{attribute}="r3"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def test_a_picture_is_kept_by_digest_with_its_words_and_its_size():
    extent = '<wp:extent cx="952500" cy="476250"/>'
    inner = f"<w:p>{drawing(extent)}</w:p>"
    text = read(inner, ("image", "red.png", png()))
    (block,) = text.blocks
    assert (block["kind"], block["alt"], block["width"], block["height"]) == ("image", "A red bag", 100, 50)
    assert text.pictures == {block["digest"]: png()}
    assert text.media_types == {block["digest"]: "image/png"}


@pytest.mark.parametrize(
    "data", [b"<html><script>alert(1)</script>", png()[:50], b'<svg xmlns="http://www.w3.org/2000/svg"/>']
)
def test_a_picture_that_cannot_be_shown_leaves_a_placeholder(data):
    text = read(p("before") + f"<w:p>{drawing()}</w:p>" + p("after"), ("image", "image1.png", data))
    assert [b["kind"] for b in text.blocks] == ["paragraph", "paragraph", "paragraph"]
    assert text_of(text.blocks[1]).startswith("[A ")
    assert text.losses[0].place == "paragraph 2, before the first heading"


# ---------------------------------------------------------------- what the document says about itself


@pytest.mark.parametrize(
    ("number", "version", "day_in_force", "owner"),
    [
        (["SOP No.", "PROC-SOP-14"], ["Version:", "3.1"], ["Effective date", "12 March 2026"], "Owner"),
        (["Dokument-Nr.", "VA-7"], ["Version", "2"], ["Gültig ab", "12.03.2026"], "Erstellt von"),
        (["N° de document", "PR-9"], ["Indice de révision", "4"], ["Date d'application", "12 mars 2026"], "Auteur"),
        (["Código", "PNT-3"], ["Versión", "1.0"], ["Fecha de vigencia", "12 de marzo de 2026"], "Elaborado por"),
    ],
)
def test_facts_come_from_the_header_table_in_four_languages(number, version, day_in_force, owner):
    header = f"<w:hdr {W}>{table([*number, *version], [*day_in_force, owner, 'Dr A. Fictional'])}</w:hdr>"
    said = read(p("Thawing of cells"), ("header", "header1.xml", header)).proposal
    assert (said.number, said.version, said.title) == (number[1], version[1], "Thawing of cells")
    assert (said.owner, said.effective_on) == ("Dr A. Fictional", date(2026, 3, 12))


def test_facts_come_from_the_first_page_too_and_blanks_are_no_facts():
    said = read(
        table(["Title", "Next review", "Version"], ["Apheresis", "2027-05-01", "[version]"]) + p("SOP-012 is here")
    ).proposal
    assert (said.title, said.review_on, said.version, said.number) == ("Apheresis", date(2027, 5, 1), None, "SOP-012")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-03-12", date(2026, 3, 12)), ("12.3.2026", date(2026, 3, 12)), ("13/02/2026", date(2026, 2, 13)),
        ("02/13/2026", date(2026, 2, 13)), ("02/03/2026", None), ("March 12, 2026", date(2026, 3, 12)),
        ("12-Mar-2026", date(2026, 3, 12)), ("1er août 2026", date(2026, 8, 1)), ("31.02.2026", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_date_that_can_be_read_two_ways_is_no_date(written, read_as):
    assert day(written) == read_as


# ---------------------------------------------------------------- limits, and the process of its own


def test_an_empty_document_and_a_workbook_are_told_apart():
    with pytest.raises(Invalid, match="This document is empty"):
        read("")
    with pytest.raises(Invalid, match="20000 paragraphs"):
        read("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 20_001)


def test_the_process_of_its_own_gives_the_same_text():
    data = (FILES / "protocol-casecontrol-v2.docx").read_bytes()
    apart, here = read_word_safely(data), read_word(data)
    assert apart == here
    assert here.proposal.version == "0.2"
    assert [b["kind"] for b in here.blocks].count("table") == 14


def test_a_real_field_book_comes_with_steps_tables_photos_and_comments():
    data = (FILES / "fieldbook-v2.docx").read_bytes()
    apart, here = read_word_safely(data), read_word(data)
    assert apart == here
    found = [b["kind"] for b in walk(here.blocks)]
    assert (found.count("image"), found.count("table"), found.count("heading"), len(here.pictures)) == (7, 4, 12, 7)
    assert sum("number" in b for b in walk(here.blocks)) == 91
    assert kinds(here).count("comment") == 39


def test_a_refusal_crosses_the_border_in_its_own_words():
    with pytest.raises(Invalid, match="This is a PDF"):
        read_word_safely(b"%PDF-1.7")
    with pytest.raises(Invalid, match="This document is empty"):
        read_word_safely(docx(""))


def test_what_crosses_the_border_is_checked():
    text = WordText(
        blocks=[{"id": "b1", "kind": "paragraph", "runs": []}],
        pictures={"0" * 64: b"x"},
        media_types={"0" * 64: "image/png"},
    )
    with pytest.raises(ValueError, match="digest"):
        load(dump(text))
    with pytest.raises(ValueError, match="no known kind"):
        load(dump(WordText(blocks=[{"id": "b1", "kind": "script"}])))
