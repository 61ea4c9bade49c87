"""Each document's life as acts on the timeline: written, sent, reviewed, approved, in force, read, withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from audits.demo.materials import first_version, is_text, next_version
from audits.demo.people import Company
from audits.demo.routes import way_of_type
from audits.demo.scripts import Issue, Script
from audits.demo.timeline import Timeline
from qms.people.models import Person
from sops.blocks import text_of, walk
from sops.bodies import read_body
from sops.compare import compare
from sops.compare.model import is_marked
from sops.matching import matched
from sops.models import DocumentType, Version, Weight
from sops.routing import plain, urgent_plan
from sops.services import (
    approve_version,
    create_document,
    make_effective,
    save_text,
    say_why,
    send_on_route,
    sign_review,
    start_version,
    withdraw_document,
    write_material,
)
from sops.signable import approve_content, plan_content, review_content, withdraw_content
from training.services import require_reading

LEAD = {"draft": 9, "in_review": 24, "in_approval": 30, "waiting": 34}
"""How many days before today the newest version was begun, by its state; the others: before they took effect."""
QUALITY = "marit.oakenshaw"
REVIEWED = 15
"""On which day after it was begun a version is reviewed first: late enough for every remark to be settled before."""


class Life:
    """The life of one document."""

    def __init__(
        self, script: Script, company: Company, timeline: Timeline, numbers: dict[str, str], wait: Callable[[int], None]
    ) -> None:
        self.script, self.company, self.timeline, self.numbers, self.wait = script, company, timeline, numbers, wait
        self.chance = Random(script.name)  # noqa: S311 - the same story each time
        self.versions: list[Version] = []
        self.begun: dict[int, date] = {}

    def plan(self) -> None:
        """Put every version on the timeline."""
        for n, issue in enumerate(self.script.issues, start=1):
            newest = n == len(self.script.issues)
            self._plan_version(n, issue, self.script.state if newest else "in_force")

    @property
    def _read_from(self) -> int:
        """The version with which its readers begin to sign here: two in force are signed, so that changes are shown."""
        return max(1, len(self.script.issues) - (self.script.state not in ("in_force", "withdrawn")))

    def _plan_version(self, n: int, issue: Issue, state: str) -> None:
        effective = self.timeline.day(issue.months)
        if state == "waiting":
            effective = self.timeline.working(self.timeline.today + timedelta(days=14))
        begun = self.timeline.today - timedelta(days=LEAD[state]) if state in LEAD else effective - timedelta(days=36)
        self.begun[n] = begun
        self.on(begun, lambda: self._write(n, issue))
        if state == "draft":
            return
        if self.script.facts.get(f"urgent {n}"):
            self._plan_urgent(n, effective)
            return
        self.on(begun + timedelta(days=8), lambda: self._send(n))
        if state == "in_review":
            return
        for place, reviewer in enumerate(self.script.reviewers):
            self.on(begun + timedelta(days=REVIEWED + 2 * place), lambda who=reviewer: self._review(n, who))  # type: ignore[misc]
        if state == "in_approval":
            return
        self.on(begun + timedelta(days=21), lambda: self._approve(n, effective))
        self.timeline.add(self.timeline.at(effective, 2, 5), lambda: self._take_effect(n), self.script.name)
        if state == "withdrawn":
            self.on(self.timeline.day(3), lambda: self._withdraw(n))

    def _plan_urgent(self, n: int, day: date) -> None:
        """An urgent change is sent, signed by the director and by quality, and in force on one morning."""
        approver = self.script.facts["approver"]
        acts = [
            lambda: self._send(n), lambda: self._approve(n, day, approver), lambda: self._approve(n, day, QUALITY),
            lambda: self._take_effect(n),
        ]  # fmt: skip
        for minute, act in enumerate(acts):
            self.timeline.add(self.timeline.at(day, 7, 20 + 10 * minute), act, self.script.name)

    def on(self, day: date, act: Callable[[], None]) -> None:
        """Let something happen on a working day, at some hour."""
        moment = self.timeline.at(self.timeline.working(day), self.chance.randrange(8, 17), self.chance.randrange(60))
        self.timeline.add(moment, act, self.script.name)

    def _write(self, n: int, issue: Issue) -> None:
        script, author = self.script, self.company[self.script.facts["author"]]
        version = self._begun(n, author)
        if n == 1:
            self.numbers[script.name] = version.document.number
        if n == self._read_from:
            for role, place in script.readers:
                require_reading(version.document, role, self.company.places[place], by=author)
        if is_text(script):
            text = script.blocks(n, self.numbers)
            if n > 1:  # a passage keeps its id from version to version
                text, _names = matched(read_body(self.versions[-1].body), text, taken=set())
            save_text(version, by=author, revision=version.revision, blocks=text, summary=issue.summary)
        else:
            write_material(version, by=author, revision=None, title=version.title, summary=issue.summary)
        self._say_why(version, issue)
        self.versions.append(version)

    def _begun(self, n: int, author: Person) -> Version:
        script, facts = self.script, self.script.facts
        if n > 1:
            document = self.versions[-1].document
            if is_text(script):
                return start_version(document, by=author)
            return next_version(script, n, document, author)
        fields = {
            "type": DocumentType.objects.select_related("scheme").get(code=facts["kind"]),
            "facility": self.company.places[facts["place"]], "title": facts["title"],
        }  # fmt: skip
        if is_text(script):
            return create_document(by=author, **fields)
        return first_version(script, author, **fields)

    def _say_why(self, version: Version, issue: Issue) -> None:
        """Say why passages were changed, each found by its words among those that are other than before."""
        if not issue.whys:
            return
        redline = compare(read_body(self.versions[-1].body), read_body(version.body))
        changed = [diff.block for diff in redline.blocks if is_marked(diff) and diff.new is not None]
        inner = [block for block in walk(changed) if block["kind"] != "table"]
        said = {
            next(block["id"] for block in inner if words in text_of(block)): (why, origin)
            for words, why, origin in issue.whys
        }
        say_why(version, said, by=self.company[self.script.facts["author"]], revision=None)

    def _send(self, n: int) -> None:
        version, facts, author = self.versions[n - 1], self.script.facts, self.company[self.script.facts["author"]]
        named = plain([self.company[key] for key in self.script.reviewers], self.company[facts["approver"]])
        way = way_of_type(version) or named
        if minor := facts.get(f"minor {n}"):
            way = replace(way, weight=Weight.MINOR, reason=minor)
        if urgent := facts.get(f"urgent {n}"):
            way = urgent_plan([version.document.facility], urgent)
        self.company.sign(
            facts["author"], plan_content(version, way),
            lambda given: send_on_route(version, by=author, revision=None, plan=way, proof=given),
        )  # fmt: skip

    def _review(self, n: int, key: str) -> None:
        version, reviewer = self.versions[n - 1], self.company[key]
        self.company.sign(
            key, review_content(version), lambda given: sign_review(version, by=reviewer, revision=None, proof=given)
        )

    def _approve(self, n: int, effective: date, key: str = "") -> None:
        version, key = self.versions[n - 1], key or self.script.facts["approver"]
        by = self.company[key]
        self.company.sign(
            key, approve_content(version, effective),
            lambda given: approve_version(version, by=by, revision=None, effective_on=effective, proof=given),
        )  # fmt: skip

    def _take_effect(self, n: int) -> None:
        version = self.versions[n - 1]
        self.wait(version.pk)  # its PDF is made meanwhile on the other core
        version.refresh_from_db()
        make_effective(version)

    def _withdraw(self, n: int) -> None:
        version, key, reason = self.versions[n - 1], self.script.facts["approver"], self.script.reason
        by = self.company[key]
        self.company.sign(
            key, withdraw_content(version, reason),
            lambda given: withdraw_document(version, by=by, revision=None, reason=reason, proof=given),
        )  # fmt: skip
