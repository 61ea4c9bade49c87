"""A controlled document as it is printed. Words and dates come ready in the document's language; nothing is decided."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from qms.pdf.files import ReadFile
from qms.pdf.render import make_pdf
from qms.pdf.tables import fit_tables


@dataclass(frozen=True)
class PrintedSignature:
    """One signature block. `at` is text with the time zone; without `number` the step still waits for its signer."""

    name: str
    role: str
    meaning: str
    on_behalf_of: str = ""
    at: str = ""
    number: str = ""
    digest: str = ""

    @property
    def short_digest(self) -> str:
        """The first and last eight characters of the digest of what was signed, in groups of four."""
        return f"{grouped(self.digest[:8])} … {grouped(self.digest[-8:])}" if self.digest else ""


@dataclass(frozen=True)
class PrintedDocument:
    """All that a print shows.

    `body_html` is trusted and already escaped; pictures in it are `file-store:<digest>`. `digest` is the SHA-256 of the
    text in hexadecimal, `language` a BCP 47 tag. `watermark` is the word across each page of a version that is not to
    be worked to, `watermark_note` the half line under it, `instead` the sentence in the footer that says where to look;
    `ended` marks a version that was in force and is no more. `made_of` are rows about a file that is the document
    itself, or an edition of others: then this is their cover, and `leaves` say how each page of a PDF lies behind it.
    """

    number: str
    title: str
    version: str
    status: str
    programme: str
    body_html: str
    language: str
    kind: str = ""
    facility: str = ""
    owner: str = ""
    effective_on: str = ""
    replaces: str = ""
    review_by: str = ""
    summary: str = ""
    digest: str = ""
    watermark: str = ""
    watermark_note: str = ""
    instead: str = ""
    ended: bool = False
    signatures: tuple[PrintedSignature, ...] = ()
    made_of: tuple[tuple[str, str], ...] = ()
    leaves: tuple[str, ...] = ()

    @property
    def text(self) -> SafeString:
        """The body with its tables fitted to the paper."""
        return mark_safe(fit_tables(self.body_html))  # noqa: S308 (the caller renders it from checked blocks)

    @property
    def short_title(self) -> str:
        """The title as the running header has room for it: two lines."""
        return Truncator(self.title).chars(80)

    @property
    def short_programme(self) -> str:
        """The programme's name as the running header has room for it: one line."""
        return Truncator(self.programme).chars(50)

    @property
    def standing(self) -> str:
        """What stands beside the version in the header."""
        if self.watermark:
            return _("not in force")
        return _("effective %(day)s") % {"day": self.effective_on} if self.effective_on else self.status

    @property
    def notice(self) -> str:
        """What the footer of every page says of a print that is not in force."""
        return _("%(word)s. Do not work by this.") % {"word": self.watermark}

    @property
    def belongs_to(self) -> str:
        """The line under the title: what kind of document, and whose."""
        return ". ".join(filter(None, (self.kind, self.facility)))

    @property
    def watermark_size(self) -> str:
        """A class by length, so that the word stays on the paper."""
        return "short" if len(self.watermark) <= 9 else "middle" if len(self.watermark) <= 13 else "long"

    @property
    def grouped_digest(self) -> str:
        """The whole digest in groups of four, for comparing by eye."""
        return grouped(self.digest)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value of what is known about the version, for the block under the title."""
        rows = [
            (_("Number"), self.number),
            (_("Version"), self.version),
            (_("Effective from"), self.effective_on),
            (_("Replaces"), self.replaces),
            (_("Owner"), self.owner),
            (_("Next review by"), self.review_by),
            *self.made_of,
        ]
        return [(label, value) for label, value in rows if value]


def grouped(digest: str) -> str:
    """Return the digest in groups of four characters."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def page_words() -> tuple[str, str, str]:
    """Return the words before, between and after the two numbers of "Page 1 of 3", for the style sheet to join."""
    before, _page, rest = _("Page {page} of {pages}").partition("{page}")
    between, _pages, after = rest.partition("{pages}")
    return before, between, after


def document_html(doc: PrintedDocument) -> str:
    """Return the page that is printed, in the document's language."""
    with translation.override(doc.language):
        context = {"doc": doc, "page_words": page_words(), "rtl": translation.get_language_bidi()}
        return render_to_string("print/document.html", context)


def document_pdf(doc: PrintedDocument, read_file: ReadFile) -> bytes:
    """Return the PDF/A-3a of a version. `read_file` gives the bytes of a picture by its digest.

    Slow, a second for ten pages: call it outside the door. Raises OutsideFetch, Invalid, and what `read_file` raises.
    """
    title = f"{doc.number} v{doc.version}, {doc.title}"
    return make_pdf(document_html(doc), title=title, language=doc.language, author=doc.programme, read_file=read_file)
