"""What a reader is shown: the changes since the version that they signed last, as plain data that can be kept."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from qms.files.store import store
from qms.trail.canonical import canonical, sha256
from sops.bodies import read_body
from sops.compare import Redline, compare
from sops.compare.record import as_data
from sops.models import Version
from training.models import Reading

FORMAT = 1


@dataclass(frozen=True)
class Delta:
    """The redline from `former`, which the reader signed at `signed_at`; `text` is its canonical JSON."""

    former: Version
    signed_at: datetime
    redline: Redline
    text: str

    @property
    def digest(self) -> str:
        return sha256(self.text)


def delta_of(reading: Reading) -> Delta | None:
    """Return what changed since the version that this person signed last; None for who reads it the first time."""
    version = reading.version
    before = Reading.objects.signed().filter(
        person=reading.person_id, version__document=version.document_id, version__n__lt=version.n
    )
    last = before.select_related("version__document", "signature").order_by("-version__n", "-round").first()
    if last is None:
        return None
    redline, text = compared(last.version.body, version.body)
    return Delta(last.version, last.signature.at, redline, text)


@lru_cache(maxsize=16)
def compared(old: str, new: str) -> tuple[Redline, str]:
    """Return the redline between two stored texts, and its canonical JSON, which names both by their digests.

    A ward signs one version in the same hour: the texts never change, so one comparison serves all.
    """
    redline = compare(read_body(old), read_body(new))
    return redline, canonical({"format": FORMAT, "from": old, "to": new, **as_data(redline)})


def keep(delta: Delta) -> str:
    """Store what was shown, so that it can be shown again whatever later code would make of the texts."""
    return store(delta.text.encode(), "application/json")
