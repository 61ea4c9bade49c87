"""HTML in, PDF/A-3a out. Nothing is fetched from anywhere but our own style sheets, fonts and stored files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError

from qms.pdf.fetch import OwnFetcher, ReadFile
from qms.trail.errors import Invalid

BASE_URL = "https://print.invalid/"  # a name that never resolves (RFC 6761): relative addresses lead nowhere


@dataclass(frozen=True)
class EmbeddedFile:
    """A file that travels inside the PDF. `made_at` is explicit, so that the same PDF has the same bytes tomorrow."""

    name: str
    data: bytes
    made_at: datetime
    description: str = ""
    relationship: str = "Data"  # ISO 19005-3: Source, Data, Alternative, Supplement or Unspecified


def no_files(digest: str) -> bytes:
    """Refuse: this document shows no stored pictures."""
    raise Invalid(_("A text without pictures asks for one (%(digest)s).") % {"digest": digest[:12]})


def make_pdf(
    html: str,
    *,
    title: str,
    language: str,
    author: str,
    read_file: ReadFile = no_files,
    attachments: Sequence[EmbeddedFile] = (),
) -> bytes:
    """Return a PDF/A-3a, byte for byte the same for the same input, fonts and library.

    `html` may name `static:print/…` and `static:vendor/fonts/…`, and pictures as `file-store:<digest>`, which
    `read_file` gives. Raises OutsideFetch for any other address that would have to be fetched, Invalid for a picture
    that cannot be printed, and whatever `read_file` raises.
    """
    fetcher = OwnFetcher(read_file)
    try:
        data = _render(HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher), title, language, author, attachments)
    except FatalURLFetchingError as stopped:
        raise fetcher.problems[0] from stopped
    if fetcher.problems:
        # Inside SVG the library swallows the refusal and prints the rest: we do not.
        raise fetcher.problems[0]
    return data


def make_overlay(html: str, *, language: str) -> bytes:
    """Return pages that are laid over those of another PDF: untagged, because what they show is no part of its text."""
    fetcher = OwnFetcher(no_files)
    document = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).render()
    if fetcher.problems:
        raise fetcher.problems[0]
    document.metadata.lang = language
    data: bytes = document.write_pdf()
    return data


def _render(html: HTML, title: str, language: str, author: str, attachments: Sequence[EmbeddedFile]) -> bytes:
    document = html.render(presentational_hints=True)  # for the width of pictures
    document.metadata.title = title
    document.metadata.lang = language
    document.metadata.authors = [author]
    document.metadata.generator = "Engraft"
    document.metadata.attachments += [
        Attachment(
            string=file.data, name=file.name, description=file.description, created=file.made_at,
            modified=file.made_at, relationship=file.relationship, url_fetcher=html.url_fetcher,
        )
        for file in attachments
    ]  # fmt: skip
    data: bytes = document.write_pdf(pdf_variant="pdf/a-3a")
    return data
