"""Tables on paper: estimates how wide each must be, so that wide ones turn the page and none runs off it.

The library's table layout takes a narrow column ("10.2") apart letter by letter as soon as words may break anywhere,
and lets the table run off the page when they may not. So words break only in cells that hold a very long one, a
table too wide for upright pages goes on landscape ones, and one too wide even for these is set small.
"""

from collections.abc import Iterator
from typing import Any

from lxml import html

UPRIGHT = 88  # characters of 9 pt that stand beside each other on 166 mm
LANDSCAPE = 136  # and on 253 mm
LONG_WORD = 28
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
PADDING = 2  # of a cell, in characters


def fit_tables(text: str) -> str:
    """Return the HTML with the classes of the style sheet: those on tables are `landscape`, `tight` and `single`.

    On cells they are `breaks`, and `towrite` at the head of a column that is filled in by hand.

    `single` is a table of one column: nothing is to be weighed, and weighing a form inside a table takes seconds.
    """
    if "<table" not in text:
        return text
    root = html.fragment_fromstring(text, create_parent="div")
    for cell in root.iter("td", "th"):
        if _longest_word(cell) > LONG_WORD:
            cell.classes.add("breaks")
    for table in root.iter("table"):
        if len(_widths(table)) == 1:
            table.classes.add("single")
        _leave_room(table)
        if next(table.iterancestors("table"), None) is None:
            _fit(table)
    whole: str = html.tostring(root, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")


def _fit(table: Any) -> None:
    need = _need(table)
    if need > UPRIGHT:
        block = [table, *table.iterancestors()][-2]  # the last is the root that holds the whole text
        for part in (block, *_heads_before(block)):
            part.classes.add("landscape")
    if need > LANDSCAPE:
        table.classes.add("tight")


def _leave_room(table: Any) -> None:
    """Mark the one column under whose head nothing stands: it is filled in by hand, and needs room."""
    head, *rows = [list(row.iterchildren("td", "th")) for row in table.iter("tr")] or [[]]
    if not rows or any(len(row) != len(head) for row in rows) or table.xpath(".//*[@colspan or @rowspan]|.//table"):
        return
    empty = [n for n in range(len(head)) if not any(_holds(row[n]) for row in rows)]
    if len(empty) == 1 and len(head) > 1:
        head[empty[0]].classes.add("towrite")


def _holds(cell: Any) -> bool:
    return bool(cell.text_content().strip()) or cell.find(".//img") is not None


def _heads_before(block: Any) -> Iterator[Any]:
    """Yield the headings and captions that lead to the table: they turn the page with it."""
    for before in block.itersiblings(preceding=True):
        if before.tag not in HEADINGS and "caption" not in before.classes:
            return
        yield before


def _need(table: Any) -> int:
    """Return the least width in characters."""
    return sum(_widths(table).values())


def _widths(table: Any) -> dict[int, int]:
    """Return for each column the characters that its narrowest form needs."""
    widths: dict[int, int] = {}
    spanned: dict[int, int] = {}  # column: rows that a cell from above still covers
    for row in table.iterfind("./tr") if table.find("./tr") is not None else table.iterfind("./*/tr"):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while spanned.get(column, 0) > 0:
                column += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            each = -(-_cell_need(cell) // across)
            for taken in range(column, column + across):
                widths[taken] = max(widths.get(taken, 0), each)
                spanned[taken] = down
            column += across
        spanned = {taken: rows - 1 for taken, rows in spanned.items() if rows > 1}
    return widths


def _cell_need(cell: Any) -> int:
    inner = max((_need(table) for table in cell.iterdescendants("table")), default=0)
    return max(min(_longest_word(cell), LONG_WORD // 2 if "breaks" in cell.classes else LONG_WORD), inner) + PADDING


def _span(cell: Any, name: str) -> int:
    given = cell.get(name, "1")
    return min(max(int(given), 1), 1000) if given.isdigit() else 1


def _longest_word(cell: Any) -> int:
    return max(map(len, cell.text_content().split()), default=0)
