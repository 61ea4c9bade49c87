"""One's own account."""

from typing import Any

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people import forms, services
from qms.people.access import AuthenticatedRequest, anyone
from qms.people.presenters import role_line
from qms.people.programme import today
from qms.people.queries import roles_of
from qms.people.signing_in import address_of
from qms.people.views.acts import Act, answer, given
from qms.people.views.doors import FORM


@anyone
@require_safe
def account(request: AuthenticatedRequest) -> HttpResponse:
    """/account/"""
    person = request.user.person
    context = {
        "person": person,
        "account": request.user,
        "roles": [role_line(held, today()) for held in roles_of(person)],
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
    }
    return render(request, "account/account.html", context)


@anyone
@FORM
def change_password(request: AuthenticatedRequest) -> HttpResponse:
    """/account/password/"""
    user = request.user

    def verb(old: str, password: str, **_again: Any) -> None:
        services.change_password(user, old=old, new=password, address=address_of(request))
        update_session_auth_hash(request, user)

    act = Act(
        _("Change your password"), _("Change password"), resolve_url("account"), _("Your account"),
        _("You stay logged in here and are logged out everywhere else."),
    )  # fmt: skip
    done = _("Your new password holds. A mail tells you of the change.")
    return answer(request, forms.ChangePassword(given(request)), act, verb, done=done)


@anyone
@FORM
def change_email(request: AuthenticatedRequest) -> HttpResponse:
    """/account/email/"""
    user = request.user

    def verb(new_email: str, password: str) -> None:
        services.change_own_email(user, new_email=new_email, password=password, address=address_of(request))
        user.refresh_from_db(fields=["email"])
        update_session_auth_hash(request, user)

    act = Act(
        _("Change your e-mail"), _("Change e-mail"), resolve_url("account"), _("Your account"),
        _("From then on you log in with the new one. Both addresses get a mail that tells of it."),
    )  # fmt: skip
    return answer(request, forms.OwnEmail(given(request)), act, verb, done=_("You log in with the new e-mail now."))
