"""As it was on a date: the register and a document. For who sees former versions."""

from datetime import date

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.ui.spreadsheet import csv_file
from sops.as_of import PastFilters, approvals_of, panels_on, register_on, signed_by, version_on
from sops.loaders import get_document
from sops.presenters.past import csv_head, csv_line, menus, rows
from sops.queries import choices, end_of
from sops.views.register import keys_of

PAGE = 50


@needs(May.SEE_DRAFTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/as-of/?on=<day>: what was in force when that day ended."""
    day, wrong = _day(request)
    asked = _asked(request)
    found = register_on(request.user, day, asked)
    if request.GET.get("format") == "csv":
        every = list(found)
        return csv_file(
            f"documents-as-of-{day.isoformat()}.csv", csv_head(), map(csv_line, rows(every, approvals_of(every), day))
        )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    file = request.GET.copy()
    file.pop("page", None)
    file["format"] = "csv"
    context = {
        "day": day, "wrong": wrong, "asked": asked, "page": page, "rows": rows(page, approvals_of(page), day),
        "menus": menus(asked, choices()), "file_query": file.urlencode(), "is_today": day == today(),
    }  # fmt: skip
    return render(request, "sops/past_register.html", context)


@needs(May.SEE_DRAFTS)
@require_safe
def document(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/as-of/?on=<day>: which version was in force when that day ended, and who had signed it."""
    found = get_document(request.user, number, may=May.SEE_DRAFTS)
    day, wrong = _day(request)
    version = version_on(request.user, found, day)
    context = {
        "document": found, "day": day, "wrong": wrong, "version": version, "is_today": day == today(),
        "signatures": signed_by(version, end_of(day)) if version else [],
        "panels": panels_on(request.user, version, day) if version else [],
        "first": found.versions.exclude(effective_at=None).order_by("effective_at").first(),
    }  # fmt: skip
    return render(request, "sops/past_document.html", context)


def _day(request: HttpRequest) -> tuple[date, str]:
    """Return the day that is asked for, today where none is; and a sentence where it is no day that was."""
    asked, now = request.GET.get("on", ""), today()
    if not asked:
        return now, ""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return now, _("This is no day. Choose one in the field; until then you see today.")
    if day > now:
        return now, _("That day is still to come. Choose today or an earlier day; until then you see today.")
    return day, ""


def _asked(request: HttpRequest) -> PastFilters:
    given = request.GET
    return PastFilters(
        text=given.get("q", "").replace("\x00", "")[:200], types=tuple(keys_of(given, "type")),
        facilities=tuple(keys_of(given, "facility")), sort=given.get("sort", "number"),
    )  # fmt: skip
