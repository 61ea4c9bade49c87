"""Append-only below Django: triggers that refuse to change or empty the tables of the trail and the histories.

They are installed after every migrate (a SQLite table that a migration rebuilds loses its own in silence), and the
server does not start without them. They deter and they reveal; an administrator of the database can drop them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from qms.trail.guard import AppendOnly

FUNCTION = "engraft_append_only"
BODY = """
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
"""


def append_only_models() -> list[type[models.Model]]:
    """Return every model whose table only grows: the trail's own, signatures and the like, and all histories."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def _wanted(chosen: Iterable[type[models.Model]]) -> dict[str, str]:
    """Return {name of the trigger: the statement that makes it}."""
    build = _for_postgres if connection.vendor == "postgresql" else _for_sqlite
    return {name: sql for model in chosen for name, sql in build(model)}


def _for_postgres(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    table = connection.ops.quote_name(model._meta.db_table)
    name = f"{model._meta.db_table}_append_only"
    # For each statement: it refuses TRUNCATE too, and statements that meet no row.
    yield (
        name,
        f"CREATE TRIGGER {connection.ops.quote_name(name)} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()",
    )


def _for_sqlite(model: type[models.Model]) -> Iterator[tuple[str, str]]:
    quote, table = connection.ops.quote_name, model._meta.db_table
    for act in ("UPDATE", "DELETE"):
        name = f"{table}_no_{act.lower()}"
        yield (
            name,
            f"CREATE TRIGGER {quote(name)} BEFORE {act} ON {quote(table)} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {act} is refused'); END",
        )
    # INSERT OR REPLACE walks past the two above, unless recursive_triggers is on.
    taken = " OR ".join(
        "(" + " AND ".join(f"{quote(column)} = NEW.{quote(column)}" for column in columns) + ")"
        for columns in _unique_columns(model)
    )
    name = f"{table}_no_replace"
    yield (
        name,
        f"CREATE TRIGGER {quote(name)} BEFORE INSERT ON {quote(table)} "  # noqa: S608  only names of our own
        f"WHEN EXISTS (SELECT 1 FROM {quote(table)} WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, 'UNIQUE: {table} has a row with this key, and it stays'); END",
    )


def _unique_columns(model: type[models.Model]) -> Iterator[list[str]]:
    """Yield the columns of the primary key and of every plain unique constraint."""
    for field in model._meta.concrete_fields:
        if field.unique and field.column:
            yield [field.column]
    together = [constraint.fields for constraint in model._meta.total_unique_constraints]
    for names in [*together, *model._meta.unique_together]:
        yield [str(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]


def _found() -> dict[str, str]:
    """Return the triggers that are in place: {name: statement on SQLite, "" on PostgreSQL}."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgenabled = 'A' AND p.proname = %s AND p.prosrc = %s AND t.tgtype = 58 "
            "AND t.tgname = c.relname || '_append_only' AND c.relnamespace = current_schema()::regnamespace",
            [FUNCTION, BODY],
        )
        return {name: "" for (name,) in cursor.fetchall()}


def install_triggers(chosen: Iterable[type[models.Model]] | None = None) -> None:
    """Put the triggers in place, again where they differ. Tables that are not there yet are left for later."""
    wanted = _wanted(_there(append_only_models() if chosen is None else chosen))
    if not _not_there(wanted):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${BODY}$$")
        for name in _not_there(wanted):
            for statement in [_drop(name), wanted[name], *_forced(name)]:
                cursor.execute(statement)


def _there(chosen: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    tables = set(connection.introspection.table_names())
    return [model for model in chosen if model._meta.db_table in tables]


def drop_triggers() -> None:
    """Take the triggers away. Only for a test's clean-up, and to show what verify_trail sees without them."""
    with connection.cursor() as cursor:
        for name in _wanted(_there(append_only_models())):
            cursor.execute(_drop(name))


def _drop(name: str) -> str:
    quoted = connection.ops.quote_name(name)
    if connection.vendor == "sqlite":
        return f"DROP TRIGGER IF EXISTS {quoted}"
    return f"DROP TRIGGER IF EXISTS {quoted} ON {connection.ops.quote_name(name.removesuffix('_append_only'))}"


def _forced(name: str) -> list[str]:
    """Return what makes a trigger fire even for a replication role, which skips ordinary ones."""
    if connection.vendor == "sqlite":
        return []
    table = connection.ops.quote_name(name.removesuffix("_append_only"))
    return [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {connection.ops.quote_name(name)}"]


def missing_triggers() -> list[str]:
    """Return the names of the triggers that are not there, are switched off, or do something else."""
    return _not_there(_wanted(append_only_models()))


def _not_there(wanted: dict[str, str]) -> list[str]:
    found = _found()
    return [name for name, sql in wanted.items() if found.get(name) not in (sql, "")]


def refuse_when_unguarded() -> None:
    """Refuse to start on a database whose trail could be rewritten by an ordinary statement.

    Raises ImproperlyConfigured. Closes its connection: a server forks afterwards.
    """
    try:
        missing = missing_triggers()
    finally:
        if not connection.in_atomic_block:
            connection.close()
            getattr(connection, "close_pool", lambda: None)()
    if missing:
        raise ImproperlyConfigured(
            f"The trail is not guarded: {len(missing)} triggers are missing in the database, {missing[0]} first. "
            "Run “python manage.py migrate”, which puts them back, and “python manage.py verify_trail”, which "
            "shows whether anything was changed meanwhile."
        )


@receiver(post_migrate, dispatch_uid="qms.trail.triggers")
def after_migrate(sender: AppConfig, **kwargs: Any) -> None:
    """Install the triggers of one app's tables."""
    if kwargs["using"] == DEFAULT_DB_ALIAS:
        install_triggers([model for model in sender.get_models() if issubclass(model, AppendOnly)])
