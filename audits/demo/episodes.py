"""What else happened: comments in reviews, copies that went out and came back, a deputy, a reminder."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random

from audits.demo.coverage import cover_topics, share_view
from audits.demo.documents import Life
from audits.demo.people import Company
from audits.demo.timeline import Timeline
from qms.people.programme import day_of
from qms.signatures.deputations import depute, depute_content
from sops.blocks import plain_text
from sops.bodies import read_body
from sops.models import Comment, Copy, Document, Version
from sops.services import (
    Holding,
    add_comment,
    check_edition,
    destroy_copy,
    issue_copies,
    reply_to_comment,
    report_missing,
    resolve_comment,
    return_copy,
)

QUALITY = "marit.oakenshaw"
REMARKS = (
    ("must_fix", "Say who decides when the value is out of range, and by when.", "Added to the table.", "Good."),
    ("question", "Does the night shift do this too?", "Yes; the text says so now.", "Clear."),
    ("suggestion", "Put the limit on the worksheet as well.", "Done with the next worksheet.", "Agreed."),
    ("must_fix", "The number of the form is the old one.", "Corrected.", "Seen."),
    ("question", "Who keeps the second key?", "The shift lead. Named in the text now.", "Thank you."),
)
COPIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "nitrogen": (("Alarm board", "Store, at the door"), ("On-call folder", "Duty room"), ("Binder 2", "Bench 2")),
    "worksheet": (("Binder 1", "Bench 1"), ("Binder 2", "Bench 2")),
    "crs": (("Ward folder", "Nurses' station"), ("Emergency trolley", "Corridor, ward 7")),
    "apheresis": (("Machine 1", "Apheresis, bay 1"), ("Machine 2", "Apheresis, bay 2")),
    "thawing": (("Bedside folder", "Ward 7, treatment room"), ("Binder 1", "Thawing bench")),
}


class Episodes:
    """Puts what happened beside the documents on the timeline."""

    def __init__(
        self, lives: Mapping[str, Life], company: Company, timeline: Timeline, wait: Callable[[], None]
    ) -> None:
        self.lives, self.company, self.timeline, self.wait = lives, company, timeline, wait
        self.chance = Random(11)  # noqa: S311 - the same story each time

    def plan(self) -> None:
        """Plan everything."""
        for place, life in enumerate(self.lives.values()):
            self._plan_remarks(life, place)
        for name, holders in COPIES.items():
            self._plan_copies(self.lives[name], holders)
        if "guild-standard" in self.lives:
            self._plan_checks(self.lives["guild-standard"])
        thawing = self.lives["thawing"]
        newest = len(thawing.script.issues)
        thawing.on(thawing.begun[newest] + timedelta(days=14), lambda: self._scanner(thawing.versions[newest - 1]))
        self.timeline.add(self.timeline.at(self.timeline.day(0, -2), 11, 20), self._deputy)
        meeting = self.timeline.day(0, -9)
        self.timeline.add(self.timeline.at(meeting, 15, 5), lambda: cover_topics(self.lives, self.company[QUALITY]))
        self.timeline.add(self.timeline.at(meeting, 15, 40), lambda: share_view(self.company[QUALITY]))

    def _plan_checks(self, life: Life) -> None:
        """A newer edition is looked for each year, and once more in two weeks from now."""
        for months, days in ((27, 400), (1, 44)):
            day = self.timeline.day(months)
            life.on(day, lambda day=day, days=days: self._check(life, day + timedelta(days=days)))  # type: ignore[misc]

    def _check(self, life: Life, next_on: date) -> None:
        document = Document.objects.get(pk=life.versions[-1].document_id)
        owner = self.company[life.script.facts["author"]]
        check_edition(document, by=owner, revision=None, next_on=next_on, note="Web page of the Guild")

    def _plan_remarks(self, life: Life, place: int) -> None:
        for n, begun in life.begun.items():
            if n == 1 or (life.script.state == "draft" and n == len(life.script.issues)):
                continue
            remark = REMARKS[(place + n) % len(REMARKS)]
            life.on(begun + timedelta(days=9), lambda n=n, remark=remark: self._remark(life, n, remark))  # type: ignore[misc]

    def _remark(self, life: Life, n: int, remark: tuple[str, str, str, str]) -> None:
        kind, said, answer, resolution = remark
        version, reviewer = life.versions[n - 1], self.company[life.script.reviewers[0]]
        blocks = [block["id"] for block in read_body(version.body) if block["kind"] in ("item", "table")]
        comment = add_comment(
            version, by=reviewer, kind=kind, text=said, block=self.chance.choice(blocks) if blocks else ""
        )
        author = self.company[life.script.facts["author"]]
        # The working day after the remark: never before it, and before the first review, which it would block.
        moment = self.timeline.at(self.timeline.working(day_of(comment.at) + timedelta(days=1)), 7, 40)
        self.timeline.add(moment, lambda: reply_to_comment(comment, by=author, text=answer))
        self.timeline.add(
            moment + timedelta(minutes=50), lambda: resolve_comment(comment, by=reviewer, resolution=resolution)
        )

    def _scanner(self, version: Version) -> None:
        """The newest text of thawing waits for an answer: what if the scanner is down?"""
        reviewer, author = version.steps.filter(kind="review").select_related("person")[0].person, version.started_by
        step = next(block for block in read_body(version.body) if "Scan both codes" in plain_text([block]))
        comment: Comment = add_comment(
            version, by=reviewer, kind="must_fix", block=step["id"],
            text="Say what to do when the scanner is down: two people, aloud, as before?",
        )  # fmt: skip
        reply_to_comment(comment, by=author, text="Good point. I propose the former wording as the fallback.")
        add_comment(version, by=reviewer, kind="suggestion", text="Put the time limit on the worksheet too.")

    def _plan_copies(self, life: Life, holders: tuple[tuple[str, str], ...]) -> None:
        last = len(life.script.issues) - (life.script.state != "in_force")
        for n in range(max(1, last - 1), last + 1):
            day = self.timeline.day(life.script.issues[n - 1].months, 1)
            life.on(day, lambda n=n: self._issue(life, n, holders))  # type: ignore[misc]
            if n < last:
                following = self.timeline.day(life.script.issues[n].months, 3)
                life.on(following, lambda n=n: self._collect(life.versions[n - 1]))  # type: ignore[misc]

    def _issue(self, life: Life, n: int, holders: tuple[tuple[str, str], ...]) -> None:
        quality = self.company[QUALITY]
        issue_copies(life.versions[n - 1], [Holding(place=place, name=name) for name, place in holders], by=quality)

    def _collect(self, version: Version) -> None:
        """Recalled copies come back: most to the shredder, one is not found, one is still out."""
        self.wait()
        quality = self.company[QUALITY]
        for place, copy in enumerate(Copy.objects.filter(version=version).order_by("n")):
            if place == 0:
                destroy_copy(copy, by=quality, how="Shredded in the quality office")
            elif place == 1 and version.document.number.endswith(("1", "3", "5")):
                report_missing(copy, by=quality, reason="Not in its binder; asked on both shifts")
            elif place == 1:
                return_copy(copy, by=quality)

    def _deputy(self) -> None:
        director, deputy = self.company["thessaly.quince"], self.company["hal.underbough"]
        held = director.role_assignments.get(role="laboratory_director")
        first = self.timeline.today
        last = first + timedelta(days=11)
        self.company.sign(
            "thessaly.quince", depute_content(held, deputy, first, last),
            lambda given: depute(held, deputy=deputy, from_date=first, until_date=last, by=director, proof=given),
        )  # fmt: skip
