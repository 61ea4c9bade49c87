"""The numbers that people use to speak about changes."""

from dataclasses import replace

from sops.blocks import text_of
from sops.compare.keys import is_bare
from sops.compare.model import BlockDiff, Change, ChangeOp, RowDiff

EXCERPT = 90


def number_changes(diffs: list[BlockDiff]) -> list[Change]:
    """Give every change its number, 1 to n in reading order, and return the list.

    Blocks next to one another that only came or went are one change, up to the next heading; so are rows of a table.
    A moved block counts where it stands now; a paragraph that shows nothing does not count.
    """
    ledger = _Ledger()
    before: BlockDiff | None = None
    for diff in diffs:
        if diff.block["kind"] == "heading" and diff.new is not None:
            ledger.under = text_of(diff.new)
        if _is_blank(diff):
            continue
        if diff.block["kind"] == "table" and diff.op in ("change", "format"):
            _number_table(diff, ledger)
        elif diff.op != "equal":
            diff.change = _number(diff, before, ledger)
        before = diff
    return ledger.changes


class _Ledger:
    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.under = ""

    def add(self, op: ChangeOp, kind: str, text: str) -> int:
        words = " ".join(text.split())
        text = words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + " …"
        self.changes.append(Change(len(self.changes) + 1, op, kind, self.under, text))
        return len(self.changes)

    def widen(self, op: ChangeOp) -> int:
        """Let the last change go on; what went and came in one place was replaced."""
        if self.changes[-1].op != op:
            self.changes[-1] = replace(self.changes[-1], op="change")
        return len(self.changes)


def _is_blank(diff: BlockDiff) -> bool:
    return diff.op in ("insert", "delete") and is_bare(diff.block)


def _number(diff: BlockDiff, before: BlockDiff | None, ledger: _Ledger) -> int:
    if diff.twin is not None and diff.twin.change is not None:
        return diff.twin.change
    op: ChangeOp = "move" if diff.is_moved else _change_op(diff.op)
    if before is not None and _goes_on(before, diff):
        return ledger.widen(op)
    return ledger.add(op, diff.block["kind"], text_of(diff.block))


def _goes_on(before: BlockDiff, diff: BlockDiff) -> bool:
    """Return whether a block belongs to the change of the block before it."""
    if before.change is None or before.is_moved != diff.is_moved or "change" in (before.op, diff.op):
        return False
    if "format" in (before.op, diff.op):
        return False
    if diff.is_moved:
        return before.op == diff.op and before.twin is not None and before.twin.change is None
    return bool(diff.block["kind"] != "heading" or before.block["kind"] == "heading")


def _number_table(diff: BlockDiff, ledger: _Ledger) -> None:
    if changed := {op for op in diff.columns if op != "equal"}:
        diff.change = ledger.add(
            _change_op(changed.pop()) if len(changed) == 1 else "change", "column", text_of(diff.block)
        )
    before: RowDiff | None = None
    for row in diff.rows:
        if row.op != "equal":
            row.change = _number_row(row, before, ledger)
        before = row
    if diff.change is None and not any(row.change for row in diff.rows):
        diff.change = ledger.add(_change_op(diff.op), "table", text_of(diff.block))


def _number_row(row: RowDiff, before: RowDiff | None, ledger: _Ledger) -> int:
    if row.twin is not None and row.twin.change is not None:
        return row.twin.change
    op: ChangeOp = "move" if row.is_moved else _change_op(row.op)
    return ledger.widen(op) if before is not None and _row_goes_on(before, row) else ledger.add(op, "row", _text(row))


def _row_goes_on(before: RowDiff, row: RowDiff) -> bool:
    if before.op != row.op or row.op == "change" or before.is_moved != row.is_moved:
        return False
    return not row.is_moved or (before.twin is not None and before.twin.change is None)


def _change_op(op: str) -> ChangeOp:
    ops: dict[str, ChangeOp] = {"insert": "insert", "delete": "delete", "format": "format"}
    return ops.get(op, "change")


def _text(row: RowDiff) -> str:
    """Return the words of a row, its cells apart: Bath temperature | 36.5 to 37.5 °C."""
    cells = (" ".join(text_of(diff.block) for diff in cell.blocks) for cell in row.cells)
    return " | ".join(filter(str.strip, cells))
