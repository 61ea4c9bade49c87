"""What comes after a signature: each app says on the receipt what it brought about, and the next one to sign."""

from collections.abc import Callable
from dataclasses import dataclass

from qms.signatures.models import Signature


@dataclass(frozen=True)
class Onward:
    """Sentences that are true now, and the next thing to do: its words and address, "" where there is none."""

    sentences: tuple[str, ...]
    word: str = ""
    url: str = ""


ways_onward: list[Callable[[Signature], Onward | None]] = []
"""Each app adds its own in `ready()`; asked only for the signer's own receipt."""


def onward_from(signature: Signature) -> Onward | None:
    """Return what the app that knows this signature says about it."""
    return next((found for way in ways_onward if (found := way(signature)) is not None), None)
