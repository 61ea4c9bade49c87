"""The sections that a text of some type needs, and which of them it lacks: by its headings, in words of our own.

For a standard operating procedure FACT-JACIE x5.3 names what must be in it. The list belongs to the type and may be
changed; nothing is refused by it: it says what is missing, to who writes and to who sends.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sops.blocks import Block, text_of, walk

SHORT = 80  # characters of a paragraph that may be a heading in a file that marks none
_SIGNS = re.compile(r"[\W_]+")


class HasSections(Protocol):
    sections: str


@dataclass(frozen=True)
class Section:
    """A section: `names` are all words for it, the first is the one that is shown."""

    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0]


def sections_of(kind: HasSections) -> list[Section]:
    """Return the sections that texts of a type need: one a line, other words for it after a slash."""
    lines = ([name.strip() for name in line.split("/")] for line in kind.sections.splitlines())
    return [Section(tuple(names)) for line in lines if (names := [name for name in line if name])]


def missing(blocks: Sequence[Block], sections: Sequence[Section]) -> list[str]:
    """Return the names of the sections that no heading of the text bears, in their order."""
    heads = [_plain(text_of(block)) for block in walk(list(blocks)) if _may_be_head(block)]
    return [section.name for section in sections if not _is_among(section, heads)]


def _may_be_head(block: Block) -> bool:
    if block["kind"] == "heading":
        return True
    return block["kind"] in ("paragraph", "item") and len(text_of(block)) <= SHORT and _is_bold(block)


def _is_bold(block: Block) -> bool:
    """Say whether all its words are bold: so people make headings who do not know the styles of Word."""
    runs = [run for run in block["runs"] if run["text"].strip()]
    return bool(runs) and all("bold" in run.get("marks", ()) for run in runs)


def _plain(text: str) -> str:
    return f" {_SIGNS.sub(' ', text.casefold()).strip()} "


def _is_among(section: Section, heads: Iterable[str]) -> bool:
    names = [_plain(name) for name in section.names]
    return any(name in head for head in heads for name in names)


SOP = """\
Objective / Purpose / Aim
Equipment and supplies / Equipment / Materials / Supplies
Acceptable end points and range / Acceptance / End points / Limits / Expected results / Range
Steps / Procedure / Method / Instructions / Work steps
Points that depend on age / Age / Children / Paediatric / Pediatric
Related procedures / Related documents / See also / Linked procedures
Orders, worksheets, labels and forms / Worksheets / Forms / Records / Labels / Attachments
References / Literature / Sources"""
"""What FACT-JACIE x5.3 asks of a procedure, in our own words; approval and its dates Engraft keeps itself."""
