"""Planned deviations: asking for one, the page of one, the register."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.trail import clock
from qms.ui.spreadsheet import csv_file
from sops import services
from sops.bodies import read_body
from sops.deviation_forms import DeviateForm
from sops.deviation_signable import passage_of
from sops.deviations import Asked, find_deviations, get_deviation
from sops.loaders import get_version
from sops.models import Deviation, DeviationStatus, Status
from sops.presenters import deviations as said
from sops.presenters.history import lines
from sops.presenters.questions import passage
from sops.queries import last_events

PAGE = 30
MOST_IN_A_FILE = 5000


@needs(May.ASK_DEVIATIONS)
@FORM
def deviate(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/deviate/?block=<block>: ask before the act; made for a phone."""
    found = get_version(request.user, number, n, may=May.ASK_DEVIATIONS)
    passages = [(one["id"], passage(one)) for one in read_body(found.body)]
    form = DeviateForm(given(request), passages=passages, initial={"block": request.GET.get("block", "")})
    made: list[Deviation] = []
    if form.is_bound and carry_out(
        form, lambda **kw: made.append(services.ask_deviation(found, form.wish(), by=request.user.person))
    ):
        messages.success(
            request, _("%(one)s is asked for. Wait for the decision, or call and record what was said.")
            % {"one": made[0]},
        )  # fmt: skip
        return see_other(made[0].get_absolute_url())
    deciders = services.who_decides(found.facility_id, request.user.person)
    context = {
        "version": found, "document": found.document, "form": form, "closed": found.status != Status.EFFECTIVE,
        "deciders": names_of(deciders),
    }  # fmt: skip
    return page(request, "sops/deviate.html", context, form)


def names_of(people: list[Person]) -> str:
    """Return who is told, in a line."""
    return ", ".join(one.printed_name for one in people)


@needs(May.READ_DOCUMENTS)
@require_safe
def deviation(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/deviations/<id>/"""
    found, user = get_deviation(request.user, pk), request.user
    deciders = services.who_decides(found.facility_id, found.asked_by) if found.status == DeviationStatus.ASKED else []
    context = {
        "one": found, "document": found.document, "buttons": said.buttons(found, user), "now": said.what_now(found),
        "passage": passage_of(found), "deciders": names_of(deciders), "history": lines(last_events(found)),
        "is_over": found.expires_at <= clock.now(),
        "sees_trail": user.may(May.SEE_TRAIL, found.facility_id),
    }  # fmt: skip
    return render(request, "sops/deviation.html", context)


@needs(May.READ_DOCUMENTS)
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponseBase:
    """/deviations/: all that this person sees, the newest first."""
    user, asked = request.user, _asked(request)
    found = find_deviations(user, asked)
    if request.GET.get("format") == "csv":
        rows = said.csv_lines(list(found[:MOST_IN_A_FILE]))
        return csv_file(f"deviations-{today().isoformat()}.csv", said.csv_head(), rows)
    one_page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    file = request.GET.copy()
    file.pop("page", None)
    file["format"] = "csv"
    context = {
        "asked": asked, "views": said.views(asked), "menus": said.menus(asked, Facility.objects.all()),
        "file_query": file.urlencode(), "page": one_page, "now": clock.now(),
    }  # fmt: skip
    return render(request, "sops/deviations.html", context)


def _asked(request: HttpRequest) -> Asked:
    sent = request.GET
    return Asked(
        text=sent.get("q", "").replace("\x00", "")[:200],
        statuses=[one for one in sent.getlist("status") if one in DeviationStatus.values],
        facilities=[int(one) for one in sent.getlist("facility") if one.isascii() and one.isdigit() and len(one) < 10],
        mine="mine" in sent, flagged="flagged" in sent, verbal="verbal" in sent,
    )  # fmt: skip
