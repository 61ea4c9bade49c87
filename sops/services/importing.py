"""Word files become drafts: what was taken over, what is proposed, and what could not be taken over, by name."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people.models import Facility, Person
from qms.people.roles import May
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Document, DocumentType, Status, Version
from sops.services.documents import create_document, demand, save_text, start_version
from sops.word.model import WordText

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
    number: str = "", owner: Person | None = None, n: int = 1,
) -> Version:  # fmt: skip
    """Make a new document from a Word file that was read. `name` is the file's; the same bytes twice are refused."""
    demand(by, May.IMPORT_DOCUMENTS if by.may(May.IMPORT_DOCUMENTS) else May.DRAFT_DOCUMENTS, facility)
    source = keep_word(data, word)
    twin = already_imported(source)
    if twin is not None:
        raise NotAllowed(_("This very file was imported before: it is %(version)s.") % {"version": twin})
    return create_document(
        by=by, type=type, facility=facility, title=title, number=number, owner=owner, blocks=word.blocks, n=n,
        language=word.proposal.language or "en", source=source, source_name=name, losses=losses_of(word),
    )  # fmt: skip


def version_from_word(
    document: Document, data: bytes, word: WordText, *, by: Person, name: str, revision: int | None = None
) -> Version:
    """Make the next version of a document from a Word file, or give its draft this text."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    source = keep_word(data, word)
    draft = document.versions.filter(status=Status.DRAFT).first()
    if draft is None:
        return start_version(
            document, by=by, blocks=word.blocks, source=source, source_name=name, losses=losses_of(word)
        )
    return save_text(
        draft, by=by, revision=revision, blocks=word.blocks, source=source, source_name=name, losses=losses_of(word)
    )


def version_number(proposed: str | None) -> int:
    """Return the version to begin with from what the file says, e.g. "Version 7.0" gives 7; 1 when it says nothing."""
    digits = "".join(sign if sign.isdigit() else " " for sign in proposed or "").split()
    return int(digits[0]) if digits and 1 <= int(digits[0]) <= 999 else 1
