"""The list of all imports, the report of each, and putting a file aside."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import see_other
from sops import services
from sops.imports import Asked, counts, find_imports
from sops.loaders import get_import, get_waiting, visible_versions
from sops.models import Import
from sops.presenters.imports import outcome_options, view_tabs, walk_of

PAGE = 50


@needs(May.SEE_DRAFTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/imports/"""
    asked = _asked(request.GET)
    found = find_imports(request.user, asked)
    context = {
        "asked": asked, "page": Paginator(found, PAGE).get_page(request.GET.get("page")), "counts": counts(found),
        "views": view_tabs(asked), "options": outcome_options(asked), "person": request.user.person,
        "may_import": request.user.may(May.DRAFT_DOCUMENTS),
    }  # fmt: skip
    return render(request, "sops/imports.html", context)


def _asked(given: QueryDict) -> Asked:
    return Asked(
        text=given.get("q", "").replace("\x00", "")[:200],
        outcomes=[one for one in given.getlist("outcome") if one in Import.Outcome.values],
        losses=given.get("losses") == "1",
        batch=given.get("batch", "").replace("\x00", "")[:32],
    )


@needs(May.SEE_DRAFTS)
@require_safe
def report(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/imports/<pk>/: what was read, what was decided, what was not taken over; to print."""
    row = get_import(request.user, pk)
    version = visible_versions(request.user).filter(imports=row).first()
    context = {
        "row": row, "version": version, "walk": walk_of(row) if row.by_id == request.user.person_id else None,
        "may_check": row.is_waiting and row.by_id == request.user.person_id and request.user.may(May.DRAFT_DOCUMENTS),
        "sees_trail": request.user.may(May.SEE_TRAIL),
    }  # fmt: skip
    return render(request, "sops/import_report.html", context)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def put_aside(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/imports/<pk>/put-aside/"""
    row = get_waiting(request.user, pk)
    services.put_aside(row, by=request.user.person)
    messages.success(request, _("%(file)s is put aside. Its report stays.") % {"file": row.name})
    return see_other(resolve_url("imports"))
