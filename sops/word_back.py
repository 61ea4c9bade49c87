"""A Word file that comes back to a document: its passages find their ids again, and what others wrote is kept."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from qms.people.models import Person
from sops.blocks import walk
from sops.bodies import read_body
from sops.compare import Change, compare
from sops.matching import matched
from sops.merge import Merged, merge
from sops.models import Version
from sops.word.model import WordText

MOST_SAVES = 12  # of others that are told of one by one


@dataclass(frozen=True)
class Save:
    """What somebody saved in the draft after the file was made."""

    who: str
    at: datetime
    changes: list[Change]


@dataclass(frozen=True)
class Back:
    """The text that the draft would have: `word` holds it, with the remarks of the file at their passages.

    `base` is the version that the file was made of, None where it does not say or is not of this document. `saves` are
    what others saved since, `merged` what came of both.
    """

    word: WordText
    base: Version | None = None
    saves: list[Save] = field(default_factory=list)
    merged: Merged | None = None


def bring_back(present: Version, word: WordText) -> Back:
    """Return what becomes of a file against the present text of its document."""
    now, base = read_body(present.body), _base(present, word)
    was = now if base is None else read_body(base.body)
    blocks, names = matched(was, word.blocks, taken={block["id"] for block in walk(now)})
    merged = merge(was, now, blocks) if base is not None and base.body != present.body else None
    marks = [replace(mark, block=names.get(mark.block, mark.block)) for mark in word.marks]
    text = blocks if merged is None else merged.blocks
    return Back(replace(word, blocks=text, marks=marks), base, _saves(base, present) if merged else [], merged)


def _base(present: Version, word: WordText) -> Version | None:
    """Return the version as it stood when the file was made of it, if the file says so and it is this document's."""
    if not word.origin:
        return None
    rows = Version.history.filter(document=present.document_id, body=word.origin.text)
    row = rows.filter(revision=word.origin.revision, id=present.pk).first() or rows.order_by("-history_id").first()
    found: Version | None = row.instance if row is not None else None
    return found


def _saves(base: Version | None, present: Version) -> list[Save]:
    """Return what was saved after the file was made; in a draft begun since, all that was saved in it."""
    if base is None:
        return []
    since = base.revision if base.pk == present.pk else 0
    rows = list(present.history.filter(revision__gte=since).order_by("revision"))
    steps = [(old, new) for old, new in pairwise(rows) if old.body != new.body][-MOST_SAVES:]
    names = Person.objects.in_bulk({new.history_user_id for _old, new in steps})
    return [
        Save(
            str(names.get(new.history_user_id, "Engraft")), new.history_date,
            compare(read_body(old.body), read_body(new.body)).changes,
        )
        for old, new in steps
    ]  # fmt: skip
