"""Documents and the drafting of their versions."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from qms.files.store import exists
from qms.numbering.models import NumberingScheme
from qms.numbering.services import adopt, draw
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.roles import May
from qms.search.index import put
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import move
from sops.blocks import Block, plain_text
from sops.bodies import read_body, store_body
from sops.citations import adopt_citations, keep_citations
from sops.models import Authorship, Body, Document, DocumentType, Edition, Serving, Status, Version
from sops.references import settled
from sops.services.allowed import demand
from sops.services.editions import EditionFacts, facts_of, record_edition
from sops.standing import refused
from sops.workflow import DISCARD

Along = Callable[[Change, Version], None]
"""What is written in the same change as a text, once the text is: where it came from, remarks that came with it."""


def nothing_along(c: Change, version: Version) -> None:
    """Write nothing more."""


def serve(
    document: Document, *, by: Person, revision: int | None, facilities: Iterable[Facility], reason: str
) -> Document:
    """Say which other facilities work by a document, and so see it and sign its next versions."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    with change(by=by, reason=reason, on=[document]) as c:
        c.expect(document, revision)
        wanted = {one.pk: one for one in facilities if one.pk != document.facility_id}
        now = {one.facility_id: one for one in document.servings.filter(ended_at=None)}
        if wanted.keys() == now.keys():
            raise Invalid(_("These are the facilities that work by it already. Choose others, or go back."))
        for key in wanted.keys() - now.keys():
            c.save(Serving(document=document, facility=wanted[key], from_at=c.at))
        for key in now.keys() - wanted.keys():
            now[key].ended_at = c.at
            c.save(now[key])
        document.is_shared = bool(wanted)
        c.save(document)
        c.event("document.serve", document, places=", ".join(sorted(str(one) for one in wanted.values())))
    return document


def create_document(
    *, by: Person, type: DocumentType, facility: Facility, title: str, number: str = "", owner: Person | None = None,
    blocks: Sequence[Block] = (), n: int = 1, language: str = "en", source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] = (), kept: str = "", edition: EditionFacts | None = None,
    along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Create a document with its first draft; `number` "" draws the next one. Returns the draft (version `n`).

    `source` is the digest of the Word file that the text came from, `losses` what could not be taken over; where `kept`
    says what it is, the file itself is the document. `edition` is told of publications of others, and of nothing else.
    """
    demand(by, May.DRAFT_DOCUMENTS, facility)
    check_type(type, kept, edition)
    if not title.strip():
        raise Invalid(_("Give the document a title."))
    body, source = store_body(list(blocks)), _kept(source)
    fields = {"facility": facility.code, "type": type.code}
    with change(by=by) as c:
        if number and Document.objects.filter(number=number).exists():
            raise Invalid(
                _("There is a document %(number)s already. Leave the number empty to draw the next one.")
                % {"number": number}
            )
        if number:
            adopt(c, type.scheme, number, **fields)
        document = Document(
            number=number or _next_free(c, type.scheme, fields), title=title.strip(), type=type, facility=facility,
            owner=owner or by,
        )  # fmt: skip
        c.save(document)
        version = _draft(c, document, by, body=body, n=max(n, 1), language=language)
        version.source, version.source_name, version.losses = source, source_name, list(losses)
        version.kept, version.edition = kept, record_edition(c, edition, by) if edition else None
        _keep_draft(c, document, version, by, list(blocks))
        c.event("document.create", document, also=[version], text=body, source=source)
        c.later("sops.tell", f"{version.pk}-created", version=version.pk, fact="created")
        along(c, version)
    return version


def check_type(type: DocumentType, kept: str, edition: EditionFacts | None) -> None:
    """Raise where no document of this type begins, or none that is made of this."""
    if type.closed_at is not None:
        raise NotAllowed(_("No new documents of the type %(type)s are made. Choose another type.") % {"type": type})
    if type.is_outside != (edition is not None):
        raise Invalid(
            _("Of a publication of others, say its edition, who issues it and where it lies.")
            if type.is_outside
            else _("Only publications of others have an edition. Choose a type that is made for them.")
        )
    if kept and type.body == Body.TEXT:
        raise Invalid(_("Documents of the type %(type)s are written here. Choose another type.") % {"type": type})


def _next_free(c: Change, scheme: NumberingScheme, fields: dict[str, str]) -> str:
    while True:
        number = draw(c, scheme, **fields)
        if not Document.objects.filter(number=number).exists():
            return number


def _draft(c: Change, document: Document, by: Person, *, body: str, n: int, language: str) -> Version:
    return Version(
        document=document, n=n, title=document.title, body=body, language=language, started_by=by, started_at=c.at
    )


def _kept(source: str) -> str:
    if source and not exists(source):
        raise Invalid(_("The Word file of this text is not stored. Choose it again."))
    return source


def _keep_draft(
    c: Change, document: Document, version: Version, by: Person, blocks: list[Block], others: Iterable[int] = ()
) -> None:
    c.save(version)
    for author in sorted({by.pk, *others}):
        c.save(Authorship(version=version, person_id=author))
    if document.shown_id is None:
        document.shown = version
        c.save(document)
        adopt_citations(document)
    put_into_search(version, blocks)
    keep_citations(version, blocks)


def put_into_search(version: Version, blocks: list[Block]) -> None:
    """Let the search find a version by its text, edition, number and title, and by the one shown its document."""
    document, told = version.document, ""
    if version.edition:
        told = f"{version.edition} {version.edition.address}\n"
    text = told + plain_text(blocks)
    put(version, number=document.number, title=version.title, text=text)
    if document.shown_id == version.pk:
        put(document, number=document.number, title=document.title, text=text)


def start_version(
    document: Document, *, by: Person, blocks: Sequence[Block] | None = None, source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] = (), kept: str = "", edition: EditionFacts | None = None,
    along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Start the next version of a document, from the text or file of the newest one unless `blocks` are given."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    source = _kept(source)
    with change(by=by, on=[document]) as c:
        version = begin_version(
            c, document, by=by, blocks=blocks, source=(source, source_name, list(losses)), kept=kept, edition=edition
        )
        along(c, version)
    return version


def begin_version(
    c: Change, document: Document, *, by: Person, blocks: Sequence[Block] | None = None, summary: str = "",
    source: tuple[str, str, list[dict[str, str]]] = ("", "", []), kept: str = "", edition: EditionFacts | None = None,
) -> Version:  # fmt: skip
    """Begin the next version of a locked document, inside an open change. See `start_version`."""
    if document.versions.open().exists():
        raise NotAllowed(_("A version of %(document)s is on its way already.") % {"document": document})
    newest = document.versions.exclude(status=Status.DISCARDED).order_by("-n").first() or document.versions.latest("n")
    text = read_body(newest.body) if blocks is None else list(blocks)
    last = document.versions.order_by("-n").values_list("n", flat=True)[0]
    version = _draft(c, document, by, body=store_body(text), n=last + 1, language=newest.language)
    version.source, version.source_name, version.losses = source
    version.kept, version.summary = kept, summary
    _take_over(version, newest, file=blocks is None)
    if edition is not None:
        version.edition = record_edition(c, edition, by)
    if document.shown_id and document.shown and document.shown.status == Status.DISCARDED:
        document.shown = None
    _keep_draft(c, document, version, by, text, others=_unapproved_authors(newest) if blocks is None else ())
    c.event("version.start", version, also=[document], text=version.body, source=source[0])
    return version


def _take_over(version: Version, former: Version, *, file: bool) -> None:
    """Begin with the edition of the former version, and with its file where that is the document."""
    version.edition = former.edition
    if file and former.kept:
        version.kept, version.source, version.source_name = former.kept, former.source, former.source_name


def _unapproved_authors(former: Version) -> set[int]:
    """Who wrote a text that nobody ever approved stays its author when it becomes the text of another version."""
    if former.status != Status.DISCARDED:
        return set()
    return {former.started_by_id, *former.authorships.values_list("person", flat=True)}


def save_text(
    version: Version, *, by: Person, revision: int | None, blocks: Sequence[Block], title: str | None = None,
    summary: str | None = None, reason: str = "", source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] | None = None, kept: str = "", edition: EditionFacts | None = None,
    along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Replace the text of a draft. `revision` is the one the person saw; a newer one raises Stale, nothing is lost."""
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    blocks = settled(list(blocks))
    body, source = store_body(blocks), _kept(source)
    with change(by=by, reason=reason, on=[version]) as c:
        c.expect(version, revision)
        if version.status != Status.DRAFT:
            raise NotAllowed(refused(version, _("Only a draft is written in.")))
        if version.kept and not source and body != version.body:
            raise NotAllowed(_("This version is a file kept as it is. Bring another file to change it."))
        version.body = body
        if title is not None and title.strip():
            version.title = title.strip()
        if summary is not None:
            version.summary = summary.strip()
        if source:
            version.source, version.source_name, version.losses = source, source_name, list(losses or [])
            version.kept = kept
        if edition is not None:
            version.edition = _other_edition(c, version, edition, by)
        c.save(version)
        if not version.authorships.filter(person=by).exists():
            c.save(Authorship(version=version, person=by))
        put_into_search(version, blocks)
        keep_citations(version, blocks)
        c.event("version.write", version, also=[version.document], text=body)
        along(c, version)
    return version


def _other_edition(c: Change, version: Version, told: EditionFacts, by: Person) -> Edition:
    """Return the edition that is told: the present one where it says the same."""
    if version.edition is None:
        raise Invalid(_("This document is our own: it has versions, no editions."))
    return version.edition if facts_of(version.edition) == told.tidy() else record_edition(c, told, by)


def change_document(document: Document, *, by: Person, revision: int | None, owner: Person, reason: str) -> Document:
    """Give a document to another owner."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    if not owner.is_active_on(today()):
        raise Invalid(_("%(person)s has left. Choose somebody who is here.") % {"person": owner})
    with change(by=by, reason=reason, on=[document]) as c:
        c.expect(document, revision)
        document.owner = owner
        c.save(document)
        c.event("document.change", document)
    return document


def discard_version(version: Version, *, by: Person, reason: str) -> None:
    """Give up a draft, with a reason. It stays readable and its number is not used again."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        move(c, version, DISCARD, by=by)
        c.event("version.discard", version, also=[version.document])
