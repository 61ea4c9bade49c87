"""Fixtures of every test."""

from tests.append_only import flushing
from tests.world import as_, programme_forgotten, world

__all__ = ["as_", "flushing", "programme_forgotten", "world"]
