"""Lists as files for a spreadsheet: line by line, however long, and no cell that a spreadsheet would calculate."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

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
