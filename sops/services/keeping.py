"""Files kept as they are: they become a document, or the next version of one, by the rules that hold for a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people.models import Facility, Person
from qms.people.roles import May
from qms.trail.door import Change
from qms.trail.errors import Invalid, NotAllowed
from sops.blocks import Block
from sops.bodies import read_body
from sops.kept.model import KeptText
from sops.kept.reader import MEDIA_TYPES
from sops.models import Body, Document, DocumentType, Kept, Status, Version
from sops.services.allowed import demand
from sops.services.documents import Along, create_document, save_text, start_version
from sops.services.editions import EditionFacts, newer_came


@dataclass(frozen=True)
class Brought:
    """A file that was read and may be kept: its bytes, what was read of them, and its name."""

    data: bytes
    text: KeptText
    name: str

    def check_name(self) -> None:
        """Raise Invalid where the name ends as if it were another kind of file: whoever opens it would be misled."""
        ending = self.name.rpartition(".")[2].lower() if "." in self.name else ""
        if ending and ending != self.text.kind:
            raise Invalid(
                _("This file is named .%(ending)s, but it is a %(kind)s. Give it the ending .%(right)s, or choose the "
                  "file that you meant.")
                % {"ending": ending[:20], "kind": Kept(self.text.kind).label, "right": self.text.kind}
            )  # fmt: skip

    def stored(self) -> str:
        """Store the bytes and return their digest."""
        self.check_name()
        return store(self.data, MEDIA_TYPES[self.text.kind])


def document_of_file(
    file: Brought, *, by: Person, type: DocumentType, facility: Facility, title: str, number: str = "",
    owner: Person | None = None, edition: EditionFacts | None = None,
) -> Version:  # fmt: skip
    """Make a new document of a file. The same file twice is refused: two numbers for one thing mislead."""
    demand(by, May.DRAFT_DOCUMENTS, facility)
    digest = file.stored()
    twin = Version.objects.filter(source=digest).exclude(status=Status.DISCARDED).select_related("document").first()
    if twin is not None:
        raise NotAllowed(_("This very file is here already: it is %(version)s.") % {"version": twin})
    return create_document(
        by=by, type=type, facility=facility, title=title, number=number, owner=owner, blocks=file.text.blocks,
        source=digest, source_name=_name(file), losses=_losses(file), kept=file.text.kind, edition=edition,
    )  # fmt: skip


def keep_file(document: Document, file: Brought, *, by: Person, revision: int | None = None) -> Version:
    """Give the draft of a document this file, or start its next version with it."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    if document.type.body == Body.TEXT:
        raise NotAllowed(
            _("Documents of the type %(type)s are written here. Import a Word file instead, or change the type.")
            % {"type": document.type}
        )
    draft, digest = document.versions.filter(status=Status.DRAFT).first(), file.stored()
    _check_new(document, digest, draft)
    if draft is None:
        return start_version(
            document, by=by, blocks=file.text.blocks, source=digest, source_name=_name(file), losses=_losses(file),
            kept=file.text.kind,
        )  # fmt: skip
    return save_text(
        draft, by=by, revision=revision, blocks=file.text.blocks, source=digest, source_name=_name(file),
        losses=_losses(file), kept=file.text.kind,
    )  # fmt: skip


def write_material(
    version: Version, *, by: Person, revision: int | None, title: str, summary: str, file: Brought | None = None,
    edition: EditionFacts | None = None,
) -> Version:  # fmt: skip
    """Write in a draft that is no text of ours: its title, what changed and why, another file, another edition."""
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    if file is None:
        return save_text(
            version, by=by, revision=revision, blocks=read_body(version.body), title=title, summary=summary,
            edition=edition,
        )  # fmt: skip
    digest = file.stored()
    _check_new(version.document, digest, version)
    return save_text(
        version, by=by, revision=revision, blocks=file.text.blocks, title=title, summary=summary, source=digest,
        source_name=_name(file), losses=_losses(file), kept=file.text.kind, edition=edition,
    )  # fmt: skip


def _check_new(document: Document, digest: str, draft: Version | None) -> None:
    former = document.versions.filter(source=digest).exclude(kept="").exclude(status=Status.DISCARDED)
    same = former.exclude(pk=draft.pk if draft else None).order_by("-n").first()
    if same is not None:
        raise NotAllowed(_("This is the very file of version %(n)d. Nothing would change.") % {"n": same.n})


def begin_edition(
    document: Document, edition: EditionFacts, *, by: Person, note: str = "", file: Brought | None = None
) -> Version:
    """Start the next version of a publication of others: a newer edition came, with its file or only by its address."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    if not document.type.is_outside:
        raise NotAllowed(_("This document is our own: it has versions, no editions."))
    digest = file.stored() if file else ""
    if digest:
        _check_new(document, digest, None)
    blocks: Sequence[Block] = file.text.blocks if file else []
    return start_version(
        document, by=by, blocks=blocks, source=digest, source_name=_name(file) if file else "",
        losses=_losses(file) if file else (), kept=file.text.kind if file else "", edition=edition,
        along=_found(by, note),
    )  # fmt: skip


def _found(by: Person, note: str) -> Along:
    def along(c: Change, version: Version) -> None:
        newer_came(c, version, by, note)

    return along


def _name(file: Brought) -> str:
    name = file.name.replace("\x00", "").replace("/", "_").replace("\\", "_").strip()[-200:]
    return name if name.lower().endswith(f".{file.text.kind}") else f"{name or 'file'}.{file.text.kind}"


def _losses(file: Brought) -> list[dict[str, str]]:
    return [{"kind": _("words"), "place": "", "sentence": note} for note in file.text.notes]
