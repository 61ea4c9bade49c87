"""What we assert of a PDF, read back from its bytes. These are assertions, not a validation by an outside tool."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from django.utils.translation import gettext as _

ALLOWED_ANNOTATIONS = ("/Link", "/FileAttachment")
PRINT_FLAG = 4  # ISO 19005-3, 6.3.2: every annotation prints
HIDDEN_FLAGS = 1 | 2 | 32  # invisible, hidden, no view


def page_count(data: bytes) -> int:
    """Return the number of pages."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return len(pdf.pages)


def defects(data: bytes) -> list[str]:
    """Return what keeps these bytes from being the PDF/A-3a we promise, each in a sentence; empty is good."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return [sentence for look in LOOKS for sentence in look(pdf)]
    except pikepdf.PdfError as broken:
        return [_("This is no readable PDF: %(reason)s") % {"reason": str(broken)}]


def _header(pdf: Any) -> Iterator[str]:
    if pdf.is_encrypted:
        yield _("The file is encrypted.")
    if "/ID" not in pdf.trailer:
        yield _("The file has no identifier.")
    if pdf.pdf_version != "1.7":
        yield _("The file is of PDF version %(version)s, not 1.7.") % {"version": pdf.pdf_version}


def _metadata(pdf: Any) -> Iterator[str]:
    with pdf.open_metadata() as xmp:
        claim = (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance"))
        if claim != ("3", "A"):
            yield _("The metadata does not claim PDF/A-3a.")
        if not xmp.get("dc:title") or xmp.get("dc:title") != str(pdf.docinfo.get("/Title", "")):
            yield _("The title is missing or not the same in both places.")


def _intent(pdf: Any) -> Iterator[str]:
    intents = [intent for intent in pdf.Root.get("/OutputIntents", []) if intent.get("/S") == "/GTS_PDFA1"]
    if not intents or "/DestOutputProfile" not in intents[0]:
        yield _("There is no output intent, so colours are not defined.")


def _structure(pdf: Any) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root or not bool(pdf.Root.get("/MarkInfo", {}).get("/Marked", False)):
        yield _("The text is not tagged, so that it cannot be read aloud.")
    if not str(pdf.Root.get("/Lang", "")):
        yield _("The language is not named.")


def _actions(pdf: Any) -> Iterator[str]:
    names = pdf.Root.get("/Names", {})
    if "/OpenAction" in pdf.Root or "/AA" in pdf.Root or "/JavaScript" in names or "/AcroForm" in pdf.Root:
        yield _("The file contains scripts, actions or a form.")
    for number, page in enumerate(pdf.pages, start=1):
        if "/AA" in page:
            yield _("Page %(page)d starts an action.") % {"page": number}
        for note in page.get("/Annots", []):
            yield from _annotation(note, number)


def _annotation(note: Any, number: int) -> Iterator[str]:
    action = note.get("/A", {}).get("/S", "/URI")
    if note.get("/Subtype") not in ALLOWED_ANNOTATIONS or action not in ("/URI", "/GoTo"):
        yield _("Page %(page)d has an annotation that does more than link.") % {"page": number}
    flags = int(note.get("/F", 0))
    if not flags & PRINT_FLAG or flags & HIDDEN_FLAGS:
        yield _("Page %(page)d has an annotation that is not printed.") % {"page": number}


def _fonts(pdf: Any) -> Iterator[str]:
    for font in _each(pdf, "/Font"):
        name = str(font.get("/BaseFont", "?")).lstrip("/")
        if "/ToUnicode" not in font and font.get("/Subtype") in ("/Type0", "/Type3"):
            yield _("Font %(font)s has no way back to letters.") % {"font": name}
        if font.get("/Subtype") in ("/Type3", "/Type0"):
            continue
        descriptor = font.get("/FontDescriptor", {})
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield _("Font %(font)s is not embedded.") % {"font": name}


def _colours(pdf: Any) -> Iterator[str]:
    for thing in _each(pdf, "/XObject"):
        if thing.get("/ColorSpace") == "/DeviceCMYK":
            yield _("A picture has CMYK colours, which the output intent does not define.")


def _each(pdf: Any, kind: str) -> Iterator[Any]:
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)) and thing.get("/Type") == kind:
            yield thing


LOOKS = (_header, _metadata, _intent, _structure, _actions, _fonts, _colours)
