"""Tracked changes: accepts or rejects them in the XML before it is read, and leaves a mark where each one stood."""

from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from sops.word.count import words_of
from sops.word.losses import gettext_noop, quote
from sops.word.model import Mark, Tracked
from sops.word.vocabulary import day_words
from sops.word.xml import Element, attr, child, children, local, words

Decision = Literal["accept", "reject", "comments"]
"""Comments: the text stays as it was before the changes, and each change becomes a remark beside it."""

_ADDED, _REMOVED = ("ins", "moveTo"), ("del", "moveFrom")
_MARK = "engraft-change"
_BETWEEN = ("bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd",
            "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", _MARK)  # fmt: skip


@dataclass
class Change:
    """One change for a person: both texts, who made it and when; `what` is text, move, row, cell or mark."""

    what: str
    old: str = ""
    new: str = ""
    author: str = ""
    day: str = ""


@dataclass
class Changes:
    """All changes of one part, by the number that the marks carry."""

    decision: Decision
    all: list[Change] = field(default_factory=list)
    insertions: int = 0
    deletions: int = 0
    moves: int = 0
    formatting: int = 0

    def goes(self, name: str) -> bool:
        """Say whether what is marked by this element goes away."""
        return (name in _REMOVED) == (self.decision == "accept")

    def add(self, change: Change, before: Element) -> None:
        """Remember a change and leave its mark before an element."""
        before.addprevious(before.makeelement(_MARK, {"n": str(len(self.all))}))
        self.all.append(change)

    def tally(self, name: str) -> None:
        """Count one element of Word."""
        if name == "ins":
            self.insertions += 1
        elif name == "del":
            self.deletions += 1
        elif name == "moveTo":  # its moveFrom is the same move
            self.moves += 1

    def sentence(self, index: str) -> str:
        """Return what is told about the change with this number."""
        change = self.all[int(index)]
        template = _SENTENCES[change.what, bool(change.old), bool(change.new)]
        made = ", ".join(filter(None, (change.author, change.day)))
        told = _(template) % {"old": quote(change.old, _MOST), "new": quote(change.new, _MOST)}
        return _("%(told)s (%(made)s; %(decided)s here)") % {
            "told": told, "made": made, "decided": _(_DECIDED[self.decision]),
        }  # fmt: skip

    def mark(self, index: str) -> Mark:
        """Return the change with this number as a mark beside the text."""
        change = self.all[int(index)]
        key = (change.what, bool(change.old), bool(change.new))
        told = _(_SENTENCES[key]) % {"old": quote(change.old, _MOST), "new": quote(change.new, _MOST)}
        values = {"noun": _(_NOUNS.get(key, _NOUN)), "who": change.author or _("nobody named"), "day": change.day}
        lead = _("Word shows %(noun)s by %(who)s on %(day)s") if change.day else _("Word shows %(noun)s by %(who)s")
        return Mark("change", "", "", f"{lead % values}: {told}.", change.old, change.new)

    @property
    def words_gone(self) -> int:
        """Return how many words are only told, because the decision takes them out of the text."""
        return sum(words_of(one.old if self.decision == "accept" else one.new) for one in self.all)

    @property
    def counts(self) -> Tracked:
        """Return how many changes there are."""
        return Tracked(self.insertions, self.deletions, self.moves, self.formatting)


_MOST = 1_500  # letters of each text of a change that are told
_DECIDED: dict[Decision, str] = {
    "accept": gettext_noop("accepted"), "reject": gettext_noop("rejected"),
    "comments": gettext_noop("kept as a comment"),
}  # fmt: skip
_NOUN = gettext_noop("a change")
_NOUNS = {
    ("text", True, True): gettext_noop("a replacement"),
    ("text", True, False): gettext_noop("a deletion"),
    ("text", False, True): gettext_noop("an insertion"),
    ("move", True, True): gettext_noop("a move"),
    ("move", True, False): gettext_noop("a move"),
    ("move", False, True): gettext_noop("a move"),
    ("row", True, False): gettext_noop("a deletion"),
    ("row", False, True): gettext_noop("an insertion"),
    ("cell", True, False): gettext_noop("a deletion"),
    ("cell", False, True): gettext_noop("an insertion"),
}
_SENTENCES = {
    ("text", True, True): gettext_noop("%(old)s was replaced by %(new)s"),
    ("text", True, False): gettext_noop("%(old)s was deleted"),
    ("text", False, True): gettext_noop("%(new)s was inserted"),
    ("text", False, False): gettext_noop(
        "something without words (a space, a picture, a field) was inserted or deleted"
    ),
    ("move", True, True): gettext_noop("%(old)s was moved here as %(new)s"),
    ("move", True, False): gettext_noop("%(old)s was moved away from here"),
    ("move", False, True): gettext_noop("%(new)s was moved here"),
    ("move", False, False): gettext_noop("something without words was moved"),
    ("mark", True, False): gettext_noop("the paragraph %(old)s was joined with the next one"),
    ("mark", False, True): gettext_noop("a paragraph was ended after %(new)s"),
    ("mark", False, False): gettext_noop("an empty paragraph was inserted or deleted"),
    ("row", True, False): gettext_noop("the table row %(old)s was deleted"),
    ("row", False, True): gettext_noop("the table row %(new)s was inserted"),
    ("row", False, False): gettext_noop("an empty table row was inserted or deleted"),
    ("cell", True, False): gettext_noop("the table cell %(old)s was deleted"),
    ("cell", False, True): gettext_noop("the table cell %(new)s was inserted"),
    ("cell", False, False): gettext_noop("an empty table cell was inserted or deleted"),
}


def resolve(root: Element, decision: Decision) -> Changes:
    """Accept or reject every tracked change below `root`, in place; return them with their texts."""
    contents = [e for e in root.iter() if local(e) in _ADDED + _REMOVED and _is_content(e)]
    marks = [e for e in root.iter() if local(e) == "p" and _mark_of(e)]
    formatting = [e for e in root.iter() if local(e).endswith(("PrChange", "GridChange"))]
    tables = _table_changes(root)
    changes = Changes(decision, formatting=len(formatting))
    _describe(contents, changes)
    for e in marks:
        _describe_mark(e, changes)
    for e, name, what in tables:
        _describe_table(e, name, what, changes)
    _decide(contents, marks, [(e, name) for e, name, _what in tables], changes)
    for e in formatting:
        _format(e, decision)
    return changes


def _decide(contents: list[Element], marks: list[Element], tables: list[tuple[Element, str]], changes: Changes) -> None:
    """Change the XML: words first, then rows and cells, then the ends of paragraphs, each in the order of the text."""
    for e in contents:
        _apply(e, changes)
    for e, name in tables:
        if changes.goes(name):
            _remove_from_table(e)
    for e in marks:
        if changes.goes(_mark_of(e)):
            _join_with_next(e)


def _is_content(e: Element) -> bool:
    return local(e.getparent()) not in ("rPr", "trPr", "numPr", "path") and bool(attr(e, "id") or attr(e, "author"))


def _mark_of(p: Element) -> str:
    """Return the name of the change of a paragraph's own end, "" where there is none."""
    found = child(p, "pPr", "rPr")
    return "" if found is None else next((local(e) for e in found if local(e) in _ADDED + _REMOVED), "")


def _previous(e: Element) -> Element | None:
    before = e.getprevious()
    while before is not None and local(before) in _BETWEEN:
        before = before.getprevious()
    return before


def _describe(contents: list[Element], changes: Changes) -> None:
    """Remember changes of words; a deletion beside an insertion is one replacement."""
    last: Element | None = None
    for e in contents:
        changes.tally(local(e))
        if any(
            local(a) in _ADDED + _REMOVED and _is_content(a) for a in e.iterancestors() if a.getparent() is not None
        ):
            continue
        name = local(e)
        what = "move" if name.startswith("move") else "text"
        if last is None or _previous(e) is not last or changes.all[-1].what != what:
            changes.add(Change(what, author=attr(e, "author"), day=day_words(attr(e, "date"))), e)
        change = changes.all[-1]
        if name in _REMOVED:
            change.old += words(e, deleted=True)
        else:
            change.new += words(e)
        last = e


def _describe_mark(p: Element, changes: Changes) -> None:
    """Remember the change of a paragraph's end, unless its words already tell it."""
    name = _mark_of(p)
    if any(local(e) in _ADDED + _REMOVED for e in p):
        return
    mark = child(p, "pPr", "rPr", name)
    changes.tally(name)
    text = words(p, deleted=True)
    old, new = (text, "") if name in _REMOVED else ("", text)
    changes.add(Change("mark", old, new, attr(mark, "author"), day_words(attr(mark, "date"))), p)


def _table_changes(root: Element) -> list[tuple[Element, str, str]]:
    found = []
    for e in root.iter():
        name = local(e)
        if name == "tr":
            found += [(e, mark, "row") for mark in ("ins", "del") if child(e, "trPr", mark) is not None][:1]
        elif name in ("cellIns", "cellDel"):
            found.append((e.getparent().getparent(), "ins" if name == "cellIns" else "del", "cell"))
    return found


def _describe_table(e: Element, name: str, what: str, changes: Changes) -> None:
    source = child(e, "trPr", name) if what == "row" else child(e, "tcPr", "cellIns" if name == "ins" else "cellDel")
    changes.tally(name)
    text = words(e, deleted=True)
    old, new = (text, "") if name == "del" else ("", text)
    changes.add(Change(what, old, new, attr(source, "author"), day_words(attr(source, "date"))), e)


def _apply(e: Element, changes: Changes) -> None:
    """Drop what goes; of what stays only the wrapper is taken away."""
    parent = e.getparent()
    if parent is None:
        return
    if not changes.goes(local(e)):
        for inner in e.iter():
            if local(inner) in ("delText", "delInstrText"):
                inner.tag = inner.tag.replace("delText", "t").replace("delInstrText", "instrText")
        for inner in list(e):
            e.addprevious(inner)
    parent.remove(e)


def _remove_from_table(e: Element) -> None:
    """Remove a row or cell, and the row or table that is empty then."""
    while e is not None and e.getparent() is not None:
        parent = e.getparent()
        parent.remove(e)
        if local(parent) not in ("tbl", "tr") or any(local(s) in ("tr", "tc", "sdt") for s in parent):
            return
        e = parent


def _join_with_next(p: Element) -> None:
    """Join a paragraph whose end goes with the next one, whose properties hold."""
    parent, after = p.getparent(), p.getnext()
    if parent is None:
        return
    while after is not None and local(after) in _BETWEEN:
        after = after.getnext()
    content = [e for e in p if local(e) != "pPr"]
    if after is not None and local(after) == "p":
        at = 1 if child(after, "pPr") is not None else 0
        for index, e in enumerate(content):
            after.insert(at + index, e)
    elif any(local(e) not in _BETWEEN for e in content):
        return
    if len(children(parent, "p")) > 1 or local(parent) not in ("tc", "txbxContent"):
        parent.remove(p)


def _format(e: Element, decision: Decision) -> None:
    """Drop the note of a change of formatting; where it is rejected, the old properties come back."""
    properties = e.getparent()
    if properties is None:
        return
    properties.remove(e)
    if decision != "accept" and len(e) and local(e[0]) == local(properties):
        kept = [k for k in properties if local(properties) == "pPr" and local(k) in ("rPr", "sectPr")]
        properties[:] = [*e[0], *kept]
