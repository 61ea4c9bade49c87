"""Fixtures of every test."""

import os

import pytest
from hypothesis import settings as hypothesis_settings

from tests.append_only import flushing
from tests.browser import browser
from tests.once import leave_out_what_ran, on_postgres
from tests.own_server import migrated, own_server
from tests.world import as_, programme_forgotten, world

# At a desk examples are random and find new cases; the build must give one answer for one text.
hypothesis_settings.register_profile("build", derandomize=True)
if os.environ.get("CI"):
    hypothesis_settings.load_profile("build")

__all__ = ["as_", "browser", "flushing", "migrated", "own_server", "programme_forgotten", "world"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_out_what_ran(config, items)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {'PostgreSQL' if on_postgres() else 'SQLite'}"
