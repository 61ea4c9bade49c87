"""The register of documents, and the same list as a file."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.ui.spreadsheet import csv_file
from sops.lines import page_of
from sops.loaders import places_of
from sops.models import Status
from sops.presenters.register import csv_head, csv_line, menus, rows, views
from sops.queries import REVIEWS, Filters, choices, counts, find_documents, with_versions

PAGE = 50


@needs(May.READ_DOCUMENTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/"""
    asked = filters_of(request.GET)
    found = find_documents(request.user, asked)
    if request.GET.get("format") == "csv":
        return _as_file(with_versions(found.documents).iterator(chunk_size=1000))
    numbers = counts(found)
    paginator = Paginator(found.documents, PAGE)
    paginator.count = numbers.total
    page = paginator.get_page(request.GET.get("page"))
    places = places_of(request.user) if numbers.more and asked.sort == "number" and not asked.text else ()
    lines = page_of(found.documents, max(page.start_index() - 1, 0), page.end_index(), places)
    context = {
        "asked": asked, "page": page, "cut": found.cut, "counts": numbers, "views": views(request.user, asked),
        "menus": menus(request.user, asked, choices()), "rows": rows(lines, request.user, today()),
        "may_write": request.user.may(May.DRAFT_DOCUMENTS), "may_import": may_import(request),
        "may_manage": request.user.may(May.MANAGE_FACILITIES), "sees_copies": request.user.may(May.SEE_COPIES),
        "sees_all": request.user.may(May.SEE_DRAFTS),
        **_addresses(request),
    }  # fmt: skip
    return render(request, "sops/register.html", context)


def may_import(request: AuthenticatedRequest) -> bool:
    """Return whether this person may turn Word files into drafts."""
    return request.user.may(May.DRAFT_DOCUMENTS) or request.user.may(May.IMPORT_DOCUMENTS)


def filters_of(given: QueryDict) -> Filters:
    """Return what the address asks for; what makes no sense is left out."""
    return Filters(
        text=given.get("q", "").replace("\x00", "")[:200],
        types=keys_of(given, "type"),
        facilities=keys_of(given, "facility"),
        owners=keys_of(given, "owner"),
        statuses=[one for one in given.getlist("status") if one in Status.values],
        reviews=[one for one in given.getlist("review") if one in REVIEWS],
        sort=given.get("sort", "number"),
    )


def keys_of(given: QueryDict, name: str) -> list[int]:
    """Return the keys of records that an address names; what is none is left out."""
    return [int(one) for one in given.getlist(name) if one.isascii() and one.isdigit() and len(one) < 10]


def _addresses(request: HttpRequest) -> dict[str, Any]:
    """Return the query of the file of this list."""
    file = request.GET.copy()
    file.pop("page", None)
    file["format"] = "csv"
    return {"file_query": file.urlencode()}


def _as_file(documents: Iterable[Any]) -> StreamingHttpResponse:
    day = today()
    rows = (csv_line(document, day, settings.SITE_URL) for document in documents)
    return csv_file(f"documents-{day.isoformat()}.csv", csv_head(), rows)
