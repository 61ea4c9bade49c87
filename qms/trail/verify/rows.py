"""Compares what events tell of rows with the rows: of histories, and of append-only tables such as signatures.

Forward, each told row is there and is what it was; backward, each row is told by an event of the same moment. The
second finds what was smuggled in, without holding the log in memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from qms.trail.canonical import row_fields
from qms.trail.guard import AppendOnly, Controlled
from qms.trail.merkle import leaf_hash
from qms.trail.models import Event
from qms.trail.renamed import columns_today, label_today
from qms.trail.verify.events import Told
from qms.trail.verify.report import Part, Report

PAYLOAD = "qms.payload"
MOST_BLAMED = 100_000
Key = tuple[str, str, int | None]


@dataclass(frozen=True)
class Row:
    """A row as an event tells it. `revision` is None for append-only rows."""

    event: int
    told: Told
    label: str
    id: str
    revision: int | None
    op: str
    fields: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.label, self.id, self.revision

    @property
    def what(self) -> str:
        return name_of(*self.key)


def name_of(label: str, pk: str, revision: int | None) -> str:
    """Return how a finding names a row: "qms.facility 3 revision 2"."""
    return f"{label} {pk}" if revision is None else f"{label} {pk} revision {revision}"


def kind_of(label: str, how: str) -> str:
    """Return the kind of a finding about an append-only row: "signature altered" for signatures."""
    return f"{'signature' if label == 'qms.signature' else 'row'} {how}"


def rows_of(number: int, told: Told) -> list[Row]:
    """Return the rows that an event tells of, under the names of today; those of removed models are left out."""
    rows = []
    for row in told["rows"]:
        label = label_today(row["label"])
        if label is not None and label != PAYLOAD:
            fields = columns_today(label, row["fields"])
            rows.append(Row(number, told, label, row["id"], fields.get("revision"), row["op"], fields))
    return rows


def check_rows(report: Report, events: list[tuple[int, Told]]) -> dict[type[Controlled], set[Any]]:
    """Look up every row that these events tell of. Return the keys of the controlled records among them, by model."""
    by_label: dict[str, list[Row]] = defaultdict(list)
    for number, told in events:
        for row in rows_of(number, told):
            by_label[row.label].append(row)
    seen: dict[type[Controlled], set[Any]] = {}
    for label, rows in by_label.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            report.find(
                "row altered", label, f"{label} is no model of this release: renamed.py should say what became."
            )
            continue
        found = _histories(model, rows) if issubclass(model, Controlled) else _plain_rows(model, rows)
        for row in rows:
            _compare(report, row, found.get(row.key))
        if issubclass(model, Controlled):
            seen[model] = {model._meta.pk.to_python(row.id) for row in rows}
    return seen


def history_of(model: type[Controlled]) -> "models.QuerySet[Any]":
    """Return all rows of a model's history."""
    every: models.QuerySet[Any] = model.history.model._base_manager.all()
    return every


def _histories(model: type[Controlled], rows: list[Row]) -> dict[Key, Any]:
    found = history_of(model).filter(
        **{f"{model._meta.pk.name}__in": {row.id for row in rows}, "revision__in": {row.revision for row in rows}}
    )
    return {(model._meta.label_lower, str(getattr(row, model._meta.pk.attname)), row.revision): row for row in found}


def _plain_rows(model: type[models.Model], rows: list[Row]) -> dict[Key, Any]:
    found = model._base_manager.filter(pk__in={row.id for row in rows})
    return {(model._meta.label_lower, str(row.pk), None): row for row in found}


def _compare(report: Report, row: Row, found: Any) -> None:
    noun = kind_of(row.label, "").strip() if row.revision is None else "history"
    report.checked[f"{'other' if noun == 'row' else noun} rows"] += 1
    if found is None:
        report.find(f"{noun} removed", row.what, f"{row.what}, which event {row.event} wrote, is gone.")
        return
    differing = differences(row, found)
    if differing:
        sentence = f"{row.what} is not what event {row.event} wrote: {', '.join(differing)}."
        report.find(f"{noun} altered", row.what, sentence)


def differences(row: Row, found: Any) -> list[str]:
    """Return the columns in which a row is not what its event tells; the event knows nothing of later columns."""
    now = row_fields(found)
    differing = [name for name, value in row.fields.items() if name not in now or now[name] != value]
    if row.revision is None:
        return differing
    told = row.told
    meta = {
        "history_date": (found.history_date, Event._meta.get_field("at").to_python(told["at"])),
        "history_user_id": (found.history_user_id, told["by"]["id"]),
        "history_change_reason": (found.history_change_reason, told["reason"] or None),
        "history_type": (found.history_type, "+" if row.op == "insert" else "~"),
    }
    return [*differing, *(name for name, (is_now, was) in meta.items() if is_now != was)]


def blame(report: Report, events: Iterable[dict[str, Any]]) -> None:
    """Leave out of the report what events that were altered themselves tell of: they are named already."""
    for event in events:
        if len(report.blamed) > MOST_BLAMED:
            return
        report.blamed.update(row.what for row in _rows_at_all(event["id"], event["text"]))


def check_told(report: Report, model: type[models.Model], part: Part) -> None:
    """Name rows of a history or an append-only table that no event tells of, or tells otherwise."""
    is_history = hasattr(model, "instance_type")
    moment = "history_date" if is_history else getattr(model, "moment_field", "")
    if moment not in {field.name for field in model._meta.fields}:
        return
    label = (model.instance_type if is_history else model)._meta.label_lower  # type: ignore[attr-defined]
    for batch in part.batches(model._base_manager.all(), moment):
        told = _told_at(report, {getattr(row, moment) for row in batch})
        keys: set[Key] = set()
        for row in batch:
            key = _key(label, row, is_history)
            found = told.get(key)
            if found is None or key in keys:
                _inserted(report, key)
            elif differences(found, row):
                _compare(report, found, row)
            keys.add(key)


def _key(label: str, row: Any, is_history: bool) -> Key:
    if is_history:
        return label, str(getattr(row, type(row).instance_type._meta.pk.attname)), row.revision
    return label, str(row.pk), None


def _inserted(report: Report, key: Key) -> None:
    kind = "history inserted" if key[2] is not None else kind_of(key[0], "inserted")
    sentence = f"No event tells of {name_of(*key)}: it was smuggled in, or its event is gone."
    report.find(kind, name_of(*key), sentence)


def _told_at(report: Report, moments: set[Any]) -> dict[Key, Row]:
    rows: dict[Key, Row] = {}
    for number, text, digest in Event.objects.filter(at__in=moments).values_list("pk", "text", "leaf__digest"):
        told = _rows_at_all(number, text)
        rows.update((row.key, row) for row in told)
        if digest and leaf_hash(text.encode()).hex() != digest:
            report.blamed.update(row.what for row in told)  # the event was altered: the walk of the log names it
    return rows


def _rows_at_all(number: int, text: str) -> list[Row]:
    """Return the rows that a text tells of, none where it is no text of ours: that is named elsewhere."""
    try:
        return rows_of(number, json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def told_models() -> list[type[models.Model]]:
    """Return the models whose rows events tell of: all histories, and append-only ones with the moment of an act."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]
