"""Changes of a draft: what it changes against the version in force, and a field beside each change for why."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import see_other
from qms.people.views.doors import FORM
from qms.trail.errors import Refused, Stale
from sops import services
from sops.bodies import read_body
from sops.compare import Redline, compare
from sops.compare.places import blocks_of_changes
from sops.models import Version
from sops.presenters.redline import Typed, changed_parts, why_field
from sops.queries import texts_before
from sops.signable import in_force
from sops.views.editing import draft_of
from sops.views.versions import both_pictures, frame, pictures
from sops.whys import by_change

PAGE = 200  # changes on a page: a form has its limits, and so has who reads it


@needs(May.DRAFT_DOCUMENTS)
@FORM
def changes(request: AuthenticatedRequest, number: str, n: int) -> HttpResponse:
    """/documents/<number>/v<n>/changes/"""
    found = draft_of(request, number, n)
    former = in_force(found)
    redline = compare(read_body(former.body), read_body(found.body)) if former else None
    if request.method == "GET" or redline is None:
        return _page(request, found, former, redline)
    typed, revision = _typed(request, found, redline), _number(request, "revision", 0)
    try:
        count = services.say_why(found, typed, by=request.user.person, revision=revision)
    except Stale:
        found.refresh_from_db()
        since = texts_before(found, revision)[1]
        return _page(request, found, former, _fresh(found, former), typed=typed, since=since, status=409)
    except Refused as refused:
        return _page(request, found, former, redline, typed=typed, error=str(refused), status=422)
    told = ngettext("%(n)d reason is saved.", "%(n)d reasons are saved.", count) % {"n": count}
    messages.success(request, told if count else _("Nothing was changed."))
    return see_other(f"{resolve_url('version-changes', number, n)}?from={_number(request, 'from', 1)}")


def _fresh(found: Version, former: Version | None) -> Redline | None:
    return compare(read_body(former.body), read_body(found.body)) if former else None


def _typed(request: AuthenticatedRequest, found: Version, redline: Redline) -> Typed:
    """Return what was typed, of passages that changed or have a reason; of nothing else."""
    known = {name for names in blocks_of_changes(redline).values() for name in names}
    known |= set(found.whys.values_list("block", flat=True))
    given = request.POST
    return {
        name: (given[f"why-{name}"].replace("\r\n", "\n"), given.get(f"of-{name}", ""))
        for key in given
        if (name := key.removeprefix("why-")) != key and name in known
    }


def _number(request: AuthenticatedRequest, name: str, otherwise: int) -> int:
    value = request.POST.get(name) or request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else otherwise


def _page(
    request: AuthenticatedRequest, found: Version, former: Version | None, redline: Redline | None, *,
    typed: Typed | None = None, since: list[tuple[Any, str]] | None = None, error: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {**frame(found), "former": former, "redline": redline, "since": since, "error": error}
    if redline is not None:
        context |= _fields(found, former, redline, typed or {}, max(_number(request, "from", 1), 1))
    return render(request, "sops/changes.html", context, status=status)


def _fields(found: Version, former: Version | None, redline: Redline, typed: Typed, first: int) -> dict[str, Any]:
    whys = list(found.whys.exclude(text="").select_related("version"))
    said = by_change(redline, whys)
    beside = {why.pk for one in said.values() for why in one}
    images = both_pictures(read_body(found.body), pictures(found), former)
    among, total = range(first, first + PAGE), len(redline.changes)
    return {
        "parts": changed_parts(redline, images, whys, typed, among), "first": first,
        "total": total, "left": total - len(said),
        "left_over": [why_field(why.block, why, typed) for why in whys if why.pk not in beside],
        "pages": [(one, min(one + PAGE - 1, total)) for one in range(1, total + 1, PAGE)] if total > PAGE else [],
    }  # fmt: skip
