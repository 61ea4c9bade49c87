"""Word files become documents, or the next text of one: bring, look at what was read, confirm."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from sops import forms, services
from sops.bodies import read_body
from sops.compare import compare
from sops.loaders import get_document, visible_documents, visible_versions
from sops.models import Document, Version
from sops.queries import newest_text
from sops.render import ImageURL, redline_html
from sops.services.importing import already_imported
from sops.views import uploads
from sops.views.versions import both_pictures, picture_file


@needs(May.DRAFT_DOCUMENTS)
@FORM
def bring(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/import/"""
    form = forms.WordFile(given(request), request.FILES or None)
    digest = uploads.take(request, form) if form.is_bound else None
    if digest:
        return see_other(resolve_url("import-check", digest))
    return page(request, "sops/import.html", {"form": form, "most_mb": uploads.MOST_MB}, form)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def check(request: AuthenticatedRequest, digest: str) -> HttpResponse:
    """/documents/import/<digest>/"""
    upload, person = uploads.brought(request, digest), request.user.person
    places = forms.facilities_for(person, May.DRAFT_DOCUMENTS)
    initial = uploads.proposed(upload, person)
    data = request.POST if "title" in request.POST else None
    form = forms.ImportedDocument(data, initial=initial, places=places)
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(_document(request, upload, kw))):
        uploads.forget(request, digest)
        messages.success(
            request, _("%(version)s is a draft now. Read it through, then send it to review.") % {"version": made[0]}
        )
        return see_other(made[0].get_absolute_url())
    context = {
        "form": form, **_what(upload), "twin": _twin(request, digest),
        "bearer": visible_documents(request.user).filter(number=form["number"].value() or "").first(),
    }  # fmt: skip
    return page(request, "sops/import_check.html", context, form)


def _document(request: AuthenticatedRequest, upload: uploads.Upload, values: Mapping[str, Any]) -> Version:
    return services.document_from_word(upload.data, upload.word, by=request.user.person, name=upload.name, **values)


def _images(upload: uploads.Upload, present: Version) -> ImageURL:
    images = resolve_url("import-picture", upload.digest, "0").removesuffix("0/")
    return both_pictures(upload.word.blocks, images, present)


def _what(upload: uploads.Upload) -> dict[str, Any]:
    images = resolve_url("import-picture", upload.digest, "0").removesuffix("0/")
    return {
        "upload": upload, "losses": upload.word.losses, "blocks": upload.word.blocks, "images": images,
        "pictures": uploads.picture_count(upload), "open_changes": upload.word.tracked.open,
    }  # fmt: skip


def _twin(request: AuthenticatedRequest, digest: str) -> Version | None:
    """Return the version that came from the same bytes, if this person sees it."""
    twin = already_imported(digest)
    return visible_versions(request.user).filter(pk=twin.pk).first() if twin else None


@needs(May.DRAFT_DOCUMENTS)
@require_safe
def picture(request: AuthenticatedRequest, digest: str, picture: str) -> HttpResponse:
    """/documents/import/<digest>/pictures/<picture>/: a picture of a file that is looked at before it is accepted."""
    if not uploads.shows(request, digest, picture):
        raise Http404
    return picture_file(picture)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def bring_version(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/import/"""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    form = forms.WordFile(given(request), request.FILES or None)
    digest = uploads.take(request, form) if form.is_bound else None
    if digest:
        return see_other(resolve_url("document-import-check", number, digest))
    coming = found.versions.open().first()
    return page(
        request,
        "sops/import.html",
        {"form": form, "document": found, "coming": coming, "most_mb": uploads.MOST_MB},
        form,
    )


@needs(May.DRAFT_DOCUMENTS)
@FORM
def check_version(request: AuthenticatedRequest, number: str, digest: str) -> HttpResponse:
    """/documents/<number>/import/<digest>/: the redline against the present text, then accept."""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    upload, present = uploads.brought(request, digest), newest_text(found)
    form = forms.Seen(request.POST if "revision" in request.POST else None, initial={"revision": present.revision})
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda revision: made.append(_accept(request, found, upload, revision))):
        uploads.forget(request, digest)
        messages.success(
            request, _("%(version)s has the text of the file. Say what changed and why, then send it to review.")
            % {"version": made[0]},
        )  # fmt: skip
        return see_other(made[0].get_absolute_url())
    diff = compare(read_body(present.body), upload.word.blocks)
    context = {
        "form": form, "document": found, "present": present, **_what(upload), "redline": diff,
        "text": redline_html(diff, image_url=_images(upload, present), shift=2),
        "coming": found.versions.open().first(),
    }  # fmt: skip
    return page(request, "sops/import_version.html", context, form)


def _accept(request: AuthenticatedRequest, found: Document, upload: uploads.Upload, revision: int) -> Version:
    return services.version_from_word(
        found, upload.data, upload.word, by=request.user.person, name=upload.name, revision=revision
    )
