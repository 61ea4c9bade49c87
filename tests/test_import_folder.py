"""A folder of Word files becomes drafts: what comes in, what is refused and why, what is named as lost."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from sops.bodies import read_body
from sops.models import Document, Import, Version
from tests.corpus import DATA, ROOT, needs_corpus


def run(folder, email: str, facility: str = "PROC", **options) -> dict:
    out = StringIO()
    call_command(
        "import_documents", str(folder), "--as", email, "--facility", facility, as_json=True, stdout=out, **options
    )
    return json.loads(out.getvalue())


@pytest.fixture
def folder(tmp_path):
    for path in sorted(DATA.rglob("*.docx"))[:3]:
        shutil.copy(path, tmp_path / path.name)
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 this is no Word file")
    (tmp_path / "old.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600)
    return tmp_path


def test_a_folder_becomes_drafts_and_the_rest_is_refused_with_a_reason(world, folder):
    told = run(folder, world.fenn.user.email)
    assert (told["imported"], told["refused"]) == (3, 2)
    for row in told["files"]:
        assert bool(row["version"]) != bool(row["refused"])
        if row["version"]:
            version = Version.objects.get(document__number=row["version"].split(" v")[0])
            assert len(read_body(version.body)) == row["blocks"] > 0
            assert version.losses == row["losses"]
            assert version.source_name == row["file"]
        else:
            assert len(row["refused"]) > 20


def test_the_same_files_again_are_refused_and_make_nothing(world, folder):
    run(folder, world.fenn.user.email)
    before = Document.objects.count()
    again = run(folder, world.fenn.user.email)
    assert again["imported"] == 0
    assert Document.objects.count() == before
    assert sum("imported before" in row["refused"] for row in again["files"]) == 3


def test_wrong_names_are_told_with_those_that_exist(world, folder):
    with pytest.raises(CommandError, match="There are: APH, CLIN, PROC"):
        run(folder, world.fenn.user.email, facility="NOPE")
    with pytest.raises(CommandError, match="Nobody has an open account"):
        run(folder, "nobody@engraft.example")
    with pytest.raises(CommandError, match="is no folder"):
        run(folder / "nowhere", world.fenn.user.email)


def test_who_may_not_write_imports_nothing(world, folder):
    told = run(folder, world.jory.user.email)
    assert told["imported"] == 0
    assert not Document.objects.exists()
    assert all(row["refused"] for row in told["files"])


@needs_corpus
@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reading Word files does not depend on the database")
def test_at_least_95_of_100_real_files_become_drafts_with_structure(world):
    """IMPORT-95: of the collection of real Word files, the rest are refused for a stated reason, losses are listed."""
    told = run(ROOT / "docx", world.fenn.user.email)
    rows = told["files"]
    taken = [row for row in rows if row["version"]]
    print(f"\n{len(taken)} of {len(rows)} files imported; {sum(len(row['losses']) for row in taken)} losses named")
    assert told["imported"] == len(taken) == Import.objects.filter(outcome="draft").count()
    assert told["refused"] == Import.objects.filter(outcome="refused").count()
    assert told["with_losses"] == Import.objects.filter(outcome="draft").exclude(losses=[]).count()
    for row in rows:
        if row["refused"]:
            print(f"refused {row['file']}: {row['refused']}")
    assert len(rows) > 200
    assert len(taken) >= 0.95 * len(rows)
    assert all(row["blocks"] > 0 for row in taken)
    assert all(row["refused"].endswith(".") for row in rows if not row["version"])
    assert all({"kind", "place", "sentence"} == set(loss) for row in taken for loss in row["losses"])
