"""The stamp itself: on every page, readable, within its place, and the PDF stays what it promised to be."""

from io import BytesIO

import pikepdf

from qms.pdf.check import defects, page_count
from qms.pdf.document import document_pdf
from qms.pdf.stamp import Stamp, joined, stamped
from tests.pdf_text import needs_poppler, pages_of, words_of
from tests.print_samples import THAWING
from tests.scanned import codes_of

pytestmark = needs_poppler
ADDRESS = "https://engraft.example/c/QcG0rT2d0Zk3mGx8b4aW1A"
POINTS = 72 / 25.4


def stamp(**more: object) -> Stamp:
    said: dict[str, object] = {
        "headline": "Controlled copy 3 of PROC-SOP-014 v7", "hint": "Scan the code.", "address": ADDRESS,
        "lines": ("Held by Jory Pennyroyal. Place: Ward 7.", "Issued 24 November 2026."), "language": "en-gb", **more,
    }  # fmt: skip
    return Stamp(**said)  # type: ignore[arg-type]


def printed(body: str = "") -> bytes:
    from dataclasses import replace  # noqa: PLC0415

    return document_pdf(replace(THAWING, body_html=body) if body else THAWING, lambda digest: b"")


def test_each_page_says_which_copy_it_is_and_keeps_its_text():
    plain = printed()
    pages, before = pages_of(stamped(plain, stamp())), pages_of(plain)
    assert len(pages) == len(before) >= 3
    for number, (now, was) in enumerate(zip(pages, before, strict=True)):
        assert set(was.split()) <= set(now.split())
        for words in ("Controlled copy 3 of PROC-SOP-014 v7", "Jory Pennyroyal", "Ward 7", "Issued 24 November 2026"):
            assert words in now
        assert ("engraft.example/c/QcG0rT2d0Zk3mGx8b4aW1A" in now) == (number == 0)
        assert "Uncontrolled when printed without a stamp" in now


def test_the_code_is_read_on_every_page_also_on_a_landscape_one():
    wide = "<table><tr>" + "<td>wordy cell here</td>" * 14 + "</tr></table>"
    for data in (printed(), printed(f"<p>First.</p>{wide}<p>Last.</p>")):
        marked = stamped(data, stamp())
        assert codes_of(marked) == [ADDRESS] * page_count(data)


def test_a_stamped_pdf_is_still_the_pdf_a_that_we_promise():
    plain = printed()
    marked = stamped(plain, stamp())
    assert defects(marked) == []
    with pikepdf.open(BytesIO(plain)) as was, pikepdf.open(BytesIO(marked)) as now:
        assert str(now.docinfo["/Title"]) == str(was.docinfo["/Title"])
        assert now.Root.Metadata.read_bytes() == was.Root.Metadata.read_bytes()
        assert len(now.Root.StructTreeRoot.ParentTree.Nums) == len(was.Root.StructTreeRoot.ParentTree.Nums)
        for number, page in enumerate(now.pages):
            content = b"".join(stream.read_bytes() for stream in page.Contents)
            assert content.count(b"/Artifact BMC q 1 0 0 1") == 1
            assert content.rstrip().endswith(b"Do Q EMC")
            assert ("/EngraftCopyOther" if number else "/EngraftCopyFirst").encode() in content


def test_the_same_stamp_gives_the_same_bytes():
    plain = printed()
    assert stamped(plain, stamp()) == stamped(plain, stamp()) != stamped(plain, stamp(address=f"{ADDRESS}x"))


def test_long_words_stay_in_the_place_of_the_stamp():
    """The longest number, holder and place that there can be leave the page number free."""
    lines = (f"Held by {'Wintergreen ' * 6}. Place: {'Corridor-of-the-long-words ' * 3}.", "Issued 24 November 2026.")
    marked = stamped(printed(), stamp(headline=f"Controlled copy 123 of {'PROC-' * 12} v123", lines=lines))
    found = [word for word in words_of(marked) if word[0].startswith(("Wintergreen", "Corridor", "PROC-PROC"))]
    assert len(found) > 20
    for word, right, bottom, _width, height in found:
        assert right <= (24 + 104) * POINTS + 1, word
        assert height - 23 * POINTS <= bottom <= height - 4 * POINTS, word
    assert codes_of(marked) == [ADDRESS] * page_count(marked)


def test_copies_in_one_pdf_keep_their_own_codes():
    data = printed()
    whole = joined([stamped(data, stamp()), stamped(data, stamp(address=ADDRESS.replace("Qc", "Xx")))])
    assert page_count(whole) == 2 * page_count(data)
    assert codes_of(whole) == [ADDRESS] * page_count(data) + [ADDRESS.replace("Qc", "Xx")] * page_count(data)
