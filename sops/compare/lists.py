"""Lists of blocks: which block became which, and what differs inside each pair."""

from sops.blocks import Block, text_of
from sops.compare.align import Texts, align
from sops.compare.keys import family, form, is_bare, key
from sops.compare.model import BlockDiff, BlockOp, Op, Segment, joined
from sops.compare.tables import diff_rows, whole_rows
from sops.compare.words import diff_runs, whole

LIKE_PICTURES = 0.5  # any picture may have replaced any other in the same gap
LIKE_TABLES = 0.1  # a table goes on being that table while a tenth of its words do
LIKE_ALONE = 0.1  # one block between two that stayed is that block changed, whatever it says now


def diff_lists(old: list[Block], new: list[Block]) -> list[BlockDiff]:
    """Return the diffs of two lists in reading order; where one block replaced another, the old stands first."""
    texts = Texts(list(map(text_of, old)), list(map(text_of, new)))
    alone = len(old) == len(new) == 1

    def likeness(i: int, j: int) -> float:
        if family(old[i]) != family(new[j]):
            return 0.0
        if family(old[i]) == "image":
            return LIKE_PICTURES + bool(old[i]["alt"] == new[j]["alt"]) / 4
        floor = LIKE_TABLES if family(old[i]) == "table" else LIKE_ALONE if alone else 0.0
        return max(texts.likeness(i, j), floor)

    pairs = align(list(map(key, old)), list(map(key, new)), likeness)
    return [_diff(None if i is None else old[i], None if j is None else new[j]) for i, j in pairs]


def whole_blocks(op: Op, blocks: list[Block]) -> list[BlockDiff]:
    """Return the diffs of blocks that stand in one text only ("insert", "delete"), or in both unchanged."""
    return [_whole(op, block) for block in blocks]


def _whole(op: Op, block: Block) -> BlockDiff:
    old, new = (None if op == "insert" else block), (None if op == "delete" else block)
    if block["kind"] == "table":
        columns, rows = whole_rows(op, block, whole_blocks)
        return BlockDiff(op, old, new, rows=rows, columns=columns)
    return BlockDiff(op, old, new, segments=whole(op, joined(block.get("runs", []))))


def _diff(old: Block | None, new: Block | None) -> BlockDiff:
    if old is None or new is None:
        return _whole("insert", new) if new is not None else _whole("delete", old or {})
    if old["kind"] == "table":
        columns, rows = diff_rows(old, new, diff_lists, whole_blocks)
        ops = [row.op for row in rows] + [op for op in columns if op != "equal"]
        return BlockDiff(_of_table(ops, old, new), old, new, rows=rows, columns=columns)
    if old["kind"] == "image":
        op: BlockOp = "change" if old["digest"] != new["digest"] else _of_form(old, new)
        return BlockDiff(op, old, new)
    segments = diff_runs(old["runs"], new["runs"])
    return BlockDiff(_of_segments(segments, old, new), old, new, segments=segments)


def _of_table(ops: list[BlockOp], old: Block, new: Block) -> BlockOp:
    if any(op not in ("equal", "format") for op in ops):
        return "change"
    return "format" if "format" in ops else _of_form(old, new)


def _of_segments(segments: list[Segment], old: Block, new: Block) -> BlockOp:
    changed = [segment for segment in segments if segment.op != "equal"]
    if any(segment.text.strip() for segment in changed):
        return "change"
    only_looks = changed or any(segment.was is not None for segment in segments)
    return "format" if only_looks else _of_form(old, new)


def _of_form(old: Block, new: Block) -> BlockOp:
    return "equal" if form(old) == form(new) or is_bare(new) else "format"
