"""The envelope of a signature: who signed what, when, in which role, as canonical JSON that is kept for ever."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.trail.canonical import canonical, stamp
from qms.trail.errors import Invalid

FORMAT = 1


@dataclass(frozen=True)
class Envelope:
    """One signature over one content. `content` is a SHA-256, `at` in UTC, `local` the same moment in `zone`."""

    content: str
    label: str
    record_id: str
    record: str
    purpose: str
    meaning: str
    signer_id: int
    signer: str
    role: str
    on_behalf_of: str
    at: datetime
    zone: str
    local: str
    method: str
    for_review: bool

    @property
    def text(self) -> str:
        """The canonical JSON that is kept."""
        return canonical(
            {
                "format": FORMAT, "content": self.content,
                "record": {"label": self.label, "id": self.record_id, "as": self.record},
                "purpose": self.purpose, "meaning": self.meaning,
                "signer": {"id": self.signer_id, "name": self.signer},
                "role": self.role, "on_behalf_of": self.on_behalf_of, "at": stamp(self.at), "zone": self.zone,
                "local": self.local, "method": self.method, "for_review": self.for_review,
            }
        )  # fmt: skip


def read_envelope(text: str) -> Envelope:
    """Return a kept envelope; readers of old formats stay for ever. Raises Invalid for one of a later release."""
    found = json.loads(text)
    reader = READERS.get(found.get("format"))
    if reader is None:
        raise Invalid(f"A signature of format {found.get('format')} is not known to this release.")
    return reader(found)


def _read_1(found: dict[str, Any]) -> Envelope:
    record, signer = found["record"], found["signer"]
    return Envelope(
        content=found["content"], label=record["label"], record_id=record["id"], record=record["as"],
        purpose=found["purpose"], meaning=found["meaning"], signer_id=signer["id"], signer=signer["name"],
        role=found["role"], on_behalf_of=found["on_behalf_of"], at=datetime.fromisoformat(found["at"]),
        zone=found["zone"], local=found["local"], method=found["method"], for_review=found["for_review"],
    )  # fmt: skip


READERS: dict[Any, Callable[[dict[str, Any]], Envelope]] = {1: _read_1}
