"""Deputations: what one gave and holds, giving one by signature, ending one."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, anyone
from qms.people.programme import today
from qms.people.views.acts import Act, answer, given, page, see_other
from qms.people.views.doors import FORM
from qms.signatures import deputations as verbs
from qms.signatures.forms import Depute, EndDeputation
from qms.signatures.loaders import get_deputation
from qms.signatures.models import Deputation
from qms.signatures.presenters import deputation_line
from qms.signatures.proofs import Given
from qms.signatures.views.ceremony import ceremony


@anyone
@require_safe
def deputations(request: AuthenticatedRequest) -> HttpResponse:
    """/account/deputations/"""
    person, day = request.user.person, today()
    every = Deputation.objects.select_related("assignment__person", "assignment__facility", "deputy", "signature")
    every = every.order_by("-from_date", "-pk")
    context = {
        "held": [deputation_line(one, day) for one in every.filter(deputy=person)],
        "gave": [deputation_line(one, day) for one in every.filter(assignment__person=person)],
    }
    return render(request, "signatures/deputations.html", context)


@anyone
@FORM
def depute(request: AuthenticatedRequest) -> HttpResponse:
    """/account/deputations/give/: whom and when; signing is the next page."""
    form = Depute(given(request), giver=request.user.person)
    if form.is_bound and form.is_valid():
        chosen = {name: form[name].value() for name in form.fields}
        return see_other(f"{resolve_url('deputation-sign')}?{urlencode(chosen)}")
    return page(request, "signatures/depute.html", {"form": form}, form)


@anyone
@FORM
def sign(request: AuthenticatedRequest) -> HttpResponse:
    """/account/deputations/sign/?assignment=…&deputy=…&from_date=…&until_date=…"""
    form = Depute(request.GET, giver=request.user.person)
    if not form.is_valid() and request.method == "GET":
        return page(request, "signatures/depute.html", {"form": form}, form)
    if not {"assignment", "deputy", "from_date", "until_date"} <= form.cleaned_data.keys():
        return see_other(resolve_url("depute"))
    chosen = form.cleaned_data

    def act(proof: Given) -> None:
        verbs.depute(**chosen, by=request.user.person, proof=proof)

    return ceremony(
        request, content=verbs.depute_content(**chosen), act=act, record=Deputation(), back=resolve_url("deputations"),
        done=_("Signed and recorded. %(deputy)s acts for you in these days.") % {"deputy": chosen["deputy"]},
    )  # fmt: skip


@anyone
@FORM
def end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/account/deputations/<id>/end/"""
    found = get_deputation(request.user, pk)
    act = Act(
        _("End the deputation of %(deputy)s") % {"deputy": found.deputy}, _("End the deputation"),
        resolve_url("deputations"), _("Deputations"), _("From now on the role is not lent any more."), "danger",
    )  # fmt: skip

    def verb(reason: str) -> None:
        verbs.end_deputation(found, by=request.user.person, reason=reason)

    return answer(request, EndDeputation(given(request)), act, verb, done=_("The deputation has ended."))
