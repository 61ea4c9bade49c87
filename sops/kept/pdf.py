"""A PDF that is to be kept: nothing in it may act, hide or play; its words are read page by page."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pikepdf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PdfReader

from qms.trail.errors import Invalid
from sops.kept.model import Collected, KeptText

MOST_PAGES = 1_000
MOST_DEPTH = 60
MOST_DRAWN = 64 * 1024 * 1024  # bytes of what draws one page, unpacked
SCRIPTS = ("/JavaScript", "/Rendition", "/GoTo3DView", "/RichMediaExecute")
SENDS = ("/Launch", "/SubmitForm", "/ImportData", "/GoToE")
PLAYS = ("/RichMedia", "/3D", "/Screen", "/Movie", "/Sound")


def read_pdf(data: bytes) -> KeptText:
    """Return what a PDF says, or raise Invalid with what to do: it is opened by the real parser, and looked through."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Invalid(_("This file is a PDF and an archive at once. Print it to a new PDF and upload that one."))
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            _check(pdf)
            shown = [_shows_something(page) for page in pdf.pages]
    except pikepdf.PasswordError as locked:
        raise Invalid(_locked()) from locked
    except (pikepdf.PdfError, RecursionError) as broken:
        raise Invalid(_damaged()) from broken
    if not any(shown):
        raise Invalid(_("Every page of this PDF is empty. Choose the right file."))
    return _words(data, len(shown))


def _locked() -> str:
    return _("This PDF is protected by a password or against printing. Save it without protection and upload it again.")


def _damaged() -> str:
    return _("This PDF is damaged or incomplete. Save or print it to a new PDF and upload that one.")


def _check(pdf: Any) -> None:
    if pdf.is_encrypted:
        raise Invalid(_locked())
    if not len(pdf.pages):
        raise Invalid(_("This PDF has no pages. Choose the right file."))
    if len(pdf.pages) > MOST_PAGES:
        raise Invalid(
            _("This PDF has %(n)d pages; %(most)d are the most. Split it into documents of its parts.")
            % {"n": len(pdf.pages), "most": MOST_PAGES}
        )
    for thing in pdf.objects:
        for found in _dictionaries(thing, 0):
            _check_one(found)


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """Yield a dictionary and those that stand inside it; what has a number of its own comes by itself."""
    if depth > MOST_DEPTH:
        raise Invalid(_damaged())
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        yield thing
        inside = [thing[key] for key in thing.keys()]  # noqa: SIM118 - a stream cannot be walked by itself
    elif isinstance(thing, pikepdf.Array):
        inside = list(thing)
    else:
        return
    for one in inside:
        if isinstance(one, pikepdf.Object) and not one.is_indirect:
            yield from _dictionaries(one, depth + 1)


def _check_one(found: Any) -> None:
    action = str(found.get("/S", ""))
    if "/JS" in found or action in SCRIPTS:
        raise Invalid(_("This PDF contains a script. Print it to a new PDF, which has none, and upload that one."))
    if action in SENDS:
        raise Invalid(
            _("This PDF starts programs or sends what is typed into it. Print it to a new PDF and upload that one.")
        )
    if "/XFA" in found:
        raise Invalid(
            _("This PDF is a form that only Adobe's programs show (XFA). Print it to a new PDF and upload that one.")
        )
    if "/EF" in found or str(found.get("/Type", "")) == "/EmbeddedFile":
        raise Invalid(
            _("Other files are attached inside this PDF, where nobody reviews them. Save it without attachments.")
        )
    if str(found.get("/Subtype", "")) in PLAYS and ("/Rect" in found or "/RichMediaContent" in found):
        raise Invalid(_("This PDF plays sound, film or 3D. Print it to a new PDF and upload that one."))


def _shows_something(page: Any) -> bool:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents] if contents is not None else []
    drawn = [one.read_bytes() for one in streams]
    if sum(map(len, drawn)) > MOST_DRAWN:
        raise Invalid(_("A page of this PDF unpacks to more than a printer can draw. Print it to a new PDF."))
    return bool(page.obj.get("/Annots")) or any(one.strip() for one in drawn)


def _words(data: bytes, pages: int) -> KeptText:
    found, unread = Collected(), []
    try:
        reader = PdfReader(io.BytesIO(data))
        for number in range(pages):
            found.heading(f"Page {number + 1}")
            try:
                for passage in passages(reader.pages[number].extract_text()):
                    found.paragraph(passage)
            except MemoryError:
                raise
            except Exception:  # whatever a stranger's page does to the reader: its words are not found, no more
                unread.append(number + 1)
    except (MemoryError, RecursionError) as much:
        raise Invalid(_damaged()) from much
    except Exception:
        unread = list(range(1, pages + 1))
    return KeptText("pdf", pages, found.blocks, [*_not_read(unread), *_cut(found)])


def _not_read(pages: list[int]) -> list[str]:
    if not pages:
        return []
    said = ngettext("The words of page %(pages)s could not be read.", "The words of pages %(pages)s could not be read.",
                    len(pages))  # fmt: skip
    return [said % {"pages": ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")}]


def _cut(found: Collected) -> list[str]:
    return [_("Only the first part of its words was read.")] if found.is_cut else []


def passages(text: str) -> Iterator[str]:
    """Yield the passages of a page: a line that does not reach the margin ends one. A new break then changes none."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    margin = max(map(len, lines), default=0) * 0.75
    passage: list[str] = []
    for line in lines:
        if line:
            passage.append(line)
        if passage and (not line or len(line) < margin):
            yield " ".join(passage)
            passage = []
    if passage:
        yield " ".join(passage)
