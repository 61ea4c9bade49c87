"""Tables as HTML, both texts in one: rows and columns that came or went stand among those that stayed."""

from collections.abc import Callable, Iterator

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sops.compare import BlockDiff, CellDiff, RowDiff
from sops.render.inline import together
from sops.render.page import NOTHING, Page, attributes, remark

Nested = Callable[[list[BlockDiff], Page], Iterator[SafeString]]


def table_html(diff: BlockDiff, page: Page, nested: Nested) -> SafeString:
    """Return a table in a region that scrolls by itself; `nested` writes the blocks of a cell."""
    starts = page.starts(diff.change)
    number = page.number(diff.change) if starts and diff.change is not None else NOTHING
    name = page.caption_of_table()
    head = _head(diff)
    rows = list(_rows(diff, page, nested, head))
    # A cell of the head that reaches into the body takes those rows into thead with it: HTML would cut it there.
    body = max([head, *(r + cell.height for r, row in enumerate(diff.rows[:head]) for cell in row.cells)])
    return format_html(
        '<div{}>{}<div class="scroll-x" tabindex="0" role="region" aria-label="{}">'
        '<table class="tbl tbl-doc">{}{}</table></div>{}{}</div>',
        attributes(diff, page, starts, "doc-table"),
        number,
        name,
        _section("thead", rows[:body]),
        _section("tbody", rows[body:]),
        _columns(diff),
        remark(diff),
    )


def _section(name: str, rows: list[SafeString]) -> SafeString:
    if not rows:
        return NOTHING
    return format_html("<{}>{}</{}>", name, together(rows, "\n"), name)


def _head(diff: BlockDiff) -> int:
    """Return how many rows at the top of both texts together are head."""
    old = new = head = 0
    for row in diff.rows:
        old, new = old + row.in_old, new + row.in_new
        within_old = row.in_old and diff.old is not None and old <= diff.old["header_rows"]
        within_new = row.in_new and diff.new is not None and new <= diff.new["header_rows"]
        if not (within_new or (within_old and not row.in_new)):
            break
        head += 1
    return head


def _rows(diff: BlockDiff, page: Page, nested: Nested, head: int) -> Iterator[SafeString]:
    before: int | None = None
    for r, (row, cells) in enumerate(_filled(diff)):
        starts = row.change is not None and row.change != before
        before = row.change
        yield _row(row, cells, page, nested, header=r < head, starts=starts)


def _filled(diff: BlockDiff) -> Iterator[tuple[RowDiff, list[CellDiff | None]]]:
    """Yield each row with its cells, None for each square that belongs to no cell of either text."""
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(diff.rows):
        cells: list[CellDiff | None] = []
        at = 0
        for cell in row.cells:
            cells += [None] * sum((r, column) not in taken for column in range(at, cell.column))
            cells.append(cell)
            at = max(at, cell.column + cell.width)
            columns = range(cell.column, cell.column + cell.width)
            taken |= {(below, column) for below in range(r + 1, r + cell.height) for column in columns}
        cells += [None] * sum((r, column) not in taken for column in range(at, len(diff.columns)))
        yield row, cells


def _row(
    row: RowDiff, cells: list[CellDiff | None], page: Page, nested: Nested, *, header: bool, starts: bool
) -> SafeString:
    number = page.number(row.change, "chg-row-no") if starts and row.change is not None else NOTHING
    css = format_html(' class="chg-row{}"', " chg-moved" if row.is_moved else "") if row.change is not None else NOTHING
    data = format_html(' data-change="{}"', row.change) if starts else NOTHING
    first = together([number, _moved(row)])
    numbers = [first, *[NOTHING] * len(cells)]
    shown = (_cell(cell, page, nested, header, mark) for cell, mark in zip(cells, numbers, strict=False))
    return format_html("<tr{}{}>{}</tr>", css, data, together(shown))


def _moved(row: RowDiff) -> SafeString:
    if not row.is_moved:
        return NOTHING
    words = _("moved from here") if row.op == "delete" else _("moved here")
    return format_html('<span class="chg-row-moved">{}</span> ', words)


def _cell(cell: CellDiff | None, page: Page, nested: Nested, header: bool, number: SafeString) -> SafeString:
    if cell is None:
        return format_html('<td class="none">{}</td>', number)
    name = "th" if header else "td"
    content = together(nested(cell.blocks, page))
    return format_html("<{}{}{}>{}{}</{}>", name, _spans(cell), _scope(cell, header), number, content, name)


def _spans(cell: CellDiff) -> SafeString:
    wide = format_html(' colspan="{}"', cell.width) if cell.width > 1 else NOTHING
    return format_html("{}{}", wide, format_html(' rowspan="{}"', cell.height) if cell.height > 1 else NOTHING)


def _scope(cell: CellDiff, header: bool) -> SafeString:
    if not header:
        return NOTHING
    return format_html(' scope="{}"', "colgroup" if cell.width > 1 else "col")


def _columns(diff: BlockDiff) -> SafeString:
    """Return a sentence about columns that came or went: no single row shows them as its change."""
    if diff.op != "change" or diff.change is None:
        return NOTHING
    come, gone = diff.columns.count("insert"), diff.columns.count("delete")
    words = _("Columns added: %(come)d. Columns removed: %(gone)d.") % {"come": come, "gone": gone}
    return format_html('<span class="chg-why">{}</span>', words)
