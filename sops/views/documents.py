"""A document: its page, a new one, its next version, its owner."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Facility
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.trail.clock import now
from sops import forms, route_forms, services
from sops.around import around
from sops.circulation import summed
from sops.deviations import can_deviate
from sops.inquiries import of_draft
from sops.loaders import get_document, get_document_whole, sees_drafts
from sops.models import Document, Status, Version
from sops.panels import panels_of
from sops.presenters.history import in_force_words, lines
from sops.presenters.register import review_state
from sops.presenters.route import route
from sops.presenters.steps import actions, round_of, signed
from sops.presenters.timeline import timeline
from sops.queries import last_events
from sops.replacing import instead_of
from sops.routing import facilities_of


@needs(May.READ_DOCUMENTS)
@require_safe
def document(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/"""
    user = request.user
    found, versions = get_document_whole(user, number)
    shown = next((one for one in versions if one.pk == found.shown_id), None)
    coming = next((one for one in versions if one.is_open), None)
    rounds = [(one, round_of(one)) for one in dict.fromkeys((coming, shown)) if one is not None]
    signatures = signed(rounds[0][1]) if rounds and (coming is None or coming.status == Status.APPROVED) else []
    sees_all, beside = sees_drafts(user, found), around(found, user, shown)
    context = {
        "document": found, "serves": facilities_of(found)[1:] if found.is_shared else [],
        "versions": versions, "shown": shown, "coming": coming,
        "actions": [action for one, now in rounds for action in actions(one, user, now)],
        "signatures": signatures, "review": review_state(found.review_due, today()),
        "sees_all": sees_all, "may_write": user.may(May.DRAFT_DOCUMENTS, found.facility_id),
        "copies": summed(beside.copies) if user.may(May.SEE_COPIES, found.facility_id) else None,
        "around": beside, "may_ask": user.may(May.ASK_QUESTIONS),
        "may_deviate": shown is not None and can_deviate(user, shown),
        "may_issue": user.may(May.ISSUE_COPIES, found.facility_id),
        "sees_trail": user.may(May.SEE_TRAIL, found.facility_id), **_on(request, found, versions, sees_all),
        "history": lines(last_events(found)) if sees_all else [],
        "drawn": timeline(versions, now()) if sees_all else None,
        "route": route(coming, user, rounds[0][1]) if coming else None,
        **_edition(found, shown), "instead": instead_of(shown, user) if shown is not None else None,
        "topics": beside.topics, "may_keep_topics": user.may(May.KEEP_TOPICS),
        "panels": panels_of(user, found, [one for one, _round in rounds]),
    }  # fmt: skip
    return render(request, "sops/document.html", context)


def _edition(found: Document, shown: Version | None) -> dict[str, object]:
    """Return the edition in force and the last checks, of a publication of others."""
    edition = shown.edition if shown is not None else None
    checks = list(found.edition_checks.select_related("by")[:4]) if edition is not None else []
    return {"edition": edition, "checks": checks}


def _on(request: AuthenticatedRequest, found: Document, versions: list[Version], sees_all: bool) -> dict[str, object]:
    """Answer “which was in force on …”, for who sees former versions."""
    asked = request.GET.get("on", "")
    if not asked or not sees_all:
        return {"on": "", "on_words": "", "on_versions": []}
    try:
        words, were = in_force_words(found, date.fromisoformat(asked), today())
    except ValueError:
        words, were = _("This is no day. Choose one in the field."), []
    return {"on": asked, "on_words": words, "on_versions": were}


@needs(May.DRAFT_DOCUMENTS)
@FORM
def new(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/new/"""
    person = request.user.person
    form = forms.NewDocument(given(request), places=forms.facilities_for(person, May.DRAFT_DOCUMENTS))
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(services.create_document(by=person, **kw))):
        messages.success(
            request, _("%(version)s is a draft. Write its text, then send it to review.") % {"version": made[0]}
        )
        return see_other(resolve_url("version-write", made[0].document.number, made[0].n))
    return page(request, "sops/new.html", {"form": form}, form)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def start(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/start/: the next version, from the text of the newest one."""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    version = services.start_version(found, by=request.user.person)
    messages.success(
        request,
        _("%(version)s is a draft with the former text. Change it and say why, then send it to review.")
        % {"version": version},
    )
    if asked := of_draft(version):
        messages.info(request, _since_then(asked["all"]))
    return see_other(resolve_url("version-write", number, version.n))


def _since_then(count: int) -> str:
    said = ngettext(
        "%(n)d question was asked since the version in force: see beside the text what this draft does.",
        "%(n)d questions were asked since the version in force: see beside the text what this draft does.",
        count,
    )
    return said % {"n": count}


@needs(May.DRAFT_DOCUMENTS)
@FORM
def owner(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/owner/"""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    form = forms.Owner(given(request), initial={"revision": found.revision})
    act = Act(
        _("Change the owner of %s") % number, _("Change owner"), found.get_absolute_url(), number,
        _("Now: %(person)s. The owner is asked when the periodic review falls due.") % {"person": found.owner},
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.change_document(found, by=request.user.person, **kw),
        done=_("The document has a new owner."), record=found,
    )  # fmt: skip


@needs(May.DRAFT_DOCUMENTS)
@FORM
def serves(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/serves/: which other facilities work by it."""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    others = Facility.objects.filter(closed_on=None).exclude(pk=found.facility_id)
    now = found.servings.filter(ended_at=None).values_list("facility_id", flat=True)
    start = {"revision": found.revision, "facilities": list(now)}
    form = route_forms.Serves(given(request), others=others, initial=start)
    act = Act(
        _("Who works by %s") % number, _("Keep"), found.get_absolute_url(), number,
        _("It belongs to %(place)s. A version that is on its way keeps the route that it was sent on.")
        % {"place": found.facility},
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.serve(found, by=request.user.person, **kw),
        done=_("Kept. Their people see it now; their directors sign its next versions."), record=found,
    )  # fmt: skip
