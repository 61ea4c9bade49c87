"""What a passage is: a paragraph, a heading, a step, and the number that goes with it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from sops.blocks import Block

STYLES = {
    "paragraph": _("Paragraph"),
    "heading": _("Heading"),
    "step": _("Numbered step"),
    "point": _("Point of a list"),
    "warning": _("Warning"),
    "note": _("Note"),
    "caption": _("Caption"),
    "quote": _("Quotation"),
}


def style_of(block: Block) -> tuple[str, int]:
    """Return (key of STYLES, level counted from 1) of a text block."""
    if block["kind"] == "heading":
        return "heading", block["level"]
    if block["kind"] == "item":
        return ("step" if "number" in block else "point"), block["level"] + 1
    return block.get("role", "paragraph"), 1


def styled(block: Block, style: str, level: int) -> Block:
    """Return {"id", "runs"} as a block of that style; `level` counts from 1. It has no number yet."""
    if style == "heading":
        return block | {"kind": "heading", "level": max(1, min(level, 6))}
    if style in ("step", "point"):
        made = block | {"kind": "item", "level": max(1, min(level, 9)) - 1}
        return made | {"number": {"list": "", "style": "decimal", "pattern": ""}} if style == "step" else made
    role = {} if style not in STYLES or style == "paragraph" else {"role": style}
    return block | {"kind": "paragraph"} | role


def numbered_as(blocks: Sequence[Block], place: int, block: Block) -> Block:
    """Return a new or restyled block with a number like its neighbours'; headings only where others have one."""
    if block["kind"] == "heading":
        others = [other for other in blocks if other["kind"] == "heading" and "number" in other]
        return block | {"number": _number(block, others, ".", block["level"])} if others else block
    if block["kind"] != "item" or "number" not in block:
        return block
    near = _steps_nearby(blocks, place)
    if near:
        return block | {"number": _number(block, near, "", block["level"] + 1)}
    depth = block["level"] + 1
    return block | {"number": {"list": f"list-{block['id']}", "style": "decimal", "pattern": f"%{depth}.", "start": 1}}


def _steps_nearby(blocks: Sequence[Block], place: int) -> list[Block]:
    """Return the numbered steps around a place, up to the headings before and after, the nearest before it first."""
    found: list[Block] = []
    for side in (range(place - 1, -1, -1), range(place + 1, len(blocks))):
        for at in side:
            if blocks[at]["kind"] == "heading":
                break
            if blocks[at]["kind"] == "item" and "number" in blocks[at]:
                found.append(blocks[at])
    return found


def _number(block: Block, others: Sequence[Block], joint: str, depth: int) -> dict[str, str]:
    same = next((other for other in others if other["level"] == block["level"]), None)
    model = (same or others[0])["number"]
    if same:
        return {key: model[key] for key in ("list", "style", "pattern")}
    pattern = joint.join(f"%{n}" for n in range(1, depth + 1)) if joint else f"%{depth}."
    return {"list": model["list"], "style": "decimal", "pattern": pattern}
