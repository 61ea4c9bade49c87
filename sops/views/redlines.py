"""What differs between two versions of a document: any two of those that one sees, on screen and on paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.files.store import read
from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from sops.bodies import read_body
from sops.compare import compare
from sops.loaders import get_document_whole, get_version
from sops.models import Status, Version
from sops.presenters.kinds import compared_words
from sops.printing import PDF
from sops.redline_print import redline_pdf_of
from sops.render import redline_html
from sops.views.versions import both_pictures, file_answer, frame, pictures
from sops.whys import whys_shown


@needs(May.SEE_DRAFTS)
@require_safe
def redline(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/redline/?against=<k>: what a version changes, against the one in force if not asked."""
    found = get_version(request.user, number, n, may=May.SEE_DRAFTS)
    _document, seen = get_document_whole(request.user, number)
    asked = request.GET.get("against", "")
    return _page(request, seen, _of(seen, asked) if asked else _before(seen, found), found)


@needs(May.READ_DOCUMENTS)
@require_safe
def between(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/redline/?old=<k>&new=<n>: any two versions; the address can be sent."""
    old, new, seen = _both(request, number)
    return _page(request, seen, old, new)


@needs(May.READ_DOCUMENTS)
@require_safe
def pdf(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/redline/pdf/?old=<k>&new=<n>: the same on paper."""
    old, new, _seen = _both(request, number)
    if old is None:
        raise Http404
    return file_answer(read(redline_pdf_of(old, new)), PDF, f"{number}_v{old.n}-v{new.n}_redline.pdf")


def _both(request: AuthenticatedRequest, number: str) -> tuple[Version | None, Version, list[Version]]:
    _document, seen = get_document_whole(request.user, number)
    if not seen:
        raise Http404
    asked = request.GET.get("new", "")
    new = _of(seen, asked) if asked else next((one for one in seen if one.status != Status.DISCARDED), seen[0])
    asked = request.GET.get("old", "")
    return (_of(seen, asked) if asked else _before(seen, new)), new, seen


def _of(seen: list[Version], asked: str) -> Version:
    for one in seen:
        if str(one.n) == asked:
            return one
    raise Http404


def _before(seen: list[Version], found: Version) -> Version | None:
    """Return the version to compare with where none is asked for: the one in force, else the one before."""
    before = [one for one in seen if one.n < found.n and one.status != Status.DISCARDED]
    now = next((one for one in before if one.status == Status.EFFECTIVE), None)
    return now or next(iter(before), None)


def _page(request: AuthenticatedRequest, seen: list[Version], old: Version | None, new: Version) -> HttpResponse:
    context: dict[str, Any] = {**frame(new), "old": old, "seen": seen, "redline": None}
    context["compared"] = compared_words(old, new)
    if old is not None:
        blocks = read_body(new.body)
        found = compare(read_body(old.body), blocks)
        whys = whys_shown(request.user, old, new, found)
        text = redline_html(found, image_url=both_pictures(blocks, pictures(new), old), whys=whys)
        context |= {"redline": found, "text": text, "has_whys": bool(whys)}
    return render(request, "sops/redline.html", context)
