"""Who must read a document, who has read and signed a version, and reminding those who have not."""

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.ui.spreadsheet import csv_file
from sops.models import Version
from training import forms, services
from training.loaders import get_read_version, get_rule, get_ruled_document
from training.models import Reading
from training.presenters.readers import STANDS, csv_head, csv_line, line
from training.queries import now_asked, standing_of, teams_of
from training.readers import open_rules
from training.services import last_reminder, may_remind, may_require

PAGE = 100


@needs(May.READ_DOCUMENTS)
@require_safe
def readers(request: AuthenticatedRequest, number: str, n: int) -> HttpResponseBase:
    """/documents/<number>/v<n>/readers/: everybody who was asked, as a page or (?format=csv) as a file."""
    version, day = get_read_version(request.user, number, n), today()
    teams = teams_of(open_rules(version.document), day)
    asked = list(now_asked(version))
    if request.GET.get("format") == "csv":
        return _file(version, asked, teams, day)
    show = request.GET.get("show", "")
    show = show if show in STANDS else STANDS[0]
    lines = [line(reading, teams, day) for reading in asked]
    counts = {key: sum(one.stand == key for one in lines) for key in STANDS}
    rows = Paginator([one for one in lines if one.stand == show], PAGE).get_page(request.GET.get("page"))
    person, document = request.user.person, version.document
    context = {
        "version": version, "document": document, "standing": standing_of(version, day), "show": show, "page": rows,
        "counts": counts, **{f"show_{key}": key == show for key in STANDS},
        "reminded": last_reminder(version), "may_require": may_require(person, document),
        "may_remind": bool(counts["open"]) and may_remind(person, document),
    }  # fmt: skip
    return render(request, "training/readers.html", context)


def _file(version: Version, asked: Iterable[Reading], teams: dict[int, str], day: date) -> HttpResponseBase:
    name = f"{version.document.number}-v{version.n}-readers-{day.isoformat()}.csv"
    return csv_file(name, csv_head(), (csv_line(line(reading, teams, day)) for reading in asked))


@needs(May.READ_DOCUMENTS)
@require_POST
def remind(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/readers/remind/"""
    version = get_read_version(request.user, number, n)
    count = services.remind_readers(version, by=request.user.person)
    said = ngettext("%(n)d person gets a mail.", "%(n)d people get a mail.", count) % {"n": count}
    messages.success(request, said)
    return see_other(resolve_url("readers", number, n))


@needs(May.READ_DOCUMENTS)
@FORM
def must_read(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/must-read/: the rules of a document, and a new one."""
    document = get_ruled_document(request.user, number)
    form = forms.MustRead(given(request), place=document.facility)
    if form.is_bound and carry_out(form, lambda **kw: services.require_reading(document, by=request.user.person, **kw)):
        messages.success(request, _("Recorded. They are asked within a minute for each version that is approved."))
        return see_other(resolve_url("must-read", number))
    rules = list(open_rules(document))
    ended = document.reading_rules.filter(ended_at__isnull=False).select_related("facility").order_by("-ended_at")
    context = {"document": document, "form": form, "rules": rules, "ended": ended}
    return page(request, "training/must_read.html", context, form)


@needs(May.READ_DOCUMENTS)
@FORM
def end_rule(request: AuthenticatedRequest, number: str, rule: int) -> HttpResponse:
    """/documents/<number>/must-read/<rule>/end/"""
    found = get_rule(request.user, number, rule)
    act = Act(
        _("%s need not read it any more?") % found.team, _("End this"), resolve_url("must-read", number), number,
        _("Whoever has signed has signed. Whoever has not, and is named by nothing else here, is not asked any more."),
    )  # fmt: skip
    return answer(
        request, forms.EndRule(given(request)), act,
        lambda reason: services.end_reading_rule(found, by=request.user.person, reason=reason),
        done=_("Ended. %s: not asked any more for this document.") % found.team,
    )  # fmt: skip
