"""Lets tests with real commits clean up behind themselves, although the database refuses to empty the trail."""

import pytest
from django.test import TransactionTestCase

from qms.trail.triggers import drop_triggers

_flush = TransactionTestCase._fixture_teardown


def _without_triggers(self: TransactionTestCase) -> None:
    drop_triggers()
    _flush(self)  # ends in post_migrate, which puts the triggers back


@pytest.fixture(scope="session", autouse=True)
def flushing() -> None:
    TransactionTestCase._fixture_teardown = _without_triggers  # type: ignore[method-assign]
