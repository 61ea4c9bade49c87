"""Search in every version: those in force first, then drafts and former ones. For who sees those."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from sops.finding import find_versions, hits_of

PAGE = 20


@needs(May.SEE_DRAFTS)
@require_safe
def search(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/search/?q=<words>"""
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    found, cut = find_versions(request.user, text)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    hits = hits_of("sops.version", [version.pk for version in page], text)
    rows = [(version, hits.get(version.pk)) for version in page]
    return render(request, "sops/search.html", {"text": text, "page": page, "rows": rows, "cut": cut})
