"""In and out: log-in, log-out, invitations, forgotten passwords, the first run, and staying."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qms.people import forms, services
from qms.people.access import HOME, AuthenticatedRequest, anyone, public
from qms.people.models import Programme, User
from qms.people.programme import current
from qms.people.signing_in import address_of, authenticate_person, record_sign_in, record_sign_out
from qms.people.tokens import Purpose, read_token
from qms.people.views.acts import carry_out, given, page, see_other
from qms.trail.actor import SYSTEM

FORM = require_http_methods(["GET", "POST"])


def let_in(request: HttpRequest, user: User) -> None:
    """Begin a session. Its clock and its series of signings begin anew."""
    login(request, user)
    request.session["last_seen"] = int(timezone.now().timestamp())
    record_sign_in(user)


def next_page(request: HttpRequest) -> str:
    """Return the page of this site that `?next=` names, or home."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else HOME


@public
@never_cache
@FORM
def log_in(request: HttpRequest) -> HttpResponse:
    """/login/"""
    if isinstance(request.user, User):
        return see_other(next_page(request))
    form = forms.LogIn(given(request))

    def verb(email: str, password: str) -> None:
        let_in(request, authenticate_person(email, password, address_of(request)))

    if form.is_bound and carry_out(form, verb):
        return see_other(next_page(request))
    serves = current()
    context = {"form": form, "next": request.GET.get("next", ""), "programme": serves.name if serves else ""}
    return page(request, "account/login.html", context, form)


@public
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """/logout/"""
    if isinstance(request.user, User):
        record_sign_out(request.user)
    logout(request)
    messages.success(request, _("You are logged out."))
    return see_other(resolve_url("login"))


@anyone
@require_POST
def stay(request: AuthenticatedRequest) -> HttpResponse:
    """/account/stay/: somebody is still there, so the session goes on."""
    request.session["last_seen"] = int(timezone.now().timestamp())
    return HttpResponse(status=204)


@public
@never_cache
@FORM
def forgot(request: HttpRequest) -> HttpResponse:
    """/password/forgot/: the answer is the same whether or not there is such an account."""
    form = forms.Forgot(given(request))
    if form.is_bound and carry_out(form, services.request_password_reset):
        return render(request, "account/forgot_sent.html", {"email": form.cleaned_data["email"]})
    return page(request, "account/forgot.html", {"form": form}, form)


@public
@never_cache
@FORM
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """/password/reset/<token>/"""
    words = {"title": _("Choose a new password"), "button": _("Set password")}

    def verb(password: str, **_again: Any) -> None:
        services.reset_password(token, password=password)
        logout(request)
        messages.success(request, _("Your new password holds. Log in with it."))

    return _choose_password(request, token, Purpose.RESET, verb, words)


@public
@never_cache
@FORM
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """/invitation/<token>/"""
    words = {"title": _("Welcome. Choose your password"), "button": _("Set password and log in")}

    def verb(password: str, **_again: Any) -> None:
        let_in(request, services.accept_invitation(token, password=password))
        messages.success(request, _("Your account is open. From now on you log in with your e-mail and this password."))

    return _choose_password(request, token, Purpose.INVITATION, verb, words)


def _choose_password(
    request: HttpRequest, token: str, purpose: Purpose, verb: Any, words: dict[str, str]
) -> HttpResponse:
    user = read_token(token, purpose)
    if user is None:
        return render(request, "account/link_dead.html", {"purpose": purpose}, status=410)
    form = forms.NewPassword(given(request))
    if form.is_bound and carry_out(form, verb):
        return see_other(HOME)
    return page(request, "account/choose_password.html", {"form": form, "account": user, **words}, form)


@public
@never_cache
@FORM
def welcome(request: HttpRequest) -> HttpResponse:
    """/welcome/: on an empty installation only."""
    if Programme.objects.exists():
        raise Http404
    form = forms.Welcome(given(request))

    def verb(again: str, **first: Any) -> None:
        let_in(request, services.start_programme(services.FirstRun(**first), by=SYSTEM))

    if form.is_bound and carry_out(form, verb):
        messages.success(request, _("Your programme is ready. Next: add facilities and invite people."))
        return see_other(resolve_url("people"))
    return page(request, "account/welcome.html", {"form": form}, form)
