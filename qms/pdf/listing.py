"""A list as it is printed: landscape, the head on every page, who is listed and from when in the header."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import Truncator

from qms.pdf.document import page_words
from qms.pdf.render import make_pdf


@dataclass(frozen=True)
class PrintedList:
    """All that the print of a list shows; `head` has (class, word) of each column, `foot` is said on every page."""

    title: str
    programme: str
    moment: str
    foot: str
    facts: Sequence[tuple[str, str]]
    head: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    language: str = field(default="en-gb")

    @property
    def short_programme(self) -> str:
        """The programme's name as the running header has room for it: one line."""
        return Truncator(self.programme).chars(80)

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """The rows with the class of each cell."""
        classes = [name for name, _word in self.head]
        return [list(zip(classes, row, strict=True)) for row in self.rows]


def list_pdf(doc: PrintedList) -> bytes:
    """Return the PDF/A-3a of a list. Slow, some seconds for a thousand rows: outside the door."""
    with translation.override(doc.language):
        context = {"doc": doc, "page_words": page_words(), "rtl": translation.get_language_bidi()}
        html = render_to_string("print/list.html", context)
    return make_pdf(html, title=doc.title, language=doc.language, author=doc.programme)
