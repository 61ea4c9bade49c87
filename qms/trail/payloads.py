"""Bytes that the law may want erased: kept apart under SHA-256(nonce || bytes), so that a digest tells nothing.

Erasing takes two signatures, leaves an event, and is written into a ledger that no backup holds, so that it can be
repeated when an older backup comes back.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import connection, models

from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change, key_of
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Payload
from qms.trail.outbox import outbox_task

LABEL = "qms.payload"
ERASED = ("payload.erase", "payload.erase_again")
"""The events that tell of an erasure."""


def keep_payload(c: Change, data: bytes) -> str:
    """Keep bytes inside an open change and return their digest. The next event of the change tells that they exist."""
    nonce = secrets.token_bytes(16)
    digest = hashlib.sha256(nonce + data).hexdigest()
    Payload.objects.create(digest=digest, nonce=nonce, data=data)
    c.note(LABEL, digest, "keep")
    return digest


def read_payload(digest: str) -> bytes:
    """Return the bytes. Raises Invalid where there are none: never kept, erased, or altered."""
    payload = Payload.objects.filter(pk=digest).first()
    if payload is None:
        raise Invalid("Nothing was kept under this digest.")
    if not payload.nonce:
        raise Invalid("This text was erased. The trail of its record says when and why.")
    if hashlib.sha256(bytes(payload.nonce) + bytes(payload.data)).hexdigest() != digest:
        raise Invalid("This text was altered after it was kept. Tell your administrator.")
    return bytes(payload.data)


def read_payloads(digests: Iterable[str]) -> dict[str, bytes]:
    """Return the bytes of many in one query, for a list; what was erased, altered or never kept is not among them."""
    found = {}
    for payload in Payload.objects.filter(pk__in=set(digests)).exclude(nonce=b""):
        if hashlib.sha256(bytes(payload.nonce) + bytes(payload.data)).hexdigest() == payload.pk:
            found[payload.pk] = bytes(payload.data)
    return found


class Signed(Protocol):
    """What a signature shows of itself; signatures live above the trail."""

    signer_id: int
    purpose: str
    label: str
    record_id: str


def erase_payload(c: Change, digest: str, *, record: models.Model, asked: Signed) -> None:
    """Erase the bytes that belong to `record`, for good. Only the digest stays.

    Two people sign for the purpose "payload.erase": one asked for it (`asked`, an earlier signature on the record),
    another signs in this change. The change must say why.
    """
    signatures = [asked, *c.signatures_on(record)]
    signers = {found.signer_id for found in signatures if _is_for_erasing(found, record)}
    if len(signers) < 2:
        raise NotAllowed("Erasing needs the signatures of two people: one who asks and another who agrees.")
    if not c.reason:
        raise Invalid("Write why this is erased. The reason stays.")
    _erase(c, digest)
    c.event("payload.erase", record, digest=digest)
    c.later("payload.ledger", digest, digest=digest)


def _is_for_erasing(signature: Signed, record: models.Model) -> bool:
    return signature.purpose == ERASED[0] and (signature.label, signature.record_id) == key_of(record)


def _erase(c: Change, digest: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete=ON")  # overwrites the bytes in the file instead of letting them lie
    if not Payload.objects.filter(pk=digest).exclude(nonce=b"").update(nonce=b"", data=b""):
        raise Invalid("There is nothing to erase under this digest.")
    c.note(LABEL, digest, "erase")


@outbox_task("payload.ledger")
def write_ledger(*, digest: str) -> None:
    """Write an erasure into the ledger outside the backup, once."""
    ledger = Path(settings.ERASURE_LEDGER)
    if digest in read_ledger():
        return
    ledger.parent.mkdir(parents=True, exist_ok=True)
    cut_short = ledger.exists() and not ledger.read_bytes().endswith(b"\n")
    with ledger.open("a", encoding="utf-8") as out:
        out.write(("\n" if cut_short else "") + json.dumps({"digest": digest}) + "\n")
        out.flush()
        os.fsync(out.fileno())


def read_ledger() -> list[str]:
    """Return the digests in the ledger. A line that a power cut left unfinished is passed over."""
    ledger = Path(settings.ERASURE_LEDGER)
    if not ledger.exists():
        return []
    lines = ledger.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["digest"] for line in lines if line.endswith("}")]


def repeat_erasures() -> int:
    """Erase again what an older backup brought back; return how many. Safe to run twice."""
    back = Payload.objects.filter(pk__in=read_ledger()).exclude(nonce=b"").order_by("pk")
    for payload in list(back):
        with change(by=SYSTEM, reason="Erased before, and brought back by a restored backup", on=[payload]) as c:
            _erase(c, payload.pk)
            c.event("payload.erase_again", payload)
    return len(back)
