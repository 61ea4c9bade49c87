"""Files kept as they are: a new document of one, the next file of a document, what a draft says, the file itself."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.files.store import read
from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import carry_out, given, page, see_other
from qms.people.views.doors import FORM
from sops import kind_forms, services
from sops.forms import facilities_for
from sops.kept.reader import MEDIA_TYPES
from sops.loaders import get_document, get_version
from sops.models import Kept, Status, Version
from sops.presenters.kinds import file_name
from sops.printing import PDF, pdf_of
from sops.services.editions import facts_of
from sops.views.editing import draft_of
from sops.views.importing import MOST_MB
from sops.views.versions import file_answer, frame

ENDED = (Status.SUPERSEDED, Status.WITHDRAWN)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def new(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/new/file/"""
    person = request.user.person
    places = facilities_for(person, May.DRAFT_DOCUMENTS)
    form = kind_forms.NewFile(given(request), request.FILES or None, places=places)
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(services.document_of_file(by=person, **kw))):
        return _kept(request, made[0])
    return page(request, "sops/new_file.html", {"form": form, "most_mb": MOST_MB}, form)


def _kept(request: AuthenticatedRequest, version: Version) -> HttpResponse:
    messages.success(
        request, _("%(version)s is a draft with this file. Look through it, then send it to review.")
        % {"version": version},
    )  # fmt: skip
    return see_other(version.get_absolute_url())


@needs(May.DRAFT_DOCUMENTS)
@FORM
def bring(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/file/: the file of its next version, or of its draft."""
    found = get_document(request.user, number, may=May.DRAFT_DOCUMENTS)
    form = kind_forms.NextFile(given(request), request.FILES or None)
    made: list[Version] = []
    if form.is_bound and carry_out(
        form, lambda file: made.append(services.keep_file(found, file, by=request.user.person))
    ):
        return _kept(request, made[0])
    context = {"form": form, "document": found, "coming": found.versions.open().first(), "most_mb": MOST_MB}
    return page(request, "sops/file.html", context, form)


@needs(May.DRAFT_DOCUMENTS)
@FORM
def material(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/material/: title, reason, file and edition of a draft that is no text of ours."""
    found = draft_of(request, number, n)
    if not found.kept and found.edition is None:
        return see_other(resolve_url("version-write", number, n))
    initial = {"title": found.title, "summary": found.summary, "revision": found.revision}
    kind: type[kind_forms.Material] = kind_forms.Material
    if found.edition is not None:
        told = facts_of(found.edition)
        initial |= {"edition": told.name, "issuer": told.issuer, "address": told.address, "issued_on": told.issued_on}
        kind = kind_forms.OutsideMaterial
    form = kind(given(request), request.FILES or None, initial=initial)
    if form.is_bound and carry_out(
        form, lambda **kw: services.write_material(found, by=request.user.person, **kw), found
    ):
        messages.success(request, _("Saved in the draft."))
        return see_other(found.get_absolute_url())
    return page(request, "sops/material.html", {**frame(found), "form": form, "most_mb": MOST_MB}, form)


@needs(May.READ_DOCUMENTS)
@require_safe
def file(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/file/: the file as it is; a PDF that has ended has the mark on each page."""
    return handed_out(get_version(request.user, number, n))


def handed_out(version: Version) -> HttpResponse:
    """Answer with the file of a version that its caller may read."""
    if not version.kept:
        raise Http404
    if version.kept == Kept.PDF and version.status in ENDED:
        return file_answer(read(pdf_of(version)), PDF, file_name(version), as_attachment=True)
    return file_answer(read(version.source), MEDIA_TYPES[version.kept], file_name(version), as_attachment=True)
