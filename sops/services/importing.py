"""Word files become drafts: what was taken over, what is proposed, and what could not be taken over, by name."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people.models import Facility, Person
from qms.people.roles import May
from qms.trail.door import Change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Comment, Document, DocumentType, Import, Status, Version
from sops.services.allowed import demand
from sops.services.documents import Along, create_document, save_text, start_version
from sops.services.imports import UNDECIDED, Choice, as_read, new_import, still_waiting
from sops.word.model import Mark, WordText

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKES = {"change": Comment.Kind.MUST_FIX, "comment": Comment.Kind.QUESTION}
"""What a mark of the Word file becomes: nobody signs before an undecided change is decided."""


def keep_word(data: bytes, word: WordText) -> str:
    """Store a Word file and its pictures; return the digest of the original."""
    for digest, picture in word.pictures.items():
        if store(picture, word.media_types[digest]) != digest:
            raise Invalid(_("A picture of this file is not what its digest says. Import the file again."))
    return store(data, DOCX)


def losses_of(word: WordText) -> list[dict[str, str]]:
    """Return what could not be taken over as plain rows: kind, place, sentence."""
    return [asdict(loss) for loss in word.losses]


def already_imported(source: str) -> Version | None:
    """Return the version that came from the same bytes, if there is one that was not discarded."""
    return Version.objects.filter(source=source).exclude(status=Status.DISCARDED).select_related("document").first()


def document_from_word(
    data: bytes, word: WordText, *, by: Person, name: str, type: DocumentType, facility: Facility, title: str,
    number: str = "", owner: Person | None = None, n: int = 1, brought: Import | None = None,
    choice: Choice = UNDECIDED,
) -> Version:  # fmt: skip
    """Make a new document from a Word file that was read. `name` is the file's; the same bytes twice are refused.

    `brought` is the row of a file that waited to be checked. `choice` is what a person decided on changes and comments
    of the file; `word` has to be read with the same decision.
    """
    demand(by, May.IMPORT_DOCUMENTS if by.may(May.IMPORT_DOCUMENTS) else May.DRAFT_DOCUMENTS, facility)
    choice.check(word)
    source = keep_word(data, word)
    twin = already_imported(source)
    if twin is not None:
        raise NotAllowed(_("This very file was imported before: it is %(version)s.") % {"version": twin})
    return create_document(
        by=by, type=type, facility=facility, title=title, number=number, owner=owner, blocks=word.blocks, n=n,
        language=word.proposal.language or "en", source=source, source_name=name, losses=losses_of(word),
        along=_arrival(data, word, by=by, name=name, brought=brought, choice=choice),
    )  # fmt: skip


def version_from_word(
    document: Document, data: bytes, word: WordText, *, by: Person, name: str, revision: int | None = None,
    brought: Import | None = None, choice: Choice = UNDECIDED,
) -> Version:  # fmt: skip
    """Make the next version of a document from a Word file, or give its draft this text."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    choice.check(word)
    source, losses = keep_word(data, word), losses_of(word)
    along = _arrival(data, word, by=by, name=name, brought=brought, choice=choice)
    draft = document.versions.filter(status=Status.DRAFT).first()
    if draft is not None and word.origin:  # a copy of ours comes back: what its first Word file lost stays named
        losses = [*draft.losses, *(loss for loss in losses if loss not in draft.losses)]
    if draft is None:
        return start_version(
            document, by=by, blocks=word.blocks, source=source, source_name=name, losses=losses, along=along
        )
    return save_text(
        draft, by=by, revision=revision, blocks=word.blocks, source=source, source_name=name, losses=losses, along=along
    )


def _arrival(
    data: bytes, word: WordText, *, by: Person, name: str, brought: Import | None, choice: Choice
) -> Along:  # fmt: skip
    """Return what is written with the draft: its import, and the remarks that came with the file."""

    def along(c: Change, version: Version) -> None:
        row = new_import(c, name, data, by=by) if brought is None else still_waiting(brought, by)
        as_read(row, word, losses_of(word))
        row.outcome, row.version, row.ended_at = Import.Outcome.DRAFT, version, c.at
        row.decision = choice.tracked if row.tracked else ""
        row.keeps_comments = choice.keeps_comments if row.comments else None
        c.save(row)
        remarks = [_remark(c, version, mark, by) for mark in choice.kept(word)]
        c.event("import.draft", row, also=[version, version.document, *remarks])

    return along


def _remark(c: Change, version: Version, mark: Mark, by: Person) -> Comment:
    remark = Comment(version=version, block=mark.block, kind=MAKES[mark.kind], text=mark.text[:4000], by=by, at=c.at)
    c.save(remark)
    return remark


def version_number(proposed: str | None) -> int:
    """Return the version to begin with from what the file says, e.g. "Version 7.0" gives 7; 1 when it says nothing."""
    digits = "".join(sign if sign.isdigit() else " " for sign in proposed or "").split()
    return int(digits[0]) if digits and 1 <= int(digits[0]) <= 999 else 1
