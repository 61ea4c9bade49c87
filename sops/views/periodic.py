"""The periodic review of a document: what happened around it, a word on each, and the signature."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import day_of, today
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, see_other
from qms.people.views.doors import FORM
from qms.signatures.services import acting_role
from qms.signatures.views.ceremony import ceremony
from qms.trail import clock
from qms.trail.errors import Invalid, NotAllowed, Refused
from qms.workflow.moves import refusal
from sops import services
from sops.dates import months_later
from sops.evidence import signals_of, since_last, since_of
from sops.loaders import get_document
from sops.models import Document, PeriodicReview, ReviewStatus, Status
from sops.presenters.reviews import Line, lines_of, panel
from sops.queries import people_who_may
from sops.review_forms import ReviewerForm
from sops.review_signable import review_content
from sops.reviewing import NO_CHANGE, REVISE, not_the_reviewer
from sops.standing import refused

STEPS = {"no-change": NO_CHANGE, "revise": REVISE}


@needs(May.SEE_DRAFTS)
@FORM
def review(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/periodic-review/"""
    document = get_document(request.user, number, may=May.SEE_DRAFTS, along=("shown",))
    if request.method == "POST":
        return _sent(request, document)
    return _page(request, document)


def _page(
    request: AuthenticatedRequest, document: Document, lines: list[Line] | None = None, error: str = ""
) -> HttpResponse:
    facts = panel(document, request.user)
    last = facts["past"][0] if facts["past"] else None
    since = since_last(document, last) if facts["in_force"] else None
    if lines is None and since is not None:
        lines = lines_of(signals_of(document, request.user, since), facts["now"])
    context = {
        "document": document, "version": document.shown, "reviews": facts, "lines": lines or [], "error": error,
        "left": sum(line.said is None for line in lines or []), "seen": last.pk if last else 0, "since": since,
        "closed": _closed(document, facts), "next_due": months_later(today(), document.type.review_months),
    }  # fmt: skip
    return render(request, "sops/periodic_review.html", context, status=422 if error else 200)


def _closed(document: Document, facts: dict[str, Any]) -> str:
    """Return why there is nothing to review; "" where there is."""
    if facts["in_force"]:
        return ""
    if document.type.is_outside:
        return str(services.OUTSIDE % {"document": document})
    return (
        refused(document.shown, _("Only what is in force is reviewed."))
        if document.shown
        else _("Nothing is in force.")
    )


def _sent(request: AuthenticatedRequest, document: Document) -> HttpResponse:
    """Keep the words that were given; then stay, or go on to sign where each signal has one."""
    now, do = services.open_review(document), request.POST.get("do", "")
    closed = not_the_reviewer(now or PeriodicReview(document=document), request.user.person)
    if closed:
        raise NotAllowed(closed)
    lines = lines_of(signals_of(document, request.user), now, request.POST)
    refused_forms = [
        line for line in lines if not line.form.is_valid()
    ]  # each is asked, so that each says what it lacks
    if refused_forms:
        return _page(request, document, lines, _("Not everything could be kept. Look at the signals marked below."))
    words = {
        line.signal.key: (line.form.cleaned_data["outcome"], line.form.cleaned_data["word"])
        for line in lines if line.form.cleaned_data["outcome"] and line.form.has_changed()
    }  # fmt: skip
    try:
        if words:
            services.judge_signals(document, words, by=request.user.person)
        if do in STEPS:
            now = services.open_review(document)
            signals = [line.signal for line in lines]
            services.answered(now or PeriodicReview(document=document), signals, STEPS[do])
    except Refused as refusal_:
        kept = lines_of(signals_of(document, request.user), services.open_review(document), request.POST)
        return _page(request, document, kept, str(refusal_))
    if do in STEPS:
        query = urlencode({"seen": request.POST.get("seen", "0")})
        return see_other(f"{resolve_url('periodic-review-sign', document.number, do)}?{query}")
    messages.success(request, _("Kept. You can go on with the review later."))
    return see_other(resolve_url("periodic-review", document.number))


@needs(May.REVIEW_DOCUMENTS)
@FORM
def sign(request: AuthenticatedRequest, number: str, step: str) -> HttpResponse:
    """/documents/<number>/periodic-review/sign/<step>/?seen=<last signed review>"""
    if step not in STEPS:
        raise Http404
    how, user, back = STEPS[step], request.user, resolve_url("periodic-review", number)
    document = get_document(user, number, may=May.REVIEW_DOCUMENTS)
    seen = _seen(request)
    if (over := _over(request, document, seen)) is not None:
        return over
    version = document.versions.filter(status=Status.EFFECTIVE).first()
    if version is None:
        raise NotAllowed(_("%s is not in force any more: there is nothing to review.") % document)
    found = services.open_review(document) or PeriodicReview(document=document, version=version)
    closed = refusal(found, how, user.person)
    if closed:
        raise NotAllowed(closed)
    signals = signals_of(document, user)
    try:
        judged = services.answered(found, signals, how)
    except NotAllowed as new:
        messages.error(request, str(new))
        return see_other(back)
    said = [(signal, judged[signal.key]) for signal in signals]
    content = review_content(document, version, how, since_of(document), said, day_of(clock.now()))
    done = (
        _("Signed: no change. The next review of %s is set.")
        if how is NO_CHANGE
        else _("Signed: %s is to be revised. The draft holds what you found.")
    )
    return ceremony(
        request, content=content, record=found, back=back, text_url=version.get_absolute_url(), done=done % document,
        act=lambda proof: services.finish_review(document, how, by=user.person, seen=seen, proof=proof),
        capacity=acting_role(user.person, May.REVIEW_DOCUMENTS, document.facility_id, clock.now(), user.person.roles),
    )  # fmt: skip


def _seen(request: AuthenticatedRequest) -> int:
    value = request.GET.get("seen", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid(_("This address is not complete. Open the review of the document and begin from there."))
    return int(value)


def _over(request: AuthenticatedRequest, document: Document, seen: int) -> HttpResponse | None:
    """Lead whoever has signed this already to their signature; whoever comes too late reads who did."""
    last = document.reviews.exclude(status=ReviewStatus.OPEN).select_related("signature").order_by("-pk").first()
    if last is None or last.pk == seen:
        return None
    if last.signature.signer_id == request.user.person_id:
        messages.info(request, _("You have signed this already. Nothing was signed a second time."))
        return see_other(resolve_url("signature", last.signature_id))
    raise NotAllowed(
        _("%(person)s signed this review meanwhile: %(outcome)s. Nothing of yours was signed.")
        % {"person": last.signature.printed_name, "outcome": last.status_word.lower()}
    )


@needs(May.REVIEW_DOCUMENTS)
@FORM
def assign(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/periodic-review/assign/"""
    found = get_document(request.user, number, may=May.REVIEW_DOCUMENTS)
    form = ReviewerForm(given(request), people=people_who_may(May.REVIEW_DOCUMENTS, [found.facility_id]))
    facts: dict[str, Any] = panel(found, request.user)
    act = Act(
        _("Who does the periodic review of %s?") % number, _("Ask for the review"),
        resolve_url("periodic-review", number), number,
        _("Now: %(person)s. Whoever you choose is told, and finds it in My work until it is signed.")
        % {"person": facts.get("reviewer", found.owner)},
    )  # fmt: skip
    return answer(
        request, form, act, lambda reviewer: services.assign_review(found, reviewer, by=request.user.person),
        done=_("Asked for. The review is in their work from now on."),
    )  # fmt: skip
