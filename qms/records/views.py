"""Pages of the trail: of one record, and of the whole programme."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_safe

from qms.people.access import AuthenticatedRequest, anyone, lacking, needs
from qms.people.programme import today
from qms.people.roles import May
from qms.records import queries, tables
from qms.records.forms import TrailFilter
from qms.records.presenters import by_days, entries, kind_word, record_page
from qms.records.registry import may_see_trail
from qms.records.values import Names
from qms.trail.errors import NotAllowed
from qms.trail.models import Event
from qms.trail.sealer import newest_seal, waiting
from qms.ui.spreadsheet import csv_file


@anyone
@require_safe
def record_trail(request: AuthenticatedRequest, label: str, record_id: str) -> HttpResponse:
    """/trail/<label>/<id>/: everything that was done to one record."""
    if not may_see_trail(request.user, label, record_id):
        raise NotAllowed(lacking(May.SEE_TRAIL))
    before = _before(request)
    found = queries.events_of(label, record_id, before)
    if not found and before is None:
        raise Http404
    shown = entries(found[: queries.PAGE])
    own = next((entry for entry in shown if (entry.label, entry.record_id) == (label, record_id)), None)
    context = {
        "kind": kind_word(label), "name": own.record if own else Names([(label, record_id)]).get(label, record_id),
        "page_url": record_page(label, record_id), "seal": newest_seal(),
        "whole": request.user.may(May.SEE_PROGRAMME_TRAIL), **_list(request, found, shown),
    }  # fmt: skip
    return render(request, "records/record.html", context)


@needs(May.SEE_PROGRAMME_TRAIL)
@require_safe
def trail(request: AuthenticatedRequest) -> HttpResponse:
    """/trail/: everything that was done in the programme, the newest first."""
    form = TrailFilter(request.GET)
    valid, before = form.is_valid(), _before(request)
    matching = queries.filtered(form.filters)
    found = list((matching if before is None else queries.older_than(matching, before))[: queries.PAGE + 1])
    narrowed = {key: value for key, value in request.GET.items() if value and key in form.fields}
    context = {
        "form": form, "seal": newest_seal(), "waiting": waiting(), "narrowed": bool(narrowed),
        "csv_url": f"{resolve_url('trail-csv')}?{urlencode(narrowed)}",
        **_list(request, found, entries(found[: queries.PAGE])),
    }  # fmt: skip
    return render(request, "records/trail.html", context, status=200 if valid else 422)


@needs(May.SEE_PROGRAMME_TRAIL)
@require_safe
def trail_csv(request: AuthenticatedRequest) -> Any:
    """/trail/csv/: the same, as a table of all entries that match."""
    form = TrailFilter(request.GET)
    if not form.is_valid():
        return trail(request)
    events = queries.streamed(queries.filtered(form.filters))
    return csv_file(f"trail-{today().isoformat()}.csv", tables.head(), tables.rows(events))


def _before(request: AuthenticatedRequest) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def _list(request: AuthenticatedRequest, found: list[Event], shown: list[Any]) -> dict[str, Any]:
    """Return what the list of entries needs: the entries and the ways to the older and the newest ones."""
    more = len(found) > queries.PAGE
    return {
        "entries": shown, "days": by_days(shown), "older": shown[-1].pk if more else None,
        "is_first": _before(request) is None,
        "unsealed": [entry for entry in shown if entry.position is None],
    }  # fmt: skip
