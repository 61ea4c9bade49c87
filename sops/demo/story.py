"""What happened at Northmere: documents in force, one under way with an open comment, one waiting for its day."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.signatures.content import Content
from qms.signatures.proofs import Given, reauthenticate
from qms.signatures.services import has_pledged, pledge, pledge_content
from sops.blocks import Block
from sops.demo.markup import blocks_of
from sops.demo.people import PASSWORD
from sops.models import DocumentType, Version
from sops.services import (
    add_comment,
    approve_version,
    create_document,
    make_effective,
    reply_to_comment,
    save_text,
    send_to_review,
    sign_review,
    start_version,
)
from sops.signable import approve_content, review_content, send_content

TEXTS = Path(__file__).parent / "texts"


def text(name: str) -> list[Block]:
    """Return the blocks of one of the demonstration's texts."""
    return blocks_of((TEXTS / f"{name}.txt").read_text(encoding="utf-8"))


def proof(person: Person, content: Content) -> Given:
    """Let one of the cast prove who they are, by the demonstration's password; they pledge before their first time."""
    user = person.user
    if not has_pledged(person):
        first = reauthenticate(
            user, session="demo", digest=pledge_content().digest, password=PASSWORD, email=user.email
        )
        pledge(by=person, proof=first)
    return reauthenticate(user, session="demo", digest=content.digest, password=PASSWORD, email=None)


class Story:
    """Writes the documents with the people of the cast."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.kinds = {kind.code: kind for kind in DocumentType.objects.select_related("scheme")}
        self.places = {facility.code: facility for facility in Facility.objects.all()}

    def tell(self) -> None:
        """Make everything, in the order in which it happened."""
        quality, technician = "marit.oakenshaw", "fenn.mossgrove"
        self._in_force(
            "Quality policy", "POL", "QM", "quality-policy", quality, "orla.fennimore", ["idris.mallowfield"]
        )
        self._in_force(
            "Control of documents",
            "SOP",
            "QM",
            "control-of-documents",
            quality,
            "orla.fennimore",
            ["idris.mallowfield"],
        )
        thawing = self._in_force(
            "Thawing and infusion of cryopreserved HPC-A", "SOP", "PROC", "thawing-1", technician, "thessaly.quince",
            ["hal.underbough"],
        )  # fmt: skip
        self._in_force("Thaw worksheet", "FRM", "PROC", "worksheet", technician, "thessaly.quince", ["hal.underbough"])
        self._in_force(
            "Recognising cytokine release and nerve toxicity", "SOP", "CLIN", "crs", "bea.thistledown",
            "corin.applegarth", [quality],
        )  # fmt: skip
        self._thawing_again(thawing)
        self._waits_for_its_day()
        self._draft()

    def _in_force(
        self, title: str, kind: str, place: str, name: str, author: str, approver: str, reviewers: list[str]
    ) -> Version:
        version = self._written(title, kind, place, name, author)
        self._sent(version, reviewers, approver)
        self._reviewed(version, reviewers)
        self._approved(version, approver, today())
        make_effective(version)
        return version

    def _written(self, title: str, kind: str, place: str, name: str, author: str) -> Version:
        return create_document(
            by=self.people[author], type=self.kinds[kind], facility=self.places[place], title=title, blocks=text(name)
        )

    def _sent(self, version: Version, reviewers: list[str], approver: str) -> None:
        asked, last = [self.people[key] for key in reviewers], self.people[approver]
        author = version.started_by
        self._signed(
            author, send_content(version, asked, last),
            lambda given: send_to_review(
                version, by=author, revision=None, reviewers=asked, approver=last, proof=given
            ),
        )  # fmt: skip

    def _reviewed(self, version: Version, reviewers: list[str]) -> None:
        for key in reviewers:
            reviewer = self.people[key]
            self._signed(
                reviewer, review_content(version),
                lambda given, who=reviewer: sign_review(version, by=who, revision=None, proof=given),  # type: ignore[misc]
            )  # fmt: skip

    def _approved(self, version: Version, approver: str, day: date) -> None:
        by = self.people[approver]
        self._signed(
            by, approve_content(version, day),
            lambda given: approve_version(version, by=by, revision=None, effective_on=day, proof=given),
        )  # fmt: skip

    def _signed(self, person: Person, content: Content, act: Callable[[Given], None]) -> None:
        act(proof(person, content))

    def _thawing_again(self, first: Version) -> None:
        author, reviewer = self.people["fenn.mossgrove"], self.people["hal.underbough"]
        second = start_version(first.document, by=author, blocks=text("thawing-2"))
        save_text(
            second, by=author, revision=second.revision, blocks=text("thawing-2"),
            summary="Shorter time to infusion and a scan of both codes, after a bag waited for a line.",
        )  # fmt: skip
        self._sent(second, ["hal.underbough"], "thessaly.quince")
        comment = add_comment(
            second, by=reviewer, kind="must_fix", block="b14",
            text="Say what to do when the scanner is down: two people, aloud, as before?",
        )  # fmt: skip
        reply_to_comment(comment, by=author, text="Good point. I propose the former wording as the fallback.")
        add_comment(second, by=reviewer, kind="suggestion", text="Put the time limit on the worksheet too.")

    def _waits_for_its_day(self) -> None:
        version = self._written(
            "Collection of mobilised cells by apheresis", "SOP", "APH", "apheresis", "sunniva.hartleap"
        )
        self._sent(version, ["marit.oakenshaw"], "orla.fennimore")
        self._reviewed(version, ["marit.oakenshaw"])
        self._approved(version, "orla.fennimore", today() + timedelta(days=14))

    def _draft(self) -> None:
        self._written("Storage in vapour-phase nitrogen and dewar alarms", "SOP", "PROC", "nitrogen", "hal.underbough")
