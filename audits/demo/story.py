"""Six years at Northmere, told in the order in which they happened."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from audits.demo.asked import Asked
from audits.demo.cast import FOUNDED
from audits.demo.deviations import Deviations
from audits.demo.documents import Life
from audits.demo.episodes import Episodes
from audits.demo.people import ZONE, Company
from audits.demo.readers import Readers
from audits.demo.routes import plan_route
from audits.demo.scripts import scripts
from audits.demo.timeline import MONTH, Timeline
from audits.demo.workshop import Workshop, hasten
from qms.trail import clock
from qms.trail.sealer import seal


def tell(*, small: bool = False) -> None:
    """Make the programme with everything that happened since it was founded. Takes most of a minute on two cores."""
    timeline = Timeline(timezone.localtime(timezone.now(), ZoneInfo(ZONE)))
    company, workshop = Company(), Workshop()
    lives = {script.name: script for script in scripts(small=small)}
    numbers = {script.name: script.facts["title"] for script in scripts()}
    readers = Readers(
        timeline, company, workshop.wait, lambda number: next(k for k, v in numbers.items() if v == number)
    )
    company.found(timeline)
    hasten(True)
    told = {name: Life(script, company, timeline, numbers, workshop.wait) for name, script in lives.items()}
    for life in told.values():
        life.plan()
    Episodes(told, company, timeline, workshop.wait).plan()
    Asked(told, company, timeline).plan()
    Deviations(told["thawing"], company, timeline).plan()
    plan_route(company, timeline)
    _plan_seals(timeline)

    def after_each(moment: datetime) -> None:
        if workshop.carry_out(moment):
            readers.notice(moment)

    def is_busy(name: str) -> bool:
        return any(workshop.is_busy(version.pk) for version in told[name].versions)

    timeline.run(after_each, is_busy)
    workshop.close()
    hasten(False)
    seal(timezone.now())


def _plan_seals(timeline: Timeline) -> None:
    """Seal once a month; a running installation does so each minute."""
    for month in range(1, int(FOUNDED)):
        day = timeline.today - timedelta(days=round(month * MONTH))
        timeline.add(timeline.at(day, 2, 30), lambda: seal(clock.now()))
