"""An installation for a journey begins empty, and goes on where it was when it is served again."""

from pathlib import Path

import pytest

from tests.served import database_in


def test_what_lies_in_the_folder_already_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    kept = tmp_path / "db.sqlite3"
    assert database_in(tmp_path, "unused") == ""
    assert kept.read_bytes().startswith(b"SQLite format 3")
    kept.write_bytes(b"what was done meanwhile")
    database_in(tmp_path, "unused")
    assert kept.read_bytes() == b"what was done meanwhile"
