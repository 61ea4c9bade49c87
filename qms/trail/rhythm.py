"""What the worker does by itself: each minute, and each night. Upper apps add their own when the program starts."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from qms.trail.heartbeat import MINUTE, beat
from qms.trail.sealer import seal
from qms.trail.verify import NIGHTS, note_verification, verify_new_and_a_thirtieth

NightAct = Callable[[date], dict[str, int]]

EVERY_MINUTE: list[Callable[[datetime], object]] = []
"""Called with the moment; the order of registering is the order of calling. Safe to run twice."""

NIGHTLY: list[NightAct] = []
"""Called with the programme's day; each returns counts for the event of the night. Safe to run twice.

A night may be made up for days later: do what is due on OR BEFORE the day, never what is due exactly then.
"""

AFTER_NIGHTLY: list[NightAct] = []
"""The same, after all of NIGHTLY: what tells people about the state of things."""

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What a night did: counts by words, what failed (by name and error), what the verification found."""

    counts: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def add(self, counts: dict[str, int]) -> None:
        for words, count in counts.items():
            self.counts[words] = self.counts.get(words, 0) + count


def every_minute(now: datetime) -> list[str]:
    """Seal the trail, then do what the apps asked for; one failure stops nothing else. Return the names that failed."""
    failed = []
    for act in (seal, *EVERY_MINUTE):
        try:
            act(now)
        except Exception:
            log.exception("%s failed; it is tried again in a minute", act.__qualname__)
            failed.append(act.__qualname__)
    beat(MINUTE, now, ", ".join(failed))
    return failed


def every_night(day: date, missed: Sequence[date] = (), still_at_it: Callable[[], object] = lambda: None) -> Outcome:
    """Do what the apps asked for, then seal and verify the trail, the parts of the days `missed` too.

    One failure stops nothing else. `still_at_it` is called before each act.
    """
    outcome = Outcome()
    verifications = [_verification(outcome, part) for part in [*missed, day][-NIGHTS:]]
    for act in (*NIGHTLY, *AFTER_NIGHTLY, _seal_now, *verifications):
        still_at_it()
        try:
            outcome.add(act(day))
        except Exception as problem:
            log.exception("%s failed in the night of %s", act.__qualname__, day)
            outcome.failed.append(f"{act.__qualname__}: {type(problem).__name__}: {problem}"[:500])
    if outcome.failed:
        outcome.counts["failures"] = len(outcome.failed)
    return outcome


def _seal_now(day: date) -> dict[str, int]:
    return {"seals": 1 if seal(timezone.now()) else 0}


def _verification(outcome: Outcome, part: date) -> NightAct:
    def verify_tonight(day: date) -> dict[str, int]:
        counts, findings = verify_part(part)
        outcome.findings += findings
        return counts

    return verify_tonight


def verify_part(day: date) -> tuple[dict[str, int], list[str]]:
    """Verify what is new and the thirtieth of that day, put the outcome on record; return counts and findings."""
    report = verify_new_and_a_thirtieth(day)
    for finding in report.findings:
        log.critical("The trail is not what it was: %s: %s", finding.kind, finding.sentence)
    note_verification(report)
    counts = {"events verified": report.checked["events"], "findings": len(report.findings) + report.unlisted}
    return counts, [finding.sentence for finding in report.findings]
