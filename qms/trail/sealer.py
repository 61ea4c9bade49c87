"""Seals the trail: gives each new event its place in the log and signs the root over all of it.

Position is given here and never by an id: events commit in another order than they are numbered, and a number that a
roll-back took is no gap. Writers never wait for the sealer, and sealers wait for each other.
"""

from datetime import datetime

from django.db import transaction

from qms.trail.canonical import canonical
from qms.trail.errors import Refused
from qms.trail.guard import append
from qms.trail.keys import signing_key
from qms.trail.merkle import EMPTY_ROOT, Frontier, leaf_hash
from qms.trail.models import Event, Leaf, Seal, Unsealed
from qms.trail.turn import one_at_a_time

CHUNK = 2000


class Broken(Refused):
    """The log does not fit its newest seal: nothing is sealed on top of it."""


def seal_text(size: int, root: str, previous_root: str, at: datetime, key: int) -> str:
    """Return what a seal signs. `previous_root` is that of the seal before, of the empty log for the first."""
    return canonical({"format": 1, "size": size, "root": root, "previous": previous_root, "at": at, "key": key})


def newest_seal() -> Seal | None:
    """Return the seal over the longest log."""
    return Seal.objects.order_by("-size").first()


def seal(now: datetime) -> Seal | None:
    """Seal every event that has no place yet; None when there is none.

    Raises NotAllowed without the key, Broken when the log was shortened or lengthened behind the sealer's back.
    """
    if not Unsealed.objects.exists():
        return None
    with transaction.atomic():
        one_at_a_time()
        previous = newest_seal()
        frontier = Frontier.from_text(previous.size, previous.frontier) if previous else Frontier()
        _refuse_if_broken(frontier.size)
        before = frontier.size
        last: int | None = 0
        while last is not None:
            last = _place(frontier, last)
        return _sign(frontier, previous, now) if frontier.size > before else None


def _refuse_if_broken(size: int) -> None:
    last = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    if size != (0 if last is None else last + 1):
        raise Broken("The log does not end where its newest seal says. Run “python manage.py verify_trail”.")


def _place(frontier: Frontier, after: int) -> int | None:
    """Give the next waiting events their places, in the order of their numbers; return the last one, None at the end.

    Three look-ups by key rather than one join: no plan of the database reads the whole log for it.
    """
    waiting = Unsealed.objects.filter(event_id__gt=after).order_by("event_id")[:CHUNK]
    numbers = list(waiting.values_list("event_id", flat=True))
    placed = set(Leaf.objects.filter(event_id__in=numbers).values_list("event_id", flat=True))
    texts = dict(Event.objects.filter(pk__in=numbers).values_list("pk", "text"))
    leaves = []
    for number in sorted(texts.keys() - placed):
        digest = leaf_hash(texts[number].encode())
        leaves.append(Leaf(position=frontier.size, event_id=number, digest=digest.hex()))
        frontier.append(digest)
    append(leaves)
    Unsealed.objects.filter(pk__in=list(texts)).delete()
    return numbers[-1] if len(numbers) == CHUNK else None  # else it would run after the writers without end


def _sign(frontier: Frontier, previous: Seal | None, now: datetime) -> Seal:
    key, private = signing_key()
    root = frontier.root().hex()
    text = seal_text(frontier.size, root, previous.root if previous else EMPTY_ROOT.hex(), now, key.number)
    made = Seal(
        size=frontier.size, root=root, frontier=frontier.to_text(), previous=previous, at=now, key=key,
        signature=private.sign(text.encode()).hex(),
    )  # fmt: skip
    append([made])
    return made


def waiting() -> int:
    """Return how many events are written but not yet sealed, so not yet proven."""
    return Unsealed.objects.count()
