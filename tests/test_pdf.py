"""The printed form: PDF/A-3a as far as we assert it, the same bytes each time, everything that must stand on it."""

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from qms.pdf.check import defects, page_count
from qms.pdf.document import PrintedDocument, PrintedSignature, document_pdf
from qms.pdf.files import EmbeddedFile, no_files
from qms.pdf.render import make_pdf
from tests.pdf_text import colours_of, needs_poppler, pages_of, words_of
from tests.print_samples import DIGEST, TEXT, THAWING

GREY, ROSE = (0xE6, 0xE9, 0xE8), (0xF3, 0xDD, 0xDB)  # of the watermark
DRAFT = replace(
    THAWING, version="8", status="In review", watermark="In review", effective_on="", instead="Version 7 is in force.",
    signatures=(*THAWING.signatures[:1], PrintedSignature("Bea Thistledown", "Reviewer", "Waits for review")),
)  # fmt: skip


def _pdf(doc: PrintedDocument) -> bytes:
    return document_pdf(doc, no_files)


def test_a_controlled_document_is_what_we_promise_of_it() -> None:
    data = _pdf(THAWING)
    assert defects(data) == []
    assert page_count(data) == 3
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "PROC-SOP-014 v7, Thawing and infusion of cryopreserved HPC-A"
        assert str(pdf.docinfo["/Author"]) == "Northmere Cell Therapy Programme"
        assert str(pdf.Root.Lang) == "en-gb"


@needs_poppler
def test_each_page_says_which_document_it_is_part_of() -> None:
    for number, page in enumerate(pages_of(_pdf(THAWING)), start=1):
        for words in (
            "PROC-SOP-014", "version 7, effective 3 March 2026", "Northmere Cell Therapy Programme",
            "Thawing and infusion of cryopreserved HPC-A", f"Page {number} of 3",
            "Uncontrolled when printed",
        ):  # fmt: skip
            assert words in page


@needs_poppler
def test_a_signature_shows_name_role_meaning_time_and_what_was_signed() -> None:
    """21 CFR 11.50: printed name, date and time, and meaning stand wherever the record is shown."""
    last = pages_of(_pdf(THAWING))[-1]
    for words in (
        "Dr Thessaly Quince", "Laboratory director, on behalf of Dr Alder Fennimore", "Approved", "SIG-2026-003204",
        "18 February 2026, 08:12 (Europe/London, UTC+0000)", "51d0 9be4 … 0c1f 0000",
        " ".join(DIGEST[start : start + 4] for start in range(0, 64, 4)),
    ):  # fmt: skip
        assert words in last


@needs_poppler
def test_what_is_not_in_force_says_so_across_each_page_and_in_the_footer() -> None:
    data = _pdf(DRAFT)
    pages = pages_of(data)
    assert len(pages) == 3
    for page in pages:
        assert "In review. Do not work by this. Version 7 is in force." in page
        assert "version 8, not in force" in page
        assert "Uncontrolled" not in page
    assert "Waits for review" in pages[-1]
    assert [(GREY in page, ROSE in page) for page in colours_of(data)] == [(True, False)] * 3


@needs_poppler
def test_the_place_of_stamp_and_strip_is_free_in_and_out_of_force() -> None:
    for document in (THAWING, DRAFT):
        low = [(word, right) for word, right, bottom, _w, height in words_of(_pdf(document)) if bottom > height - 63]
        assert low
        assert all(right > 128 / 25.4 * 72 for _word, right in low), low


@needs_poppler
def test_what_was_in_force_and_is_no_more_has_a_watermark_of_another_colour() -> None:
    data = _pdf(replace(THAWING, status="Obsolete", watermark="Obsolete", watermark_note="since 3 May", ended=True))
    assert [(GREY in page, ROSE in page) for page in colours_of(data)] == [(False, True)] * 3


@needs_poppler
def test_what_is_in_force_has_no_watermark() -> None:
    assert [(GREY in page, ROSE in page) for page in colours_of(_pdf(THAWING))] == [(False, False)] * 3


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import django; django.setup(); import hashlib; from tests.print_samples import THAWING;"
        "from qms.pdf.document import document_pdf;"
        "print(hashlib.sha256(document_pdf(THAWING, lambda digest: b'')).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[1]), "TZ": "Asia/Tokyo"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert there.stdout.strip() == hashlib.sha256(_pdf(THAWING)).hexdigest()


def test_a_long_text_has_all_its_pages() -> None:
    """How long they take is measured by the benchmark: a busy machine would say nothing about the code."""
    assert page_count(_pdf(replace(THAWING, body_html=TEXT * 6))) >= 10


@needs_poppler
def test_signs_and_other_scripts_are_printed_as_far_as_the_system_has_letters() -> None:
    words = "αβ T cells, 20 µl, ≤ −150 °C, ± 2 → ✓, Процедура оттаивания, إجراء الإذابة, 解凍手順"
    data = _pdf(replace(THAWING, body_html=f"<p>{words}</p>", title="解凍手順 Ж ≤"))
    assert defects(data) == []
    assert "αβ T cells, 20 µl, ≤ −150 °C, ± 2 → ✓, Процедура оттаивания" in "".join(pages_of(data))


def test_a_text_from_right_to_left_is_laid_out_that_way() -> None:
    data = _pdf(replace(THAWING, language="ar", body_html="<p>إجراء الإذابة</p>"))
    assert defects(data) == []


def test_what_people_write_is_text_and_never_markup() -> None:
    hostile = '<img src="http://127.0.0.1:9/x"><script>alert(1)</script>'
    data = _pdf(replace(THAWING, title=hostile, programme=hostile, summary=hostile, owner=hostile, watermark=hostile))
    assert defects(data) == []


@needs_poppler
def test_nothing_runs_off_the_page() -> None:
    cells = "".join(f"<td>word{n}</td>" for n in range(40))
    step = f"<tr><td>10.2</td><td>{'long text ' * 60}</td><td>MO</td></tr>"
    body = (
        f"<h2>Wide</h2><table><tbody><tr>{cells}</tr></tbody></table><p>{'Donaudampfschifffahrt' * 30}</p>"
        f"<table><tbody>{step}<tr><td>1</td><td>https://example.org/{'a' * 200}</td><td>x</td></tr></tbody></table>"
    )
    data = _pdf(replace(THAWING, body_html=body, title="Untersuchungsdurchführungsvorschrift" * 8))
    words = list(words_of(data))
    assert max(right / width for _word, right, _bottom, width, _height in words) < 0.95
    assert max(bottom / height for _word, _right, bottom, _width, height in words) < 1
    assert {"10.2", "MO"} <= {word for word, *_place in words}  # narrow columns are not taken apart


@needs_poppler
def test_tables_over_several_pages_repeat_their_head_and_lose_no_row() -> None:
    rows = "".join(
        "<tr>" + ('<td rowspan="30">Group</td>' if n % 30 == 0 else "") + f"<td>Step-{n}</td><td>min</td></tr>"
        for n in range(90)
    )
    tall = "".join(f"<p>Line-{n}</p>" for n in range(120))
    body = (
        '<table><thead><tr><th scope="col">Cause</th><th scope="col">Step</th><th scope="col">Limit</th></tr></thead>'
        f"<tbody>{rows}</tbody></table><table><tbody><tr><td>{tall}</td><td>x</td></tr></tbody></table>"
    )
    pages = pages_of(_pdf(replace(THAWING, body_html=body)))
    printed = "\n".join(pages).split()
    assert [word for word in printed if word.startswith("Step-")] == [f"Step-{n}" for n in range(90)]
    assert [word for word in printed if word.startswith("Line-")] == [f"Line-{n}" for n in range(120)]
    assert all("Cause" in page for page in pages if "Step-" in page)


def test_a_file_travels_inside_and_the_bytes_stay_the_same() -> None:
    file = EmbeddedFile("content.json", b'{"format":1}', datetime(2026, 3, 3, tzinfo=UTC), "What was signed")

    def made() -> bytes:
        return make_pdf("<p>x</p>", title="T", language="en", author="A", attachments=[file])

    data = made()
    assert data == made()
    assert defects(data) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.attachments["content.json"].get_file().read_bytes() == file.data
        assert str(pdf.Root.AF[0].AFRelationship) == "/Data"
