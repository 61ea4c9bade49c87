"""What readers asked, what was answered, and two periodic reviews: one without change, one that went into a draft."""

from collections.abc import Mapping
from datetime import timedelta

from audits.demo.documents import Life
from audits.demo.people import Company
from audits.demo.timeline import Timeline
from qms.people.programme import day_of
from qms.trail import clock
from qms.workflow.moves import Transition
from sops.blocks import plain_text
from sops.bodies import read_body
from sops.evidence import Signal, signals_of, since_of
from sops.models import Document, Judgement, PeriodicReview, Question, Version
from sops.review_signable import review_content
from sops.reviewing import NO_CHANGE, REVISE
from sops.services import answer_question, answered, ask, finish_review, judge_signals, open_review

NURSE, TECHNICIAN = "jory.pennyroyal", "hal.underbough"
WORDS = {"late": ("noted", "New colleagues; the team leads know"), "copy": ("dealt", "Printed anew for the binder")}
SEEN = ("noted", "Looked at; the text stays right")


class Asked:
    """Puts questions and reviews beside the documents on the timeline."""

    def __init__(self, lives: Mapping[str, Life], company: Company, timeline: Timeline) -> None:
        self.lives, self.company, self.timeline = lives, company, timeline

    def plan(self) -> None:
        """Plan everything; what a small demonstration has not is left out by its name."""
        crs, thawing, apheresis = (self.lives[name] for name in ("crs", "thawing", "apheresis"))
        self._ask(crs, 4, self.timeline.day(0, -12), NURSE, "tocilizumab",
                  "Who calls the pharmacy for the second dose at night, the physician on duty or the charge nurse?",
                  "The physician on duty. The charge nurse only opens the refrigerator.")  # fmt: skip
        begun = thawing.begun[len(thawing.script.issues)]
        self._ask(thawing, 3, begun - timedelta(days=20), TECHNICIAN, "",
                  "Which code is scanned first, the bag or the wristband? Two of us do it differently.",
                  "The wristband first. The next version will say so.")  # fmt: skip
        self._ask(apheresis, 3, self.timeline.day(0, -3), "sunniva.hartleap", "calcium",
                  "Does the daily limit of calcium count the tablets the donor took at home?", "")  # fmt: skip
        thawing.on(
            begun + timedelta(days=3), lambda: self._review(thawing, REVISE, "The order of the two scans is missing")
        )
        quiet = self.lives["nitrogen"]
        quiet.on(self.timeline.day(2), lambda: self._review(quiet, NO_CHANGE, ""))

    def _ask(self, life: Life, n: int, day: object, who: str, about: str, text: str, answer: str) -> None:
        def act() -> None:
            version = life.versions[n - 1]
            version.refresh_from_db()
            question = ask(version, by=self.company[who], text=text, block=_passage(version, about))
            if answer:
                following = self.timeline.working(day_of(clock.now()) + timedelta(days=1))
                self.timeline.add(self.timeline.at(following, 9, 20), lambda: self._answer(life, question, answer))

        life.on(day, act)  # type: ignore[arg-type]

    def _answer(self, life: Life, question: Question, text: str) -> None:
        answer_question(question, by=self.company[life.script.facts["author"]], revision=None, text=text)

    def _review(self, life: Life, how: Transition, why: str) -> None:
        key = life.script.facts["author"]
        by = self.company[key]
        document = Document.objects.select_related("type", "facility", "shown").get(pk=life.versions[0].document_id)
        signals = signals_of(document, by.user)
        words = {signal.key: _word(signal, why) for signal in signals}
        if words:
            judge_signals(document, words, by=by)
        found = open_review(document) or PeriodicReview(document=document)
        judged: dict[str, Judgement] = answered(found, signals, how)
        said = [(signal, judged[signal.key]) for signal in signals]
        version = document.versions.get(status="effective")
        content = review_content(document, version, how, since_of(document), said, day_of(clock.now()))
        self.company.sign(key, content, lambda given: finish_review(document, how, by=by, seen=0, proof=given))
        for one in life.versions:
            one.refresh_from_db()


def _passage(version: Version, about: str) -> str:
    """Return the first step that has this word, "" for the whole."""
    blocks = [block for block in read_body(version.body) if about and about in plain_text([block])]
    return next((block["id"] for block in blocks if block["kind"] in ("item", "paragraph")), "")


def _word(signal: Signal, why: str) -> tuple[str, str]:
    if why and signal.key.startswith("question"):
        return Judgement.Outcome.REVISE, why
    return WORDS.get(signal.key.partition(":")[0], SEEN)
