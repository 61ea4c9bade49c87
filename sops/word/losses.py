"""Collects what is lost: single losses with their place, and many of a kind as one with a count."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from sops.blocks import Block, labels, text_of, walk
from sops.word.model import Loss, Mark


def gettext_noop(text: str) -> str:
    """Mark a sentence of a table for translation; Django's own asks for settings while modules are imported."""
    return text


def quote(text: str, most: int = 300) -> str:
    """Return words in quotation marks, shortened at a word."""
    text = " ".join(text.split())
    if len(text) > most:
        text = (text[:most].rpartition(" ")[0] or text[:most]) + " …"
    return f"“{text}”"


@dataclass
class Losses:
    """The list in the making; `at` is the number of the block that is read, from which the place is told at the end."""

    at: int = 0
    _single: list[tuple[str, int, str]] = field(default_factory=list)  # kind, at (-1: the whole file), sentence
    _many: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # kind: count, first at, sentence
    _marks: list[tuple[int, Mark]] = field(default_factory=list)  # at, what stands there; its place is told at the end

    def name(self, kind: str, sentence: str) -> None:
        """Name one loss where the reading stands."""
        self._single.append((kind, self.at, sentence))

    def name_for_all(self, kind: str, sentence: str) -> None:
        """Name one loss that concerns the whole file."""
        self._single.append((kind, -1, sentence))

    def mark(self, mark: Mark, for_all: bool = False) -> None:
        """Remember a tracked change or a comment where the reading stands, or for the whole file."""
        self._marks.append((-1 if for_all else self.at, mark))

    def count(self, kind: str, sentence: str) -> None:
        """Count one of many of the same kind; `sentence` is the same for all of them."""
        count, at, kept = self._many.get(kind, (0, self.at, sentence))
        self._many[kind] = (count + 1, at, kept)

    def marks(self, blocks: list[Block]) -> list[Mark]:
        """Return the marks with their places and the ids that their passages will have, those of `renumbered`."""
        places = _Places(blocks)
        return [replace(mark, place=places.of(at), block=places.passage(at)) for at, mark in self._marks]

    def result(self, blocks: list[Block]) -> list[Loss]:
        """Return all losses with their places in the finished text: single ones in order, then the counted ones."""
        places = _Places(blocks)
        single = [Loss(kind, places.of(at), sentence) for kind, at, sentence in self._single]
        return single + [Loss(kind, places.of(at), _times(text, n)) for kind, (n, at, text) in self._many.items()]


def _times(sentence: str, count: int) -> str:
    told = {"sentence": sentence, "count": count}
    return sentence if count == 1 else _("%(sentence)s (%(count)d times, here first.)") % told


class _Places:
    """Where each block stands, in words for a person: paragraph 3 under “4.2 Thawing”."""

    def __init__(self, blocks: list[Block]) -> None:
        numbers, heading, count, found = labels(blocks), "", 0, []
        for block in walk(blocks):
            if block["kind"] == "heading":
                heading, count = quote(f"{numbers.get(block['id'], '')} {text_of(block)}", 80), 0
                place = _("heading %(words)s") % {"words": heading}
            elif block["kind"] == "footnote":
                place = _("note %(label)s") % {"label": block["label"]}
            else:
                count += 0 if block["kind"] == "table" else 1
                place = _paragraph(max(count, 1), heading)
            found.append((int(block["id"][1:]), place))
        found.sort(key=lambda pair: pair[0])
        self._starts = [start for start, _place in found]
        self._places = [place for _start, place in found]
        self._passages = _passages(blocks)

    def of(self, at: int) -> str:
        """Return the place of the block with this number, or of the nearest one before it."""
        if at < 0 or not self._places:
            return ""
        return self._places[max(bisect_right(self._starts, at) - 1, 0)]

    def passage(self, at: int) -> str:
        """Return the id of the passage of the text that holds the block with this number, "" for the whole file."""
        if at < 0 or not self._passages:
            return ""
        return self._passages[max(bisect_right(self._passages, (at, "~")) - 1, 0)][1]


def _passages(blocks: list[Block]) -> list[tuple[int, str]]:
    """Return (least number of the blocks of a passage, id that the passage will have), in the order of the text."""
    found, n = [], 1
    for block in blocks:
        inner = list(walk([block]))
        found.append((min(int(one["id"][1:]) for one in inner), f"b{n}"))
        n += len(inner)
    return sorted(found)


def _paragraph(count: int, heading: str) -> str:
    if heading:
        return _("paragraph %(n)d under %(words)s") % {"n": count, "words": heading}
    return _("paragraph %(n)d, before the first heading") % {"n": count}
