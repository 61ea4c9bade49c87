"""A version: its text, its PDF, the Word file it came from, and its pictures."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from qms.files.models import StoredFile
from qms.files.store import read
from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from sops.blocks import Block, image_digests
from sops.bodies import read_body
from sops.compare import compare
from sops.deviations import can_deviate
from sops.kept.reader import MEDIA_TYPES
from sops.loaders import get_version, get_version_among, sees_drafts
from sops.models import Status, Version, Weight
from sops.presenters.history import lines
from sops.presenters.kinds import kind_words
from sops.presenters.questions import asking
from sops.presenters.route import route
from sops.presenters.steps import actions, round_of, signed
from sops.printing import PDF, pdf_of, uncontrolled
from sops.queries import returned
from sops.render import ImageURL, redline_parts
from sops.replacing import instead_of
from sops.services.writing import words_of


def pictures(version: Version) -> str:
    """Return the address under which the pictures of a version lie by digest."""
    return resolve_url("version-picture", version.document.number, version.n, "0").removesuffix("0/")


def both_pictures(blocks: list[Block], images: str, former: Version | None) -> ImageURL:
    """Return the addresses of the pictures of a redline: those that are gone lie with the former version."""
    here = image_digests(blocks)
    before = pictures(former) if former is not None else images
    return lambda digest: f"{images if digest in here else before}{digest}/"


def frame(version: Version) -> dict[str, Any]:
    """Return what every page about a version needs to know."""
    return {"document": version.document, "version": version, "images": pictures(version)}


@needs(May.READ_DOCUMENTS)
@require_safe
def version(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/"""
    user = request.user
    found, others = get_version_among(user, number, n)
    blocks, back, now = read_body(found.body), returned(found), round_of(found)
    context = {
        **frame(found), "blocks": blocks, "edition": found.edition, "kind_words": kind_words(found),
        "has_words": any(block["kind"] != "heading" for block in blocks),
        "has_headings": not found.kept and any(block["kind"] == "heading" for block in blocks),
        **asking(found, user, blocks, pictures(found), resolve_url("question-ask", number, n)),
        "actions": actions(found, user, now), "signatures": signed(now), "route": route(found, user, now),
        "others": others, "instead": instead_of(found, user),
        "newest": next((one for one in others if one.status == Status.EFFECTIVE), None),
        "returned": lines([back])[0] if back else None, "has_comments": bool(back) and found.comments.exists(),
        "sees_all": sees_drafts(user, found),
        "may_write": user.may(May.DRAFT_DOCUMENTS, found.facility_id),
        "may_deviate": can_deviate(user, found),
        "sees_trail": user.may(May.SEE_TRAIL, found.facility_id),
    }  # fmt: skip
    return render(request, "sops/version.html", context)


@needs(May.READ_DOCUMENTS)
@require_safe
def pdf(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/pdf/: with a strip that says who opened it and when; a print of it is uncontrolled."""
    found = get_version(request.user, number, n)
    return file_answer(uncontrolled(read(pdf_of(found)), found, request.user.person), PDF, f"{number}_v{n}.pdf")


@needs(May.READ_DOCUMENTS)
@require_safe
def stored_pdf(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/pdf/stored/: the very bytes that are kept and whose digest is on record."""
    found = get_version(request.user, number, n)
    return file_answer(read(pdf_of(found)), PDF, f"{number}_v{n}_stored.pdf")


@needs(May.SEE_DRAFTS)
@require_safe
def original(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/original/: the file that was brought, byte for byte."""
    found = get_version(request.user, number, n, may=May.SEE_DRAFTS)
    if not found.source:
        raise Http404
    media_type = MEDIA_TYPES[found.kept or "docx"]
    return file_answer(read(found.source), media_type, found.source_name or f"{number}_v{n}.docx", as_attachment=True)


def file_answer(data: bytes, media_type: str, name: str, *, as_attachment: bool = False) -> HttpResponse:
    """Answer with a file: shown in the browser, or kept under its name."""
    disposition = content_disposition_header(as_attachment, name) or "inline"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff", "Cache-Control": "private"}
    return HttpResponse(data, content_type=media_type, headers=headers)


@needs(May.READ_DOCUMENTS)
@require_safe
def picture(request: AuthenticatedRequest, number: str, n: int, digest: str) -> HttpResponse:
    """/documents/<number>/v<n>/pictures/<digest>/: only pictures that this text shows."""
    found = get_version(request.user, number, n)
    if digest not in image_digests(read_body(found.body)) and not _is_typed(request, found, digest):
        raise Http404
    return picture_file(digest)


def _is_typed(request: AuthenticatedRequest, found: Version, digest: str) -> bool:
    """Return whether a picture stands in what this person typed into the draft and did not save yet."""
    if found.status != Status.DRAFT:
        return False
    kept = found.working_texts.filter(person=request.user.person_id).first()
    return kept is not None and digest in image_digests(words_of(kept).blocks)


def picture_file(digest: str) -> HttpResponse:
    """Return a stored picture; its bytes never change, so that the browser need not ask again."""
    kept = StoredFile.objects.filter(pk=digest).first()
    if kept is None or not kept.media_type.startswith("image/") or "svg" in kept.media_type:
        raise Http404
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(read(digest), content_type=kept.media_type, headers=headers)


@needs(May.READ_DOCUMENTS)
@require_safe
def notice(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/notice/: one page for the start of each shift, on an urgent change; for paper too."""
    found = get_version(request.user, number, n)
    if found.weight != Weight.URGENT or found.approved_at is None:
        raise Http404
    before = found.document.versions.filter(effective_at__isnull=False, n__lt=found.n).order_by("-n").first()
    blocks = read_body(found.body)
    diff = compare(read_body(before.body), blocks) if before else None
    images = both_pictures(blocks, pictures(found), before)
    parts = redline_parts(diff, image_url=images) if diff else ()
    changed = [passage for one, passage in parts if one.op != "equal"]
    context = {
        **frame(found), "former": before, "changed": changed, "signatures": signed(round_of(found)),
        "sees_trail": request.user.may(May.SEE_TRAIL, found.facility_id),
    }  # fmt: skip
    return render(request, "sops/notice.html", context)
