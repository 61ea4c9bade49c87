"""Where the words of a query stand in a text: a few words before and after, the words themselves marked."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from qms.search.index import QUOTED, WORD, fold, terms

BEFORE, LENGTH = 40, 130  # signs shown before the first word that was found, and in all
BETWEEN = r"[\W_]+"


@dataclass(frozen=True)
class Hit:
    """A piece of a text. `parts` are (words, whether they were looked for); `begins`, `ends`: nothing was left out."""

    parts: tuple[tuple[str, bool], ...]
    begins: bool
    ends: bool


class _SameLength(dict[int, int]):
    """Signs without accents and capitals, one for one, so that places in both texts are the same."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        plain = [one for one in unicodedata.normalize("NFKD", sign.casefold()) if not unicodedata.combining(one)]
        self[code] = found = ord(plain[0]) if len(plain) == 1 else code
        return found


_SAME = _SameLength()


@lru_cache(maxsize=64)
def _pattern(query: str) -> re.Pattern[str] | None:
    """Return what finds the phrases of a query, or else its words by their beginnings."""
    quoted = [WORD.findall(fold(part)) for part in QUOTED.findall(query)]
    loose = terms(QUOTED.sub(" ", query))
    ways = [BETWEEN.join(map(re.escape, words)) for words in quoted if words] + [re.escape(word) for word in loose]
    # The longest first: of "thaw" and "thawing" the whole word is marked either way, to its end.
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(ways, key=len, reverse=True))})[^\W_]*") if ways else None


def first_hit(text: str, query: str) -> Hit | None:
    """Return the first place in a text where words of a query stand; None where they stand in its title alone."""
    pattern = _pattern(query)
    if pattern is None:
        return None
    same = text.translate(_SAME)
    found = pattern.search(same)
    if found is None:
        return None
    start, stop = _piece(text, found.start())
    parts, at = [], start
    for match in pattern.finditer(same, start, stop):
        parts += [(text[at : match.start()], False), (text[match.start() : match.end()], True)]
        at = match.end()
    parts.append((text[at:stop], False))
    shown = tuple((" ".join(words.split("\n")), marked) for words, marked in parts if words)
    return Hit(shown, start == 0 or text[start - 1] == "\n", stop == len(text) or text[stop] == "\n")


def _piece(text: str, found: int) -> tuple[int, int]:
    """Return where a piece around a place begins and ends: within its line, between words."""
    line = text.rfind("\n", 0, found) + 1
    end = text.find("\n", found)
    end = len(text) if end < 0 else end
    start = max(line, found - BEFORE)
    if start > line:
        start = text.find(" ", start, found) + 1 or found
    stop = min(end, start + LENGTH)
    if stop < end:
        space = text.rfind(" ", found, stop)
        stop = space if space > found else stop
    return start, stop
