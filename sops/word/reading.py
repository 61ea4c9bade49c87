"""What the walk carries with it through one Word file."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from qms.files.pictures import Picture, inspect
from qms.trail.errors import Invalid
from sops.blocks import MAX_BLOCKS, Block
from sops.word.fields import Field
from sops.word.losses import Losses
from sops.word.model import Mark, Origin
from sops.word.numbering import Counted, Numbering
from sops.word.package import Package, Relation
from sops.word.styles import Styles
from sops.word.tracked import Changes
from sops.word.xml import Element

Run = dict[str, Any]


@dataclass
class Reading:
    """The state of one reading; `part` is the part that is walked at the moment, for its relationships."""

    package: Package
    styles: Styles
    numbering: Numbering
    blocks_of: Callable[["Reading", Element], list[Block]]
    part: str = ""
    losses: Losses = field(default_factory=Losses)
    pictures: dict[str, bytes] = field(default_factory=dict)
    media_types: dict[str, str] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    fields: list[Field] = field(default_factory=list)  # those of the part that is walked
    open_fields: list[Field] = field(default_factory=list)
    changes: Changes = field(default_factory=lambda: Changes("accept"))  # of the part that is walked
    title: str = ""  # the paragraph with the style of a title
    notes: list[tuple[str, str, str]] = field(default_factory=list)  # kind, id, label, in order of their references
    known_notes: set[tuple[str, str]] = field(default_factory=set)  # kind, id
    open_comments: dict[str, list[str]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)  # id: sentence
    origin: Origin = field(default_factory=Origin)  # where the file is a working copy of ours
    table_style: bool = False  # inside a table whose style may colour its cells
    in_file: int = 0  # words of the parts that were read
    listed: int = 0  # words that only the losses hold
    used: int = 0
    seen: dict[str, Picture] = field(default_factory=dict)

    def new_id(self) -> str:
        """Return a new id; raise Invalid where the text grows too long for one document."""
        self.used += 1
        if self.used > MAX_BLOCKS:
            raise Invalid(
                _("This document has more than %(most)d paragraphs and table cells. Split it and import its parts.")
                % {"most": MAX_BLOCKS}
            )
        self.losses.at = self.used
        return f"b{self.used}"

    def relation(self, name: str) -> Relation | None:
        """Return the relationship of the part that is walked."""
        return self.package.relations(self.part).get(name)

    def in_field_code(self) -> bool:
        """Say whether the walk is inside the code of a field, which Word does not show."""
        return any(f.in_code for f in self.open_fields)

    def placeholder(self, kind: str, sentence: str) -> Block:
        """Name a loss and return a paragraph that shows readers of the text that something is missing there."""
        name = self.new_id()
        self.losses.name(kind, sentence)
        return {
            "id": name,
            "kind": "paragraph",
            "role": "note",
            "runs": [{"text": f"[{sentence}]", "marks": ["italic"]}],
        }

    def name_change(self, index: str) -> None:
        """Name a tracked change where the reading stands, as a loss and as a mark."""
        self.losses.name("tracked change", self.changes.sentence(index))
        self.losses.mark(self.changes.mark(index))

    def name_comment(self, sentence: str, for_all: bool = False) -> None:
        """Name a comment of the Word file, as a loss and as a mark."""
        (self.losses.name_for_all if for_all else self.losses.name)("comment", sentence)
        self.losses.mark(Mark("comment", "", "", sentence), for_all)

    def keep_picture(self, data: bytes) -> tuple[str, Picture]:
        """Check and keep a picture; return its digest and it. Raises Invalid for what is no good picture."""
        key = hashlib.sha256(data).hexdigest()
        if key not in self.seen:
            self.seen[key] = inspect(data)
        picture = self.seen[key]
        digest = hashlib.sha256(picture.data).hexdigest()
        self.pictures[digest] = picture.data
        self.media_types[digest] = picture.media_type
        return digest, picture
