"""Bytes are immutable: kept once, read back only if they are still what they were."""

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import IO, Any

import pytest
from django.db import connection, connections, transaction

from qms.files.models import StoredFile
from qms.files.store import Altered, NotStored, exists, read, store, verify
from qms.trail.errors import Invalid, NotAllowed

TEXT = b"Thaw one bag at a time."


def on_postgres(test: Any) -> Any:
    """Mark a test of real concurrency: SQLite's tests share one connection and prove nothing."""
    for mark in (
        pytest.mark.postgres,
        pytest.mark.django_db(transaction=True),
        pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL"),
    ):
        test = mark(test)
    return test


@pytest.fixture(autouse=True)
def files(db: None, tmp_path: Path, settings: Any) -> Path:
    """Give the test an empty folder for stored files."""
    folder = tmp_path / "files"
    disk = {**settings.STORAGES["default"], "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return folder


def _place(files: Path, digest: str) -> Path:
    return files / digest[:2] / digest[2:4] / digest


def _everything(files: Path) -> list[Path]:
    return [path for path in files.rglob("*") if not path.is_dir()]


def test_stored_bytes_come_back_and_are_named_by_their_digest(files: Path) -> None:
    digest = store(TEXT, "text/plain")
    assert digest == hashlib.sha256(TEXT).hexdigest()
    assert read(digest) == TEXT
    assert exists(digest)
    assert verify(digest) is None
    row = StoredFile.objects.get()
    assert (row.digest, row.size, row.media_type) == (digest, len(TEXT), "text/plain")
    assert _everything(files) == [_place(files, digest)]


def test_the_same_bytes_twice_are_one_file_that_is_not_written_again(files: Path) -> None:
    digest = store(TEXT, "text/plain")
    before = _place(files, digest).stat()
    assert store(TEXT, "application/octet-stream") == digest
    after = _place(files, digest).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert StoredFile.objects.get().media_type == "text/plain"


def test_an_empty_file_is_a_file() -> None:
    digest = store(b"", "text/plain")
    assert read(digest) == b""
    assert verify(digest) is None


def test_a_rolled_back_transaction_leaves_no_row_and_storing_again_brings_it_back() -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        digest = store(TEXT, "text/plain")
        raise Stop
    assert not exists(digest)
    assert verify(digest) == f"No file was ever recorded as {digest[:8]} … {digest[-8:]}."
    store(TEXT, "text/plain")
    assert exists(digest)


def test_altered_bytes_are_refused_and_named(files: Path) -> None:
    digest = store(TEXT, "text/plain")
    _place(files, digest).chmod(0o600)
    _place(files, digest).write_bytes(TEXT.replace(b"one", b"two"))
    sentence = f"File {digest[:8]} … {digest[-8:]} was altered after it was stored. Tell your administrator."
    with pytest.raises(Altered, match="altered after it was stored"):
        read(digest)
    with pytest.raises(Altered):
        store(TEXT, "text/plain")
    assert verify(digest) == sentence


def test_a_missing_file_is_refused_and_named(files: Path) -> None:
    digest = store(TEXT, "text/plain")
    _place(files, digest).unlink()
    with pytest.raises(Altered, match="not where it was stored"):
        read(digest)
    assert not exists(digest)
    assert "not where it was stored" in str(verify(digest))


def test_a_symbolic_link_in_place_of_a_file_is_not_followed(files: Path, tmp_path: Path) -> None:
    """Even one to the right bytes: what lies outside the folder may change at any moment."""
    digest = store(TEXT, "text/plain")
    outside = tmp_path / "outside"
    outside.write_bytes(TEXT)
    _place(files, digest).unlink()
    _place(files, digest).symlink_to(outside)
    with pytest.raises(Altered, match="cannot be read"):
        read(digest)
    with pytest.raises(Altered):
        store(TEXT, "text/plain")
    assert outside.read_bytes() == TEXT


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_digest_is_refused(name: str) -> None:
    for act in (read, exists):
        with pytest.raises(Invalid, match="does not name a stored file"):
            act(name)


def test_a_full_disk_is_said_in_words_and_leaves_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full stands in for the disk: it takes no byte, and the error comes from the system itself."""

    def on_full_disk(handle: int, mode: str) -> IO[Any]:
        os.close(handle)
        return Path("/dev/full").open(mode)

    monkeypatch.setattr("qms.files.disk.os.fdopen", on_full_disk)
    with pytest.raises(NotStored, match=r"The disk is full\. The file was not kept and nothing was saved"):
        store(TEXT, "text/plain")
    monkeypatch.undo()
    assert _everything(files) == []
    assert not StoredFile.objects.exists()


def test_a_disk_that_fails_at_the_last_moment_leaves_nothing(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    store(b"the folders are there", "text/plain")
    monkeypatch.setattr("qms.files.disk.os.fsync", broken)
    with pytest.raises(NotStored, match="The disk does not take files"):
        store(TEXT, "text/plain")
    monkeypatch.undo()
    assert len(_everything(files)) == 1
    assert StoredFile.objects.count() == 1


def test_a_folder_that_may_not_be_made_is_said_in_words(files: Path) -> None:
    files.parent.mkdir(exist_ok=True)
    files.write_bytes(b"a file where the folder should be")
    with pytest.raises(NotStored, match="The disk does not take files"):
        store(TEXT, "text/plain")
    assert not StoredFile.objects.exists()


@on_postgres
def test_two_who_store_the_same_bytes_at_once_both_succeed(files: Path) -> None:
    start = Barrier(4)

    def one(number: int) -> list[str]:
        start.wait()
        try:
            return [store(TEXT + bytes([step]), "text/plain") for step in range(10)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(one, range(4)))
    assert all(result == results[0] for result in results)
    assert StoredFile.objects.count() == 10
    assert len(_everything(files)) == 10
    assert [verify(digest) for digest in results[0]] == [None] * 10


@on_postgres
def test_two_open_transactions_with_the_same_bytes_both_commit() -> None:
    """The second waits for the first, finds its row, and goes on with its own work."""
    start = Barrier(2)

    def one(number: int) -> str:
        try:
            with transaction.atomic():
                start.wait()
                digest = store(TEXT, "text/plain")
                assert StoredFile.objects.filter(pk=digest).exists()
                return digest
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(one, range(2)))) == 1
    assert StoredFile.objects.count() == 1


def test_rows_of_files_are_written_by_the_store_alone() -> None:
    digest = store(TEXT, "text/plain")
    row = StoredFile.objects.get(pk=digest)
    row.size = 1
    for act in (row.save, row.delete, StoredFile.objects.all().delete):
        with pytest.raises(NotAllowed):
            act()
