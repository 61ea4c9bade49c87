"""Fixtures of every test."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests.append_only import flushing
from tests.browser import browser
from tests.migrated import copied_into, drop, fill
from tests.once import leave_out_what_ran, on_postgres
from tests.own_server import migrated, own_server
from tests.world import as_, programme_forgotten, world

# At a desk examples are random and find new cases; the build must give one answer for one text.
hypothesis_settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("build")

__all__ = ["as_", "browser", "flushing", "migrated", "own_server", "programme_forgotten", "world"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Give each worker a copy of the one migrated database, instead of migrating in each."""
    name = connection.creation._get_test_db_name()
    server = os.environ.get("DATABASE_URL", "")
    with django_db_blocker.unblock():
        if on_postgres():
            fill(name, server)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        if not on_postgres():
            copied_into(connection.connection)
    yield
    if on_postgres():
        drop(name, server)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_what_ran(config, items)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {'PostgreSQL' if on_postgres() else 'SQLite'}"
