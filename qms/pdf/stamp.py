"""The stamp of a controlled copy: laid over each page of a stored PDF, which keeps its text, tags and PDF/A marks.

The same stamp on the same PDF gives the same bytes, but only with the same libraries: a stamped PDF is stored and never
made again.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from qms.pdf.render import make_overlay

FIRST, OTHER = "/EngraftCopyFirst", "/EngraftCopyOther"  # fixed, so that nothing but the content decides the bytes
MILLIMETRE = 72 / 25.4
LEFT, FOOT = 24 * MILLIMETRE, 4.5 * MILLIMETRE  # the free left of the footer in static/print/print.css


@dataclass(frozen=True)
class Stamp:
    """What a stamp says, in the document's language: `headline` in bold, then lines; `address` is in the QR code."""

    headline: str
    lines: tuple[str, ...]
    hint: str
    address: str
    language: str

    @property
    def code(self) -> SafeString:
        """The QR code as a drawing. Level M: a seventh of it may be worn off."""
        drawn = segno.make(self.address, error="m", micro=False, boost_error=False)
        return mark_safe(drawn.svg_inline(border=0, omitsize=True))  # noqa: S308 (a drawing of our own)

    @property
    def short_address(self) -> str:
        """The address as somebody types it."""
        return self.address.partition("://")[2]


def stamped(data: bytes, stamp: Stamp) -> bytes:
    """Return the PDF with the stamp in the lower margin of each page, larger on the first."""
    with translation.override(stamp.language):
        overlay = make_overlay(render_to_string("print/stamp.html", {"stamp": stamp}), language=stamp.language)
    with pikepdf.open(BytesIO(data)) as pdf, pikepdf.open(BytesIO(overlay)) as marks:
        first, other = (pdf.copy_foreign(page.as_form_xobject()) for page in marks.pages[:2])
        for number, page in enumerate(pdf.pages):
            lay_over(page, other, OTHER) if number else lay_over(page, first, FIRST)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, force_version=pdf.pdf_version, fix_metadata_version=False)
    return out.getvalue()


def lay_over(page: Any, mark: Any, name: str) -> None:
    """Put a mark on one page. An artifact: reading aloud passes it by, as it does header and footer."""
    page.add_resource(mark, pikepdf.Name.XObject, pikepdf.Name(name))  # pages may share their resources: two names
    x, y = (float(edge) for edge in page.mediabox[:2])
    place = f"Q /Artifact BMC q 1 0 0 1 {x + LEFT:.2f} {y + FOOT:.2f} cm {name} Do Q EMC"
    page.contents_add(b"q ", prepend=True)
    page.contents_add(place.encode())


def joined(copies: list[bytes]) -> bytes:
    """Return several PDFs one after the other, for the printer alone: it claims nothing and is not kept."""
    with pikepdf.new() as whole:
        for data in copies:
            with pikepdf.open(BytesIO(data)) as pdf:
                whole.pages.extend(pdf.pages)
        out = BytesIO()
        whole.save(out)
    return out.getvalue()
