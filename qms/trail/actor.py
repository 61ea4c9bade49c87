"""Who acts. The trail keeps an id and a printed name in text, so that it depends on no table of people."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Actor:
    """One who acts: `person_id` is None for the system itself, which always has a name."""

    person_id: int | None
    name: str

    @property
    def actor(self) -> "Actor":
        return self


class Acting(Protocol):
    """Anything that can stand behind an act: a person, or an Actor."""

    @property
    def actor(self) -> Actor: ...


SYSTEM = Actor(None, "Engraft")
"""The worker, when nobody asked: effective dates, seals, clean-ups."""

SHELL = Actor(None, "Engraft, command line")
"""Set-up by the one who runs the server, before there are people."""
