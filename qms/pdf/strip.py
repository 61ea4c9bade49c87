"""The strip on a PDF that somebody opens: uncontrolled when printed, opened when and by whom. Made on the fly.

The stored bytes, which signatures speak of, stay as they are; what is handed out is laid over as the stamp of a copy
is, so that text, tags and what the file claims to be stay too.
"""

from functools import lru_cache
from io import BytesIO

import pikepdf
from django.template.loader import render_to_string
from django.utils import translation

from qms.pdf.render import make_overlay
from qms.pdf.stamp import lay_over

NAME = "/EngraftStrip"
KEPT = 128  # overlays of this hour's readers: a reader who opens ten documents pays for one


def with_strip(data: bytes, headline: str, line: str, *, language: str) -> bytes:
    """Return the PDF with a strip of two lines in the lower margin of each page."""
    with pikepdf.open(BytesIO(data)) as pdf, pikepdf.open(BytesIO(_overlay(headline, line, language))) as marks:
        mark = pdf.copy_foreign(marks.pages[0].as_form_xobject())
        for page in pdf.pages:
            lay_over(page, mark, NAME)
        out = BytesIO()
        pdf.save(out, deterministic_id=True, force_version=pdf.pdf_version, fix_metadata_version=False)
    return out.getvalue()


@lru_cache(maxsize=KEPT)
def _overlay(headline: str, line: str, language: str) -> bytes:
    with translation.override(language):
        html = render_to_string("print/strip.html", {"headline": headline, "line": line, "language": language})
    return make_overlay(html, language=language)
