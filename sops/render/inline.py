"""Words of one block as HTML: emphasis, links, and what was added or removed."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from types import MappingProxyType

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.ui.numbers import kept_together
from sops.blocks import LINK
from sops.compare import Segment
from sops.compare.model import Op
from sops.references import number_in, passage_in

NOBODY: Mapping[str, tuple[str, str]] = MappingProxyType({})
TAGS = {
    "bold": "strong",
    "code": "code",
    "italic": "em",
    "strike": "s",
    "sub": "sub",
    "sup": "sup",
    "underline": "u",
}


Cited = Mapping[str, tuple[str, str]]  # number of a document: its title now, and its address ("" on paper)


def words_html(segments: list[Segment], cited: Cited = NOBODY) -> SafeString:
    """Return the words of one block, added ones in ins, removed ones in del; references with titles from `cited`."""
    groups = groupby(segments, key=lambda segment: segment.op)
    return together(marked(op, together(_segment(one, cited) for one in group)) for op, group in groups)


def together(parts: Iterable[SafeString], between: str = "") -> SafeString:
    """Return pieces of HTML one after the other; their type says that each is safe already."""
    return SafeString(between.join(parts))


def marked(op: Op, content: SafeString) -> SafeString:
    """Return the content as it is, as added or as removed; a screen reader says which."""
    if op == "insert":
        return format_html('<ins><span class="visually-hidden">{} </span>{}</ins>', _("Added:"), content)
    if op == "delete":
        return format_html('<del><span class="visually-hidden">{} </span>{}</del>', _("Removed:"), content)
    return content


def _segment(segment: Segment, cited: Cited) -> SafeString:
    marks, link = segment.look
    html = together(map(kept_together, segment.text.split("\n")), "<br>")
    for mark in marks:
        html = format_html("<{}>{}</{}>", TAGS[mark], html, TAGS[mark])
    if LINK.match(link):
        html = format_html('<a href="{}" rel="noopener noreferrer">{}</a>', link, html)
    elif link:
        html = _reference(link, html, cited)
    return format_html('<span class="chg-look">{}</span>', html) if segment.was is not None else html


def _reference(link: str, words: SafeString, cited: Cited) -> SafeString:
    """Return a reference: to a document with its title as it is now, to a passage of this text as a link to it."""
    if passage := passage_in(link):
        return format_html('<a href="#block-{}">{}</a>', passage, words)
    title, address = cited.get(number_in(link), ("", ""))
    shown = format_html('<b class="docno">{}</b> {}', words, title) if title else words
    return format_html('<a class="docref" href="{}">{}</a>', address, shown) if address else shown
