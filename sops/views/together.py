"""One act on several documents of the register: chosen, previewed, and done with one reason."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.access import AuthenticatedRequest, as_now, needs
from qms.people.roles import May
from qms.people.views.acts import given, page, see_other
from qms.people.views.doors import FORM
from qms.trail.errors import Invalid, Refused
from sops import services
from sops.finding import find_documents, with_versions
from sops.loaders import visible_documents
from sops.models import Document
from sops.presenters.register import query_of
from sops.queries import people_who_may
from sops.review_forms import WhyForm
from sops.services import Seen
from sops.together import MOST, PLANS, Planned
from sops.together_forms import What
from sops.views.master_list import print_list
from sops.views.register import filters_of


@needs(May.DRAFT_DOCUMENTS)
@FORM
def together(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/together/?document=…&act=owner&to_owner=7: what would change, then one reason, one act."""
    documents = _chosen(request)
    if request.GET.get("act") == "print":
        return print_list(documents)
    places = {one.facility_id for one in documents}
    able = {one.pk for one in people_who_may(May.REVIEW_DOCUMENTS, places)}
    what = What(request.GET if "act" in request.GET else None, reviewers=able)
    why, planned = WhyForm(given(request)), list[Planned]()
    if what.is_valid():
        planned = _planned(request, what, documents)
        if request.method == "POST" and why.is_valid():
            try:
                done = _carry_out(request, what, why.cleaned_data["reason"])
            except Refused as refused:
                why.add_error(None, str(refused))
                planned = _planned(request, what, _chosen(request))
            else:
                messages.success(request, _done(what.cleaned_data["act"], done))
                return see_other(f"{resolve_url('register')}?{query_of(filters_of(request.GET))}")
    return page(request, "sops/together.html", _context(request, documents, what, why, planned), why)


def _chosen(request: AuthenticatedRequest) -> list[Document]:
    """Return the documents that the address names, or (`all=1`) that its filters let through."""
    numbers = [one for one in request.GET.getlist("document") if "\0" not in one][:MOST]
    if request.GET.get("all") == "1":
        matching = find_documents(request.user, filters_of(request.GET))
        if matching.cut:
            raise Invalid(_("Very many documents have these words, and not all were looked at. Add a word."))
        found = matching.documents
    else:
        found = visible_documents(request.user).filter(number__in=numbers).order_by("number")
    chosen = list(with_versions(found)[: MOST + 1])
    if len(chosen) > MOST:
        raise Invalid(
            _("More than %(most)d documents match. Narrow the list: so many at most are changed at once.")
            % {"most": MOST}
        )
    if not chosen:
        raise Invalid(_("No document is chosen. Go back to the register and tick some."))
    return chosen


def _planned(request: AuthenticatedRequest, what: What, documents: list[Document]) -> list[Planned]:
    act, value = what.cleaned_data["act"], what.value
    if act == "reviewer":
        value = as_now(value.pk)
    return PLANS[act](documents, value, request.user)


def _carry_out(request: AuthenticatedRequest, what: What, reason: str) -> int:
    """Do it to the documents that the preview showed, at the revisions that it showed."""
    seen, by, value = _seen(request), request.user.person, what.value
    if what.cleaned_data["act"] == "owner":
        return services.give_to_owner(seen, value, by=by, reason=reason)
    if what.cleaned_data["act"] == "reviewer":
        return services.ask_for_reviews(seen, value, by=by, reason=reason)
    moves = [services.Move(one.document, one.revision, value) for one in seen]
    return services.plan_reviews(moves, by=by, reason=reason, most=MOST)


def _seen(request: AuthenticatedRequest) -> list[Seen]:
    rows: dict[int, tuple[int, int]] = {}
    for told in request.POST.getlist("seen")[: MOST + 1]:
        parts = told.split(":")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
            rows[int(parts[0])] = (int(parts[1]), int(parts[2]))
    found = visible_documents(request.user).filter(pk__in=rows).select_related("type", "facility", "owner", "shown")
    return [Seen(one, *rows[one.pk]) for one in found]


def _done(act: str, count: int) -> str:
    said = {
        "owner": ngettext("%(n)d document has its new owner.", "%(n)d documents have their new owner.", count),
        "reviewer": ngettext("%(n)d review is asked for.", "%(n)d reviews are asked for.", count),
        "day": ngettext("%(n)d review has another day.", "%(n)d reviews have another day.", count),
    }[act]
    return said % {"n": count}


def _context(
    request: AuthenticatedRequest, documents: list[Document], what: What, why: WhyForm, planned: list[Planned]
) -> dict[str, Any]:
    kept = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name not in What.base_fields:
            kept.setlist(name, values)
    query = query_of(filters_of(request.GET))
    return {
        "documents": documents, "what": what, "why": why,
        "changes": [one for one in planned if not one.left_out], "left_out": [one for one in planned if one.left_out],
        "hidden": [(name, value) for name, values in kept.lists() for value in values],
        "back": f"{resolve_url('register')}?{f'{query}&' if query else ''}choose=1",
        "print_query": f"{kept.urlencode()}&act=print",
    }  # fmt: skip
