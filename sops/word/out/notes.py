"""Footnotes and endnotes: the text holds their labels as words, Word wants its own marks in their places."""

import re
from collections.abc import Iterator
from typing import Any

from sops.blocks import Block

Run = dict[str, Any]
Piece = tuple[str, Run | Block]  # ("run", run) or ("note", block)
_LABEL = re.compile(r"(e?\d+)")


class Notes:
    """The notes of a text, each given out once: at its label, or else where the text ends."""

    def __init__(self, blocks: list[Block]) -> None:
        self._waiting = [block for block in blocks if block["kind"] == "footnote"]
        self.placed: list[Block] = []

    def pieces(self, runs: list[Run]) -> Iterator[Piece]:
        """Yield the runs of a block, the labels of notes taken out of raised words."""
        for run in runs:
            if run.get("marks") != ["sup"] or "link" in run:
                yield "run", run
                continue
            for part in filter(None, _LABEL.split(run["text"])):
                note = self._labelled(part)
                yield ("run", run | {"text": part}) if note is None else ("note", note)

    def _labelled(self, label: str) -> Block | None:
        """Return the note with this label where Word would give it this label itself."""
        kind = is_endnote(label)
        note = next((one for one in self._waiting if one["label"] == label), None)
        counted = sum(is_endnote(one["label"]) == kind for one in self.placed) + 1
        if note is None or label != (f"e{counted}" if kind else str(counted)):
            return None
        self._give(note)
        return note

    def left(self) -> list[Block]:
        """Return the notes whose label the text does not hold, and give them out."""
        found = list(self._waiting)
        for note in found:
            self._give(note)
        return found

    def _give(self, note: Block) -> None:
        self._waiting.remove(note)
        self.placed.append(note)

    def number(self, note: Block) -> int:
        """Return the id of a note in its part."""
        return self.placed.index(note) + 1


def is_endnote(label: str) -> bool:
    """Return whether a label is one of an endnote."""
    return label.startswith("e")
