"""Walks the log: every leaf in order, the text hashed again, every seal on the way compared.

Two frontiers are kept, one of the digests that the leaves hold and one of the texts: where they part, the seal says
which of the two was changed. After a good seal both go on from it, so that one alteration is named once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qms.trail.merkle import EMPTY_ROOT, Frontier, leaf_hash
from qms.trail.models import Event, Leaf, Seal, SealKey
from qms.trail.verify.report import BATCH, Report
from qms.trail.verify.seals import check_seal

MOST_REMEMBERED = 10_000
Columns = dict[str, Any]


@dataclass
class Odd:
    """An event whose text is not what its leaf holds."""

    position: int
    event: int
    stored: str
    told: str
    kind: str = "event altered"


class Walk:
    """One walk from a seal (or the beginning) to a size (or the end)."""

    def __init__(
        self, report: Report, keys: dict[int, SealKey], start: Seal | None = None, stop: int | None = None
    ) -> None:
        self.report, self.keys, self.before, self.stop = report, keys, start, stop
        self.stored = Frontier.from_text(start.size, start.frontier) if start else Frontier()
        self.told = self.stored.copy()
        self.expected = self.stored.size
        self.broken = False
        self.odd: list[Odd] = []
        self.fresh = 0  # the first of `odd` that no seal has judged yet
        self.wanted: dict[int, str] = {}
        self.root_before = start.root if start else EMPTY_ROOT.hex()
        self._new_range()
        seals = Seal.objects.filter(size__gt=self.expected).order_by("size")
        self.seals = (seals if stop is None else seals.filter(size__lte=stop)).iterator(chunk_size=BATCH)
        self.next: Seal | None = next(self.seals, None)

    def _new_range(self) -> None:
        self.first, self.last = self.expected, 0
        self.descents: list[tuple[int, int]] = []

    def batches(self) -> Iterator[tuple[list[Columns], list[Columns]]]:
        """Yield (events that are what their leaves say, events that are not), some hundreds at a time."""
        while leaves := self._leaves():
            numbers = [number for position, number, digest in leaves]
            events = {event["id"]: event for event in Event.objects.filter(pk__in=numbers).values()}
            held: list[Columns] = []
            odd: list[Columns] = []
            for position, number, digest in leaves:
                event = events.get(number)
                fits = self._step(position, number, digest, event)
                if event is not None:
                    (held if fits else odd).append(event)
            yield held, odd
        self._end()

    def _leaves(self) -> list[tuple[int, int, str]]:
        leaves = Leaf.objects.filter(position__gte=self.expected).order_by("position")
        if self.stop is not None:
            leaves = leaves.filter(position__lt=self.stop)
        return list(leaves.values_list("position", "event_id", "digest")[:BATCH])

    def _step(self, position: int, number: int, digest: str, event: Columns | None) -> bool:
        """Take one leaf; return whether its event is what it says."""
        while self.next is not None and position >= self.next.size:
            self._close(self.next)
        if position > self.expected:
            self._gap(position)
        self.expected = position + 1
        self.report.checked["leaves"] += 1
        if number < self.last:
            self.descents.append((self.last, number))
        self.last = number
        stored = _bytes(digest)
        told = leaf_hash(event["text"].encode()) if event else stored
        self.stored.append(stored)
        self.told.append(told)
        if self.expected in self.wanted:
            self.wanted[self.expected] = self.told.root().hex()
        if event is None:
            self.report.find("event removed", f"qms.event {number}", f"Event {number}, at {position}, is gone.")
        if told.hex() == digest:
            return True
        if len(self.odd) < MOST_REMEMBERED:
            self.odd.append(Odd(position, number, digest, told.hex()))
        return False

    def _gap(self, position: int) -> None:
        for missing in range(self.expected, min(position, self.expected + BATCH)):
            self.report.find("event removed", f"qms.leaf {missing}", f"The log has nothing at {missing} any more.")
        self.broken = True

    def _close(self, seal: Seal) -> None:
        """Compare the log so far with a seal, and go on from it when it is good."""
        if self.expected < seal.size:
            self._gap(seal.size)
            self.expected = seal.size
        roots = {self.before.root if self.before else EMPTY_ROOT.hex(), self.root_before}
        good = check_seal(self.report, self.keys, seal, self.before, roots)
        stored = not self.broken and self.stored.root().hex() == seal.root
        told = not self.broken and self.told.root().hex() == seal.root
        for odd in self.odd[self.fresh :]:
            odd.kind = "leaf altered" if told and not stored else "event altered"
        swapped = self._name_swapped()
        if good and not (stored or told or swapped or self.broken):
            self._name_range(seal)
        if good:
            self.stored = Frontier.from_text(seal.size, seal.frontier)
            self.told, self.broken = self.stored.copy(), False
        self.root_before = seal.root if good else self.stored.root().hex()
        self.before, self.fresh = seal, len(self.odd)
        self.next = next(self.seals, None)
        self._new_range()

    def _name_swapped(self) -> bool:
        """Say which events change places within a seal: there, the sealer puts them in the order of their numbers."""
        if not self.descents:
            return False
        one, other = self.descents[0][0], self.descents[-1][1]
        self.report.find("events swapped", f"qms.event {one}", f"Events {other} and {one} have changed places.")
        return True

    def _name_range(self, seal: Seal) -> None:
        self.report.find(
            "log altered", f"qms.leaf {self.first} to {seal.size - 1}",
            f"The events at {self.first} to {seal.size - 1} are not those that the seal at {seal.size} covers.",
        )  # fmt: skip

    def _end(self) -> None:
        while self.next is not None:
            self._close(self.next)
        if self.stop is None:
            sealed = self.before.size if self.before else 0
            for position, number in _beyond(sealed):
                self.report.find(
                    "event inserted", f"qms.event {number}",
                    f"No seal covers place {position} of event {number}: it was smuggled in, or a seal is gone.",
                )  # fmt: skip
        self._name_odd()

    def _name_odd(self) -> None:
        places = {odd.stored: odd for odd in self.odd}
        for odd in self.odd:
            place = places.get(odd.told)
            if place:
                sentence = f"What stands at {odd.position} (event {odd.event}) belongs at {place.position}."
                self.report.find("events swapped", f"qms.event {odd.event}", sentence)
            elif odd.kind == "leaf altered":
                sentence = f"The leaf at {odd.position} does not hold the digest of event {odd.event} any more."
                self.report.find(odd.kind, f"qms.leaf {odd.position}", sentence)
            else:
                sentence = f"The text of event {odd.event} is not the one that was sealed at {odd.position}."
                self.report.find(odd.kind, f"qms.event {odd.event}", sentence)


def _bytes(digest: str) -> bytes:
    try:
        found = bytes.fromhex(digest)
    except ValueError:
        found = b""
    return found if len(found) == 32 else bytes(32)


def _beyond(size: int) -> list[tuple[int, int]]:
    leaves = Leaf.objects.filter(position__gte=size).order_by("position")
    return list(leaves.values_list("position", "event_id")[:BATCH])
