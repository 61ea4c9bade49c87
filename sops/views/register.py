"""The register of documents, and the same list as a file."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.core.paginator import Paginator
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from sops.finding import REVIEWS, Filters, counts, find_documents, hits_of
from sops.lines import page_of
from sops.models import Status
from sops.presenters.register import asked_words, menus, query_of, rows, saved_views, views
from sops.queries import choices_and_views
from sops.together import MOST
from sops.views.master_list import FORMATS, as_file

PAGE = 50
FOUND = 20  # with the place where the words stand; fewer lines, as these are longer


@needs(May.READ_DOCUMENTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/?choose=1: with boxes to tick, for what is done to several; ?format=csv, xlsx or pdf: as a file."""
    user, asked = request.user, filters_of(request.GET)
    found = find_documents(user, asked)
    offered, saved = choices_and_views(user.person_id)
    if (kind := request.GET.get("format", "")) in FORMATS:
        return as_file(found.documents, kind, asked_words(asked, offered, user))
    numbers = counts(found, reviews=user.may(May.SEE_DRAFTS))
    paginator = Paginator(found.documents, FOUND if asked.text else PAGE)
    paginator.count = numbers.total
    page = paginator.get_page(request.GET.get("page"))
    places = found.places if numbers.more and asked.sort == "number" and not asked.text else ()
    lines = page_of(found.documents, max(page.start_index() - 1, 0), page.end_index(), places)
    hits = hits_of("sops.document", [line.id for line in lines], asked.text)
    context = {
        "asked": asked, "page": page, "cut": found.cut, "counts": numbers, "menus": menus(user, asked, offered),
        "rows": rows(lines, user, today(), hits), **_tabs(request, asked, saved), **_allowed(request),
    }  # fmt: skip
    return render(request, "sops/register.html", context)


def _tabs(request: AuthenticatedRequest, asked: Filters, saved: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the views of the list, and the query of what is shown where that can be saved as another."""
    own, everybodys, query = saved_views(asked, saved), views(request.user, asked), query_of(asked)
    is_saved = any(view.current for view in own)
    if is_saved:  # one view at a time is the one that is looked at
        everybodys = [replace(view, current=False) for view in everybodys]
    savable = bool(query) and not is_saved
    return {"views": [*everybodys, *own], "saved": own, "query": query, "savable": savable, "filters": parse_qsl(query)}


def _allowed(request: AuthenticatedRequest) -> dict[str, Any]:
    """Return what this person may do from here."""
    user = request.user
    may_write = user.may(May.DRAFT_DOCUMENTS)
    return {
        "may_write": may_write, "may_import": may_import(request), "most": MOST,
        "sees_all": user.may(May.SEE_DRAFTS), "choosing": may_write and request.GET.get("choose") == "1",
    }  # fmt: skip


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


def filters_of_query(query: str) -> Filters:
    """Return what a saved query asks for."""
    return filters_of(QueryDict(query))
