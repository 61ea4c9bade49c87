"""Words of one block against words of another: segments that give both back, with their looks."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from rapidfuzz.distance import Indel

from sops.compare.model import Look, Op, Run, Segment, look_of

WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d]+|\W")  # 0.5 is one word: nobody should read a value by halves
MOST_MATCHES = 200_000  # equal pairs of words that difflib looks at before the plain alignment takes over
MOST_WORDS = 10_000  # past this in one block the whole stretch is shown as replaced

Stretch = tuple[Op, str]


def diff_runs(old: list[Run], new: list[Run]) -> list[Segment]:
    """Return the segments from `old` to `new`, each with one look, none empty."""
    old_looks, new_looks = _Looks(old), _Looks(new)
    segments: list[Segment] = []
    for op, text in diff_text(_text(old), _text(new)):
        segments += _dressed(op, text, old_looks, new_looks)
    return segments


def whole(op: Op, runs: list[Run]) -> list[Segment]:
    """Return the segments of a block that stands in one text only."""
    return [Segment(op, run["text"], look_of(run)) for run in runs if run["text"]]


def diff_text(old: str, new: str) -> list[Stretch]:
    """Return (op, text) from `old` to `new` by whole words; deletions stand before insertions."""
    if old == new:
        return [("equal", old)] if old else []
    a, b = WORD.findall(old), WORD.findall(new)
    head, tail = _common(a, b)
    middle = _middle(a[head : len(a) - tail], b[head : len(b) - tail])
    return _tidied([("equal", "".join(a[:head])), *middle, ("equal", "".join(a[len(a) - tail :]))])


def _common(a: list[str], b: list[str]) -> tuple[int, int]:
    shorter = min(len(a), len(b))
    head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    tail = next((i for i in range(shorter - head) if a[-1 - i] != b[-1 - i]), shorter - head)
    return head, tail


def _middle(a: list[str], b: list[str]) -> Iterator[Stretch]:
    for op, i, k, j, n in _opcodes(a, b):
        if op == "equal":
            yield "equal", "".join(a[i:k])
        else:
            yield "delete", "".join(a[i:k])
            yield "insert", "".join(b[j:n])


def _opcodes(a: list[str], b: list[str]) -> list[tuple[str, int, int, int, int]]:
    if max(len(a), len(b)) > MOST_WORDS:
        return [("replace", 0, len(a), 0, len(b))]
    in_a, in_b = Counter(a), Counter(b)
    if sum(n * in_b[word] for word, n in in_a.items() if not word.isspace()) > MOST_MATCHES:
        number = {word: n for n, word in enumerate(in_a | in_b)}  # numbers: rapidfuzz compares hashes only
        opcodes = Indel.opcodes([number[word] for word in a], [number[word] for word in b])
        return [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in opcodes]
    # Spaces are never where an alignment starts: between other words they mean nothing.
    return list(SequenceMatcher(str.isspace, a, b, autojunk=False).get_opcodes())


def _tidied(stretches: list[Stretch]) -> list[Stretch]:
    """Join neighbours, and of one changed stretch show first all that went, then all that came."""
    out: list[Stretch] = []
    gone = come = ""
    for op, text in [*stretches, ("equal", "")]:
        if op == "delete":
            gone += text
        elif op == "insert":
            come += text
        elif text:
            out += [*_replaced(gone, come), ("equal", text)]
            gone = come = ""
    return out + _replaced(gone, come)


def _replaced(gone: str, come: str) -> list[Stretch]:
    both: list[Stretch] = [("delete", gone), ("insert", come)]
    return [stretch for stretch in both if stretch[1]]


def _text(runs: list[Run]) -> str:
    return "".join(run["text"] for run in runs)


class _Looks:
    """Reads the looks of a list of runs from the left, so many characters at a time."""

    def __init__(self, runs: list[Run]) -> None:
        self.left = [(len(run["text"]), look_of(run)) for run in reversed(runs) if run["text"]]

    def peek(self) -> tuple[int, Look]:
        return self.left[-1]

    def take(self, length: int) -> None:
        size, look = self.left.pop()
        if size > length:
            self.left.append((size - length, look))


def _dressed(op: Op, text: str, old: _Looks, new: _Looks) -> Iterator[Segment]:
    at = 0
    while at < len(text):
        readers = [reader for reader, foreign in ((old, "insert"), (new, "delete")) if op != foreign]
        peeked = [reader.peek() for reader in readers]
        length = min(len(text) - at, *(size for size, _ in peeked))
        for reader in readers:
            reader.take(length)
        was, look = peeked[0][1], peeked[-1][1]
        yield Segment(op, text[at : at + length], look, was if was != look else None)
        at += length
