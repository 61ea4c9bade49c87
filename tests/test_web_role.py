"""On PostgreSQL the web's role owns no table: it adds to the trail and changes nothing of it, triggers or not."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from qms.trail.sealer import seal
from qms.trail.verify import verify
from tests.tampered import key, rename, sealed, sql, uncover
from tests.world import World

__all__ = ["key", "sealed"]
NAME = "engraft_test_web"
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL knows roles")


@pytest.fixture
def web(sealed: World) -> Iterator[World]:
    """The sealed trail without its triggers, in the hands of the web's role."""
    sql(f"CREATE ROLE {NAME}")
    call_command("grant_web_role", NAME, verbosity=0)
    uncover()
    sql(f"SET ROLE {NAME}")
    yield sealed
    sql("RESET ROLE")


@on_postgres
def test_the_role_does_everything_that_the_program_does(web: World) -> None:
    rename(web.proc, "Laboratory 77")
    assert seal(timezone.now()) is not None
    assert {finding.kind for finding in verify().findings} == {"trigger missing"}


TABLES = ["event", "leaf", "seal", "sealkey", "signature", "subject", "historicalfacility"]
DEEDS = [
    "UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "ALTER TABLE {} DISABLE TRIGGER ALL",
    "CREATE OR REPLACE RULE x AS ON INSERT TO {} DO INSTEAD NOTHING",
]  # fmt: skip


@on_postgres
def test_the_role_changes_nothing_of_the_trail(web: World) -> None:
    for deed, table in product(DEEDS, TABLES):
        column = {"leaf": "position", "seal": "size", "sealkey": "number"}.get(table, "id")
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            sql(deed.format(f"qms_{table}", column, column))


@on_postgres
def test_the_role_deletes_no_record(web: World) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        sql("DELETE FROM qms_facility")


@on_postgres
@pytest.mark.django_db
def test_a_superuser_or_nobody_is_no_role_for_the_web() -> None:
    with pytest.raises(CommandError, match="There is no role"):
        call_command("grant_web_role", "engraft_nobody")
    owner: Any = sql("SELECT current_user")[0][0]
    with pytest.raises(CommandError, match="superuser"):
        call_command("grant_web_role", owner)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has no roles")
def test_sqlite_says_that_it_has_no_roles() -> None:
    with pytest.raises(CommandError, match="Only PostgreSQL"):
        call_command("grant_web_role", "engraft_web")
