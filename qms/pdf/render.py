"""HTML in, PDF/A-3a out. Nothing is fetched from anywhere but our own style sheets, fonts and stored files.

WeasyPrint is loaded when the first thing is printed: most processes (a page served, a command) never print.
"""

from collections.abc import Sequence

from qms.pdf.files import EmbeddedFile, ReadFile, no_files


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
    from qms.pdf.press import print_out  # noqa: PLC0415 (as above)

    return print_out(
        html, read_file, variant="pdf/a-3a", attachments=attachments,
        title=title, lang=language, authors=[author], generator="Engraft",
    )  # fmt: skip


def make_overlay(html: str, *, language: str) -> bytes:
    """Return pages that are laid over those of another PDF: untagged, because what they show is no part of its text."""
    from qms.pdf.press import print_out  # noqa: PLC0415 (as above)

    return print_out(html, no_files, variant=None, lang=language)
