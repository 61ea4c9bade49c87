"""Checks the bytes that may be erased: each is there and unchanged, or an event tells that it was erased."""

import hashlib
import json

from qms.trail.models import Event, Payload
from qms.trail.payloads import ERASED, LABEL
from qms.trail.verify.events import Told
from qms.trail.verify.report import Part, Report


def erasures() -> dict[str, int]:
    """Return {digest: the event that tells of its erasure}."""
    found: dict[str, int] = {}
    for number, text in Event.objects.filter(name__in=ERASED).order_by("pk").values_list("pk", "text"):
        for row in json.loads(text)["rows"]:
            if (row["label"], row["op"]) == (LABEL, "erase"):
                found.setdefault(row["id"], number)
    return found


def check_kept(report: Report, events: list[tuple[int, Told]]) -> None:
    """Look whether the payloads that these events kept are still there, as bytes or as a name."""
    kept = {row["id"]: number for number, told in events for row in told["rows"] if _keeps(row)}
    there = set(Payload.objects.filter(pk__in=kept).values_list("pk", flat=True)) if kept else set()
    for digest in kept.keys() - there:
        sentence = f"Payload {digest}, which event {kept[digest]} kept, is gone, and no event tells of its erasure."
        report.find("payload removed", f"{LABEL} {digest}", sentence)


def _keeps(row: Told) -> bool:
    return (row["label"], row["op"]) == (LABEL, "keep")


def check_payloads(report: Report, part: Part) -> None:
    """Hash the bytes again."""
    erased = erasures()
    for batch in part.batches(Payload.objects.all()):
        for payload in batch:
            report.checked["payloads"] += 1
            if not payload.nonce and payload.pk in erased:
                report.notes.append(f"Payload {payload.pk} was erased by event {erased[payload.pk]}.")
            elif hashlib.sha256(bytes(payload.nonce) + bytes(payload.data)).hexdigest() != payload.pk:
                report.find("payload altered", f"{LABEL} {payload.pk}", f"Payload {payload.pk} was altered.")
