"""Bytes by their SHA-256: kept once, never changed, and read back only if they are still what they were."""

import errno
import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from qms.files.models import StoredFile
from qms.trail import clock
from qms.trail.errors import Invalid, Refused
from qms.trail.guard import pen

DIGEST = re.compile(r"[0-9a-f]{64}")


class Altered(Refused):
    """Stored bytes are not what they were, or are not there."""


class NotStored(Refused):
    """The disk did not take the bytes; nothing of them was kept."""


def store(data: bytes, media_type: str) -> str:
    """Keep `data` and return its SHA-256 in hexadecimal. The same bytes twice are one file, of the first media type.

    The row joins the transaction that is open. Bytes without a row, after a roll-back, are harmless.
    Raises NotStored when the disk refuses, Altered when other bytes lie in that place.
    """
    digest = hashlib.sha256(data).hexdigest()
    if default_storage.exists(_path(digest)):
        read(digest)
    else:
        _write(digest, data)
    if not StoredFile.objects.filter(pk=digest).exists():
        _record(StoredFile(digest=digest, size=len(data), media_type=media_type, stored_at=clock.now()))
    return digest


def read(digest: str) -> bytes:
    """Return the bytes of a stored file, hashed again. Raises Altered, or Invalid where `digest` is no digest."""
    where = {"digest": _short(digest)}
    try:
        with default_storage.open(_path(digest)) as handle:
            data: bytes = handle.read()
    except FileNotFoundError as missing:
        raise Altered(_("File %(digest)s is not where it was stored. Tell your administrator.") % where) from missing
    except OSError as problem:
        # ELOOP among them: a link lies where a file was.
        raise Altered(_("File %(digest)s cannot be read. Tell your administrator.") % where) from problem
    if hashlib.sha256(data).hexdigest() != digest:
        raise Altered(_("File %(digest)s was altered after it was stored. Tell your administrator.") % where)
    return data


def exists(digest: str) -> bool:
    """Return whether a file of this digest was stored and lies in its place; whether it is whole, `verify` says."""
    return default_storage.exists(_path(digest)) and StoredFile.objects.filter(pk=digest).exists()


def verify(digest: str) -> str | None:
    """Return what is wrong with a stored file, in a sentence, or None."""
    row = StoredFile.objects.filter(pk=digest).first()
    if row is None:
        return _("No file was ever recorded as %(digest)s.") % {"digest": _short(digest)}
    try:
        size = len(read(digest))
    except Altered as altered:
        return str(altered)
    if size == row.size:
        return None
    return _("The record of file %(digest)s says %(said)d bytes; there are %(size)d.") % {
        "digest": _short(digest), "said": row.size, "size": size,
    }  # fmt: skip


def _path(digest: str) -> str:
    if not DIGEST.fullmatch(digest):
        raise Invalid(_("This does not name a stored file: %(name)s") % {"name": digest[:80]})
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def _short(digest: str) -> str:
    return f"{digest[:8]} … {digest[-8:]}"


def _write(digest: str, data: bytes) -> None:
    try:
        default_storage.save(_path(digest), ContentFile(data))
    except OSError as problem:
        raise NotStored(_why(problem)) from problem


def _why(problem: OSError) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full. The file was not kept and nothing was saved. Tell your administrator.")
    return _("The disk does not take files (%(reason)s). Nothing was saved. Tell your administrator.") % {
        "reason": problem.strerror or type(problem).__name__
    }


def _record(row: StoredFile) -> None:
    try:
        with transaction.atomic(), pen():
            row.save_base(force_insert=True)
    except IntegrityError:
        # Another process stored the same bytes at the same moment: its row serves us as well.
        if not StoredFile.objects.filter(pk=row.digest).exists():
            raise
