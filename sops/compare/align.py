"""Alignment of two sequences: what is the same, what became what, what came and what went."""

import re
from collections.abc import Callable, Hashable, Sequence
from math import ceil, sqrt

from rapidfuzz.distance import Indel

Pair = tuple[int | None, int | None]  # positions in the old and in the new sequence; None: not there
Likeness = Callable[[int, int], float]  # of an old and a new position, 0 (may not be paired) to 1

MOST_PAIRS = 20_000  # likenesses looked at in one gap
MOST_LETTERS = 3_000  # of one text, when it is compared with many
PAIRS_IN_CHUNK = 2_000  # of a gap that would need more
LIKE, LIKE_LETTERS = 0.39, 0.75  # least share of words, or of letters, for a pair
WORDS = re.compile(r"\w+|[^\w\s]")


def align(old: Sequence[Hashable], new: Sequence[Hashable], likeness: Likeness) -> list[Pair]:
    """Return pairs in the order of both; equal keys first, then inside each gap the likest in order.

    Time stays bounded: a gap too large is cut into chunks, in which the old and the new advance evenly.
    """
    number: dict[Hashable, int] = {}
    old_numbers = [number.setdefault(key, len(number)) for key in old]
    new_numbers = [number.setdefault(key, len(number)) for key in new]
    pairs: list[Pair] = []
    i = j = 0
    for block in Indel.opcodes(old_numbers, new_numbers).as_matching_blocks():
        pairs += _gap(range(i, block.a), range(j, block.b), likeness)
        pairs += zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True)
        i, j = block.a + block.size, block.b + block.size
    return pairs


def _gap(old: range, new: range, likeness: Likeness) -> list[Pair]:
    size = len(old) * len(new)
    if size <= MOST_PAIRS:
        return best_pairs(old, new, likeness)
    chunks = ceil(sqrt(size / PAIRS_IN_CHUNK))
    pairs: list[Pair] = []
    for n in range(chunks):
        pairs += best_pairs(_part(old, n, chunks), _part(new, n, chunks), likeness)
    return pairs


def _part(whole: range, n: int, chunks: int) -> range:
    return whole[len(whole) * n // chunks : len(whole) * (n + 1) // chunks]


def best_pairs(old: range, new: range, likeness: Likeness) -> list[Pair]:
    """Return the pairs whose likenesses have the greatest sum, none crossing another; the rest unpaired."""
    if not old or not new:
        return [(i, None) for i in old] + [(None, j) for j in new]
    like = [[likeness(i, j) for j in new] for i in old]
    best = _sums(like)
    pairs: list[Pair] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if like[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return _gone_first(pairs + [(k, None) for k in old[i:]] + [(None, k) for k in new[j:]])


def _sums(like: list[list[float]]) -> list[list[float]]:
    """Return, for each position, the greatest sum that the rest from there on can reach."""
    width = len(like[0])
    best = [[0.0] * (width + 1) for _ in range(len(like) + 1)]
    for i in range(len(like) - 1, -1, -1):
        row, below, likes = best[i], best[i + 1], like[i]
        for j in range(width - 1, -1, -1):
            score = below[j] if below[j] >= row[j + 1] else row[j + 1]
            paired = below[j + 1] + likes[j]
            row[j] = paired if likes[j] > 0 and paired > score else score
    return best


def _gone_first(pairs: list[Pair]) -> list[Pair]:
    out: list[Pair] = []
    come: list[Pair] = []
    for pair in pairs:
        if pair[0] is None:
            come.append(pair)
            continue
        if pair[1] is not None:
            out += come
            come = []
        out.append(pair)
    return out + come


class Texts:
    """Tells how like two texts are; each word becomes one character, so words compare as fast as letters."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        self._characters: dict[str, str] = {}
        self.old, self.new = [text[:MOST_LETTERS] for text in old], [text[:MOST_LETTERS] for text in new]
        self._old, self._new = list(map(self._coded, self.old)), list(map(self._coded, self.new))

    def likeness(self, i: int, j: int) -> float:
        """Return 0 to 1; 0 for texts that share too little to be one text changed."""
        words = Indel.normalized_similarity(self._old[i], self._new[j], score_cutoff=LIKE)
        # One word misspelt is another word, but hardly another letter.
        return words or Indel.normalized_similarity(self.old[i], self.new[j], score_cutoff=LIKE_LETTERS)

    def _coded(self, text: str) -> str:
        seen = self._characters
        words = WORDS.findall(text.casefold())
        return "".join(seen.setdefault(word, chr(0x10000 + len(seen) % 0x100000)) for word in words)
