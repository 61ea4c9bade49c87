"""Emphasis in a plain text field: **bold**, *italic*, <u>, <s>, <sub>, <sup>, <code>, [words](https://address).

`parse(write(runs))` gives the runs back, whatever is in them; what looks like a sign but has no partner stays text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sops.blocks import MARKS
from sops.compare.model import joined

Run = dict[str, Any]
TAGS = {"bold": "b", "code": "code", "italic": "i", "strike": "s", "sub": "sub", "sup": "sup", "underline": "u"}
SIGNS = {"bold": "**", "italic": "*"}
_NAMES = {tag: mark for mark, tag in TAGS.items()}
_ADDRESS = r"(?:https?://|mailto:|doc:|block:)"
_LINK = re.compile(
    rf"\[(?P<words>(?:\\.|[^\[\]\\])+)\]\((?:<(?P<wide>{_ADDRESS}[^\s<>\"]+)>|(?P<plain>{_ADDRESS}[^\s<>\"()]+))\)",
    re.DOTALL,
)
_TOKEN = re.compile(r"\\(?P<kept>[\\*<(\[\]])|(?P<stars>\*+)|<(?P<end>/?)(?P<tag>code|sub|sup|[bisu])>", re.DOTALL)
_TAG = re.compile(r"<(?=/?(?:code|sub|sup|[bisu])>)")
_STAR = re.compile(r"\*+")


def write(runs: Iterable[Run]) -> str:
    """Return runs as text for a field."""
    parts = []
    for link, group in groupby(joined(list(runs)), key=lambda run: run.get("link", "")):
        words = _marked(list(group), bool(link))
        address = f"<{link}>" if "(" in link or ")" in link else link
        parts.append(f"[{words}]({address})" if link else words)
    return "".join(parts)


def _marked(runs: list[Run], in_link: bool) -> str:
    out, before, signed = "", frozenset[str](), frozenset[str]()
    for place, run in enumerate(runs):
        marks = frozenset(run.get("marks", ()))
        out += "".join(_sign(mark, signed, "/") for mark in MARKS if mark in before - marks)
        signed = (signed & marks) | {mark for mark in marks - before if _can_be_signed(mark, runs[place:])}
        out += "".join(_sign(mark, signed, "") for mark in MARKS if mark in marks - before)
        out += _escaped(run["text"], in_link)
        before = marks
    return out + "".join(_sign(mark, signed, "/") for mark in MARKS if mark in before)


def _sign(mark: str, signed: frozenset[str], slash: str) -> str:
    return SIGNS[mark] if mark in signed else f"<{slash}{TAGS[mark]}>"


def _can_be_signed(mark: str, runs: list[Run]) -> bool:
    """Return whether stars can stand around the stretch: it begins and ends with something that is no space."""
    if mark not in SIGNS:
        return False
    stretch = ""
    for run in runs:
        if mark not in run.get("marks", ()):
            break
        stretch += run["text"]
    return not stretch[0].isspace() and not stretch[-1].isspace()


def _escaped(text: str, in_link: bool) -> str:
    text = text.replace("\\", "\\\\")
    text = _STAR.sub(lambda match: match[0] if _stands_alone(match) else "\\*" * len(match[0]), text)
    text = _TAG.sub(r"\\<", text)
    if in_link:
        return text.replace("[", "\\[").replace("]", "\\]")
    return text.replace("](", "]\\(")


def _stands_alone(match: re.Match[str]) -> bool:
    """Return whether stars have a space on both sides: a sum, no emphasis."""
    text = match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return before.isspace() and after.isspace()


def parse(text: str) -> list[Run]:
    """Return the runs that a text stands for."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    runs: list[Run] = []
    last = 0
    for match in _links(text):
        runs += _runs(text[last : match.start()])
        runs += [run | {"link": match["wide"] or match["plain"]} for run in _runs(match["words"])]
        last = match.end()
    return joined(runs + _runs(text[last:]))


def _links(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
        elif text[at] == "[" and (match := _LINK.match(text, at)):
            yield match
            at = match.end()
        else:
            at += 1


@dataclass(slots=True)
class _Token:
    """A piece of text, or a sign that switches a mark on or off; a sign without partner is its text."""

    text: str
    mark: str = ""
    is_paired: bool = False


def _runs(text: str) -> list[Run]:
    on: set[str] = set()
    runs: list[Run] = []
    for token in _paired(text):
        if token.is_paired:
            on ^= {token.mark}
        elif token.text:
            marks = [mark for mark in MARKS if mark in on]
            runs.append({"text": token.text} | ({"marks": marks} if marks else {}))
    return runs


def _paired(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    opened: dict[str, tuple[_Token, str]] = {}  # mark: its sign, and whether it is "*" or "<"
    last = 0
    for match in _TOKEN.finditer(text):
        tokens.append(_Token(text[last : match.start()]))
        last = match.end()
        if match["kept"]:
            tokens.append(_Token(match["kept"]))
            continue
        for token, may_open, may_close in _signs(match):
            tokens.append(token)
            _pair(token, opened, may_open, may_close)
    return [*tokens, _Token(text[last:])]


def _signs(match: re.Match[str]) -> Iterator[tuple[_Token, bool, bool]]:
    if match["tag"]:
        yield _Token(match[0], _NAMES[match["tag"]]), not match["end"], bool(match["end"])
        return
    text, count = match.string, len(match[0])
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    may_open, may_close = bool(after.strip()), bool(before.strip())
    marks = {1: ["italic"], 2: ["bold"], 3: ["bold", "italic"]}.get(count, [])
    for mark in marks:
        yield _Token(SIGNS[mark], mark), may_open, may_close
    if not marks:
        yield _Token(match[0]), False, False


def _pair(token: _Token, opened: dict[str, tuple[_Token, str]], may_open: bool, may_close: bool) -> None:
    style = token.text[0]
    partner, its_style = opened.get(token.mark, (None, ""))
    if partner is not None and may_close and its_style == style:
        token.is_paired = partner.is_paired = True
        del opened[token.mark]
    elif partner is None and may_open:
        opened[token.mark] = (token, style)
