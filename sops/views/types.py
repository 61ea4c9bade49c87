"""Types of documents: the list, the page of each, a new one, and what one says changed."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.numbering.services import add_scheme
from qms.people.access import AuthenticatedRequest, load, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, carry_out, given, page, see_other
from qms.people.views.doors import FORM
from sops import kind_forms, services
from sops.loaders import visible_documents
from sops.models import DocumentType
from sops.panels import type_panels
from sops.presenters.history import lines
from sops.presenters.kinds import number_words
from sops.queries import last_events
from sops.routing import proposes
from sops.sections import sections_of


@needs(May.READ_DOCUMENTS)
@require_safe
def types(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/types/"""
    counted = dict(visible_documents(request.user).order_by().values_list("type").annotate(n=Count("pk")))
    kinds = [(kind, counted.get(kind.pk, 0)) for kind in DocumentType.objects.select_related("scheme")]
    context = {"kinds": kinds, "may_manage": request.user.may(May.MANAGE_FACILITIES)}
    return render(request, "sops/types.html", context)


def _get(code: str) -> DocumentType:
    found: DocumentType = load(DocumentType.objects.select_related("scheme"), code=code)
    return found


@needs(May.READ_DOCUMENTS)
@require_safe
def one(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/types/<code>/"""
    kind, user = _get(code), request.user
    may_manage = user.may(May.MANAGE_FACILITIES)
    context = {
        "kind": kind, "numbers": number_words(kind), "sections": sections_of(kind), "may_manage": may_manage,
        "count": visible_documents(user).filter(type=kind).count(),
        "proposes": proposes(kind.route),
        "panels": [panel for made in type_panels if (panel := made(user, kind)) is not None],
        "history": lines(last_events(kind)) if may_manage else [], "sees_trail": user.may(May.SEE_TRAIL),
    }  # fmt: skip
    return render(request, "sops/type.html", context)


@needs(May.MANAGE_FACILITIES)
@FORM
def add(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/types/add/"""
    form = kind_forms.NewType(given(request), initial={"pattern": kind_forms.PATTERN})
    if form.is_bound and carry_out(form, lambda **kw: _add(request, **kw)):
        messages.success(
            request, _("%s is added. New documents of this type can be written now.") % form.cleaned_data["name"]
        )
        return see_other(resolve_url("document-type", form.cleaned_data["code"]))
    return page(request, "sops/type_add.html", {"form": form}, form)


def _add(request: AuthenticatedRequest, *, pattern: str, scheme: Any, code: str, **fields: Any) -> None:
    person = request.user.person
    numbers = scheme or add_scheme(f"documents-{code.lower()}", pattern, by=person)
    services.add_document_type(code, scheme=numbers, by=person, **fields)


@needs(May.MANAGE_FACILITIES)
@FORM
def change(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """/documents/types/<code>/change/"""
    kind = _get(code)
    now = {name: getattr(kind, name) for name in ("name", "purpose", "body", "review_months", "retention_years",
                                                  "sections", "revision")}  # fmt: skip
    form = kind_forms.ChangedType(given(request), initial={**now, "is_closed": kind.closed_at is not None})
    act = Act(
        _("Change the type %s") % kind.name, _("Save"), resolve_url("document-type", code), kind.name,
        _("Numbers stay as they are. A new number of months counts from the next review of each document on."),
    )  # fmt: skip
    return answer(
        request, form, act, lambda **kw: services.change_document_type(kind, by=request.user.person, **kw),
        done=_("The type is changed. What it said before is in its history."), record=kind,
    )  # fmt: skip
