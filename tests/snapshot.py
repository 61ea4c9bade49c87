"""Keeps what verbs have written, to lay it down again in the next test: the same rows, twenty times as fast."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import time_machine
from django.apps import apps
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, models

from qms.people.programme import today
from qms.trail.guard import AppendOnly
from qms.trail.models import Event

Line = tuple[Any, ...]
Rows = dict[type[models.Model], list[Line]]


def tables() -> list[type[models.Model]]:
    """Return our own models of every app, histories included: starting a programme writes rows of upper apps too."""
    ours = ("qms", "sops", "training", "incidents", "audits")
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ours]


def taken() -> Rows:
    """Return all rows of ours as the database holds them."""
    kept: Rows = {}
    with connection.cursor() as cursor:
        for model in tables():
            cursor.execute(f"SELECT {_columns(model)} FROM {_quoted(model._meta.db_table)}")
            kept[model] = [tuple(row) for row in cursor.fetchall()]
    return kept


def since(before: Rows, after: Rows) -> Rows:
    """Return the rows that came or changed between two moments."""
    found = {}
    for model, lines in after.items():
        were = set(before[model])
        if new := [line for line in lines if line not in were]:
            found[model] = new
    return found


def laid_down(rows: Rows) -> None:
    """Write rows, or what became of them where they are there already, and let the sequences go on after them."""
    with connection.cursor() as cursor:
        for model, lines in rows.items():
            marks = ", ".join(["%s"] * len(lines[0]))
            key = _quoted(str(model._meta.pk and model._meta.pk.column))
            changes = ", ".join(
                f"{_quoted(field.column)} = excluded.{_quoted(field.column)}" for field in model._meta.concrete_fields
            )
            # The names come from our own models.
            statement = f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(model)}) VALUES ({marks})"
            # What only grows has new rows alone; and PostgreSQL refuses it a statement that might change one.
            if not issubclass(model, AppendOnly):
                statement += f" ON CONFLICT ({key}) DO UPDATE SET {changes}"
            cursor.executemany(statement, lines)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(rows)):
            cursor.execute(statement)


def _columns(model: type[models.Model]) -> str:
    return ", ".join(_quoted(field.column) for field in model._meta.concrete_fields)


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


@dataclass(frozen=True)
class State:
    """What an act left behind: the key of its record, the rows, the mails."""

    key: int
    rows: Rows
    mails: list[Any]


_states: dict[str, State] = {}


def again(name: str, asked: dict[str, Any], act: Callable[[], models.Model], *, untouched: int | None) -> int:
    """Return the key of the record that an act of verbs makes: done once in a run, laid down again in later tests.

    Done anew where something else has happened after event `untouched`, or the test moved the clock.
    """
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest != untouched or time_machine.escape_hatch.is_travelling():
        return int(act().pk)
    key = json.dumps([name, today(), asked, default_storage.location], default=repr)
    if key not in _states:
        before, mails = taken(), len(mail.outbox)
        record = act()
        _states[key] = State(int(record.pk), since(before, taken()), mail.outbox[mails:])
    else:
        laid_down(_states[key].rows)
        mail.outbox += _states[key].mails
    return _states[key].key
