"""What is done to a person, each on a page of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.people import forms, services
from qms.people.access import AuthenticatedRequest, needs
from qms.people.loaders import get_person, get_role
from qms.people.models import Person
from qms.people.presenters import where
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, see_other
from qms.people.views.doors import FORM
from qms.trail.errors import NotAllowed, Refused


def _answer(
    request: AuthenticatedRequest, person: Person, form: django_forms.Form, verb: Callable[..., Any],
    title: str, button: str, done: str, lead: str = "", kind: str = "primary",
) -> HttpResponse:  # fmt: skip
    act = Act(title, button, resolve_url("person", person.pk), person.printed_name, lead, kind)
    return answer(request, form, act, partial(verb, by=request.user.person), done=done, record=person)


def _load(request: AuthenticatedRequest, pk: int) -> Person:
    return get_person(request.user, pk, May.MANAGE_PEOPLE)


@needs(May.MANAGE_PEOPLE)
@FORM
def change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/change/"""
    person = _load(request, pk)
    form = forms.ChangedPerson(given(request), initial=forms.person_values(person))
    return _answer(
        request, person, form, partial(services.change_person, person),
        _("Change %s") % person.printed_name, _("Save"), _("Saved."),
        _("What was signed keeps the name that was printed then."),
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def invite(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/invite/: also again, to the same address, for who was invited and never came."""
    person = _load(request, pk)
    again = getattr(person, "user", None)
    form = django_forms.Form(given(request)) if again else forms.Invite(given(request))
    return _answer(
        request, person, form, partial(services.invite, person),
        _("Invite %s") % person.printed_name, _("Send invitation"),
        _("The invitation is on its way. If the mail server does not answer, it follows as soon as it does."),
        _("It goes to %s. The link before serves no more.") % again.email if again else "",
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def give_role(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/roles/add/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.GiveRole(given(request)), partial(services.assign_role, person),
        _("Give %s a role") % person.printed_name, _("Give role"), _("The role is given."),
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def end_role(request: AuthenticatedRequest, pk: int, role: int) -> HttpResponse:
    """/people/<id>/roles/<role>/end/"""
    person = _load(request, pk)
    held = get_role(request.user, person, role)
    named = {"role": held.definition.word, "name": person.printed_name, "where": where(held)}
    return _answer(
        request, person, forms.EndRole(given(request)), partial(services.end_role, held),
        _("End %(name)s’s role: %(role)s") % named, _("End role"), _("The role has its end."),
        _("For: %(where)s. What was done in the role stays as it is.") % named, "danger",
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def leave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/leave/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.Leaver(given(request)), partial(services.record_leaver, person),
        _("%s leaves the programme") % person.printed_name, _("Record the last day"), _("The last day is recorded."),
        _("All roles end with that day and the account closes. Records and signatures stay."), "danger",
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def come_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/return/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.Reason(given(request)), partial(services.reactivate, person),
        _("Take %s back into the programme") % person.printed_name, _("Take back"),
        _("Back in the programme. Next: open the account and give roles."),
        _("Roles and the account are given anew."),
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def close_account(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/account/close/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.Reason(given(request)), partial(services.deactivate_account, person),
        _("Close the account of %s") % person.printed_name, _("Close account"), _("The account is closed."),
        _("Whoever is logged in with it is out at the next click. Roles stay as they are."), "danger",
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def open_account(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/account/open/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.Reason(given(request)), partial(services.activate_account, person),
        _("Open the account of %s again") % person.printed_name, _("Open account"),
        _("The account is open again, with the password that it had."),
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@FORM
def ask_email(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/email/"""
    person = _load(request, pk)
    return _answer(
        request, person, forms.NewEmail(given(request)), partial(services.request_email_change, person),
        _("New e-mail for %s") % person.printed_name, _("Ask for the change"),
        _("Asked. A second person who manages people must confirm it here."),
        _("Nothing changes before a second person confirms it: whoever reads this mailbox can set the password."),
    )  # fmt: skip


@needs(May.MANAGE_PEOPLE)
@require_POST
def confirm_email(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/email/confirm/"""
    person = _load(request, pk)
    user = getattr(person, "user", None)
    wish = services.open_email_change(user) if user else None
    try:
        if wish is None or str(wish.pk) != request.POST.get("wish"):
            raise NotAllowed(_("This change is done, too old, or replaced by a newer one. Ask for it again."))
        services.confirm_email_change(wish, by=request.user.person)
        messages.success(request, _("Confirmed. %s logs in with the new e-mail now.") % person.printed_name)
    except Refused as refused:
        messages.error(request, str(refused))
    return see_other(resolve_url("person", person.pk))
