"""After an older backup came back: the trail says itself what it lost, by the last root that is known outside."""

import json
import re
from dataclasses import dataclass

from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.errors import Invalid
from qms.trail.models import Event
from qms.trail.sealer import newest_seal

RESTORED = "trail.restore"


@dataclass(frozen=True)
class Loss:
    """The log went back from `size` events with this root to its first `kept` ones; `event` says so."""

    event: int
    kept: int
    size: int
    root: str

    @property
    def sentence(self) -> str:
        """What a verification says about it."""
        return (
            f"A backup was restored: the events that once stood at {self.kept} to {self.size - 1} are lost "
            f"(event {self.event}; the root at {self.size} was {self.root})."
        )


def note_restore(size: int, root: str) -> Event:
    """Put on record, first thing after a restore, the last root known outside: of `size` events, in hexadecimal."""
    newest = newest_seal()
    if newest is None:
        raise Invalid("This log has no seal. Seal it first with “python manage.py seal_trail”.")
    if size <= newest.size:
        raise Invalid(f"This log has {newest.size} events: nothing of {size} is lost. “verify_trail” checks that root.")
    if not re.fullmatch(r"[0-9a-f]{64}", root):
        raise Invalid("A root is 64 hexadecimal digits. Copy it from where you kept it outside.")
    with change(by=SHELL, reason="An older backup was restored") as c:
        return c.event(RESTORED, newest, kept=newest.size, size=size, root=root)


def losses() -> list[Loss]:
    """Return what restores lost, the oldest first."""
    found = []
    for number, text in Event.objects.filter(name=RESTORED).order_by("pk").values_list("pk", "text"):
        facts = json.loads(text)["facts"]
        found.append(Loss(number, facts["kept"], facts["size"], facts["root"]))
    return found
