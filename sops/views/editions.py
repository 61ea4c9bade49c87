"""Publications of others: a new one, “checked: no newer edition”, and “a newer edition came”."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from qms.trail.errors import NotAllowed
from sops import kind_forms, services
from sops.dates import months_later
from sops.forms import facilities_for
from sops.loaders import get_document
from sops.models import Document, Edition, Version
from sops.services.editions import facts_of, may_check
from sops.views.importing import MOST_MB


@needs(May.DRAFT_DOCUMENTS)
@FORM
def new(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/new/outside/"""
    person = request.user.person
    places = facilities_for(person, May.DRAFT_DOCUMENTS)
    form = kind_forms.NewOutside(given(request), request.FILES or None, places=places)
    made: list[Version] = []
    if form.is_bound and carry_out(form, lambda **kw: made.append(_register(request, **kw))):
        return _begun(request, made[0])
    return page(request, "sops/new_outside.html", {"form": form, "most_mb": MOST_MB}, form)


def _register(request: AuthenticatedRequest, *, file: services.Brought | None, **fields: object) -> Version:
    person = request.user.person
    if file is None:
        return services.create_document(by=person, **fields)  # type: ignore[arg-type]
    return services.document_of_file(file, by=person, **fields)  # type: ignore[arg-type]


def _begun(request: AuthenticatedRequest, version: Version) -> HttpResponse:
    messages.success(
        request, _("%(version)s is a draft. Send it to review: who approves it takes the edition into use.")
        % {"version": version},
    )  # fmt: skip
    return see_other(version.get_absolute_url())


def _outside(request: AuthenticatedRequest, number: str, may: May) -> tuple[Document, Edition]:
    """Return a publication of others with its edition in force; refuse in words what is none, or has none."""
    found = get_document(request.user, number, may=may)
    edition = found.shown.edition if found.shown is not None else None
    if edition is None:
        raise NotAllowed(_("This document is our own: it has versions, no editions."))
    return found, edition


@needs(May.READ_DOCUMENTS)
@FORM
def check(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/check/: somebody looked, and there is no newer edition."""
    found, edition = _outside(request, number, May.READ_DOCUMENTS)
    if not may_check(request.user.person, found):
        raise NotAllowed(_("Newer editions are looked for by the owner, and by those who write documents there."))
    due = months_later(today(), found.type.review_months)
    form = kind_forms.Checked(given(request), initial={"next_on": due, "revision": found.revision})
    lead = _("In force: %(edition)s. It lies here: %(address)s. Look there for a newer one first.")
    act = Act(
        _("Checked: no newer edition of %s") % number, _("No newer edition"), found.get_absolute_url(), number,
        lead % {"edition": edition, "address": edition.address},
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.check_edition(found, by=request.user.person, **kw),
        done=_("Recorded: no newer edition. My work reminds of the next check."), record=found,
    )  # fmt: skip


@needs(May.DRAFT_DOCUMENTS)
@FORM
def newer(request: AuthenticatedRequest, number: str) -> HttpResponse:
    """/documents/<number>/newer/: a newer edition came; it is the next version, with its file or only its address."""
    found, edition = _outside(request, number, May.DRAFT_DOCUMENTS)
    told = facts_of(edition)
    form = kind_forms.Newer(
        given(request), request.FILES or None, initial={"issuer": told.issuer, "address": told.address}
    )
    made: list[Version] = []
    if form.is_bound and carry_out(
        form, lambda **kw: made.append(services.begin_edition(found, by=request.user.person, **kw))
    ):
        return _begun(request, made[0])
    context = {"form": form, "document": found, "edition": edition, "most_mb": MOST_MB}
    return page(request, "sops/newer.html", context, form)
