"""What comes out of a Word file: the canonical text, its pictures, what was lost, and what it seems to be."""

from dataclasses import dataclass, field
from datetime import date

from sops.blocks import Block


@dataclass(frozen=True)
class Loss:
    """Something of the Word file that the canonical text does not show as it was.

    `kind` is a short word for grouping ("tracked change"), `place` says where for a person ("paragraph 3 under
    “Thawing”", "" where it concerns the whole file), `sentence` says what it was and what became of it.
    """

    kind: str
    place: str
    sentence: str


@dataclass(frozen=True)
class Proposal:
    """What the document says about itself; None where it says nothing or says it in a way that can be read twice."""

    number: str | None = None
    title: str | None = None
    version: str | None = None
    owner: str | None = None
    effective_on: date | None = None
    review_on: date | None = None
    language: str | None = None


@dataclass(frozen=True)
class Tracked:
    """How many changes Word had recorded and nobody had accepted or rejected yet."""

    insertions: int = 0
    deletions: int = 0
    moves: int = 0
    formatting: int = 0

    @property
    def open(self) -> int:
        """Return how many changes of words are open; formatting is not counted."""
        return self.insertions + self.deletions + self.moves

    def __bool__(self) -> bool:
        return bool(self.open or self.formatting)


@dataclass(frozen=True)
class Mark:
    """A tracked change or a comment at its place, for the person who decides on it.

    `kind` is "change" or "comment", `block` the id of the passage that it stands at ("" for the whole), `old` and `new`
    are the words before and after a change ("" for none), `text` is the remark that is made of it, in words.
    """

    kind: str
    block: str
    place: str
    text: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Words:
    """How many words the file has, how many of them the text has, and how many the losses hold beside it.

    Words are what white space parts. Where `file` is not `text` and `listed` together, a loss says so.
    """

    file: int = 0
    text: int = 0
    listed: int = 0

    @property
    def missing(self) -> int:
        """Return how many words are neither in the text nor listed; below 0 where the text has more."""
        return self.file - self.text - self.listed


@dataclass(frozen=True)
class Origin:
    """What a working copy of ours says of itself: version in words, digest of its text, revision, page header.

    A person may have changed it: it is a hint, never a proof.
    """

    version: str = ""
    text: str = ""
    revision: int = 0
    notice: str = ""

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class WordText:
    """A Word file as read: `pictures` and `media_types` by SHA-256 hex, drawings that no block shows (EMF) too."""

    blocks: list[Block]
    pictures: dict[str, bytes] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    proposal: Proposal = field(default_factory=Proposal)
    tracked: Tracked = field(default_factory=Tracked)
    marks: list[Mark] = field(default_factory=list)
    words: Words = field(default_factory=Words)
    origin: Origin = field(default_factory=Origin)
