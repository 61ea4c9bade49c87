"""What is signed: the words that stood on the page and the digests of what they speak of, as one canonical text.

The signing page is rendered from this alone; its bytes are kept by digest; a signature names that digest. Verifying
hashes the kept bytes and never asks today's code what they would be.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property

from qms.trail.canonical import canonical, sha256
from qms.trail.errors import Invalid

FORMAT = 1


@dataclass(frozen=True)
class Content:
    """One thing to sign, in the words that are shown.

    `purpose` is a stable key such as "document.approve"; `facts` are (label, value) lines; `digests` names the SHA-256
    of texts and files that the words speak of, e.g. {"text": "9f3c…", "redline": "…"}.
    """

    purpose: str
    language: str
    title: str
    meaning: str
    facts: tuple[tuple[str, str], ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The canonical JSON that is hashed and kept."""
        return canonical({"format": FORMAT, **asdict(self)})

    @cached_property
    def digest(self) -> str:
        return sha256(self.text)


def read_content(data: bytes) -> Content:
    """Return kept bytes as Content again. Readers of old formats stay here for ever."""
    found = json.loads(data)
    readers = {1: _read_1}
    if found.get("format") not in readers:
        raise Invalid(f"Signed content of format {found.get('format')} is not known to this release.")
    return readers[found["format"]](found)


def _read_1(found: dict[str, object]) -> Content:
    return Content(
        purpose=str(found["purpose"]),
        language=str(found["language"]),
        title=str(found["title"]),
        meaning=str(found["meaning"]),
        facts=tuple((label, value) for label, value in found["facts"]),  # type: ignore[attr-defined]
        digests=dict(found["digests"]),  # type: ignore[call-overload]
    )
