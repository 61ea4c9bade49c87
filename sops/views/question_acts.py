"""What becomes of a question: answered, closed, merged, asked again, handled by a draft."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import carry_out, see_other
from qms.people.views.doors import FORM
from sops import services
from sops.inquiries import for_draft, get_question, others_of
from sops.loaders import get_version
from sops.models import Question, Status
from sops.presenters.questions import talks
from sops.question_forms import AgainForm, AnswerForm, CloseForm, HandleForm, MergeForm
from sops.views.questions import question_page
from sops.views.versions import frame


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/answer/"""
    found = get_question(request.user, pk, may=May.DRAFT_DOCUMENTS)
    done = _("Answered. It stands beside the text for everybody who reads it; who asked is told.")
    return _act(request, found, "answer", AnswerForm(request.POST), services.answer_question, done)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/close/"""
    found = get_question(request.user, pk, may=May.DRAFT_DOCUMENTS)
    done = _("Closed without an answer. Who asked is told why.")
    return _act(request, found, "close", CloseForm(request.POST), services.close_question, done)


@needs(May.ASK_QUESTIONS)
@require_POST
def again(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/again/"""
    found = get_question(request.user, pk)
    done = _("It is open again. The owner sees what is still unclear.")
    return _act(request, found, "again", AgainForm(request.POST), services.ask_again, done)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/merge/"""
    found = get_question(request.user, pk, may=May.DRAFT_DOCUMENTS)
    others = {str(one.pk): one for one in others_of(found)[:50]}
    form = MergeForm(request.POST, others=[(key, str(one)) for key, one in others.items()])

    def verb(question: Question, *, other: str, by: Any, revision: int) -> None:
        services.merge_question(question, others[other], by=by, revision=revision)

    return _act(request, found, "merge", form, verb, _("It is answered with the other one from now on."))


def _act(
    request: AuthenticatedRequest, found: Question, name: str, form: forms.Form, verb: Callable[..., None], done: str
) -> HttpResponse:
    if carry_out(form, lambda **kw: verb(found, by=request.user.person, **kw)):
        messages.success(request, done)
        return see_other(found.get_absolute_url())
    now = get_question(request.user, found.pk)
    form.data = {**request.POST.dict(), "revision": str(now.revision)}  # what was typed may be sent again as it stands
    return question_page(request, now, **{name: form})


@needs(May.DRAFT_DOCUMENTS)
@FORM
def of_draft(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/questions/: does this draft deal with it, or not; a word for each."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    asked = list(for_draft(found).select_related("by", "copy", "version", "document").prefetch_related("said__by"))
    known = {one.question_id: one for one in found.handlings.all()}
    sent = request.POST.get("question", "") if request.method == "POST" else ""
    lines, code = [], 200
    for talk in talks(asked, request.user):
        pk, kept = talk.question.pk, known.get(talk.question.pk)
        start = {"dealt": "1" if kept is None or kept.dealt else "0", "word": kept.word if kept else ""}
        form = HandleForm(request.POST if sent == str(pk) else None, initial=start, prefix=None, auto_id=f"id_{pk}_%s")
        if form.is_bound:
            question = talk.question
            if carry_out(
                form, lambda q=question, **kw: services.handle_question(q, found, by=request.user.person, **kw)
            ):
                messages.success(request, _("Kept: %s.") % question)
                return see_other(f"{resolve_url('draft-questions', number, n)}#q{pk}")
            code = 422
        lines.append((talk, form, kept))
    context = {**frame(found), "lines": lines, "is_draft": found.status == Status.DRAFT}
    return render(request, "sops/draft_questions.html", context, status=code)
