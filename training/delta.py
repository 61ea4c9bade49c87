"""What a reader is shown: the changes since the version that they signed last, as plain data that can be kept."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from qms.files.store import store
from qms.people.models import User
from qms.trail.canonical import canonical, sha256
from sops.bodies import read_body
from sops.compare import Redline, compare
from sops.compare.record import as_data
from sops.models import Version
from sops.render import Whys
from sops.whys import whys_shown
from training.models import Reading

FORMAT = 2  # since 2: moved rows, words inside of moved texts, and why each change was made


@dataclass(frozen=True)
class Delta:
    """The redline from `former`, which the reader signed at `signed_at`; `text` is its canonical JSON.

    `whys` are the reasons of its changes as the page shows them; the text holds them too.
    """

    former: Version
    signed_at: datetime
    redline: Redline
    text: str
    whys: Whys = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return sha256(self.text)


def delta_of(reading: Reading, user: User | None = None) -> Delta | None:
    """Return what changed since the version that this person signed last; None for who reads it the first time.

    `user` is who looks: links to what changes came of lead where this person may go.
    """
    version = reading.version
    before = Reading.objects.signed().filter(
        person=reading.person_id, version__document=version.document_id, version__n__lt=version.n
    )
    last = before.select_related("version__document", "signature").order_by("-version__n", "-round").first()
    if last is None:
        return None
    redline = compared(last.version.body, version.body)
    whys = whys_shown(user, last.version, version, redline)
    text = as_text(last.version.body, version.body, _as_said(whys))
    return Delta(last.version, last.signature.at, redline, text, whys)


Said = tuple[tuple[int, str, str, int], ...]  # change, why, what it came of, version where it was said (0: this one)


def _as_said(whys: Whys) -> Said:
    found = [(number, why.text, why.origin, why.version) for number, said in whys.items() for why in said]
    return tuple(sorted(found))


@lru_cache(maxsize=16)
def compared(old: str, new: str) -> Redline:
    """Return the redline between two stored texts.

    A ward signs one version in the same hour: the texts never change, so one comparison serves all.
    """
    return compare(read_body(old), read_body(new))


@lru_cache(maxsize=16)
def as_text(old: str, new: str, said: Said = ()) -> str:
    """Return what is shown as canonical JSON: both texts by their digests, the redline, why each change was made."""
    whys = [{"change": n, "text": text, "origin": origin, "version": version} for n, text, origin, version in said]
    shown = as_data(compared(old, new))
    return canonical({"format": FORMAT, "from": old, "to": new, **shown, "whys": whys})


def keep(delta: Delta) -> str:
    """Store what was shown, so that it can be shown again whatever later code would make of the texts."""
    return store(delta.text.encode(), "application/json")
