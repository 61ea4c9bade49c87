"""Topics that need procedures: the table of what covers them, and what quality says about each."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
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
from qms.ui.spreadsheet import csv_file
from sops import services, topic_forms
from sops.coverage import GAPS, STATES, counts_of, matrix
from sops.loaders import get_document, get_topic, get_topic_part
from sops.models import PARTS, Coverage, TopicPart
from sops.presenters.history import lines
from sops.presenters.topics import csv_head, csv_lines, menus
from sops.queries import last_events


@needs(May.SEE_DRAFTS)
@require_safe
def topics(request: AuthenticatedRequest) -> HttpResponseBase:
    """/documents/topics/?state=nothing&part=D: what covers which topic; as a file too."""
    asked = request.GET
    states = [one for one in asked.getlist("state") if one in STATES]
    parts = [one for one in asked.getlist("part") if one in PARTS]
    closed = asked.get("closed") == "1"
    rows = matrix(request.user, closed=closed, states=states, parts=parts)
    if asked.get("format") == "csv":
        return csv_file(f"topics-{today().isoformat()}.csv", csv_head(), csv_lines(rows))
    counts = counts_of(rows)
    context = {
        "rows": rows, "counts": counts, "gaps": sum(counts[state] for state in GAPS), "closed": closed,
        "menus": menus(states, parts), "narrowed": bool(states or parts), "parts": topic_forms.part_words(),
        "may_keep": request.user.may(May.KEEP_TOPICS),
    }  # fmt: skip
    return render(request, "sops/topics.html", context)


@needs(May.KEEP_TOPICS)
@require_POST
def take_over(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/topics/take-over/: add what Engraft proposes."""
    count = services.take_over_topics(by=request.user.person)
    said = ngettext("%(n)d topic is added.", "%(n)d topics are added.", count) % {"n": count}
    messages.success(request, _("%(added)s Compare them with your copy of the standard.") % {"added": said})
    return see_other(resolve_url("topics"))


@needs(May.KEEP_TOPICS)
@FORM
def add(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/topics/add/"""
    form = topic_forms.NewTopic(given(request))
    act = Act(_("Add a topic"), _("Add"), resolve_url("topics"), _("Topics"))
    return answer(
        request, form, act, lambda **kw: services.add_topic(by=request.user.person, **kw), done=_("The topic is added.")
    )  # fmt: skip


@needs(May.SEE_DRAFTS)
@require_safe
def topic(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/topics/<code>/"""
    found = get_topic(code)
    rows = matrix(request.user, closed=found.closed_at is not None)
    row = next(row for row in rows if row.topic.pk == found.pk)
    cells = [(cell, Facility.Part(cell.part).label) for cell in row.cells if cell is not None]
    context = {
        "topic": found, "cells": cells, "may_keep": request.user.may(May.KEEP_TOPICS),
        "history": lines(last_events(found)), "sees_trail": request.user.may(May.SEE_TRAIL),
    }  # fmt: skip
    return render(request, "sops/topic.html", context)


@needs(May.KEEP_TOPICS)
@FORM
def change(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/topics/<code>/change/"""
    found = get_topic(code)
    now = {
        "name": found.name, "words": found.words, "is_closed": found.closed_at is not None, "revision": found.revision,
        "parts": list(found.parts.filter(is_asked=True).values_list("part", flat=True)),
    }  # fmt: skip
    form = topic_forms.ChangedTopic(given(request), initial=now)
    act = Act(_("Change the topic %s") % found, _("Save"), found.get_absolute_url(), found.name)
    return answer(
        request, form, act, lambda **kw: services.change_topic(found, by=request.user.person, **kw),
        done=_("The topic is changed."), record=found,
    )  # fmt: skip


@needs(May.KEEP_TOPICS)
@FORM
def cell(request: AuthenticatedRequest, code: str, part: str) -> HttpResponse:
    """/documents/topics/<code>/<part>/: which documents cover it there, or why it does not apply."""
    found = get_topic_part(code, part)
    numbers = found.coverage.filter(is_on=True).order_by("document__number").values_list("document__number", flat=True)
    now = {
        "documents": "\n".join(numbers), "not_applicable": found.not_applicable, "revision": found.topic.revision,
    }  # fmt: skip
    form = topic_forms.CellForm(given(request), user=request.user, initial=now)
    title = _("%(topic)s: %(part)s") % {"topic": found.topic, "part": found.get_part_display()}
    act = Act(title, _("Save"), found.topic.get_absolute_url(), found.topic.name, found.topic.words)
    return answer(
        request, form, act, lambda **kw: services.settle_cell(found, by=request.user.person, **kw),
        done=_("It is kept what covers the topic."), record=found.topic,
    )  # fmt: skip


@needs(May.KEEP_TOPICS)
@FORM
def of_document(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/topics/: which topics a document covers."""
    found = get_document(request.user, number, may=May.KEEP_TOPICS)
    on = list(Coverage.objects.filter(document=found, is_on=True).values_list("cell", flat=True))
    form = topic_forms.DocumentTopics(given(request), initial={"cells": on, "seen": " ".join(map(str, on))})

    def verb(cells: list[TopicPart], seen: list[int]) -> None:
        services.cover_with(found, list(cells), by=request.user.person, seen=seen)

    if form.is_bound and carry_out(form, verb):
        messages.success(request, _("It is kept what this document covers."))
        return see_other(found.get_absolute_url())
    return page(request, "sops/document_topics.html", {"form": form, "document": found}, form)
