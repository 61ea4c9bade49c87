"""References inside a text: to another document by its number, to a passage of the same text by its id.

A reference is the link of a run. To a document the words are the number, which never changes; the title is looked up
where the text is shown, and so follows. To a passage of the same text the words are its number and words, and
`settled` writes them anew whenever the text is stored.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from sops.blocks import Block, labels, text_of, walk
from sops.compare.model import joined

DOCUMENT, PASSAGE = "doc:", "block:"
LIKE_A_NUMBER = re.compile(r"(?<![\w./-])(?=[\w./-]{0,59}\d)[A-Za-z][\w./-]{1,58}\w(?![\w/-])")  # QM-SOP-003
MOST_WORDS = 80  # characters of a passage that a reference to it repeats


def to_document(number: str) -> str:
    """Return the link of a run that refers to a document."""
    return DOCUMENT + quote(number, safe="")


def number_in(link: str) -> str:
    """Return the number of the document that a link refers to, "" for any other link."""
    return unquote(link.removeprefix(DOCUMENT)) if link.startswith(DOCUMENT) else ""


def passage_in(link: str) -> str:
    """Return the id of the passage of the same text that a link refers to, "" for any other link."""
    return link.removeprefix(PASSAGE) if link.startswith(PASSAGE) else ""


def references(blocks: list[Block]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id of the block, run) of each reference in reading order."""
    for block in walk(blocks):
        for run in block.get("runs", ()):
            if run.get("link", "").startswith((DOCUMENT, PASSAGE)):
                yield block["id"], run


def numbers_cited(blocks: list[Block]) -> list[str]:
    """Return the numbers of the documents that a text refers to, each once, in reading order."""
    return list(dict.fromkeys(filter(None, (number_in(run["link"]) for _block, run in references(blocks)))))


def numbers_named(blocks: list[Block]) -> Iterator[tuple[str, str]]:
    """Yield (id of the block, what may be the number of a document) of each such word that is no reference."""
    for block in walk(blocks):
        for run in block.get("runs", ()):
            if not run.get("link", "").startswith((DOCUMENT, PASSAGE)):
                yield from ((block["id"], word) for word in LIKE_A_NUMBER.findall(run["text"]))


def settled(blocks: list[Block]) -> list[Block]:
    """Return the text with references to its own passages in the words that those have now."""
    wanted = {passage_in(run["link"]) for _block, run in references(blocks)} - {""}
    if not wanted:
        return blocks
    printed = labels(blocks)
    words = {one["id"]: _words(one, printed) for one in walk(blocks) if one["id"] in wanted}
    return [_settled(block, words) for block in blocks]


def _words(block: Block, printed: dict[str, str]) -> str:
    words = " ".join([printed.get(block["id"], ""), *text_of(block).split()]).strip()
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 2].rpartition(" ")[0] + " …"


def _settled(block: Block, words: dict[str, str]) -> Block:
    if block["kind"] == "table":
        rows = [
            [cell | {"blocks": [_settled(one, words) for one in cell["blocks"]]} for cell in row]
            for row in block["rows"]
        ]
        return block | {"rows": rows}
    if not any(passage_in(run.get("link", "")) in words for run in block.get("runs", ())):
        return block
    runs = [run | {"text": words.get(passage_in(run.get("link", ""))) or run["text"]} for run in block["runs"]]
    return block | {"runs": joined(runs)}
