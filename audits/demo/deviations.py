"""Two planned deviations from the thawing of cells: one approved, done and reviewed; one approved on the telephone."""

from dataclasses import replace
from datetime import timedelta

from audits.demo.documents import Life
from audits.demo.people import Company
from audits.demo.timeline import Timeline
from qms.trail import clock
from qms.workflow.moves import Transition
from sops.blocks import plain_text
from sops.bodies import read_body
from sops.deviating import APPROVE, REVIEW
from sops.deviation_signable import deviation_content
from sops.models import Deviation, Status, Version
from sops.services import Wish, ask_deviation, decide_deviation, record_done, record_verbal, review_deviation

ASKER, COLLEAGUE, DIRECTOR, QUALITY = "fenn.mossgrove", "kit.hawksworth", "thessaly.quince", "marit.oakenshaw"
BATH = Wish(
    text="Thaw in the water bath of the laboratory next door", hours=24, product="W1234 26 004711 S2589",
    reason="The dry thawer failed its check this morning, our own bath is being cleaned, the cells are on their way",
    risk="A bath that we do not know. Its calibration was shown to us; the temperature is read by two people.",
)  # fmt: skip
ONE_PERSON = Wish(
    text="The label is read aloud to the ward by telephone instead of by a second person here", hours=4,
    product="W1234 26 004902 S2589", reason="The second technician is on the way back from the airport",
    risk="A mix-up of bags. The ward reads the number back, and both write it down.",
)  # fmt: skip


class Deviations:
    """Puts the two onto the timeline."""

    def __init__(self, life: Life, company: Company, timeline: Timeline) -> None:
        self.life, self.company, self.timeline = life, company, timeline

    def plan(self) -> None:
        """Plan both."""
        self.timeline.add(self.timeline.at(self.timeline.day(2), 9, 20), self._approved)
        self.timeline.add(self.timeline.at(self.timeline.day(0, -1), 20, 40), self._verbal)

    def _ask(self, key: str, wish: Wish, words: str) -> Deviation:
        """Ask to deviate from the passage that has these words."""
        version = Version.objects.get(document=self.life.versions[0].document, status=Status.EFFECTIVE)
        step = next((block["id"] for block in read_body(version.body) if words in plain_text([block])), "")
        return ask_deviation(version, replace(wish, block=step), by=self.company[key])

    def _later(self, minutes: int, act: object) -> None:
        self.timeline.add(clock.now() + timedelta(minutes=minutes), act)  # type: ignore[arg-type]

    def _approved(self) -> None:
        one = self._ask(ASKER, BATH, "Water bath as the reserve")
        self._later(12, lambda: self._sign(one, DIRECTOR, APPROVE))
        self._later(95, lambda: self._done(one, ASKER))
        word = "Right. The agreement with next door is written down with the next version."
        self._later(60 * 24 * 2, lambda: self._sign(one, QUALITY, REVIEW, word))

    def _verbal(self) -> None:
        one = self._ask(COLLEAGUE, ONE_PERSON, "Two persons read aloud")
        director, by = self.company[DIRECTOR], self.company[COLLEAGUE]
        self._later(6, lambda: record_verbal(one, by=by, revision=None, approver=director, said_at=clock.now()))
        self._later(50, lambda: self._done(one, COLLEAGUE))

    def _done(self, one: Deviation, key: str) -> None:
        record_done(one, by=self.company[key], revision=None, done_at=clock.now())

    def _sign(self, one: Deviation, key: str, how: Transition, word: str = "") -> None:
        one.refresh_from_db()
        by = self.company[key]
        if how is REVIEW:
            self.company.sign(
                key, deviation_content(one, how, word=word),
                lambda given: review_deviation(one, by=by, revision=None, word=word, occurrence=False, proof=given),
            )  # fmt: skip
            return
        self.company.sign(
            key, deviation_content(one, how),
            lambda given: decide_deviation(one, how, by=by, revision=None, proof=given),
        )  # fmt: skip
