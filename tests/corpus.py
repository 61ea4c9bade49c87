"""Where the corpus of real files lies; tests that need it skip loudly where it is absent."""

import csv
import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("ENGRAFT_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus"))
DATA = Path(__file__).resolve().parent / "data"

needs_corpus = pytest.mark.skipif(not ROOT.is_dir(), reason=f"NO CORPUS at {ROOT}: set ENGRAFT_CORPUS to run this test")


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV of the corpus, or none where it is absent (for parametrize)."""
    path = ROOT / name
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
