"""Reads a file that is to be kept as it is: by its bytes and never by its name; or refuses it in one sentence."""

from django.utils.translation import gettext as _

from qms.files.sniff import DOCX, OLE, PDF, PPTX, XLSX, ZIP, sniff
from qms.trail.errors import Invalid
from sops.kept.model import Collected, KeptText, without_pictures
from sops.kept.office import PROGRAMS, main_of, open_office
from sops.kept.pdf import read_pdf
from sops.kept.sheets import read_sheets
from sops.kept.slides import read_slides
from sops.word.reader import read_word

MEDIA_TYPES = {"pdf": PDF, "xlsx": XLSX, "pptx": PPTX, "docx": DOCX}
READERS = {"xlsx": read_sheets, "pptx": read_slides}


def read_kept(data: bytes) -> KeptText:
    """Return what a file says that may be kept; raise Invalid with a sentence for the person."""
    found = sniff(data)
    if found == PDF:
        return read_pdf(data)
    if found in (ZIP, *MEDIA_TYPES.values()):
        return _office(data)
    if found == OLE:
        raise Invalid(_ole(data))
    if found.startswith("image/"):
        raise Invalid(_("This is a picture. Save or print it as PDF and upload the PDF."))
    raise Invalid(
        _("This kind of file is not kept. Choose a PDF, an Excel (.xlsx), PowerPoint (.pptx) or Word (.docx) file.")
    )


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("This file is protected by a password. Remove the password in its program and upload it again.")
    return _(
        "This is an Office file of an old format. Save it in its program as .xlsx, .pptx or .docx and upload that."
    )


def _office(data: bytes) -> KeptText:
    main = main_of(data)
    if main.has_macros:
        raise Invalid(
            _("This file is of the kind that contains macros. Save it as .xlsx, .pptx or .docx, without macros.")
        )
    if not main.kind:
        raise Invalid(
            _("This archive is no Excel, PowerPoint or Word file that can be kept. Save it as .xlsx, .pptx or .docx.")
        )
    package = open_office(data, main.kind)
    if main.kind == "docx":
        return _word(data)
    found = Collected()
    pages = READERS[main.kind](package, found)
    if not pages:
        raise Invalid(PROGRAMS[main.kind].said(_("This %(thing)s is empty. Choose the right file.")))
    notes = [_("Only the first part of its words was read.")] if found.is_cut else []
    return KeptText(main.kind, pages, found.blocks, notes)


def _word(data: bytes) -> KeptText:
    """A Word file that is kept says one thing: changes that are open would let everybody read another text."""
    word = read_word(data, "accept")
    if word.tracked.open:
        raise Invalid(
            _("This file has %(n)d tracked changes that nobody decided on. Accept or reject them in Word first.")
            % {"n": word.tracked.open}
        )
    return KeptText("docx", 1, without_pictures(word.blocks))
