"""Tables with merged cells: Word's grid columns and continued cells become spans."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from sops.blocks import Block, text_of, walk
from sops.word.controls import content, name_control
from sops.word.reading import Reading
from sops.word.xml import Element, attr, child, children, is_on, local, number, val

Cell = dict[str, Any]
_WIDEST = 63  # columns that Word allows
_THROUGH = ("smartTag", "customXml", "ins", "moveTo")


@dataclass
class _Grid:
    """One table in the making; `open` holds by first column the cells that may go on in the next row."""

    limit: int
    rows: list[list[Cell]] = field(default_factory=list)
    open: dict[int, Cell] = field(default_factory=dict)


def table(reading: Reading, tbl: Element) -> list[Block]:
    """Return the table as a block, nothing where it has no rows."""
    outer, reading.table_style = reading.table_style, bool(val(tbl, "tblPr", "tblStyle")) or reading.table_style
    name = reading.new_id()
    grid = _Grid(limit=max(_WIDEST, len(children(child(tbl, "tblGrid"), "gridCol"))))
    heads = 0
    for tr in _parts(reading, tbl, "tr"):
        if heads == len(grid.rows) and is_on(child(tr, "trPr", "tblHeader")):
            heads += 1
        grid.rows.append(_row(reading, tr, grid))
    reading.table_style = outer
    if not grid.rows:
        return []
    return [
        {"id": name, "kind": "table", "header_rows": heads or _guessed_heads(reading, grid.rows), "rows": grid.rows}
    ]


def _parts(reading: Reading, container: Element, wanted: str) -> list[Element]:
    """Return rows or cells, those inside content controls too; changes that stand between them are named."""
    found = []
    for e in container:
        name = local(e)
        if name == wanted:
            found.append(e)
        elif name == "sdt":
            name_control(reading, e)
            found += _parts(reading, content(e), wanted)
        elif name in _THROUGH:
            found += _parts(reading, e, wanted)
        elif name == "engraft-change":
            reading.name_change(attr(e, "n"))
    return found


def _row(reading: Reading, tr: Element, grid: _Grid) -> list[Cell]:
    row: list[Cell] = []
    before = min(number(val(tr, "trPr", "gridBefore")), grid.limit)
    column = before
    if before > 0:
        row.append(_cell([], before))
    for tc in _parts(reading, tr, "tc"):
        span = min(max(number(val(tc, "tcPr", "gridSpan"), 1), 1), grid.limit)
        _place(reading, tc, span, column, row, grid)
        column += span
    after = min(number(val(tr, "trPr", "gridAfter")), grid.limit)
    if after > 0:
        row.append(_cell([], after))
    return row


def _place(reading: Reading, tc: Element, span: int, column: int, row: list[Cell], grid: _Grid) -> None:
    """Add a cell to its row, or its words to the cell that it continues."""
    merge, sideways = child(tc, "tcPr", "vMerge"), child(tc, "tcPr", "hMerge")
    goes_on = merge is not None and attr(merge, "val", "continue") == "continue"
    origin = grid.open.get(column) if goes_on else None
    blocks = reading.blocks_of(reading, tc)
    if sideways is not None and attr(sideways, "val", "continue") == "continue" and row:
        row[-1]["colspan"] = min(row[-1].get("colspan", 1) + span, 1000)
        row[-1]["blocks"] += _uncovered(reading, blocks)
    elif origin is not None and origin.get("colspan", 1) == span and origin.get("rowspan", 1) < 1000:
        origin["rowspan"] = origin.get("rowspan", 1) + 1
        origin["blocks"] += _uncovered(reading, blocks)
    else:
        cell = _cell(blocks, span)
        row.append(cell)
        grid.open.pop(column, None)
        if merge is not None:
            grid.open[column] = cell


def _uncovered(reading: Reading, blocks: list[Block]) -> list[Block]:
    if any(text_of(block).strip() or block["kind"] == "image" for block in blocks):
        reading.losses.name(
            "merged cell", _("Words stand in a cell that Word covers by merging; they are shown in the merged cell.")
        )
    return blocks


def _cell(blocks: list[Block], span: int) -> Cell:
    return {"blocks": blocks, "colspan": span} if span > 1 else {"blocks": blocks}


def _guessed_heads(reading: Reading, rows: list[list[Cell]]) -> int:
    """Return 1 where the first of several rows is bold throughout, as tables without marked headings usually are."""
    if reading.origin:
        return 0  # our own files mark them
    runs = [
        run
        for cell in rows[0]
        for block in walk(cell["blocks"])
        for run in block.get("runs", [])
        if run["text"].strip()
    ]
    spans = max((cell.get("rowspan", 1) for cell in rows[0]), default=1)
    return 1 if len(rows) > 1 and spans == 1 and runs and all("bold" in run.get("marks", []) for run in runs) else 0
