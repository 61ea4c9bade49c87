"""What the worker does by itself: each minute, and each night. Upper apps add their own when the program starts."""

import logging
from collections.abc import Callable
from datetime import date, datetime

from django.utils import timezone

from qms.trail.sealer import seal
from qms.trail.verify import note_verification, verify_new_and_a_thirtieth

EVERY_MINUTE: list[Callable[[datetime], object]] = []
"""Called with the moment; the order of registering is the order of calling. Safe to run twice."""

NIGHTLY: list[Callable[[date], dict[str, int]]] = []
"""Called with the programme's day; each returns counts for the event of the night. Safe to run twice."""

log = logging.getLogger(__name__)


def every_minute(now: datetime) -> list[str]:
    """Seal the trail, then do what the apps asked for; one failure stops nothing else. Return the names that failed."""
    failed = []
    for act in (seal, *EVERY_MINUTE):
        try:
            act(now)
        except Exception:
            log.exception("%s failed; it is tried again in a minute", act.__qualname__)
            failed.append(act.__qualname__)
    return failed


def every_night(day: date) -> dict[str, int]:
    """Do what the apps asked for, then seal and verify the trail; return all counts, failures among them."""
    counts: dict[str, int] = {}
    for act in (*NIGHTLY, _seal_now, verify_tonight):
        try:
            counts |= act(day)
        except Exception:
            log.exception("%s failed in the night of %s", act.__qualname__, day)
            counts["failures"] = counts.get("failures", 0) + 1
    return counts


def _seal_now(day: date) -> dict[str, int]:
    return {"seals": 1 if seal(timezone.now()) else 0}


def verify_tonight(day: date) -> dict[str, int]:
    """The trail's part of a night: verify what is new and a thirtieth of the rest, and put the outcome on record."""
    report = verify_new_and_a_thirtieth(day)
    for finding in report.findings:
        log.critical("The trail is not what it was: %s: %s", finding.kind, finding.sentence)
    note_verification(report)
    return {"events verified": report.checked["events"], "findings": len(report.findings) + report.unlisted}
