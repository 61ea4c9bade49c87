"""Keeps what verbs have written, to lay it down again in the next test: the same rows, twenty times as fast."""

from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def tables() -> list[type[models.Model]]:
    """Return our own models of every app, histories included: starting a programme writes rows of upper apps too."""
    ours = ("qms", "sops", "training", "incidents", "audits")
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ours]


def taken() -> Rows:
    """Return all rows of ours as the database holds them."""
    kept: Rows = {}
    with connection.cursor() as cursor:
        for model in tables():
            columns = [field.column for field in model._meta.concrete_fields]
            names = ", ".join(connection.ops.quote_name(column) for column in columns)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(model._meta.db_table)}")
            kept[model._meta.db_table] = (columns, [tuple(row) for row in cursor.fetchall()])
    return kept


def laid_down(rows: Rows, present: Rows) -> None:
    """Write the rows that are not present yet, and let the sequences go on after them."""
    with connection.cursor() as cursor:
        for table, (columns, lines) in rows.items():
            new = [line for line in lines if line not in set(present[table][1])]
            if new:
                names = ", ".join(connection.ops.quote_name(column) for column in columns)
                marks = ", ".join(["%s"] * len(columns))
                # The names come from our own models.
                cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})", new)
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
