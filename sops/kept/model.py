"""What was read of a file that is kept as it is."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sops.blocks import Block, check

MOST_BLOCKS = 15_000
MOST_WORDS = 20_000  # characters of one paragraph
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class KeptText:
    """A file that may be kept: `kind` is a value of Kept, `pages` counts pages, sheets or slides.

    `blocks` are the words found in it, for search, comments and comparing; the file itself is the document. `notes` say
    in sentences what of the words could not be read.
    """

    kind: str
    pages: int
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def has_words(self) -> bool:
        return any(block["kind"] != "heading" for block in self.blocks)


class Collected:
    """Blocks on their way: ids, a limit, and no signs that a database or a printer would choke on."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.is_cut = False

    def heading(self, text: str) -> None:
        """Begin a page, sheet or slide."""
        self._add({"kind": "heading", "level": 2, "runs": [{"text": _clean(text)}]})

    def paragraph(self, text: str) -> None:
        """Add a passage; nothing where it has no words."""
        text = _clean(text).strip()
        if text:
            self._add({"kind": "paragraph", "runs": [{"text": text[:MOST_WORDS]}]})

    def _add(self, block: Block) -> None:
        if len(self.blocks) >= MOST_BLOCKS:
            self.is_cut = True
            return
        self.blocks.append({"id": f"k{len(self.blocks) + 1}", **block})


def _clean(text: str) -> str:
    return _UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\x0b", "\n"))


def without_pictures(blocks: Iterable[Block]) -> list[Block]:
    """Return a text with its words alone: the pictures are in the file."""
    kept = []
    for block in blocks:
        if block["kind"] == "image":
            continue
        if block["kind"] == "table":
            rows = [[cell | {"blocks": without_pictures(cell["blocks"])} for cell in row] for row in block["rows"]]
            block = block | {"rows": rows}
        kept.append(block)
    return kept


def dump(text: KeptText) -> bytes:
    """Return the bytes of a KeptText, for the way between two processes."""
    return json.dumps({"kind": text.kind, "pages": text.pages, "blocks": text.blocks, "notes": text.notes}).encode()


def load(data: bytes) -> KeptText:
    """Return the KeptText of these bytes; raise ValueError (or a child of it) where they are not what `dump` writes."""
    told = json.loads(data)
    check(told["blocks"])
    return KeptText(str(told["kind"]), int(told["pages"]), told["blocks"], [str(note) for note in told["notes"]])
