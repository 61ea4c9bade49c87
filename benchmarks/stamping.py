"""How long the stamp of one controlled copy takes. Needs no database."""

from benchmarks.texts import long_text, median_of
from qms.pdf.check import page_count
from qms.pdf.document import PrintedDocument, document_pdf
from qms.pdf.stamp import Stamp, stamped
from sops.render import blocks_html

STAMP = Stamp(
    headline="Controlled copy 3 of PROC-SOP-014 v8", lines=("Held by Fenn Mossgrove. Place: thaw bench.",),
    hint="Scan the code.", address="https://engraft.example/c/QcG0rT2d0Zk3mGx8b4aW1A", language="en-gb",
)  # fmt: skip


def stamp_seconds(pages: int = 10) -> tuple[float, int]:
    """Return (seconds, pages) for stamping a controlled PDF of about so many pages."""
    document = PrintedDocument(
        number="PROC-SOP-014", title="Thawing", version="8", status="Effective", programme="Bench", language="en-gb",
        body_html=str(blocks_html(long_text(round(pages * 0.85)), image_url=str)),
    )  # fmt: skip
    made = document_pdf(document, lambda digest: b"")
    return median_of(lambda: stamped(made, STAMP)), page_count(made)
