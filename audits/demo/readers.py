"""Those who are asked to read sign a few days later; some are late, as everywhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from audits.demo.people import Company
from audits.demo.timeline import Timeline
from qms.people.programme import day_of, today
from training.delta import delta_of
from training.models import Reading
from training.services import sign_reading
from training.signable import reading_content

FORGETFUL = 0.12
"""The share of readings of the last months that nobody has signed yet."""

AWAY = {
    "Jory Pennyroyal": timedelta(days=75),
    "Dr Amabel Stroud": timedelta(days=45),
    "Kit Hawksworth": timedelta(days=30),
}
"""Who has not signed anything for a while: there is something to do for whoever logs in as them."""


class Readers:
    """Notices who was asked and lets them sign in their time."""

    def __init__(
        self, timeline: Timeline, company: Company, wait: Callable[[int], None], named: Callable[[str], str]
    ) -> None:
        self.timeline, self.company, self.wait, self.named, self.seen = timeline, company, wait, named, 0
        self.chance = Random(7)  # noqa: S311 - the same story each time

    def notice(self, moment: datetime) -> None:
        """Put a signing on the timeline for everybody who was asked since the last time."""
        asked = Reading.objects.filter(pk__gt=self.seen).order_by("pk")
        for pk, name, number in list(asked.values_list("pk", "person__printed_name", "version__document__number")):
            self.seen = pk
            since = self.timeline.now - moment
            if since < timedelta(days=70) and self.chance.random() < FORGETFUL:
                continue
            if name in AWAY and since < AWAY[name]:
                continue
            day = self.timeline.working(day_of(moment) + timedelta(days=1 + int(self.chance.betavariate(1.4, 4) * 22)))
            signed = self.timeline.at(day, self.chance.randrange(7, 20), self.chance.randrange(60))
            self.timeline.add(signed, lambda pk=pk: self._sign(pk), self.named(number))  # type: ignore[misc]

    def _sign(self, pk: int) -> None:
        reading = Reading.objects.select_related("version__document", "person__user").get(pk=pk)
        if reading.ended_at is not None or reading.person.left_on is not None:
            return
        self.wait(reading.version_id)  # what is signed names the PDF
        reading.version.refresh_from_db(fields=["pdf"])
        content = reading_content(reading, delta_of(reading), today())
        given = self.company.proof(reading.person, content)
        sign_reading(reading, by=reading.person, revision=reading.revision, proof=given)
