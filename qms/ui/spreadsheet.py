"""Lists as files for a spreadsheet: line by line, however long, and no cell that a spreadsheet would calculate."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    text = str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_file(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """Answer with a CSV in UTF-8, marked as such for spreadsheets; each cell of `rows` is made harmless."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(head)
        for row in rows:
            yield writer.writerow([harmless(cell) for cell in row])

    return StreamingHttpResponse(
        lines(), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A list as a workbook shows it: its title, (word, value) of what it is a list of, and how wide each column is."""

    title: str
    about: Sequence[tuple[str, str]]
    head: Sequence[str]
    widths: Sequence[int]


def workbook(sheet: Sheet, rows: Iterable[Iterable[object]]) -> bytes:
    """Return an XLSX: the list with a head that stays, days as days, and a sheet that says what it is a list of.

    Every text is written as text, never as a formula, whatever it begins with.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(_sheet_name(sheet.title))
    page.freeze_panes = "B2"
    for place, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.append([_cell(page, word, bold=True) for word in sheet.head])
    count = 1
    for row in rows:
        page.append([_cell(page, value) for value in row])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.head))}{count}"
    notes = book.create_sheet(_("About this list"))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 22, 90
    for word, value in sheet.about:
        notes.append([_cell(notes, word, bold=True), _cell(notes, value)])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(page: Any, value: object, *, bold: bool = False) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub(" ", value))
        cell.data_type = "s"  # or what begins with "=" would be a formula
    else:
        cell = WriteOnlyCell(page, value)
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def download(name: str, data: bytes) -> HttpResponse:
    """Answer with a file to keep; its kind is said by the ending of the name."""
    kind = {"xlsx": XLSX, "pdf": "application/pdf"}[name.rsplit(".", 1)[-1]]
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )  # fmt: skip
