"""Controlled copies of a document: the list, issuing, what became of each, and the register of the programme."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from qms.files.store import read
from qms.pdf.stamp import joined
from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Facility
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.ui.spreadsheet import csv_file
from sops import services
from sops.circulation import (
    Asked,
    being_made,
    counts_of,
    find_copies,
    get_copy,
    parts_to_print,
    to_print,
    visible_copies,
)
from sops.copy_forms import IssueForm
from sops.loaders import get_document
from sops.models import Copy, CopyStatus, Status, Version
from sops.presenters.copies import claims_of, csv_head, csv_line, menus, row, views
from sops.printing import PDF

PAGE = 50
LOOKS = 20  # a page with copies being made looks again so often while nothing happens
MOST_NAMED = 12  # so many numbers are said one by one


def _shown(request: AuthenticatedRequest, found: QuerySet[Copy], made: int = 0) -> dict[str, object]:
    """Return a page of lines, and whether and how the page looks again by itself: as long as something gets made."""
    one_page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    look, names = _whole(request, "look"), claims_of(one_page)
    look = 0 if made != _whole(request, "made") else look  # the worker goes on: go on looking
    rows = [
        row(copy, request.user, prints=request.user.may(May.ISSUE_COPIES, copy.facility_id), names=names)
        for copy in one_page
    ]
    being_made = any(one.copy.status == CopyStatus.MAKING for one in rows)
    return {"page": one_page, "rows": rows, "look": look + 1 if being_made and look < LOOKS else 0, "made": made}


def _whole(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@needs(May.SEE_COPIES)
@require_safe
def of_document(request: AuthenticatedRequest, number: str) -> HttpResponseBase:
    """/documents/<number>/copies/"""
    document = get_document(request.user, number, may=May.SEE_COPIES)
    found = visible_copies(request.user).filter(document=document).worst_first()  # type: ignore[attr-defined]
    if request.GET.get("format") == "csv":
        return csv_file(f"{number}_copies-{today().isoformat()}.csv", csv_head(), map(csv_line, found.iterator()))
    may_issue = request.user.may(May.ISSUE_COPIES, document.facility_id)
    counts, version = counts_of(document), _in_force(document.pk)
    made, of = being_made(document) if counts.making else (0, 0)
    context = {
        "document": document, "counts": counts, "in_force": version, "may_issue": may_issue, "of": of,
        "parts": parts_to_print(version) if version is not None and counts.out > PAGE else [],
        **_shown(request, found, made),
    }  # fmt: skip
    return render(request, "sops/copies.html", context)


def _in_force(document: int) -> Version | None:
    found: Version | None = Version.objects.filter(document=document, status=Status.EFFECTIVE).first()
    return found


@needs(May.ISSUE_COPIES)
@FORM
def issue(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/copies/issue/: who holds each copy, and where."""
    document = get_document(request.user, number, may=May.ISSUE_COPIES)
    version = _in_force(document.pk)
    form = IssueForm(given(request))
    made: list[Copy] = []
    if version is not None:
        version.document = document

        def verb(holdings: list[services.Holding], valid_until: date | None) -> None:
            made.extend(services.issue_copies(version, holdings, by=request.user.person, valid_until=valid_until))

        if form.is_bound and carry_out(form, verb):
            messages.success(request, _issued_words(made))
            return see_other(resolve_url("copies", number))
    return page(request, "sops/copies_issue.html", {"document": document, "version": version, "form": form}, form)


def _issued_words(made: list[Copy]) -> str:
    return ngettext(
        "Copy %(numbers)s is issued. Its PDF is ready in a moment: print it once and hand it out.",
        "Copies %(numbers)s are issued. Their PDFs are ready in a moment: print each once and hand it out.",
        len(made),
    ) % {"numbers": _numbers(made)}


def _numbers(made: list[Copy]) -> str:
    if len(made) <= MOST_NAMED:
        return ", ".join(str(copy.n) for copy in made)
    return _("%(first)d to %(last)d") % {"first": made[0].n, "last": made[-1].n}


@needs(May.ISSUE_COPIES)
@require_safe
def pdf(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/pdf/: only while the copy is in use: none is printed after a recall."""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    if found.status != CopyStatus.ISSUED:
        raise Http404
    return _pdf(read(found.pdf), f"{number}_v{found.version.n}_copy-{found.n}.pdf")


@needs(May.ISSUE_COPIES)
@require_safe
def all_pdfs(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/copies/pdf/?part=2: the copies in use of the version in force, to print; fifty a part."""
    document = get_document(request.user, number, may=May.ISSUE_COPIES)
    version = _in_force(document.pk)
    part = _whole(request, "part")
    copies = to_print(version, part) if version else []
    if version is None or not copies:
        raise Http404
    return _pdf(
        joined([read(copy.pdf) for copy in copies]), f"{number}_v{version.n}_copies{copies[0].n}-{copies[-1].n}.pdf"
    )


def _pdf(data: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(False, name) or "inline"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=PDF, headers=headers)


@needs(May.SEE_COPIES)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/copies/: all copies that this person sees, recalled and not back first."""
    asked = _asked(request)
    found = find_copies(request.user, asked)
    if request.GET.get("format") == "csv":
        return csv_file(f"copies-{today().isoformat()}.csv", csv_head(), map(csv_line, found.iterator()))
    file = request.GET.copy()
    file.pop("page", None)
    file["format"] = "csv"
    context = {
        "asked": asked, "views": views(asked), "menus": menus(asked, Facility.objects.all()),
        "file_query": file.urlencode(), **_shown(request, found),
    }  # fmt: skip
    return render(request, "sops/copies_register.html", context)


def _asked(request: HttpRequest) -> Asked:
    given = request.GET
    return Asked(
        text=given.get("q", "").replace("\x00", "")[:200],
        statuses=[one for one in given.getlist("status") if one in CopyStatus.values],
        facilities=[int(one) for one in given.getlist("facility") if one.isascii() and one.isdigit() and len(one) < 10],
    )
