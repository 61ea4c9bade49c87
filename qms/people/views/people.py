"""The list of people and the page of each."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people import forms, services
from qms.people.access import AuthenticatedRequest, anyone, needs
from qms.people.loaders import get_person
from qms.people.models import Facility, Person
from qms.people.presenters import account_of, account_state, person_row, role_line
from qms.people.programme import today
from qms.people.queries import WHOLE, find_people, roles_of
from qms.people.roles import ROLES, May
from qms.people.views.acts import Act, answer, given
from qms.people.views.doors import FORM
from qms.trail.models import Outbox

PAGE = 50


@dataclass(frozen=True)
class Choice:
    """One line of a filter's list."""

    value: str
    word: str
    on: bool


def _choices(chosen: str, pairs: list[tuple[str, Any]]) -> list[Choice]:
    return [Choice(value, str(word), value == chosen) for value, word in pairs]


@needs(May.SEE_PEOPLE)
@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """/people/"""
    asked = {name: request.GET.get(name, "") for name in ("q", "facility", "role", "standing")}
    standing = asked["standing"] if asked["standing"] in {"left", "all"} else "here"
    found = find_people(day=today(), text=asked["q"], facility=asked["facility"], role=asked["role"], standing=standing)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    facilities = [("", _("All facilities")), (WHOLE, _("Whole programme"))]
    facilities += [(str(one.pk), one.name) for one in Facility.objects.all()]
    roles = [("", _("All roles"))] + [(role.slug, role.word) for role in ROLES.values()]
    standings = [("here", _("In the programme")), ("left", _("Left")), ("all", _("Everybody"))]
    context = {
        "page": shown, "rows": [person_row(person, today()) for person in shown], "q": asked["q"],
        "facilities": _choices(asked["facility"], facilities), "roles": _choices(asked["role"], roles),
        "standings": _choices(standing, standings), "narrowed": any(asked.values()),
        "can_manage": request.user.may(May.MANAGE_PEOPLE),
    }  # fmt: skip
    return render(request, "people/people.html", context)


@needs(May.MANAGE_PEOPLE)
@FORM
def person_add(request: AuthenticatedRequest) -> HttpResponse:
    """/people/add/"""
    made: list[Person] = []

    def verb(**fields: Any) -> None:
        made.append(services.add_person(**fields, by=request.user.person))

    act = Act(_("Add a person"), _("Add person"), resolve_url("people"), _("People"))
    form = forms.NewPerson(given(request))
    response = answer(request, form, act, verb, done=_("Added. Next: give them their roles."))
    if response.status_code == 303:
        response["Location"] = resolve_url("person", made[0].pk)
    return response


@anyone
@require_safe
def person(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/people/<id>/"""
    one = get_person(request.user, pk)
    user = account_of(one)
    wish = services.open_email_change(user) if user else None
    context = {
        "person": one, "account": user, "state": account_state(one, user, today()), "gone": one.left_on is not None,
        "roles": [role_line(held, today()) for held in roles_of(one)],
        "wish": wish,
        "can_confirm": wish is not None and wish.asked_by_id != request.user.person_id, "mail_waits": _mail_waits(user),
        "can_manage": request.user.may(May.MANAGE_PEOPLE), "is_self": one.pk == request.user.person_id,
        "can_see_trail": request.user.may(May.SEE_PROGRAMME_TRAIL),
        "can_see_reading": request.user.may(May.SEE_READERS),
    }  # fmt: skip
    return render(request, "people/person.html", context)


def _mail_waits(user: Any) -> bool:
    """Return whether the last invitation could not be sent yet, because the mail server did not answer."""
    if user is None or user.invited_at is None or user.has_usable_password():
        return False
    key = f"mail.send:people/invitation:{user.pk}:{user.invited_at.isoformat()}"
    return Outbox.objects.filter(key=key, done_at=None).exclude(last_error="").exists()
