"""Recomputes the trail: is every event, place, seal, row and file still what it was?

    report = verify()                    # everything
    report = verify(outside=(n, root))   # and: did the log of n events really have the root that somebody kept?

It reads in one snapshot and in streams, so that people go on working and the memory does not grow with the log. It
deters and reveals; it does not stop an administrator of the database, and what is not sealed yet is not proven yet.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection, transaction

from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.models import Event, Seal
from qms.trail.restore import losses
from qms.trail.sealer import newest_seal
from qms.trail.triggers import missing_triggers
from qms.trail.verify.events import check_events, check_places, waiting_events
from qms.trail.verify.live import check_live, check_records
from qms.trail.verify.log import Walk
from qms.trail.verify.payloads import check_kept, check_payloads
from qms.trail.verify.report import Finding, Part, Report, further_checks
from qms.trail.verify.rows import blame, check_rows, check_told, told_models
from qms.trail.verify.seals import check_keys

__all__ = ["Finding", "Part", "Report", "further_checks", "note_verification", "verify", "verify_new_and_a_thirtieth"]

NIGHTS = 30
VERIFIED = "trail.verify"


def verify(outside: tuple[int, str] | None = None) -> Report:
    """Check everything. `outside` is (size, root in hexadecimal) as printed on a pack or in a mail."""
    report = Report()
    with _snapshot():
        _begin(report)
        walk = Walk(report, check_keys(report))
        if outside:
            walk.wanted[outside[0]] = ""
        _check_log(report, walk)
        if outside:
            _check_outside(report, *outside, walk.wanted[outside[0]])
        _check_waiting(report)
        _check_rest(report, Part())
    return report


def verify_new_and_a_thirtieth(day: date) -> Report:
    """Check what came since the last verification that is on record, and one thirtieth of all before, by the day."""
    report = Report()
    number = day.toordinal() % NIGHTS
    with _snapshot():
        size, since = _verified()
        _begin(report)
        keys = check_keys(report)
        first, last = size * number // NIGHTS, size * (number + 1) // NIGHTS
        if last > first:
            _check_log(report, Walk(report, keys, _seal_before(first), _seal_from(last)))
        _check_log(report, Walk(report, keys, _seal_before(size)), again=True)
        _check_waiting(report, again=True)
        _check_rest(report, Part(number, NIGHTS, since))
    return report


def note_verification(report: Report) -> None:
    """Put on record how far the log was verified, and what was found. Nothing while there is no seal."""
    seal = newest_seal()
    if seal is None:
        return
    kinds = sorted({finding.kind for finding in report.findings})
    with change(by=SYSTEM) as c:
        c.event(VERIFIED, seal, size=report.size, ok=report.ok, checked=dict(report.checked), found=kinds)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read everything as of one moment, without holding up those who write."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # Django's own would be IMMEDIATE, and every writer would wait
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _begin(report: Report) -> None:
    for name in missing_triggers():
        report.find("trigger missing", name, f"Trigger {name} is missing or changed; “manage.py migrate” puts it back.")
    seal = newest_seal()
    if seal:
        report.size, report.root = seal.size, seal.root


def _check_log(report: Report, walk: Walk, *, again: bool = False) -> None:
    """Check a stretch of the log and the rows it tells of; with `again` also these records as they stand now."""
    for events, odd in walk.batches():
        blame(report, odd)
        held = check_events(report, events)
        blame(report, [event for event in events if event["id"] not in {number for number, told in held}])
        seen = check_rows(report, held)
        check_kept(report, held)
        for model, keys in seen.items() if again else ():
            check_records(report, model, keys)


def _check_waiting(report: Report, *, again: bool = False) -> None:
    check_places(report)
    for events in waiting_events():
        held = check_events(report, events)
        seen = check_rows(report, held)
        check_kept(report, held)
        for model, keys in seen.items() if again else ():
            check_records(report, model, keys)


def _check_rest(report: Report, part: Part) -> None:
    for model in told_models():
        check_told(report, model, part)
    check_live(report, part)
    check_payloads(report, part)
    report.notes.extend(loss.sentence for loss in losses())
    for check in further_checks:
        check(report, part)


def _check_outside(report: Report, size: int, root: str, found: str) -> None:
    if found == root.strip().lower():
        report.notes.append(f"The log of the first {size} events has the root that was kept outside.")
        return
    lost = [loss for loss in losses() if loss.kept < size <= loss.size]
    if any((loss.size, loss.root) == (size, root.strip().lower()) for loss in lost):
        return  # the note about the restore says it
    there = f"they have {found}" if found else "the log is shorter"
    if lost:
        there += f"; it may be of the events that a restore lost (event {lost[0].event})"
    report.find("root unknown", f"root at {size}", f"The first {size} events do not have the root {root}: {there}.")


def _verified() -> tuple[int, datetime | None]:
    """Return (how many events, when) the last verification on record covered."""
    last = Event.objects.filter(name=VERIFIED).order_by("-pk").values_list("text", "at").first()
    if last is None:
        return 0, None
    return int(json.loads(last[0])["facts"]["size"]), last[1]


def _seal_before(size: int) -> Seal | None:
    return Seal.objects.filter(size__lte=size).order_by("-size").first()


def _seal_from(size: int) -> int | None:
    return Seal.objects.filter(size__gte=size).order_by("size").values_list("size", flat=True).first()
