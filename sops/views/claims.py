"""“Destroyed by me”: said by whoever holds a recalled paper, by the address behind its code; no log-in is asked for."""

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
from sops.copy_forms import Scanned
from sops.models import Copy
from sops.services.claims import SAYABLE
from sops.views.scans import GUESSES, unlisted

CLAIMS = "destroyed"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def destroyed(request: HttpRequest, token: str) -> HttpResponse:
    """/c/<token>/destroyed/"""
    address, user = address_of(request), request.user if isinstance(request.user, User) else None
    if user is None and is_guessing(GUESSES, address):
        return unlisted(render(request, "sops/scan_wait.html", status=429))
    copy = copy_of(token)
    if copy is None:
        record_guess(GUESSES, address)
        return unlisted(render(request, "sops/scan_unknown.html", status=404))
    if request.method == "POST" and user is None and is_too_often(CLAIMS, address, settings.LOCK_OUT_FAILURES * 4):
        return _shown(request, copy, token, Scanned(known=False), status=429, too_often=True)
    form, at_once = Scanned(given(request), known=user is not None), []
    by = user.person if user is not None else None
    if form.is_bound and carry_out(form, lambda **kw: at_once.append(services.say_destroyed(copy, by=by, **kw))):
        count_use(CLAIMS, address)
        return _shown(request, copy, token, form, done=True, at_once=at_once[0])
    return _shown(request, copy, token, form, status=422 if form.is_bound else 200)


def _shown(
    request: HttpRequest, copy: Copy, token: str, form: Scanned, *, status: int = 200, **more: bool
) -> HttpResponse:
    context = {
        "copy": copy, "token": token, "form": form, "closed": copy.status not in SAYABLE, "minutes":
        settings.LOCK_OUT_MINUTES, "claimed": copy.claimed_at is not None, **more,
    }  # fmt: skip
    response = unlisted(render(request, "sops/scan_destroyed.html", context, status=status))
    response["Referrer-Policy"] = "same-origin"  # without a referrer the form would be refused as forged
    return response
