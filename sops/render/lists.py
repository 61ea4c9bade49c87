"""Steps and points as real lists: the printed number is a word of its own, because ours can be "4.2.1"."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sops.render.inline import together


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: its level (0 at the margin), and the attributes and the content of its li."""

    level: int
    is_numbered: bool
    attributes: SafeString
    content: SafeString


def list_html(items: list[Item]) -> SafeString:
    """Return items that follow one another as lists inside lists."""
    return together(map(_one_list, _lists(items)), "\n")


def item_html(item: Item) -> SafeString:
    """Return one item as a list of its own that keeps its level as a class."""
    return _wrapped(item, format_html("<li{}>{}</li>", item.attributes, item.content), f" alone-{item.level}")


def _lists(items: list[Item]) -> list[list[Item]]:
    """Return the items cut where a list ends: at one less deep, or of the other sort at the same depth."""
    lists: list[list[Item]] = []
    for item in items:
        first = lists[-1][0] if lists else None
        deeper = first is not None and item.level > first.level
        same = first is not None and (item.level, item.is_numbered) == (first.level, first.is_numbered)
        if deeper or same:
            lists[-1].append(item)
        else:
            lists.append([item])
    return lists


def _one_list(items: list[Item]) -> SafeString:
    first = items[0]
    starts = [n for n, item in enumerate(items) if item.level == first.level]
    groups = [items[start:end] for start, end in zip(starts, [*starts[1:], len(items)], strict=True)]
    entries = format_html_join(
        "\n", "<li{}>{}{}</li>", ((g[0].attributes, g[0].content, list_html(g[1:])) for g in groups)
    )
    return _wrapped(first, entries, "")


def _wrapped(item: Item, entries: SafeString, css: str) -> SafeString:
    name, own = ("ol", "steps") if item.is_numbered else ("ul", "points")
    return format_html('<{} class="{}{}" role="list">{}</{}>', name, own, css, entries, name)
