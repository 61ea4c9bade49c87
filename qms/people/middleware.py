"""The clock of a log-in, and the programme's zone around every page."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.people.access import HOME, PUBLIC, to_login
from qms.people.models import User
from qms.people.programme import current, zone
from qms.people.signing_in import record_sign_out, seconds_idle

Answer = Callable[[HttpRequest], HttpResponse]
WRITE_EVERY = 30  # seconds; the session is not written at every click


def session_clock(get_response: Answer) -> Answer:
    """End a log-in after SESSION_IDLE_MINUTES without a page, a series of signings after SIGNING_IDLE_MINUTES."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return get_response(request)
        idle = seconds_idle(request)
        if idle > settings.SESSION_IDLE_MINUTES * 60:
            away = _expire(request, request.user)
            return get_response(request) if _is_public(request) else away
        if idle > settings.SIGNING_IDLE_MINUTES * 60:
            request.session.pop("signing_series", None)
        if idle >= WRITE_EVERY or "last_seen" not in request.session:
            request.session["last_seen"] = int(timezone.now().timestamp())
        return get_response(request)

    return answer


def _is_public(request: HttpRequest) -> bool:
    """Return whether strangers may read this too: who was logged out meanwhile is not sent away from it."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return request.method in ("GET", "HEAD") and getattr(view, "may", None) == PUBLIC


def _expire(request: HttpRequest, user: User) -> HttpResponse:
    record_sign_out(user, idle=True)
    away = to_login(request)
    logout(request)
    messages.info(
        request,
        _("You were logged out after %(minutes)d minutes without activity. Log in to go on where you were.")
        % {"minutes": settings.SESSION_IDLE_MINUTES},
    )
    return away


def programme_time_zone(get_response: Answer) -> Answer:
    """Show times in the programme's zone; send to the first-run page while there is no programme."""

    def answer(request: HttpRequest) -> HttpResponse:
        if current() is None and request.path in (HOME, reverse("login")):
            return redirect("welcome")
        with timezone.override(zone()):
            return get_response(request)

    return answer
