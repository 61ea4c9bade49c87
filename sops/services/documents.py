"""Documents and the drafting of their versions."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from qms.files.store import exists
from qms.numbering.models import NumberingScheme
from qms.numbering.services import add_scheme, adopt, draw
from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.roles import May
from qms.search.index import put
from qms.trail.actor import SYSTEM, Acting
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import move
from sops.blocks import Block, plain_text
from sops.bodies import read_body, store_body
from sops.citations import adopt_citations, keep_citations
from sops.models import Authorship, Document, DocumentType, Status, Version
from sops.references import settled
from sops.standing import refused
from sops.workflow import DISCARD

Along = Callable[[Change, Version], None]
"""What is written in the same change as a text, once the text is: where it came from, remarks that came with it."""


def nothing_along(c: Change, version: Version) -> None:
    """Write nothing more."""


def demand(by: Person, permission: May, facility: Facility) -> None:
    """Raise NotAllowed unless the person may do this in this facility."""
    now = as_now(by.pk)
    if now is None or not now.may(permission, facility.pk):
        raise NotAllowed(
            _("Your roles do not allow this in %(place)s. Ask your quality manager.") % {"place": facility}
        )


def add_document_type(
    code: str, name: str, scheme: NumberingScheme, *, review_months: int = 24, by: Acting
) -> DocumentType:
    """Keep a new kind of document, e.g. ("SOP", "Standard operating procedure")."""
    if isinstance(by, Person) and not by.may(May.MANAGE_FACILITIES):
        raise NotAllowed(_("Your roles do not allow this."))
    kind = DocumentType(code=code, name=name, scheme=scheme, review_months=review_months)
    with change(by=by) as c:
        c.save(kind)
        c.event("document_type.add", kind)
    return kind


TYPES = (
    ("SOP", "Standard operating procedure"),
    ("POL", "Policy"),
    ("FRM", "Form"),
    ("WRK", "Worksheet"),
    ("PLN", "Plan"),
    ("INF", "Patient and donor information"),
)


def found_document_types() -> None:
    """Give a new programme the types of documents that FACT-JACIE x4.5 names most, and one numbering for all."""
    if DocumentType.objects.exists():
        return
    scheme = add_scheme("documents", "{facility}-{type}-{n:03d}", by=SYSTEM)
    for code, name in TYPES:
        add_document_type(code, name, scheme, by=SYSTEM)


def create_document(
    *, by: Person, type: DocumentType, facility: Facility, title: str, number: str = "", owner: Person | None = None,
    blocks: Sequence[Block] = (), n: int = 1, language: str = "en", source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] = (), along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Create a document with its first draft; `number` "" draws the next one. Returns the draft (version `n`).

    `source` is the digest of the Word file that the text came from, `losses` what could not be taken over.
    """
    demand(by, May.DRAFT_DOCUMENTS, facility)
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
        _keep_draft(c, document, version, by, list(blocks))
        c.event("document.create", document, also=[version], text=body, source=source)
        along(c, version)
    return version


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
    """Let the search find a document by the text of the version that lists show, and by its number and title."""
    document = version.document
    if document.shown_id == version.pk:
        put(document, number=document.number, title=document.title, text=plain_text(blocks))


def start_version(
    document: Document, *, by: Person, blocks: Sequence[Block] | None = None, source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] = (), along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Start the next version of a document, from the text of the newest one unless `blocks` are given."""
    demand(by, May.DRAFT_DOCUMENTS, document.facility)
    source = _kept(source)
    with change(by=by, on=[document]) as c:
        if document.versions.open().exists():
            raise NotAllowed(_("A version of %(document)s is on its way already.") % {"document": document})
        newest = document.versions.exclude(status=Status.DISCARDED).order_by("-n").first() or document.versions.latest(
            "n"
        )
        text = read_body(newest.body) if blocks is None else list(blocks)
        last = document.versions.order_by("-n").values_list("n", flat=True)[0]
        version = _draft(c, document, by, body=store_body(text), n=last + 1, language=newest.language)
        version.source, version.source_name, version.losses = source, source_name, list(losses)
        if document.shown_id and document.shown and document.shown.status == Status.DISCARDED:
            document.shown = None
        _keep_draft(c, document, version, by, text, others=_unapproved_authors(newest) if blocks is None else ())
        c.event("version.start", version, also=[document], text=version.body, source=source)
        along(c, version)
    return version


def _unapproved_authors(former: Version) -> set[int]:
    """Who wrote a text that nobody ever approved stays its author when it becomes the text of another version."""
    if former.status != Status.DISCARDED:
        return set()
    return {former.started_by_id, *former.authorships.values_list("person", flat=True)}


def save_text(
    version: Version, *, by: Person, revision: int | None, blocks: Sequence[Block], title: str | None = None,
    summary: str | None = None, reason: str = "", source: str = "", source_name: str = "",
    losses: Sequence[dict[str, str]] | None = None, along: Along = nothing_along,
) -> Version:  # fmt: skip
    """Replace the text of a draft. `revision` is the one the person saw; a newer one raises Stale, nothing is lost."""
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    blocks = settled(list(blocks))
    body, source = store_body(blocks), _kept(source)
    with change(by=by, reason=reason, on=[version]) as c:
        c.expect(version, revision)
        if version.status != Status.DRAFT:
            raise NotAllowed(refused(version, _("Only a draft is written in.")))
        version.body = body
        if title is not None and title.strip():
            version.title = title.strip()
        if summary is not None:
            version.summary = summary.strip()
        if source:
            version.source, version.source_name, version.losses = source, source_name, list(losses or [])
        c.save(version)
        if not version.authorships.filter(person=by).exists():
            c.save(Authorship(version=version, person=by))
        put_into_search(version, blocks)
        keep_citations(version, blocks)
        c.event("version.write", version, also=[version.document], text=body)
        along(c, version)
    return version


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
