"""Append-only is enforced below Django, and the server does not start without it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from qms.people.models import Facility
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.models import Event
from qms.trail.triggers import append_only_models, drop_triggers, install_triggers, missing_triggers
from tests.own_server import Environment, environment_of, manage, run

MODELS = append_only_models()
NAMES = [model._meta.label for model in MODELS]
KINDS = 1 if connection.vendor == "postgresql" else 3


@pytest.fixture
def facility(db: None) -> Facility:
    facility = Facility(code="PROC", name="Processing")
    with change(by=SHELL) as c:
        c.save(facility)
        c.event("facility.create", facility, also=[facility])
    return facility


def refused(sql: str, *args: Any) -> str:
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)
    return str(no.value)


def test_the_trail_and_the_histories_are_among_the_guarded() -> None:
    assert {"qms.Event", "qms.Subject", "qms.Leaf", "qms.Seal", "qms.SealKey", "qms.Signature"} <= set(NAMES)
    assert {"qms.HistoricalPerson", "qms.HistoricalFacility", "sops.HistoricalVersion"} <= set(NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_no_table_of_the_trail_is_changed_or_emptied(model: type[models.Model]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    column = connection.ops.quote_name(model._meta.pk.column)
    if connection.vendor == "postgresql":
        assert "append-only" in refused(f"UPDATE {table} SET {column} = {column}")
        assert "append-only" in refused(f"DELETE FROM {table}")
        assert "append-only" in refused(f"TRUNCATE {table} CASCADE")
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table.strip('"')]
            )
            assert len(cursor.fetchall()) == KINDS


def test_rows_are_neither_updated_nor_deleted(facility: Facility) -> None:
    for table in ("qms_event", "qms_historicalfacility"):
        assert "append-only" in refused(f"UPDATE {table} SET {'reason' if table == 'qms_event' else 'name'} = 'x'")
        assert "append-only" in refused(f"DELETE FROM {table}")
    assert Event.objects.get().reason == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows INSERT OR REPLACE")
def test_replacing_a_row_is_refused_by_key_and_by_unique_column(facility: Facility) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")  # as in a shell that is not ours
    event = Event.objects.get()
    columns = "id, name, label, record_id, at, by_name, reason, text"
    values = f"{event.pk}, 'x', 'x', '1', '2026-01-01', 'x', '', '{{}}'"
    assert "UNIQUE" in refused(f"INSERT OR REPLACE INTO qms_event ({columns}) VALUES ({values})")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO qms_leaf (position, event_id, digest) VALUES (0, {event.pk}, 'a')")
    assert "UNIQUE" in refused(
        f"INSERT OR REPLACE INTO qms_leaf (position, event_id, digest) VALUES (7, {event.pk}, '')"
    )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL knows these")
def test_an_upsert_and_a_replication_role_are_refused(facility: Facility) -> None:
    upsert = "INSERT INTO qms_leaf (position, event_id, digest) VALUES (0, %s, '') ON CONFLICT (position) DO UPDATE"
    assert "append-only" in refused(f"{upsert} SET digest = 'x'", Event.objects.get().pk)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    assert "append-only" in refused("DELETE FROM qms_event")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.django_db
def test_a_missing_trigger_is_named_and_put_back() -> None:
    assert missing_triggers() == []
    drop_triggers()
    assert len(missing_triggers()) == KINDS * len(MODELS)
    install_triggers()
    assert missing_triggers() == []


@pytest.mark.django_db
def test_a_trigger_that_is_switched_off_or_hollow_counts_as_missing() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE qms_event DISABLE TRIGGER qms_event_append_only")
            assert missing_triggers() == ["qms_event_append_only"]
            cursor.execute(
                "CREATE OR REPLACE FUNCTION engraft_append_only() RETURNS trigger LANGUAGE plpgsql "
                "AS 'BEGIN RETURN NULL; END'"
            )
            assert len(missing_triggers()) == len(MODELS)
        else:
            cursor.execute("DROP TRIGGER qms_event_no_update")
            cursor.execute("CREATE TRIGGER qms_event_no_update BEFORE UPDATE ON qms_event BEGIN SELECT 1; END")
            assert missing_triggers() == ["qms_event_no_update"]
    install_triggers()
    assert missing_triggers() == []


def serve(environment: Environment) -> "subprocess.CompletedProcess[str]":
    return run(environment, "python", "-c", "import qms.wsgi; print('SERVES')")


@pytest.mark.slow
def test_the_server_and_the_worker_refuse_to_start_when_a_trigger_is_missing(own_server: Environment) -> None:
    started = serve(own_server)
    assert "SERVES" in started.stdout, started.stderr
    drop = "from django.db import connection; connection.cursor().execute('DROP TRIGGER qms_event_no_delete')"
    manage(own_server, "shell", "-v0", "-c", drop)
    for command in [("gunicorn", "qms.wsgi", "--bind=127.0.0.1:0"), ("python", "manage.py", "work", "--once")]:
        refusal = run(own_server, *command)
        assert refusal.returncode != 0
        assert "The trail is not guarded: 1 triggers are missing" in refusal.stderr
        assert "qms_event_no_delete" in refusal.stderr
    manage(own_server, "migrate", "-v0")
    assert "SERVES" in serve(own_server).stdout


def test_a_database_without_tables_does_not_serve(tmp_path: Path) -> None:
    assert "manage.py migrate" in serve(environment_of(tmp_path)).stderr
