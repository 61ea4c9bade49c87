"""Lets tests with real commits clean up behind themselves, although the database refuses to empty the trail."""

import pytest
from django.db import connection
from django.test import TransactionTestCase

from qms.trail.triggers import FUNCTION, drop_triggers

_flush = TransactionTestCase._fixture_teardown


def _without_triggers(self: TransactionTestCase) -> None:
    if connection.vendor == "postgresql":
        # One statement makes all of them hollow, and one makes them whole: a second less for each such test.
        hollow = f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        with connection.cursor() as cursor:
            cursor.execute(hollow)
    else:
        drop_triggers()
    _flush(self)  # ends in post_migrate, which puts the triggers back


@pytest.fixture(scope="session", autouse=True)
def flushing() -> None:
    TransactionTestCase._fixture_teardown = _without_triggers  # type: ignore[method-assign]
