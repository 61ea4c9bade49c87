"""The route of plans: two steps, the first of them side by side, and who is asked by it."""

from typing import Any

from audits.demo.people import Company
from audits.demo.timeline import Timeline
from sops.models import DocumentType, Version
from sops.routing import SLOTS, Plan, Stage, facilities_of, proposed, roles_offered
from sops.services import change_type_route

QUALITY = "marit.oakenshaw"
ROUTE: dict[str, Any] = {
    "days": 10,
    "reviewers": {"seats": ["author@own", "quality_manager"], "needed": 0},
    "approver": {"seats": ["director@own"], "needed": 0},
}


def plan_route(company: Company, timeline: Timeline) -> None:
    """Put on the timeline that quality reads every plan from now on, beside a colleague of its author."""
    timeline.add(timeline.at(timeline.day(1.5), 10, 10), lambda: _keep_route(company))


def _keep_route(company: Company) -> None:
    kind = DocumentType.objects.get(code="PLN")
    change_type_route(kind, by=company[QUALITY], revision=kind.revision, route=ROUTE)


def way_of_type(version: Version) -> Plan | None:
    """Return the route that the type of a version proposes, as the page of sending fills it in; None without one."""
    route, places = version.document.type.route, facilities_of(version.document)
    if not route:
        return None
    fields = proposed(route, places, {})
    offered = {kind: {seat.code: seat for seat in roles_offered(kind, places)} for _slot, kind in SLOTS}
    stages = [
        Stage(kind, tuple(offered[kind][code] for code in fields[slot]), fields[f"{slot}_needed"] or 0)
        for slot, kind in SLOTS
        if fields[slot]
    ]
    return Plan(tuple(stages), days=fields["days"])
