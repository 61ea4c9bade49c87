"""Checks the events themselves: text canonical, columns and subjects as the text says, none smuggled in or lost."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from qms.trail.canonical import canonical, stamp
from qms.trail.models import Event, Subject, Unsealed
from qms.trail.verify.report import BATCH, Report, batched

Told = dict[str, Any]


def check_events(report: Report, events: list[dict[str, Any]]) -> list[tuple[int, Told]]:
    """Return (number, what its text tells) of the events that hold, and name the others."""
    subjects: dict[int, list[tuple[str, str]]] = defaultdict(list)
    numbers = [event["id"] for event in events]
    for number, label, key in Subject.objects.filter(event_id__in=numbers).values_list(
        "event_id", "label", "record_id"
    ):
        subjects[number].append((label, key))
    held = []
    for event in events:
        report.checked["events"] += 1
        told = read_text(event["text"])
        wrong = _wrong(event, told, subjects[event["id"]])
        if told is None or wrong:
            report.find("event altered", f"qms.event {event['id']}", f"Event {event['id']}: {wrong}.")
        else:
            held.append((event["id"], told))
    return held


def read_text(text: str) -> Told | None:
    """Return what a text tells, or None when it is not canonical JSON of ours."""
    try:
        told = json.loads(text)
        return told if canonical(told) == text and isinstance(told, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _wrong(event: dict[str, Any], told: Told | None, subjects: list[tuple[str, str]]) -> str:
    """Return what does not agree, in words; "" when all does."""
    if told is None:
        return "its text is not canonical"
    try:
        said = {
            "name": told["name"], "label": told["record"]["label"], "record_id": told["record"]["id"],
            "at": told["at"], "by_id": told["by"]["id"], "by_name": told["by"]["name"], "reason": told["reason"],
        }  # fmt: skip
        also = sorted((label, key) for label, key in told["also"])
        rows = [(row["label"], row["id"], row["op"], row["fields"]) for row in told["rows"]]
    except (KeyError, TypeError, ValueError):
        return "its text is none that Engraft writes"
    columns = {**{name: event[name] for name in said}, "at": stamp(event["at"])}
    differing = [name for name in said if said[name] != columns[name]]
    if differing:
        return f"its text and its columns do not agree ({', '.join(differing)})"
    return "" if also == sorted(subjects) and len(rows) == len(told["rows"]) else "its list of subjects was changed"


def waiting_events() -> Iterator[list[dict[str, Any]]]:
    """Yield the events that have no place yet, as rows of columns."""
    yield from batched(Event.objects.filter(unsealed__isnull=False, leaf=None).order_by("pk").values().iterator(BATCH))


def check_places(report: Report) -> None:
    """Name events that neither have a place nor wait for one, and waiting ones that are gone or placed already."""
    report.unsealed = Unsealed.objects.count()
    for number in Event.objects.filter(leaf=None, unsealed=None).order_by("pk").values_list("pk", flat=True)[:BATCH]:
        sentence = f"Event {number} has no place in the log and does not wait for one: it was smuggled in."
        report.find("event inserted", f"qms.event {number}", sentence)
    for number in Unsealed.objects.filter(event__leaf__isnull=False).values_list("pk", flat=True)[:BATCH]:
        sentence = f"Event {number} waits for a place, but has one already."
        report.find("event altered", f"qms.event {number}", sentence)
    known = Event.objects.filter(pk__in=Unsealed.objects.values("pk")).values("pk")
    for number in Unsealed.objects.exclude(pk__in=known).values_list("pk", flat=True)[:BATCH]:
        report.find("event removed", f"qms.event {number}", f"Event {number}, which waited for its place, is gone.")
    orphans = Subject.objects.exclude(event_id__in=Event.objects.values("pk")).values_list("pk", "event_id")
    for pk, number in orphans[:BATCH]:
        report.find("event removed", f"qms.event {number}", f"Event {number} is gone; subject {pk} still names it.")
