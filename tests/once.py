"""Tests that ask no database, or look at pages that are the same on both, run once: with SQLite."""

import os
from pathlib import Path

import pytest

ONCE = {
    "test_blocks.py", "test_compare.py", "test_compare_corpus.py", "test_compare_record.py", "test_copy_looks.py",
    "test_demo.py", "test_deviation_looks.py", "test_document_looks.py", "test_editor_looks.py",
    "test_hostile_word.py", "test_import_folder.py",
    "test_lists_looks.py",
    "test_kept.py", "test_kept_looks.py", "test_merkle.py", "test_pdf.py", "test_pdf_check.py", "test_pdf_fetch.py",
    "test_pdf_tables.py", "test_people_looks.py", "test_pictures.py", "test_reading_looks.py",
    "test_redline_looks.py", "test_render.py", "test_repository.py", "test_review_looks.py", "test_route_looks.py",
    "test_safe_zip.py", "test_signing_looks.py", "test_stamp.py", "test_templates_clean.py", "test_ui.py",
    "test_ui_browser.py", "test_ui_pages.py", "test_word.py", "test_word_corpus.py", "test_word_losses.py",
    "test_word_out.py",
}  # fmt: skip


def on_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def leave_out_what_ran(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what the run on SQLite has shown already; pytest counts it as deselected."""
    missing = {name for name in ONCE if not (Path(__file__).parent / name).exists()}
    if missing:
        raise pytest.UsageError(f"tests/once.py names files that are not there: {', '.join(sorted(missing))}")
    if not on_postgres():
        return
    left_out = [item for item in items if _once(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _once(item)]


def _once(item: pytest.Item) -> bool:
    """Return whether a test runs on SQLite alone: by its file, its mark (how many queries), or a server on SQLite."""
    has_server = "own_server" in getattr(item, "fixturenames", ())
    return item.path.name in ONCE or has_server or item.get_closest_marker("once") is not None
