"""How a version ends before its time: an approval cancelled, a document withdrawn, a draft discarded."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, page, see_other
from qms.people.views.doors import FORM
from qms.workflow.moves import Transition, refusal
from sops import forms, services
from sops.ending_forms import Withdrawal
from sops.loaders import get_version
from sops.models import Version
from sops.workflow import CANCEL, WITHDRAW


@needs(May.APPROVE_DOCUMENTS)
@FORM
def cancel(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/cancel/: why, then sign."""
    found = get_version(request.user, number, n, may=May.APPROVE_DOCUMENTS)
    lead = _("It is a draft again and is reviewed and approved anew. The day it should take effect is dropped.")
    form = forms.SeenReason(given(request), initial={"revision": found.revision})
    return _why_then_sign(request, found, CANCEL, form, "cancel", _("Cancel the approval of %s?") % found, lead)


@needs(May.WITHDRAW_DOCUMENTS)
@FORM
def withdraw(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/withdraw/: why, what is used instead, then sign."""
    found = get_version(request.user, number, n, may=May.WITHDRAW_DOCUMENTS)
    lead = _("Nothing of it is in force any more from the moment you sign. It stays readable, marked as withdrawn.")
    lead = f"{lead} {copies_out(found)}".strip()
    first = {"revision": found.revision}
    form = Withdrawal(given(request), initial=first, user=request.user, document=found.document)
    return _why_then_sign(request, found, WITHDRAW, form, "withdraw", _("Withdraw %s?") % found.document, lead)


def copies_out(version: Version) -> str:
    """Return that the paper of a version is recalled with it; "" where there is none."""
    out = version.copies.out().count()
    if not out:
        return ""
    return ngettext(
        "%(count)d controlled copy is recalled.", "%(count)d controlled copies are recalled.", out
    ) % {"count": out}  # fmt: skip


def _why_then_sign(
    request: AuthenticatedRequest, found: Version, transition: Transition, form: forms.SeenReason, step: str,
    title: str, lead: str,
) -> HttpResponse:  # fmt: skip
    closed = refusal(found, transition, request.user.person)
    if form.is_bound and form.is_valid() and not closed:
        values: dict[str, Any] = form.on() if isinstance(form, Withdrawal) else form.cleaned_data
        address = resolve_url("version-sign", found.document.number, found.n, step)
        return see_other(f"{address}?{urlencode(values)}")
    act = Act(title, _("Go on to sign"), found.get_absolute_url(), str(found), closed or lead, "danger")
    return page(request, "sops/why.html", {"form": form, "act": act, "closed": closed, "version": found}, form)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def discard(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/discard/"""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    act = Act(
        _("Discard %s?") % found, _("Discard the draft"), found.get_absolute_url(), str(found),
        _("It stays readable and its number is not used again. A new version starts from the text before it."),
        "danger",
    )  # fmt: skip
    return answer(
        request, forms.Reason(given(request)), act,
        lambda reason: services.discard_version(found, by=request.user.person, reason=reason),
        done=_("%s is discarded.") % found, to=found.document.get_absolute_url(),
    )  # fmt: skip
