"""The editor of a draft: its page, and the few addresses it asks while somebody writes. Each answers JSON."""

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from qms.files.pictures import inspect
from qms.files.store import store
from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import see_other
from qms.search.index import fold
from qms.trail.errors import Invalid
from sops import services
from sops.bodies import read_body
from sops.citations import titles, troubles
from sops.finding import Filters, find_documents
from sops.inquiries import of_draft
from sops.models import Document, Version, WorkingText
from sops.presenters.editor import others_writing, page_values, told
from sops.sections import missing, sections_of
from sops.services.writing import Words, words_of
from sops.views.editing import draft_of
from sops.views.versions import frame

MOST_FOUND, MOST_LOOKED_AT = 10, 100
TITLE, SUMMARY = 200, 20_000  # characters


@needs(May.DRAFT_DOCUMENTS)
@never_cache
@require_safe
def write(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/write/"""
    found = draft_of(request, number, n)
    if found.kept or found.edition_id is not None:
        return see_other(resolve_url("version-material", number, n))
    kept = WorkingText.objects.filter(version=found, person=request.user.person).first()
    blocks = read_body(found.body)
    context = {
        **frame(found), "has_text": bool(blocks),
        "values": page_values(found, blocks, words_of(kept) if kept else None, request.user),
        "others": others_writing(found, request.user.person), "asked_of_draft": of_draft(found),
        "missing": missing(blocks, sections_of(found.document.type)),
    }  # fmt: skip
    return render(request, "sops/write.html", context)


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def words(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/words/: keep (every few seconds), save (into the draft), leave, or drop what is kept."""
    found = draft_of(request, number, n)
    person, given = request.user.person, _json(request)
    do = given.get("do")
    if do == "keep":
        services.keep_words(found, _words(given), by=person)
        return JsonResponse({"revision": found.revision, "others": others_writing(found, person), **_now()})
    if do == "drop":
        services.drop_words(found, by=person)
        return JsonResponse(_now())
    if do == "leave":
        kept = WorkingText.objects.filter(version=found, person=person).first()
        if kept is not None:
            services.save_words(found, words_of(kept), by=person)
        return JsonResponse(_now())
    if do != "save":
        raise Invalid(_("This could not be read. Open the text again."))
    saved = services.save_words(found, _words(given), by=person)
    return JsonResponse({**_now(), **_saved(request, saved.version, saved.blocks), **told(saved)})


def _saved(request: AuthenticatedRequest, version: Version, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "revision": version.revision, "title": version.title, "summary": version.summary, "blocks": blocks,
        "titles": titles(blocks, request.user), "troubles": [asdict(one) for one in troubles(version, blocks)],
        "others": others_writing(version, request.user.person),
    }  # fmt: skip


@needs(May.DRAFT_DOCUMENTS)
@require_POST
def add_picture(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/add-picture/: a picture, checked as those of Word files are."""
    draft_of(request, number, n)
    file = request.FILES.get("picture")
    if file is None:
        raise Invalid(_("Choose a picture."))
    picture = inspect(file.read())
    if not picture.is_shown:
        raise Invalid(_("This kind of drawing is not shown in a browser. Save it as PNG and try again."))
    digest = store(picture.data, picture.media_type)
    sides = {"width": picture.width, "height": picture.height}
    return JsonResponse({"digest": digest, "media_type": picture.media_type, **sides})


@needs(May.DRAFT_DOCUMENTS)
@require_safe
def refer(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/refer/?q=: documents to refer to, by number or words of the title."""
    draft_of(request, number, n)
    asked = Filters(text=request.GET.get("q", "")[:200].replace("\0", ""))
    some = find_documents(request.user, asked).documents.select_related("shown")[:MOST_LOOKED_AT]
    documents = sorted(some, key=lambda one: not _is_named(one, asked.text))[:MOST_FOUND]
    found = [
        {"number": one.number, "title": one.title, "status": one.shown.status_word if one.shown else ""}
        for one in documents
    ]
    return JsonResponse({"found": found})


def _is_named(document: Document, words: str) -> bool:
    """Return whether all words are in number or title: such documents come before those that only speak of it."""
    there = fold(f"{document.number} {document.title}")
    return all(word in there for word in fold(words).split())


def _now() -> dict[str, str]:
    return {"at": timezone.localtime().strftime("%H:%M")}


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise Invalid(_("This could not be read. Open the text again.")) from wrong
    if not isinstance(given, dict):
        raise Invalid(_("This could not be read. Open the text again."))
    return given


def _words(given: dict[str, Any]) -> Words:
    """Return the words of a request. Raises Invalid for what is none; the blocks are checked by the verb."""
    revision, blocks, title, summary = (given.get(name) for name in ("revision", "blocks", "title", "summary"))
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 <= revision < 2**31:
        raise Invalid(_("This could not be read. Open the text again."))
    if not isinstance(blocks, list) or not isinstance(title, str) or not isinstance(summary, str):
        raise Invalid(_("This could not be read. Open the text again."))
    if "\0" in title + summary or len(summary) > SUMMARY:
        raise Invalid(_("What changed and why is too long, or holds a sign that cannot be kept."))
    if len(title.strip()) > TITLE:
        raise Invalid(_("The title is longer than %(most)d characters. Make it shorter.") % {"most": TITLE})
    return Words(revision, blocks, title, summary)
