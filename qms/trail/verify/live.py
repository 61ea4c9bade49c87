"""Compares each controlled record as it stands with the newest row of its history."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, Max, OuterRef

from qms.trail.canonical import row_fields
from qms.trail.guard import Controlled
from qms.trail.verify.report import Part, Report
from qms.trail.verify.rows import history_of, name_of


def controlled_models() -> list[type[Controlled]]:
    """Return every controlled model of every app."""
    return [model for model in apps.get_models() if issubclass(model, Controlled)]


def check_live(report: Report, part: Part) -> None:
    """Compare a part of the records of every controlled model, and name records that are gone."""
    for model in controlled_models():
        for batch in part.batches(model._base_manager.all()):
            _compare(report, model, batch)
        _check_gone(report, model)


def check_records(report: Report, model: type[Controlled], keys: Iterable[Any]) -> None:
    """Compare the records with these keys."""
    _compare(report, model, list(model._base_manager.filter(pk__in=list(keys))))


def _compare(report: Report, model: type[Controlled], records: list[Any]) -> None:
    newest = _newest(model, [record.pk for record in records])
    for record in records:
        report.checked["rows"] += 1
        what = name_of(model._meta.label_lower, str(record.pk), None)
        history = newest.get(record.pk)
        if history is None:
            report.find("row inserted", what, f"{what} has no history: it was smuggled in.")
            continue
        now, then = row_fields(record), row_fields(history)
        differing = [name for name, value in now.items() if then.get(name) != value]
        if differing:
            sentence = f"{what} is not what its newest history row says: {', '.join(differing)}."
            report.find("row altered", what, sentence)


def _newest(model: type[Controlled], keys: list[Any]) -> dict[Any, Any]:
    """Return {key: newest history row}."""
    pk = model._meta.pk.attname
    histories = history_of(model).filter(**{f"{pk}__in": keys}).order_by()
    tops = {found[pk]: found["top"] for found in histories.values(pk).annotate(top=Max("revision"))}
    rows = histories.filter(revision__in=set(tops.values()))
    return {getattr(row, pk): row for row in rows if row.revision == tops[getattr(row, pk)]}


def _check_gone(report: Report, model: type[Controlled]) -> None:
    pk = model._meta.pk.attname
    there: models.QuerySet[Any] = model._base_manager.filter(pk=OuterRef(pk))
    gone = history_of(model).filter(~Exists(there)).order_by(pk).values_list(pk, flat=True).distinct()
    for key in gone[:1000]:
        what = name_of(model._meta.label_lower, str(key), None)
        report.find("row removed", what, f"{what} has a history, but is gone itself.")
