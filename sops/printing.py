"""The printed form of a version: what stands on paper, made once and kept as bytes."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms.files.store import read, store
from qms.pdf.bind import bound, leaves_of
from qms.pdf.document import PrintedDocument, PrintedSignature, document_pdf
from qms.pdf.strip import with_strip
from qms.people.models import Person
from qms.people.programme import current, zone
from qms.signatures.models import Signature
from qms.trail import clock
from qms.trail.actor import SYSTEM
from qms.trail.canonical import canonical, sha256
from qms.trail.door import change
from sops.blocks import Block
from sops.bodies import read_body
from sops.citations import cited_on_paper
from sops.dates import months_later
from sops.models import Kept, Rendering, Status, Step, Version
from sops.render import blocks_html
from sops.signable import in_force, made_of

PDF = "application/pdf"
SENT = ("version.send", "version.send_urgent")
# By hand: every page about a version reads them, and Django puts this together slower than it is read.
SIGNATURES = "SELECT * FROM qms_signature WHERE label = 'sops.version' AND record_id = %s ORDER BY id"


def controlled_pdf(version: Version) -> str:
    """Render and store the PDF that will be in force; return its digest. Slow: never inside the door."""
    return store(_made(version, printed(version, Status.EFFECTIVE)), PDF)


def _made(version: Version, document: PrintedDocument) -> bytes:
    """Return the PDF of a version: its text, or the cover of its file and behind it the pages of a PDF."""
    pdf = document_pdf(document, read)
    if not document.leaves:
        return pdf
    kept = read(version.source)
    return bound(pdf, kept, is_archive=leaves_of(kept).is_archive)


def pdf_of(version: Version) -> str:
    """Return the digest of the PDF that shows a version as it stands now, made on the first time of asking.

    In force: the stored controlled PDF. Else: with the status across each page (draft, approved, obsolete …).
    """
    if version.status == Status.EFFECTIVE:
        return version.pdf
    document = printed(version, version.status)
    facts = sha256(canonical(asdict(document)))
    return kept_pdf(version, facts, lambda: _made(version, document))


def uncontrolled(data: bytes, version: Version, person: Person) -> bytes:
    """Return a PDF as somebody opens it: each page says that a print is uncontrolled, who opened it, and when."""
    with override("en-gb"):
        moment = date_format(clock.now().astimezone(zone()), "j M Y, H:i")
        said = {"person": person.printed_name, "moment": moment}
        line = _("Printed %(moment)s by %(person)s; not valid after this day.") % said
        return with_strip(data, str(_("Uncontrolled when printed")), line, language=version.language)


def kept_pdf(version: Version, facts: str, make: Callable[[], bytes], **told: str) -> str:
    """Return the digest of a PDF that shows certain facts, made by `make` on the first time of asking."""
    kept = Rendering.objects.filter(version=version, facts=facts).first()
    if kept is None:
        kept = _keep(version, facts, store(make(), PDF), told)
    return kept.pdf


def _keep(version: Version, facts: str, pdf: str, told: dict[str, str]) -> Rendering:
    with change(by=SYSTEM, on=[version]) as c:
        kept = Rendering.objects.filter(version=version, facts=facts).first()
        if kept is None:
            kept = Rendering(version=version, facts=facts, pdf=pdf)
            c.save(kept)
            c.event("version.render", version, also=[version.document], pdf=pdf, status=version.status, **told)
    return kept


def signatures_of(version: Version, steps: Sequence[Step] | None = None) -> list[Signature]:
    """Return the signatures that count for the present text: the author's, the reviewers', the approver's, in order.

    `steps` are those of the present round, where a page has read them already.
    """
    if version.status == Status.DRAFT:
        return []
    known = version.steps.filter(round=version.round) if steps is None else steps
    counting = {step.signature_id for step in known}
    every = list(Signature.objects.raw(SIGNATURES, [str(version.pk)]))
    counting |= {one.pk for one in every if one.purpose == "version.withdraw"}
    if version.round and version.status != Status.DISCARDED:
        counting.add(max((one.pk for one in every if one.purpose in SENT), default=None))
    return [one for one in every if one.pk in counting]


def printed(version: Version, status: str) -> PrintedDocument:
    """Return everything that stands on the paper of a version in a status, in the version's own language."""
    document, former, programme = version.document, in_force(version), current()
    blocks = read_body(version.body)
    with override("en-gb"):
        return PrintedDocument(
            programme=programme.name if programme else "",
            facility=document.facility.name,
            number=document.number,
            title=version.title,
            version=str(version.n),
            status=str(Status(status).label),
            kind=document.type.name,
            **_mark(version, status, former),
            effective_on=date_format(version.effective_on, "j F Y") if version.effective_on else "",
            replaces=_("version %(n)d") % {"n": former.n} if former and version.is_open else "",
            owner=document.owner.printed_name,
            review_by=_review_by(version, status),
            summary=version.summary,
            **_of_what(version, blocks),
            signatures=tuple(_printed_signature(signature) for signature in signatures_of(version)),
            digest=version.source if version.kept else version.body,
            language=version.language,
        )


def _of_what(version: Version, blocks: list[Block]) -> dict[str, Any]:
    """Return the text; of a file or an edition what the cover says, and how the pages of a PDF lie behind it."""
    if not version.kept:
        html = str(blocks_html(blocks, image_url="file-store:{}".format, cited=cited_on_paper(blocks)))
        return {"body_html": html, "made_of": tuple(made_of(version))}
    leaves = leaves_of(read(version.source)) if version.kept == Kept.PDF else None
    if leaves is None:
        words = _("The document itself is the file %(name)s, handed out as it is. This is its cover.")
    elif leaves.is_archive:
        words = _("The document itself is the file %(name)s. Its pages follow; the whole is PDF/A-3b.")
    else:
        words = _("The document itself is the file %(name)s. Its pages follow. The file is no PDF/A, nor is the whole.")
    facts = (*made_of(version), (_("Kind of file"), str(Kept(version.kept).label)))
    body = format_html("<p>{}</p>", words % {"name": version.source_name})
    return {"body_html": str(body), "made_of": facts, "leaves": leaves.lying if leaves else ()}


def _mark(version: Version, status: str, former: Version | None) -> dict[str, Any]:
    """Return what marks a print that nobody is to work to, or not yet; nothing for one in force."""
    if status == Status.EFFECTIVE:
        return {}
    ended = status in (Status.SUPERSEDED, Status.WITHDRAWN)
    note = _("must not be used any more") if ended else _("not for use")
    if status == Status.APPROVED and version.effective_on:
        note = _("not before %(day)s") % {"day": date_format(version.effective_on, "j F Y")}
    instead = _("Version %(n)d is in force.") % {"n": former.n} if former else _("No version is in force.")
    return {"watermark": str(Status(status).label), "watermark_note": note, "instead": instead, "ended": ended}


def _review_by(version: Version, status: str) -> str:
    """Return by when a version in force is reviewed; counted from its planned day, which is all that paper can know."""
    if status != Status.EFFECTIVE or version.effective_on is None:
        return ""
    return date_format(months_later(version.effective_on, version.document.type.review_months), "j F Y")


def _printed_signature(signature: Signature) -> PrintedSignature:
    local = signature.at.astimezone(zone())
    return PrintedSignature(
        name=signature.printed_name,
        role=signature.role,
        on_behalf_of=signature.on_behalf_of,
        meaning=signature.meaning,
        at=f"{date_format(local, 'j F Y, H:i')} ({signature.zone}, UTC{local:%z})",
        number=signature.number,
        digest=signature.content_digest,
    )
