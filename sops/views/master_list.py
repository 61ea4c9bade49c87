"""The list of documents as a file: CSV of any length, a workbook, a print, and a list of what is to be printed."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.pdf.listing import PrintedList, list_pdf
from qms.people.programme import today
from qms.trail.errors import Invalid
from qms.ui.spreadsheet import Sheet, csv_file, download, workbook
from sops.finding import with_versions
from sops.models import Document
from sops.presenters import master_list as words

MOST_ROWS = {"xlsx": 10_000, "pdf": 1_500}
FORMATS = ("csv", *MOST_ROWS)


def as_file(documents: QuerySet[Document], kind: str, narrowed: str) -> HttpResponseBase:
    """Answer with a list as a file of this kind, one of FORMATS; `narrowed` says what the list is narrowed to."""
    day, found = today(), with_versions(documents)
    if kind == "csv":
        rows = words.text_lines(found.iterator(chunk_size=1000), day)
        return csv_file(f"documents-{day.isoformat()}.csv", words.head(), rows)
    every = _all_of(found, kind)
    about = words.about(narrowed, len(every))
    if kind == "xlsx":
        sheet = Sheet(_("Documents"), about.facts, words.head(), words.WIDTHS)
        return download(
            f"documents-{day.isoformat()}.xlsx", workbook(sheet, (words.cells(one, day) for one in every))
        )  # fmt: skip
    return _on_paper(
        _("List of controlled documents"), about, words.paper_head(), words.paper_lines(every, day),
        f"documents-{day.isoformat()}.pdf",
    )  # fmt: skip


def print_list(documents: Iterable[Document]) -> HttpResponseBase:
    """Answer with the list of what somebody is going to print, to be ticked off."""
    every, day = list(documents), today()
    return _on_paper(
        _("To be printed"), words.about(_("Chosen by hand"), len(every)), words.print_head(),
        words.print_lines(every, day), f"print-list-{day.isoformat()}.pdf",
    )  # fmt: skip


def _all_of(found: QuerySet[Document], kind: str) -> list[Document]:
    most = MOST_ROWS[kind]
    every = list(found[: most + 1])
    if len(every) > most:
        raise Invalid(
            _("These are more than %(most)d documents, too many for this kind of file. Narrow the list, or take CSV.")
            % {"most": most}
        )
    return every


def _on_paper(
    title: str, about: words.About, head: list[tuple[str, str]], rows: Iterable[list[str]], name: str
) -> HttpResponseBase:
    foot = _("This list is true of the moment that it names. Engraft shows how it stands now.")
    printed = PrintedList(
        title, about.programme, about.moment, foot, about.facts, head, list(rows), get_language() or "en-gb"
    )
    return download(name, list_pdf(printed))
