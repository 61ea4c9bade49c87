"""The programme and its facilities."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people import forms, services
from qms.people.access import AuthenticatedRequest, needs
from qms.people.loaders import get_facility
from qms.people.models import Facility, Programme
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given
from qms.people.views.doors import FORM


def _act(title: str, button: str, lead: str = "", kind: str = "primary") -> Act:
    return Act(title, button, resolve_url("facilities"), _("Facilities"), lead, kind)


@needs(May.SEE_PEOPLE)
@require_safe
def facilities(request: AuthenticatedRequest) -> HttpResponse:
    """/facilities/"""
    context = {
        "programme": Programme.objects.first(),
        "facilities": Facility.objects.order_by("closed_on", "code"),
        "can_manage": request.user.may(May.MANAGE_FACILITIES),
    }
    return render(request, "people/facilities.html", context)


@needs(May.MANAGE_FACILITIES)
@FORM
def facility_add(request: AuthenticatedRequest) -> HttpResponse:
    """/facilities/add/"""
    verb = partial(services.add_facility, by=request.user.person)
    act = _act(_("Add a facility"), _("Add facility"))
    return answer(request, forms.NewFacility(given(request)), act, verb, done=_("The facility is added."))


@needs(May.MANAGE_FACILITIES)
@FORM
def facility_change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/facilities/<id>/change/"""
    facility = get_facility(request.user, pk)
    form = forms.ChangedFacility(given(request), initial=forms.values_of(facility))
    verb = partial(services.change_facility, facility, by=request.user.person)
    lead = _("The code %s stays: numbers of documents begin with it.") % facility.code
    return answer(
        request, form, _act(_("Change %s") % facility.name, _("Save"), lead), verb, done=_("Saved."), record=facility
    )


@needs(May.MANAGE_FACILITIES)
@FORM
def facility_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/facilities/<id>/close/"""
    facility = get_facility(request.user, pk)
    verb = partial(services.close_facility, facility, by=request.user.person)
    lead = _("Its records stay. Nobody may hold a role for it from that day on.")
    act = _act(_("Close %s") % facility.name, _("Close facility"), lead, "danger")
    return answer(request, forms.CloseFacility(given(request)), act, verb, done=_("The facility is closed."))


@needs(May.MANAGE_FACILITIES)
@FORM
def programme_change(request: AuthenticatedRequest) -> HttpResponse:
    """/programme/change/"""
    programme = get_object_or_404(Programme)
    form = forms.ProgrammeFields(given(request), initial=forms.values_of(programme))
    verb = partial(services.change_programme, programme, by=request.user.person)
    return answer(request, form, _act(_("Change the programme"), _("Save")), verb, done=_("Saved."), record=programme)
