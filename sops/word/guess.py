"""Headings of files that mark none: short bold lines that stand alone, as many older procedures have them."""

import re

from sops.blocks import Block

_LONGEST = 90
_NUMBER = re.compile(r"(\d+(?:\.\d+)*)[.)]?\s+\S")


def guess_headings(blocks: list[Block]) -> int:
    """Turn short bold lines into headings where the text has none, in place; return how many."""
    if any(block["kind"] == "heading" for block in blocks):
        return 0
    found = [block for block in blocks if _looks_like_heading(block)]
    if not found or len(found) * 2 > len(blocks):
        return 0
    for block in found:
        typed = _NUMBER.match(_text(block))
        block["kind"] = "heading"
        block["level"] = min(typed[1].count(".") + 1, 6) if typed else 1
        block["runs"] = [_plain(run) for run in block["runs"]]
    return len(found)


def _text(block: Block) -> str:
    return "".join(run["text"] for run in block["runs"]).strip()


def _looks_like_heading(block: Block) -> bool:
    if block["kind"] != "paragraph" or "role" in block:
        return False
    text = _text(block)
    bold = all("bold" in run.get("marks", []) for run in block["runs"] if run["text"].strip())
    return (
        bold
        and 2 < len(text) <= _LONGEST
        and "\n" not in text
        and text[-1] not in ".,;:?!"
        and any(map(str.isalpha, text))
    )


def _plain(run: dict[str, object]) -> dict[str, object]:
    marks = [mark for mark in run.get("marks", []) if mark not in ("bold", "underline")]  # type: ignore[attr-defined]
    kept = {key: value for key, value in run.items() if key != "marks"}
    return {**kept, "marks": marks} if marks else kept
