"""Word files become documents, or the next text of one: bring, look at what was read, confirm."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from sops import import_forms, services
from sops.bodies import read_body
from sops.compare import compare
from sops.forms import facilities_for
from sops.imports import next_waiting, waiting_for
from sops.loaders import get_document, visible_documents, visible_versions
from sops.models import Document, Import, Version
from sops.presenters.imports import walk_of
from sops.queries import newest_text
from sops.render import redline_html
from sops.services.importing import already_imported
from sops.views import uploads
from sops.views.versions import both_pictures, picture_file
from sops.word_back import Back, bring_back

MOST_MB = settings.UPLOAD_MAX_BYTES // (1024 * 1024)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def bring(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/import/"""
    form = import_forms.WordFiles(given(request), request.FILES or None)
    rows = uploads.take(request, form.cleaned_data["file"]) if form.is_bound and form.is_valid() else []
    to = _after(form, rows)
    waiting = waiting_for(request.user.person)
    return see_other(to) if to else page(
        request, "sops/import.html", {"form": form, "most_mb": MOST_MB, "waiting": waiting}, form
    )  # fmt: skip


def _after(form: forms.Form, rows: list[Import]) -> str:
    """Return where to go with files that came: the first that waits; "" with an error where one alone was refused."""
    first = next((row for row in rows if row.is_waiting), None)
    if first is not None:
        return resolve_url("import-check", first.pk)
    if len(rows) == 1:
        form.add_error("file", rows[0].refusal)
        return ""
    return f"{resolve_url('imports')}?batch={rows[0].batch}" if rows else ""


@needs(May.DRAFT_DOCUMENTS)
@FORM
def check(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/imports/<pk>/check/"""
    upload, person = uploads.brought(request, pk), request.user.person
    if upload.row.document:
        return see_other(resolve_url("document-import-check", upload.row.document.number, pk))
    form = import_forms.CheckedDocument(
        request.POST if "title" in request.POST else None, initial=uploads.proposed(upload, person),
        places=facilities_for(person, May.DRAFT_DOCUMENTS), word=upload.word,
    )  # fmt: skip
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(_document(request, upload, kw))):
        words = _("%(version)s is a draft now. Read it through, then send it to review.")
        return _made(request, upload, made[0], words)
    context = {
        "form": form, **_what(request, upload), "twin": _twin(request, upload.row.digest),
        "bearer": visible_documents(request.user).filter(number=form["number"].value() or "").first(),
    }  # fmt: skip
    return page(request, "sops/import_check.html", context, form)


def _document(request: AuthenticatedRequest, upload: uploads.Upload, values: dict[str, Any]) -> Version:
    choice = import_forms.choice_of(values)
    return services.document_from_word(
        upload.data, upload.word, by=request.user.person, name=upload.row.name, brought=upload.row, choice=choice,
        **values,
    )  # fmt: skip


def _made(request: AuthenticatedRequest, upload: uploads.Upload, version: Version, words: str) -> HttpResponse:
    """Say what was made, and go on: to the next file that came with this one, or to the draft."""
    messages.success(request, words % {"version": version})
    following = next_waiting(upload.row)
    return see_other(resolve_url("import-check", following.pk) if following else version.get_absolute_url())


def _what(request: AuthenticatedRequest, upload: uploads.Upload) -> dict[str, Any]:
    marks = upload.word.marks
    return {
        "upload": upload, "losses": [one for one in upload.word.losses if one.kind != "tracked change"],
        "blocks": upload.word.blocks, "images": _images(upload), "pictures": uploads.picture_count(upload),
        "open_changes": upload.word.tracked.open, "changes": [mark for mark in marks if mark.kind == "change"],
        "comments": [mark for mark in marks if mark.kind == "comment"], "walk": walk_of(upload.row),
    }  # fmt: skip


def _images(upload: uploads.Upload) -> str:
    return resolve_url("import-picture", upload.row.pk, "0").removesuffix("0/")


def _twin(request: AuthenticatedRequest, digest: str) -> Version | None:
    """Return the version that came from the same bytes, if this person sees it."""
    twin = already_imported(digest)
    return visible_versions(request.user).filter(pk=twin.pk).first() if twin else None


@needs(May.DRAFT_DOCUMENTS)
@require_safe
def picture(request: AuthenticatedRequest, pk: int, picture: str) -> HttpResponse:
    """/documents/imports/<pk>/pictures/<picture>/: a picture of a file that is looked at before it is accepted."""
    if not uploads.shows(request, pk, picture):
        raise Http404
    return picture_file(picture)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def bring_version(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/import/"""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    form = import_forms.OneWordFile(given(request), request.FILES or None)
    rows = uploads.take(request, [form.cleaned_data["file"]], found) if form.is_bound and form.is_valid() else []
    if _after(form, rows):
        return see_other(resolve_url("document-import-check", number, rows[0].pk))
    context = {"form": form, "document": found, "coming": found.versions.open().first(), "most_mb": MOST_MB}
    return page(request, "sops/import.html", context, form)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def check_version(request: AuthenticatedRequest, number: str, pk: int) -> HttpResponse:
    """/documents/<number>/import/<pk>/: the redline against the present text, then accept."""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    upload, present = uploads.brought(request, pk), newest_text(found)
    back = bring_back(present, upload.word)
    form = import_forms.CheckedVersion(
        request.POST if "revision" in request.POST else None,
        initial={"revision": present.revision, "tracked": upload.chosen}, word=upload.word,
    )  # fmt: skip
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(_accept(request, found, upload, back, kw)), present):
        words = _("%(version)s has the text of the file. Say what changed and why, then send it to review.")
        return _made(request, upload, made[0], words)
    back = bring_back(present, upload.word) if form.is_bound else back  # somebody may have saved meanwhile
    what = _what(request, replace(upload, word=back.word))
    context = {"form": form, "document": found, "back": back, **what, **_against(upload, back, present)}
    return page(request, "sops/import_version.html", context, form)


def _against(upload: uploads.Upload, back: Back, present: Version) -> dict[str, Any]:
    """Return what the file changes in the present text; pictures that it does not hold lie with that text."""
    diff = compare(read_body(present.body), back.word.blocks)
    images = both_pictures(upload.word.blocks, _images(upload), present)
    return {
        "present": present, "redline": diff, "text": redline_html(diff, image_url=images, shift=2),
        "coming": present.document.versions.open().first(),
    }  # fmt: skip


def _accept(
    request: AuthenticatedRequest, found: Document, upload: uploads.Upload, back: Back, values: dict[str, Any]
) -> Version:  # fmt: skip
    choice = import_forms.choice_of(values)
    return services.version_from_word(
        found, upload.data, back.word, by=request.user.person, name=upload.row.name, brought=upload.row,
        choice=choice, **values,
    )  # fmt: skip
