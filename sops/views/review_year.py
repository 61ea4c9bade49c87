"""The reviews of the programme: the year at a glance, moving some of them, and the record of those that were signed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, load, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import given, page, see_other
from qms.people.views.doors import FORM
from qms.trail.errors import Invalid, Refused
from qms.ui.spreadsheet import csv_file
from sops import services
from sops.loaders import in_places
from sops.models import Document, PeriodicReview, ReviewStatus
from sops.presenters.reviews import counted, csv_head, csv_line, due_rows, week_rows
from sops.review_forms import DayForm, WhyForm
from sops.review_signable import spoken
from sops.review_year import MOST, due_in, latest_days, monday_of, proposed, reviewable, year_of

PAGE = 50


@needs(May.SEE_DRAFTS)
@require_safe
def year(request: AuthenticatedRequest) -> HttpResponse:
    """/reviews/?week=2026-W23: twelve months with what falls due, and the documents of one week, or the late ones."""
    week = request.GET.get("week", "")
    week = week if week == "late" or monday_of(week) else ""
    documents = Paginator(due_in(request.user, week), PAGE).get_page(request.GET.get("page")) if week else None
    found, may_plan = year_of(request.user), request.user.may(May.PLAN_REVIEWS)
    context = {
        "year": found, "months": [(month, week_rows(month.weeks)) for month in found.months],
        "week": week, "monday": monday_of(week), "page": documents, "may_plan": may_plan,
        "rows": due_rows(documents, request.user, may_plan) if documents else "",
    }  # fmt: skip
    return render(request, "sops/review_year.html", context)


@needs(May.PLAN_REVIEWS)
@FORM
def plan(request: AuthenticatedRequest) -> HttpResponse:
    """/reviews/plan/?document=1&document=2: proposed days, to be changed, and one act with one reason."""
    documents = _chosen(request)
    latest = latest_days(documents)
    days = proposed(request.user, documents, latest)
    forms = [DayForm(given(request), document=one, day=days[one.pk]) for one in documents]
    why = WhyForm(given(request))
    if request.method == "POST" and all([why.is_valid(), *(form.is_valid() for form in forms)]):
        moves = [
            services.Move(one, form.cleaned_data["revision"], form.cleaned_data["day"])
            for one, form in zip(documents, forms, strict=True)
        ]
        try:
            moved = services.plan_reviews(moves, by=request.user.person, reason=why.cleaned_data["reason"])
        except Refused as refused:
            why.add_error(None, str(refused))
        else:
            messages.success(request, _moved(moved))
            return see_other(resolve_url("review-year"))
    rows = [(one, latest.get(one.pk), form) for one, form in zip(documents, forms, strict=True)]
    context = {"rows": rows, "why": why, "may_defer": request.user.may(May.DEFER_REVIEWS)}
    return page(request, "sops/review_plan.html", context, why)


def _chosen(request: AuthenticatedRequest) -> list[Document]:
    keys = [key for key in request.GET.getlist("document") if key.isascii() and key.isdigit() and len(key) < 10]
    if not 1 <= len(keys) <= MOST:
        raise Invalid(_("Choose 1 to %(most)d documents in the list of a week.") % {"most": MOST})
    found = reviewable(request.user).filter(pk__in=keys).select_related("facility", "type", "shown", "owner")
    chosen = [
        one for one in found.order_by("review_due", "number") if request.user.may(May.PLAN_REVIEWS, one.facility_id)
    ]
    if not chosen:
        raise Invalid(_("None of these can be planned by you, or nothing of them is in force any more."))
    return chosen


def _moved(count: int) -> str:
    said = ngettext("%(n)d review has another day.", "%(n)d reviews have another day.", count)
    return said % {"n": count}


@needs(May.SEE_DRAFTS)
@require_safe
def done(request: AuthenticatedRequest) -> HttpResponseBase:
    """/reviews/done/?year=2026: what was signed in a year, the newest first; as a file too."""
    now = today().year
    asked = request.GET.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else now
    found = _signed(request).filter(signed_at__year=wanted)
    if request.GET.get("format") == "csv":
        rows = map(csv_line, found.prefetch_related("judgements").iterator(chunk_size=500))
        return csv_file(f"reviews-{wanted}.csv", csv_head(), rows)
    context = {
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")), "wanted": wanted,
        "years": [(one, one == wanted) for one in range(now, now - 6, -1)],
    }  # fmt: skip
    return render(request, "sops/reviews_done.html", context)


def _signed(request: AuthenticatedRequest) -> QuerySet[PeriodicReview]:
    places = request.user.person.facilities_where(May.SEE_DRAFTS)
    found = PeriodicReview.objects.exclude(status=ReviewStatus.OPEN)
    seen = found if places is None else found.filter(in_places(places, "document__"))
    along = ("document__facility", "document__owner", "version", "signature__signer", "draft")
    return seen.select_related(*along).order_by("-signed_at", "-pk")


@needs(May.SEE_DRAFTS)
@require_safe
def record(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/reviews/<id>/: one review as it was signed; printed, it is the record."""
    found = load(_signed(request).prefetch_related("judgements__by"), pk=pk)
    return render(
        request, "sops/review_record.html", {"review": found, "said": [(one, spoken(one)) for one in counted(found)]}
    )
