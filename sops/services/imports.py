"""What is kept of every Word file that comes: who brought it and when, what was read or why it was refused."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Document, Import
from sops.word.model import Mark, WordText
from sops.word.tracked import Decision


@dataclass(frozen=True)
class Choice:
    """What a person decided on a file: what becomes of tracked changes ("" while undecided), and of comments."""

    tracked: Decision | str = ""
    keeps_comments: bool = True

    def check(self, word: WordText) -> None:
        """Raise Invalid where the file has changes that nobody decided on: they are never decided in silence."""
        if word.tracked.open and self.tracked not in Import.Decision.values:
            raise Invalid(
                _(
                    "The file has tracked changes. Choose whether all are accepted, all are rejected, "
                    "or each is kept as a comment."
                )
            )

    def kept(self, word: WordText) -> list[Mark]:
        """Return the marks of the file that become remarks on the draft."""
        changes = self.tracked == Import.Decision.COMMENTS
        return [mark for mark in word.marks if (changes if mark.kind == "change" else self.keeps_comments)]


UNDECIDED = Choice()


def new_import(c: Change, name: str, data: bytes, *, by: Person) -> Import:
    """Return a row, not saved yet, for a file that came now."""
    return Import(name=name[:255], digest=hashlib.sha256(data).hexdigest(), size=len(data), by=by, at=c.at)


def as_read(row: Import, word: WordText, losses: Sequence[dict[str, str]]) -> None:
    """Write into a row what was read: losses, words on both sides, open changes, comments."""
    row.losses, row.words, row.tracked = list(losses), asdict(word.words), word.tracked.open
    row.comments = sum(mark.kind == "comment" for mark in word.marks)


def wait(
    name: str, data: bytes, word: WordText, *, by: Person, batch: str = "", document: Document | None = None
) -> Import:
    """Keep a file that was read and stored until the one who brought it has checked it."""
    with change(by=by) as c:
        row = new_import(c, name, data, by=by)
        row.batch, row.document = batch, document
        as_read(row, word, [asdict(loss) for loss in word.losses if loss.kind != "tracked change"])  # undecided as yet
        c.save(row)
        c.event("import.bring", row, also=[document] if document else [])
    return row


def record_refusal(name: str, data: bytes, why: str, *, by: Person, batch: str = "") -> Import:
    """Keep that a file was refused, and the sentence; of its bytes nothing but the digest."""
    with change(by=by) as c:
        row = new_import(c, name, data, by=by)
        row.batch, row.outcome, row.refusal, row.ended_at = batch, Import.Outcome.REFUSED, why, c.at
        c.save(row)
        c.event("import.refuse", row)
    return row


def put_aside(row: Import, *, by: Person) -> None:
    """Take a file that waits off the list of the one who brought it; the row stays."""
    with change(by=by, on=[row]) as c:
        still_waiting(row, by)
        row.outcome, row.ended_at = Import.Outcome.PUT_ASIDE, c.at
        c.save(row)
        c.event("import.put_aside", row)


def still_waiting(row: Import, by: Person) -> Import:
    """Return the row if it waits for this person; raise NotAllowed otherwise."""
    if not row.is_waiting or row.by_id != by.pk:
        raise NotAllowed(_("This file does not wait to be checked any more. Its page says what became of it."))
    return row
