"""Fixtures of every test."""

from tests.append_only import flushing
from tests.own_server import migrated, own_server
from tests.world import as_, programme_forgotten, world

__all__ = ["as_", "flushing", "migrated", "own_server", "programme_forgotten", "world"]
