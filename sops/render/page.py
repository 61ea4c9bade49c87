"""What the HTML of one text has to know while it is written: addresses, numbers, and what was already shown."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sops.compare import BlockDiff
from sops.compare.places import WhyWords
from sops.render.inline import Cited

ImageURL = Callable[[str], str]  # from the digest of a picture to its address
NOTHING = SafeString("")


@dataclass(slots=True)
class Page:
    """The state of one rendering, from the first block to the last."""

    image_url: ImageURL
    shift: int = 1
    since: Collection[str] = ()
    cited: Cited = field(default_factory=dict)
    old_labels: dict[str, str] = field(default_factory=dict)
    new_labels: dict[str, str] = field(default_factory=dict)
    whys: Mapping[int, Sequence[WhyWords]] = field(default_factory=dict)  # by the number of their change
    ends: Mapping[int, Sequence[int]] = field(default_factory=dict)  # by identity of a block: changes that end with it
    tables: int = 0
    _rank: int = -1
    _shown: set[int] = field(default_factory=set)
    _last: int | None = None

    def rank(self, level: int) -> int:
        """Return the n of hn for a heading: never a step left out on the way down, never below h6."""
        above = self.shift if self._rank < 0 else self._rank
        self._rank = max(1, min(level + self.shift, above + 1, 6))
        return self._rank

    def label(self, diff: BlockDiff) -> str:
        """Return the printed number of a block: today's, or the last one of a block that went."""
        if diff.new is not None:
            return self.new_labels.get(diff.new["id"], "")
        return self.old_labels.get(diff.block["id"], "")

    def caption_of_table(self) -> str:
        """Return the name by which a screen reader announces the next table."""
        self.tables += 1
        return _("Table %(n)d of this text") % {"n": self.tables}

    def starts(self, change: int | None) -> bool:
        """Return whether a change begins here, so that its number is written; to be asked once a block or row."""
        new = change is not None and change != self._last
        self._last = change
        return new

    def number(self, change: int, css: str = "chg-no") -> SafeString:
        """Return the number of a change for the margin; the first place where it stands can be linked to."""
        first = change not in self._shown
        self._shown.add(change)
        anchor = format_html(' id="change-{}"', change) if first else NOTHING
        said = _("Change %(n)d:") % {"n": change}
        return format_html(
            '<span class="visually-hidden"{}>{} </span><span class="{}" aria-hidden="true">{}</span> ',
            anchor, said, css, change,
        )  # fmt: skip


def anchor_of(diff: BlockDiff) -> str:
    """Return the id by which a block can be linked to and commented on."""
    return f"block-{diff.new['id']}" if diff.new is not None else f"was-{diff.block['id']}"


def attributes(diff: BlockDiff, page: Page, starts: bool, *css: str) -> SafeString:
    """Return id, class and number of change of the outermost element of a block."""
    classes = [
        *css,
        *(["chg"] if diff.change is not None else []),
        *(["chg-moved"] if diff.is_moved else []),
        *(["since"] if diff.new is not None and diff.new["id"] in page.since else []),
    ]
    return format_html(
        ' id="{}"{}{}',
        anchor_of(diff),
        format_html(' class="{}"', " ".join(classes)) if classes else NOTHING,
        format_html(' data-change="{}"', diff.change) if starts else NOTHING,
    )


def remark(diff: BlockDiff) -> SafeString:
    """Return the line under a block that was moved, or of which only the looks changed."""
    if diff.twin is not None:
        come = _("Moved here and reworded: see where it was") if diff.inner else _("Moved here: see where it was")
        words = _("Moved to another place: see it there") if diff.op == "delete" else come
        return format_html(' <span class="chg-why"><a href="#{}">{}</a></span>', anchor_of(diff.twin), words)
    if diff.op == "format" and diff.change is not None:
        return format_html(' <span class="chg-why">{}</span>', _("Only the formatting changed."))
    return NOTHING


def whys_html(diff: BlockDiff, page: Page) -> SafeString:
    """Return why the changes were made that end with a block; a table may end several, so each says its number."""
    parts = [
        format_html('<p class="why"><b>{}</b> {}{}</p>', _lead(number, diff), why.text, _origin(why))
        for number in page.ends.get(id(diff), ())
        for why in page.whys.get(number, ())
    ]
    return SafeString("".join(parts))


def _lead(number: int, diff: BlockDiff) -> str:
    return _("Why change %(n)d:") % {"n": number} if diff.rows else _("Why:")


def _origin(why: WhyWords) -> SafeString:
    told = why.origin
    if why.origin and why.url:
        told = format_html('<a href="{}">{}</a>', why.url, why.label or why.origin)
    version = _("in version %(n)d") % {"n": why.version} if why.version else ""
    parts = [part for part in (told, version) if part]
    if not parts:
        return NOTHING
    return format_html(' <span class="why-of">({}{}{})</span>', parts[0], ", " if parts[1:] else "", "".join(parts[1:]))
