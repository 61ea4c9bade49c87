"""Blocks of a redline as HTML; a plain text is a redline in which nothing changed."""

from collections.abc import Callable, Iterator
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sops.blocks import Block
from sops.compare import BlockDiff
from sops.render.inline import marked, together, words_html
from sops.render.lists import Item, item_html, list_html
from sops.render.page import NOTHING, Page, attributes, remark, whys_html
from sops.render.tables import table_html


def nested(diffs: list[BlockDiff], page: Page) -> Iterator[SafeString]:
    """Yield the HTML of blocks one after the other; steps that follow one another become nested lists."""
    for is_item, group in groupby(diffs, key=lambda diff: diff.block["kind"] == "item"):
        if is_item:
            yield list_html([_item(diff, page) for diff in group])
        else:
            yield from (_html(diff, page) for diff in group)


def alone(diff: BlockDiff, page: Page) -> SafeString:
    """Return the HTML of one block by itself; a step is a list of one, with its level as a class."""
    return item_html(_item(diff, page)) if diff.block["kind"] == "item" else _html(diff, page)


def _item(diff: BlockDiff, page: Page) -> Item:
    starts = page.starts(diff.change)
    return Item(
        level=diff.block["level"],
        is_numbered="number" in diff.block,
        attributes=attributes(diff, page, starts),
        content=together([_content(diff, page, starts), whys_html(diff, page)]),
    )


def _html(diff: BlockDiff, page: Page) -> SafeString:
    if diff.block["kind"] == "table":
        written = table_html(diff, page, nested)
    else:
        starts = page.starts(diff.change)
        written = WRITERS[diff.block["kind"]](diff, page, starts)
    return together([written, whys_html(diff, page)])


def _content(diff: BlockDiff, page: Page, starts: bool) -> SafeString:
    number = page.number(diff.change) if starts and diff.change is not None else NOTHING
    label = page.label(diff)
    shown = format_html('<span class="no">{}</span> ', label) if label else NOTHING
    return format_html("{}{}{}{}", number, shown, words_html(diff.inner or diff.segments, page.cited), remark(diff))


def _heading(diff: BlockDiff, page: Page, starts: bool) -> SafeString:
    if not diff.segments:  # a heading without words is no place that one could jump to
        return _plain(diff, page, starts)
    name = f"h{page.rank(diff.block['level'])}"
    return format_html("<{}{}>{}</{}>", name, attributes(diff, page, starts), _content(diff, page, starts), name)


def _paragraph(diff: BlockDiff, page: Page, starts: bool) -> SafeString:
    role = diff.block.get("role")
    if role in ("warning", "note"):
        css, word = ("note-warn", _("Warning")) if role == "warning" else ("note-go", _("Note"))
        outer = attributes(diff, page, starts, "note", css)
        content = _content(diff, page, starts)
        return format_html('<div{} role="note" aria-label="{}"><p>{}</p></div>', outer, word, content)
    if role == "quote":
        outer = attributes(diff, page, starts)
        return format_html("<blockquote{}><p>{}</p></blockquote>", outer, _content(diff, page, starts))
    return _plain(diff, page, starts, *([role] if role else []))


def _plain(diff: BlockDiff, page: Page, starts: bool, *css: str) -> SafeString:
    return format_html("<p{}>{}</p>", attributes(diff, page, starts, *css), _content(diff, page, starts))


def _footnote(diff: BlockDiff, page: Page, starts: bool) -> SafeString:
    number = page.number(diff.change) if starts and diff.change is not None else NOTHING
    outer = attributes(diff, page, starts, "footnote")
    words = words_html(diff.inner or diff.segments, page.cited)
    return format_html(
        '<p{}>{}<sup class="no">{}</sup> {}{}</p>', outer, number, diff.block["label"], words, remark(diff)
    )


def _figure(diff: BlockDiff, page: Page, starts: bool) -> SafeString:
    number = page.number(diff.change) if starts and diff.change is not None else NOTHING
    outer = attributes(diff, page, starts)
    return format_html("<figure{}>{}{}{}</figure>", outer, number, _pictures(diff, page), remark(diff))


def _pictures(diff: BlockDiff, page: Page) -> SafeString:
    if diff.old is not None and diff.new is not None and diff.op == "change":
        return together([marked("delete", _picture(diff.old, page)), marked("insert", _picture(diff.new, page))])
    return marked(diff.op if diff.op in ("insert", "delete") else "equal", _picture(diff.block, page))


def _picture(image: Block, page: Page) -> SafeString:
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}">',
        page.image_url(image["digest"]),
        image["alt"] or _("Picture without a description"),
        image["width"],
        image["height"],
    )


WRITERS: dict[str, Callable[[BlockDiff, Page, bool], SafeString]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "footnote": _footnote,
    "image": _figure,
}
