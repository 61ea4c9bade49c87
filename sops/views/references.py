"""Which document refers to which: the map of one, and all references that lead nowhere."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.ui.spreadsheet import csv_file
from sops.loaders import get_document
from sops.map import LOST, Asked, lost_references, map_of
from sops.presenters.map import drawing, lost_head, lost_line, lost_menus, lost_rows
from sops.queries import choices
from sops.views.register import keys_of

PAGE = 50


@needs(May.READ_DOCUMENTS)
@require_safe
def document(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/map/"""
    found = get_document(request.user, number)
    seen = map_of(request.user, found)
    context = {
        "document": found, "map": seen, "drawing": drawing(found.number, found.title, seen),
        "lost": sum(bool(one.lost) for one in seen.cites),
    }  # fmt: skip
    return render(request, "sops/map.html", context)


@needs(May.READ_DOCUMENTS)
@require_safe
def dangling(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/references/?lost=withdrawn&facility=1&state=force: what leads nowhere; as a file too."""
    given = request.GET
    asked = Asked(
        [one for one in given.getlist("lost") if one in LOST], keys_of(given, "facility"),
        [one for one in given.getlist("state") if one in ("force", "coming")],
    )  # fmt: skip
    found: Any = lost_references(request.user, asked)
    if given.get("format") == "csv":
        name = f"references-{today().isoformat()}.csv"
        return csv_file(name, lost_head(), map(lost_line, found.iterator(chunk_size=500)))
    page = Paginator(found, PAGE).get_page(given.get("page"))
    context = {
        "asked": asked, "page": page, "rows": lost_rows(list(page.object_list)),
        "menus": lost_menus(asked, choices()["facility"]),
    }  # fmt: skip
    return render(request, "sops/references.html", context)
