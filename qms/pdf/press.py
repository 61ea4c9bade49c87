"""The printing itself, by WeasyPrint. Loading it takes a second: qms.pdf.render does so when something is printed."""

from collections.abc import Sequence

from weasyprint import HTML, Attachment
from weasyprint.urls import FatalURLFetchingError

from qms.pdf.fetch import OwnFetcher
from qms.pdf.files import EmbeddedFile, ReadFile

BASE_URL = "https://print.invalid/"  # a name that never resolves (RFC 6761): relative addresses lead nowhere


def print_out(
    html: str, read_file: ReadFile, *, variant: str | None, attachments: Sequence[EmbeddedFile] = (), **metadata: object
) -> bytes:
    """Return the PDF. Raises what the fetcher refused, also where the library swallowed the refusal."""
    fetcher = OwnFetcher(read_file)
    try:
        # The hints are for the width of pictures.
        pages = HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).render(presentational_hints=True)
        for name, value in metadata.items():
            setattr(pages.metadata, name, value)
        pages.metadata.attachments += [
            Attachment(
                string=file.data, name=file.name, description=file.description, created=file.made_at,
                modified=file.made_at, relationship=file.relationship, url_fetcher=fetcher,
            )
            for file in attachments
        ]  # fmt: skip
        data: bytes = pages.write_pdf(pdf_variant=variant)
    except FatalURLFetchingError as stopped:
        raise fetcher.problems[0] from stopped
    if fetcher.problems:
        # Inside SVG the library prints the rest: we do not.
        raise fetcher.problems[0]
    return data
