"""The disk as Django's storage: an object is there whole or not at all, and is never written a second time."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DiskStorage(FileSystemStorage):
    """Files under one folder. Symbolic links are not followed: nothing of ours is one."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # Names are digests: an object of that name is the same object, never one to step aside for.
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return File(open(self.path(name), mode, opener=_without_links))

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        _make_folders(path.parent)
        with _beside(path) as out:
            for chunk in content.chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        _sync(path.parent)
        return name


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new file in the same folder that takes the name `path` at the end; if anything fails, it is gone."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o440), "wb") as out:
            yield out
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _without_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def _make_folders(folder: Path) -> None:
    """Make `folder`; a name in its parent survives a power cut only when the parent is synced too."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
