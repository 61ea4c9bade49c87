"""A question or a problem from whoever holds a paper copy, by the address behind its code; no log-in is asked for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from qms.people.access import public
from qms.people.lockout import count_use, is_guessing, is_too_often, record_guess
from qms.people.models import User
from qms.people.signing_in import address_of
from qms.people.views.acts import carry_out, given
from sops import services
from sops.circulation import copy_of
from sops.models import Copy
from sops.question_forms import ReportForm
from sops.views.scans import GUESSES, unlisted

REPORTS = "report"
FROM_ONE_COPY = 3  # times what may come from one address: a ward shares the paper


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, token: str) -> HttpResponse:
    """/c/<token>/report/"""
    address, known = address_of(request), isinstance(request.user, User)
    if not known and is_guessing(GUESSES, address):
        return unlisted(render(request, "sops/scan_wait.html", status=429))
    copy = copy_of(token)
    if copy is None:
        record_guess(GUESSES, address)
        return unlisted(render(request, "sops/scan_unknown.html", status=404))
    if request.method == "POST" and not known and _too_often(copy, address):
        return _shown(request, copy, token, ReportForm(known=known), too_often=True, status=429)
    form = ReportForm(given(request), known=known)
    by = request.user.person if isinstance(request.user, User) else None
    if form.is_bound and carry_out(form, lambda **kw: services.report_from_copy(copy, by=by, **kw)):
        count_use(REPORTS, address)
        count_use(REPORTS, f"copy {copy.pk}")
        return _shown(request, copy, token, form, done=True)
    return _shown(request, copy, token, form, status=422 if form.is_bound else 200)


def _too_often(copy: Copy, address: str) -> bool:
    limit: int = settings.LOCK_OUT_FAILURES
    return is_too_often(REPORTS, address, limit) or is_too_often(REPORTS, f"copy {copy.pk}", limit * FROM_ONE_COPY)


def _shown(
    request: HttpRequest, copy: Copy, token: str, form: ReportForm, *, status: int = 200, **more: bool
) -> HttpResponse:
    context = {"copy": copy, "token": token, "form": form, "minutes": settings.LOCK_OUT_MINUTES, **more}
    response = unlisted(render(request, "sops/report.html", context, status=status))
    # Without a referrer a browser also hides where a form comes from, and the form would be refused as forged.
    response["Referrer-Policy"] = "same-origin"
    return response
