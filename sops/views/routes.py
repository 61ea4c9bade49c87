"""The route: chosen at sending, looked at on the way, and kept going: reminded, asked of others."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.people.access import AuthenticatedRequest, load, needs
from qms.people.models import Person
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.workflow.moves import refusal
from sops import route_forms, services
from sops.bodies import read_body
from sops.loaders import get_version
from sops.models import DocumentType, Status, Step, Version, Weight
from sops.presenters.editor import others_writing
from sops.presenters.route import named, route
from sops.presenters.steps import round_of
from sops.queries import authors_of, people_who_may, who_can_be_asked, who_holds
from sops.routing import Seat, facilities_of, proposed, roles_offered
from sops.seats import ASKED_FOR
from sops.sections import missing, sections_of
from sops.services.plans import check_plan
from sops.signable import in_force
from sops.views.versions import frame
from sops.whys import unexplained
from sops.workflow import SEND


def send_form(data: Any, found: Version, **initial: Any) -> route_forms.Send:
    """Return the form of the route of a version, with everybody and every role that can be asked today."""
    people = {kind: who_can_be_asked(found, ASKED_FOR[Step.Kind(kind)]) for kind in Step.Kind.values}
    known = {person.pk: person for group in people.values() for person in group}
    start = {"weight": Weight.MAJOR, **_proposal(found, known), **initial} if data is None else initial
    return route_forms.Send(data, initial=start, version=found, people=people, roles=_roles(found))


def _roles(found: Version) -> dict[str, list[Seat]]:
    authors, places = authors_of(found), facilities_of(found.document)
    held: dict[Seat, bool] = {}
    for kind in Step.Kind.values:
        for seat in roles_offered(kind, places):
            if seat not in held:
                held[seat] = any(one.pk not in authors for one in who_holds(seat.role, seat.facility))
    return {kind: [seat for seat in roles_offered(kind, places) if held[seat]] for kind in Step.Kind.values}


def _proposal(found: Version, known: dict[int, Person]) -> dict[str, Any]:
    """Return who was asked the last time, since most often the same people look again; else what the type proposes."""
    steps = list(found.steps.filter(round=found.round, ended_at=None)) if found.round else []
    if not steps or found.weight == Weight.URGENT:
        return proposed(found.document.type.route, facilities_of(found.document), known)
    before: dict[str, Any] = {"days": steps[0].days, "weight": found.weight, "reason": found.weight_reason}
    for kind, names in ((Step.Kind.REVIEW, ("reviewers", "reviewers_then")),
                        (Step.Kind.APPROVE, ("approver", "approver_then"))):  # fmt: skip
        stages = sorted({step.stage for step in steps if step.kind == kind})
        for name, stage in zip(names, stages, strict=False):
            mine = [step for step in steps if step.kind == kind and step.stage == stage]
            before[name] = [Seat(step.person, step.role, step.facility).code for step in mine]
            before[f"{name}_needed"] = mine[0].needed or None
    return before


@needs(May.DRAFT_DOCUMENTS)
@FORM
def send(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/send/: how much it changes, who reviews, who approves; then sign."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    closed = refusal(found, SEND, request.user.person)
    form = send_form(given(request), found, revision=found.revision)
    if form.is_bound and not closed and carry_out(form, lambda **_kw: check_plan(found, form.plan)):
        query = [*form.query, ("revision", form.cleaned_data["revision"])]
        return see_other(f"{resolve_url('version-sign', number, n, 'send')}?{urlencode(query)}")
    former = in_force(found)
    unsaid = unexplained(former, found) if former else None
    lacks = [] if found.kept or found.edition_id else missing(read_body(found.body), sections_of(found.document.type))
    context = {
        **frame(found), "form": form, "closed": closed, "former": former, "unexplained": unsaid, "missing": lacks,
        "others": others_writing(found, request.user.person),
    }  # fmt: skip
    return page(request, "sops/send.html", context, form)


@needs(May.SEE_DRAFTS)
@require_safe
def show(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/route/: the route drawn, and what can be done about it."""
    found = get_version(request.user, number, n, may=May.SEE_DRAFTS)
    drawn = route(found, request.user, round_of(found))
    over = found.steps.filter(round=found.round, over=Step.Over.REPLACED).select_related("person", "facility")
    context = {**frame(found), "route": drawn, "replaced": [named(step) for step in over]}
    return render(request, "sops/route.html", context)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def remind(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/route/remind/: a mail to those who are asked and have not signed."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    people = services.remind_asked(found, by=request.user.person)
    said = ngettext(
        "%(n)d person is reminded by mail: %(who)s.", "%(n)d people are reminded by mail: %(who)s.", len(people)
    )
    messages.success(request, said % {"n": len(people), "who": ", ".join(str(one) for one in people)})
    return see_other(resolve_url("version-route", number, n))


def _seats(found: Version, kind: str) -> list[Seat]:
    return [*(Seat(one) for one in who_can_be_asked(found, ASKED_FOR[Step.Kind(kind)])), *_roles(found)[kind]]


@needs(May.DRAFT_DOCUMENTS)
@FORM
def ask(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/route/ask/: one more is asked, with a reason."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    seats = dict.fromkeys(seat for kind in Step.Kind.values for seat in _seats(found, kind))
    turn = Step.Kind.APPROVE if found.status == Status.IN_APPROVAL else Step.Kind.REVIEW
    form = route_forms.AskSomebody(given(request), seats=seats, initial={"kind": turn})
    act = Act(
        _("Ask one more about %s") % found, _("Ask"), resolve_url("version-route", number, n), str(found),
        _("They sign as the others do; the route goes on once they have. Your reason is kept in the trail."),
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.ask_more(found, by=request.user.person, **kw),
        done=_("One more is asked and hears of it by mail."),
    )  # fmt: skip


@needs(May.DRAFT_DOCUMENTS)
@FORM
def instead(request: AuthenticatedRequest, number: str, n: int, step_id: int) -> HttpResponse:
    """/documents/<number>/v<n>/route/<step_id>/: somebody else is asked in the place of one, with a reason."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    asked = found.steps.filter(pk=step_id, round=found.round).select_related("person", "facility").first()
    if asked is None:
        raise Http404
    asked.version = found
    here = [
        seat for seat in _seats(found, asked.kind) if seat.code != Seat(asked.person, asked.role, asked.facility).code
    ]
    form = route_forms.AskSomebody(given(request), seats=here, with_kind=False)
    who = str(Seat(asked.person, asked.role, asked.facility))
    act = Act(
        _("Ask somebody else than %s") % who, _("Ask instead"), resolve_url("version-route", number, n), str(found),
        _("The route goes on with them at this place. %(who)s is told, and your reason is kept in the trail.")
        % {"who": who},
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.replace_asked(asked, by=request.user.person, **kw),
        done=_("Somebody else is asked. The route goes on."),
    )  # fmt: skip


@needs(May.MANAGE_FACILITIES)
@FORM
def of_type(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/types/<code>/route/: what is proposed at sending for documents of a type."""
    kind: DocumentType = load(DocumentType.objects.all(), code=code)
    people = {one: people_who_may(ASKED_FOR[Step.Kind(one)], None) for one in Step.Kind.values}
    start = {**proposed_of_type(kind), "revision": kind.revision}
    form = route_forms.TypeRoute(given(request), initial=start, people=people)
    verb = lambda revision, **_kw: services.change_type_route(  # noqa: E731
        kind, by=request.user.person, revision=revision, route=form.route
    )
    if form.is_bound and carry_out(form, verb, kind):
        messages.success(request, _("The route of “%s” is kept. It is proposed at the next sending.") % kind)
        return see_other(resolve_url("document-type", code))
    return page(request, "sops/type_route.html", {"form": form, "type": kind}, form)


def proposed_of_type(kind: DocumentType) -> dict[str, Any]:
    """Return the values of the form from what a type keeps."""
    found: dict[str, Any] = {"days": kind.route.get("days")}
    for slot, stage in kind.route.items():
        if isinstance(stage, dict):
            found[slot], found[f"{slot}_needed"] = stage["seats"], stage["needed"] or None
    return found
