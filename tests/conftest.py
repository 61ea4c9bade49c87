"""Fixtures of every test."""

from tests.append_only import flushing

__all__ = ["flushing"]
