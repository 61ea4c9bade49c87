"""Writing a draft in the browser, one passage at a time. Each save carries the revision that the person saw."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import see_other
from qms.people.views.doors import FORM
from qms.trail.errors import Invalid, NotAllowed, Stale
from sops import editing, forms, rows, services
from sops.blocks import Block
from sops.bodies import read_body
from sops.citations import cited_on_screen
from sops.inquiries import of_draft
from sops.loaders import get_version
from sops.models import Judgement, Status, Version
from sops.presenters.writing import Open, open_block, open_new, passages
from sops.sections import missing, sections_of
from sops.standing import refused
from sops.views.stale import stale_page
from sops.views.versions import frame

Done = tuple[list[Block], str]


def draft_of(request: AuthenticatedRequest, number: str, n: int) -> Version:
    """Return a draft that this person may write in; a version in another state refuses in words."""
    found = get_version(request.user, number, n, may=May.DRAFT_DOCUMENTS)
    if found.status != Status.DRAFT:
        raise NotAllowed(refused(found, _("Only a draft is written in.")))
    return found


@needs(May.DRAFT_DOCUMENTS)
@FORM
def edit(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/edit/"""
    found = draft_of(request, number, n)
    if found.kept or found.edition_id is not None:
        return see_other(resolve_url("version-material", number, n))
    if request.method == "POST":
        return _facts(request, found) if request.POST.get("do") == "facts" else _passage(request, found)
    blocks = read_body(found.body)
    opened = None
    if request.GET.get("block"):
        opened = open_block(editing.find(blocks, request.GET["block"]))
    elif "after" in request.GET or not blocks:
        after = request.GET.get("after", "")
        opened = open_new(after, editing.find(blocks, after) if after else None)
    return edit_page(request, found, blocks, opened)


def edit_page(
    request: AuthenticatedRequest, found: Version, blocks: list[Block], opened: Open | None = None, *,
    facts: forms.Facts | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the text with its controls; 422 where something was refused."""
    initial = {"title": found.title, "summary": found.summary, "revision": found.revision}
    refused = (facts is not None and facts.is_bound) or (opened is not None and bool(opened.error))
    cited = cited_on_screen(blocks, request.user)
    context = {
        **frame(found), "blocks": blocks, "passages": list(passages(blocks, frame(found)["images"], opened, cited)),
        "asked_of_draft": of_draft(found),
        "found_by_review": Judgement.objects.filter(review__draft=found, counted=True),
        "facts": facts or forms.Facts(initial=initial), "first": opened if opened and not opened.name else None,
        "missing": missing(blocks, sections_of(found.document.type)),
        "gone": _gone(request, found, blocks), "has_headings": any(block["kind"] == "heading" for block in blocks),
    }  # fmt: skip
    return render(request, "sops/edit.html", context, status=422 if refused else 200)


def _gone(request: AuthenticatedRequest, found: Version, blocks: list[Block]) -> dict[str, str] | None:
    """Return what was removed last and after which passage it stood, so that it can be put back."""
    name, digest = request.GET.get("gone", ""), request.GET.get("from", "")
    here = {block["id"] for block in blocks}
    if not name or name in here or not _was_body(found, digest):
        return None
    former = read_body(digest)
    names = [block["id"] for block in former]
    if name not in names:
        return None
    after = next((one for one in reversed(names[: names.index(name)]) if one in here), "")
    words = editing.first_words(former[names.index(name)])
    under = sum(one not in here for one in editing.section(former, name)) - 1
    if under:
        more = ngettext("“%(words)s” and %(n)d passage under it", "“%(words)s” and %(n)d passages under it", under)
        words = more % {"words": words, "n": under}
    else:
        words = _("“%s”") % words
    return {"put_back": f"put-back:{name}", "from": digest, "after": after, "words": words}


def _was_body(found: Version, digest: str) -> bool:
    """Return whether a digest names a text that this version had: no other stored file is read here."""
    return bool(digest) and found.history.filter(body=digest).exists()


def _passage(request: AuthenticatedRequest, found: Version) -> HttpResponse:
    do, _colon, target = request.POST.get("do", "").partition(":")
    form = forms.Passage(request.POST)
    if do not in ACTS or not form.is_valid():
        raise Invalid(_("This could not be read. Open the text again."))
    if found.revision != form.cleaned_data["revision"]:
        return stale_page(request, found, form.cleaned_data["revision"])
    blocks = read_body(found.body)
    try:
        new, anchor = ACTS[do](blocks, target, request.POST, found)
        if new == blocks:
            return _to(found, anchor)
        services.save_text(found, by=request.user.person, revision=form.cleaned_data["revision"], blocks=new)
    except Stale:
        found.refresh_from_db()
        return stale_page(request, found, form.cleaned_data["revision"])
    except Invalid as refused:
        return edit_page(request, found, blocks, _again(blocks, do, target, request.POST, str(refused)))
    return _after(request, found, do, target, anchor, blocks)


def _after(
    request: AuthenticatedRequest, found: Version, do: str, target: str, anchor: str, before: list[Block]
) -> HttpResponse:
    if do not in ("remove", "remove-section"):
        messages.success(request, _("Saved in the draft."))
        return _to(found, anchor)
    former = found.history.exclude(body=found.body).order_by("-revision").values_list("body", flat=True)[0]
    return _to(found, anchor, gone=target, **{"from": former})


def _to(found: Version, anchor: str, **query: str) -> HttpResponse:
    address = resolve_url("version-edit", found.document.number, found.n)
    tail = f"?{urlencode(query)}" if query else ""
    return see_other(f"{address}{tail}#{'gone' if query else f'block-{anchor}' if anchor else 'text'}")


def _again(blocks: list[Block], do: str, target: str, given: QueryDict, error: str) -> Open:
    """Open the passage again with what was typed and why it was refused."""
    name = target.partition(":")[0]
    if do == "insert":
        like = editing.find(blocks, name) if any(block["id"] == name for block in blocks) else None
        return open_new(name if like else "", like, error=error, given=given)
    return open_block(editing.find(blocks, name), error=error, given=given if do in ("save", "cells") else None)


def _save(blocks: list[Block], target: str, given: QueryDict, _found: Version) -> Done:
    style, level = given.get("style", ""), _level(given)
    return editing.rewrite(blocks, target, given.get("text", ""), style=style, level=level), target


def _insert(blocks: list[Block], target: str, given: QueryDict, _found: Version) -> Done:
    style = given.get("style", "paragraph")
    return editing.insert(blocks, target, given.get("text", ""), style=style, level=_level(given))


def _level(given: QueryDict) -> int:
    level = given.get("level", "1")
    return int(level) if level.isascii() and level.isdigit() and len(level) == 1 else 1


def _cells(blocks: list[Block], target: str, given: QueryDict, _found: Version) -> Done:
    texts = {name.removeprefix("cell-"): str(given[name]) for name in given if name.startswith("cell-")}
    return editing.rewrite_cells(blocks, target, texts), target


def _row(verb: Callable[..., list[Block]]) -> Callable[..., Done]:
    def act(blocks: list[Block], target: str, given: QueryDict, found: Version) -> Done:
        name, _colon, row = target.partition(":")
        written, _name = _cells(blocks, name, given, found)
        return verb(written, name, int(row) if row.isdigit() else -1), name

    return act


def _remove(blocks: list[Block], target: str, _given: QueryDict, _found: Version) -> Done:
    return editing.remove(blocks, target), ""


def _remove_section(blocks: list[Block], target: str, _given: QueryDict, _found: Version) -> Done:
    for name in editing.section(blocks, target):
        blocks = editing.remove(blocks, name)
    return blocks, ""


def _put_back(blocks: list[Block], target: str, given: QueryDict, found: Version) -> Done:
    """Put a passage back; with it what was under it, where that went too."""
    digest = str(given.get("from", ""))
    if not _was_body(found, digest):
        raise Invalid(_("The former text is not known. Open the text again."))
    former, here = read_body(digest), {block["id"] for block in blocks}
    names = editing.section(former, target)
    for name in [target, *(one for one in names if one not in here and one != target)]:
        blocks = editing.put_back(blocks, former, name)
    return blocks, target


ACTS: dict[str, Callable[[list[Block], str, QueryDict, Version], Done]] = {
    "save": _save,
    "insert": _insert,
    "cells": _cells,
    "up": lambda blocks, target, _given, _found: (editing.move(blocks, target, -1), target),
    "down": lambda blocks, target, _given, _found: (editing.move(blocks, target, 1), target),
    "remove": _remove,
    "remove-section": _remove_section,
    "put-back": _put_back,
    "row-add": _row(rows.add_row),
    "row-remove": _row(rows.remove_row),
}


def _facts(request: AuthenticatedRequest, found: Version) -> HttpResponse:
    form = forms.Facts(request.POST)
    if not form.is_valid():
        return edit_page(request, found, read_body(found.body), facts=form)
    values: dict[str, Any] = form.cleaned_data
    if found.revision != values["revision"]:
        return stale_page(request, found, values["revision"])
    services.save_text(found, by=request.user.person, blocks=read_body(found.body), **values)
    messages.success(request, _("Title and reason are saved in the draft."))
    return _to(found, "")
