"""Review and approval: the text with its changes, comments beside it, the route, and the way to sign or send back."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, see_other
from qms.people.views.doors import FORM
from qms.workflow.moves import Transition, refusal
from sops import forms, services
from sops.bodies import read_body
from sops.compare import compare
from sops.loaders import get_version
from sops.models import Step, Version, Weight
from sops.panels import Outlook, effects_of, outlook_of
from sops.presenters import review as said
from sops.presenters.kinds import compared_words, kind_words
from sops.presenters.route import route
from sops.presenters.steps import Round, is_asked, is_to_come, round_of, url_of
from sops.render import NO_WHYS
from sops.signable import in_force, meaning_of
from sops.views.versions import both_pictures, frame
from sops.whys import whys_shown
from sops.workflow import APPROVE, REVIEW, SEND_BACK, TAKE_BACK

AHEAD = (3, 7, 14, 21, 28)  # days from today for which the outlook is said


@needs(May.SEE_DRAFTS)
@require_safe
def review(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/review/"""
    found = get_version(request.user, number, n, may=May.SEE_DRAFTS)
    return look(request, found, "version-review", says=request.GET.get("comment", ""))


@needs(May.SEE_DRAFTS)
@FORM
def approve(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/approve/: the day it takes effect, then sign."""
    found = get_version(request.user, number, n, may=May.SEE_DRAFTS)
    outlook = _outlook(found)
    start = {"effective_on": _first_day(found, outlook), "revision": found.revision}
    form = forms.EffectiveDay(given(request), initial=start, weight=found.weight, outlook=outlook)
    if form.is_bound and carry_out(form, lambda effective_on, **kw: services.check_day(found, effective_on, today())):
        chosen: date = form.cleaned_data["effective_on"]
        query = {"effective_on": chosen.isoformat(), "revision": form.cleaned_data["revision"]}
        query |= {"agree": 1} if form.cleaned_data.get("agree") else {}
        return see_other(f"{resolve_url('version-sign', number, n, 'approve')}?{urlencode(query)}")
    return look(request, found, "version-approve", says=request.GET.get("comment", ""), day=form)


def _outlook(found: Version) -> Outlook | None:
    """Return by which day how many will have read it; None of an urgent change, which has no choice."""
    if found.weight == Weight.URGENT:
        return None
    return outlook_of(found, [today() + timedelta(days=ahead) for ahead in AHEAD])


def _first_day(found: Version, outlook: Outlook | None) -> date:
    """Return the day that is proposed: today for an urgent change, not before the day that others have signed."""
    if found.weight == Weight.URGENT:
        return today()
    usual = today() + forms.DAYS_TO_READ
    return max(outlook.proposal if outlook else usual, found.effective_on or today())


def look(
    request: AuthenticatedRequest, found: Version, at: str, *, says: str = "", remark: forms.Remark | None = None,
    day: forms.EffectiveDay | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the text with its changes and comments; 422 where a form on it was refused."""
    user, blocks, now = request.user, read_body(found.body), round_of(found)
    former = in_force(found)
    redline = compare(read_body(former.body), blocks) if former else None
    comments = said.said(found, user)
    whys = whys_shown(user, former, found, redline) if former and redline else NO_WHYS
    images = both_pictures(blocks, frame(found)["images"], former)
    context = {
        **frame(found), "edition": found.edition, "kind_words": kind_words(found),
        "compared": compared_words(found, former) if former else "", "at": at, "former": former, "redline": redline,
        "comments": comments,
        "groups": said.groups(redline or blocks, images, comments, says, whys),
        "elsewhere": said.elsewhere(comments, blocks), "in_the_way": said.in_the_way(comments),
        "may_comment": said.may_comment(found, user), "says": says, "route": route(found, user, now), "day": day,
        "effects": effects_of(user, found) if day is not None else [], "outlook": day.outlook if day else None,
        "remark": remark or forms.Remark(initial={"kind": "question", "block": says}), **_signing(found, user, at, now),
    }  # fmt: skip
    refused = any(form is not None and form.is_bound for form in (remark, day))
    return render(request, "sops/review.html", context, status=422 if refused else 200)


def _signing(found: Version, user: Any, at: str, now: Round) -> dict[str, Any]:
    """Return whether this person signs here, and what stands in the way."""
    review = at == "version-review"
    transition: Transition = REVIEW if review else APPROVE
    sign = resolve_url("version-sign", found.document.number, found.n, "review")
    kind = Step.Kind.REVIEW if review else Step.Kind.APPROVE
    coming = is_to_come(found, now, user.person, kind)  # whose turn is to come sees the button, and what it waits for
    return {
        "is_asked": coming or (found.status in transition.sources and is_asked(found, now, user.person)),
        "is_ahead": coming,
        "closed": refusal(found, transition, user.person), "act_word": transition.word,
        "meaning": meaning_of(found, transition),
        "may_send_back": refusal(found, SEND_BACK, user.person) is None,
        "sign_url": f"{sign}?revision={found.revision}" if review else "",
    }  # fmt: skip


@needs(May.REVIEW_DOCUMENTS)
@FORM
def send_back(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/send-back/"""
    found = get_version(request.user, number, n, may=May.REVIEW_DOCUMENTS)
    act = Act(
        _("Send %s back to its authors?") % found, _("Send back"), url_of(_page_of(found), found), str(found),
        _("It is a draft again. Signatures of this round do not count for the next text; comments stay."),
    )  # fmt: skip
    return answer(
        request, forms.Reason(given(request)), act,
        lambda reason: services.send_back(found, by=request.user.person, reason=reason),
        done=_("%(version)s is a draft again. %(author)s hears of it and reads your reason.")
        % {"version": found, "author": found.started_by}, to=found.get_absolute_url(),
    )  # fmt: skip


def _page_of(found: Version) -> str:
    return "version-review" if found.status in REVIEW.sources else "version-approve"


@needs(May.DRAFT_DOCUMENTS)
@FORM
def take_back(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/take-back/"""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    act = Act(
        _("Take %s back to draft?") % found, TAKE_BACK.word, found.get_absolute_url(), str(found),
        _("Signatures of this round do not count for the next text; comments stay."),
    )  # fmt: skip
    return answer(
        request, forms.Reason(given(request)), act,
        lambda reason: services.take_back(found, by=request.user.person, reason=reason),
        done=_("%s is a draft again. Change it, then send it to review.") % found, to=found.get_absolute_url(),
    )  # fmt: skip


def said_at(request: AuthenticatedRequest, found: Version, anchor: str, done: str) -> HttpResponse:
    """Go back to the page on which something was said."""
    messages.success(request, done)
    return see_other(f"{url_of(page_asked(request), found)}#{anchor}")


def page_asked(request: AuthenticatedRequest) -> str:
    """Return the page on which a comment was made, of those that show comments."""
    at = str(request.POST.get("at", ""))
    return at if at in ("version-review", "version-approve") else "version-review"
