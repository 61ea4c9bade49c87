"""Views of the register under a name: kept, named anew, shown to everybody, taken away and brought back."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, see_other
from qms.people.views.doors import FORM
from qms.trail.clock import now
from sops import services
from sops.loaders import get_view
from sops.models import SavedView
from sops.presenters.register import asked_words, query_of
from sops.queries import choices
from sops.services.saved_views import MOST_VIEWS
from sops.views.register import filters_of, filters_of_query

KEPT_REMOVED = timedelta(days=30)


class Name(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)


class NewView(Name):
    shared = forms.BooleanField(
        label=gettext_lazy("Show it to everybody"), required=False,
        help_text=gettext_lazy("Each person sees of its documents those that are theirs to see."),
    )  # fmt: skip


@needs(May.READ_DOCUMENTS)
@require_safe
def views(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/views/: one's own, those of everybody, and what was removed lately."""
    user, offered = request.user, choices()
    lately = Q(removed_at=None) | Q(removed_at__gte=now() - KEPT_REMOVED)
    every = SavedView.objects.filter(Q(owner=user.person_id) | Q(shared=True)).filter(lately).select_related("owner")
    shares = user.may(May.SHARE_VIEWS)
    rows = [
        (view, asked_words(filters_of_query(view.query), offered, user), view.owner_id == user.person_id)
        for view in every
    ]
    context = {
        "kept": [row for row in rows if row[0].removed_at is None], "shares": shares, "most": MOST_VIEWS,
        "removed": [row for row in rows if row[0].removed_at is not None],
    }  # fmt: skip
    return render(request, "sops/saved_views.html", context)


@needs(May.READ_DOCUMENTS)
@FORM
def save(request: AuthenticatedRequest) -> HttpResponse:
    """/documents/views/save/?status=effective: keep what the address asks for under a name."""
    asked, person = filters_of(request.GET), request.user.person
    query = query_of(asked)
    form = (NewView if request.user.may(May.SHARE_VIEWS) else Name)(given(request))
    words = asked_words(asked, choices(), request.user)
    lead = _("It stands beside the other views of the register, with what falls under it on the day you look.")
    back = f"{resolve_url('register')}?{query}" if query else resolve_url("register")
    act = Act(_("Save this view"), _("Save"), back, _("Documents"), f"{words}. {lead}" if words else lead)
    return answer(
        request, form, act, lambda **kw: services.save_view(query=query, by=person, **kw),
        done=_("The view is saved. It stands above the list."),
    )  # fmt: skip


@needs(May.READ_DOCUMENTS)
@FORM
def rename(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/views/<id>/rename/"""
    view = get_view(request.user, pk)
    form = Name(given(request), initial={"name": view.name})
    act = Act(_("Rename the view “%s”") % view, _("Rename"), resolve_url("saved-views"), _("Views"))
    return answer(
        request, form, act, lambda **kw: services.rename_view(view, by=request.user.person, **kw),
        done=_("The view has its new name."),
    )  # fmt: skip


@needs(May.SHARE_VIEWS)
@require_POST
def share(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/views/<id>/share/: show it to everybody, or (`shared` empty) to its owner alone."""
    view, shared = get_view(request.user, pk), request.POST.get("shared") == "1"
    services.share_view(view, shared, by=request.user.person)
    said = _("Everybody sees “%s” now.") if shared else _("“%s” is shown to its owner alone now.")
    messages.success(request, said % view)
    return see_other(resolve_url("saved-views"))


@needs(May.READ_DOCUMENTS)
@require_POST
def remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/views/<id>/remove/"""
    view = get_view(request.user, pk)
    services.remove_view(view, by=request.user.person)
    messages.success(request, _("“%s” is removed. For 30 days it can be brought back below.") % view)
    return see_other(resolve_url("saved-views"))


@needs(May.READ_DOCUMENTS)
@require_POST
def back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/documents/views/<id>/back/: undo a removal."""
    view = get_view(request.user, pk)
    services.bring_back_view(view, by=request.user.person)
    messages.success(request, _("“%s” is back.") % view)
    return see_other(resolve_url("saved-views"))
