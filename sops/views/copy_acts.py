"""What becomes of a controlled copy: back, destroyed, missing, recalled."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, see_other
from qms.people.views.doors import FORM
from qms.workflow.moves import Transition, refusal
from sops import services
from sops.circulation import get_copy
from sops.copy_forms import HowDestroyed
from sops.copying import DESTROY, MISS, RECALL
from sops.forms import Reason
from sops.models import Copy


@needs(May.ISSUE_COPIES)
@require_POST
def came_back(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/return/"""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    services.return_copy(found, by=request.user.person)
    messages.success(request, _("Copy %d is back. Destroy it, or keep it with the records.") % found.n)
    return see_other(found.get_absolute_url())


@needs(May.ISSUE_COPIES)
@FORM
def destroyed(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/destroy/"""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    lead = _("Write this once the paper is gone. Its code then answers “Destroyed”.")
    return _act(
        request, found, DESTROY, HowDestroyed, _("Copy %d was destroyed?") % found.n, _("Record as destroyed"), lead,
        services.destroy_copy, _("Copy %d is recorded as destroyed.") % found.n,
    )  # fmt: skip


@needs(May.ISSUE_COPIES)
@require_POST
def confirmed(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/confirm/: what its holder said by the code is so; one click."""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    services.confirm_claim(found, by=request.user.person)
    messages.success(request, _("Copy %d is recorded as destroyed.") % found.n)
    return see_other(found.get_absolute_url())


@needs(May.ISSUE_COPIES)
@FORM
def dismissed(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/dismiss/: what its holder said is not so."""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    act = Act(
        _("Copy %d is not destroyed?") % found.n, _("Put aside what was said"), found.get_absolute_url(), str(found),
        _("The copy stays recalled. What was said stays in the trail."),
    )  # fmt: skip
    return answer(
        request, Reason(given(request)), act,
        lambda reason: services.dismiss_claim(found, by=request.user.person, reason=reason),
        done=_("Put aside. Copy %d is still to be collected.") % found.n,
    )  # fmt: skip


@needs(May.ISSUE_COPIES)
@FORM
def missing(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/missing/"""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    lead = _("Where was it looked for? Whoever finds it and scans its code is asked to hand it in.")
    return _act(
        request, found, MISS, Reason, _("Copy %d is missing?") % found.n, _("Report as missing"), lead,
        services.report_missing, _("Copy %d is reported missing.") % found.n,
    )  # fmt: skip


@needs(May.ISSUE_COPIES)
@FORM
def recall(request: AuthenticatedRequest, number: str, copy: int) -> HttpResponse:
    """/documents/<number>/copies/<n>/recall/"""
    found = get_copy(request.user, number, copy, may=May.ISSUE_COPIES)
    lead = _("The version stays in force. Who holds the copy and who issued it are told; its code answers “Recalled”.")
    return _act(
        request, found, RECALL, Reason, _("Recall copy %d?") % found.n, _("Recall"), lead,
        services.recall_copy, _("Copy %d is recalled. It is on My work until it is back.") % found.n,
    )  # fmt: skip


def _act(
    request: AuthenticatedRequest, found: Copy, arrow: Transition, form: type[forms.Form], title: str, button: str,
    lead: str, verb: Callable[..., None], done: str,
) -> HttpResponse:  # fmt: skip
    closed = refusal(found, arrow, request.user.person)
    where = _("%(who)s, %(place)s.") % {"who": found.holder_name, "place": found.place}
    act = Act(title, button, found.get_absolute_url(), str(found), closed or f"{where} {lead}")

    def carried(**values: Any) -> None:
        verb(found, by=request.user.person, **values)

    return answer(request, form(given(request)), act, carried, done=done)
