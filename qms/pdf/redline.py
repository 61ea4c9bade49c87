"""A redline as it is printed: the list of changes at the front, then the whole text with every change marked."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from qms.pdf.document import PrintedDocument, page_words
from qms.pdf.files import ReadFile
from qms.pdf.render import make_pdf


@dataclass(frozen=True)
class PrintedChange:
    """A line of the list of changes; `whys` are the reasons that were given, each with what it came of."""

    number: int
    what: str
    under: str
    text: str
    whys: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintedRedline(PrintedDocument):
    """All that the print of a redline shows: `version` against `against`, both with their statuses in words."""

    against: str = ""
    against_status: str = ""
    changes: tuple[PrintedChange, ...] = ()

    @property
    def notice(self) -> str:
        """What every page says first of all."""
        return _("Redline, not a controlled copy.")

    @property
    def standing(self) -> str:
        """What stands beside the version in the header."""
        return _("redline against version %(n)s") % {"n": self.against}

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value for the block under the title."""
        rows = [
            (_("Number"), self.number),
            (_("New text"), f"{_('version %(n)s') % {'n': self.version}} ({self.status})"),
            (_("Former text"), f"{_('version %(n)s') % {'n': self.against}} ({self.against_status})"),
            (_("Effective from"), self.effective_on),
            (_("Owner"), self.owner),
        ]
        return [(label, value) for label, value in rows if value]


def redline_pdf(doc: PrintedRedline, read_file: ReadFile) -> bytes:
    """Return the PDF/A-3a of a redline. Slow, as `document_pdf`: outside the door."""
    with translation.override(doc.language):
        context = {"doc": doc, "page_words": page_words(), "rtl": translation.get_language_bidi()}
        html = render_to_string("print/redline.html", context)
        title = _("Redline of %(number)s, version %(old)s to %(new)s") % {
            "number": doc.number, "old": doc.against, "new": doc.version,
        }  # fmt: skip
    return make_pdf(html, title=title, language=doc.language, author=doc.programme, read_file=read_file)
