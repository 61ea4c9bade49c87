"""What stands around a list: its filters, its views, the heads of its columns.

Made from patterns, not by templates: the register shows sixteen of these, which as templates of their own took a tenth
of the page's time.
"""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qms.ui.marks import NOTHING, Words, icon
from qms.ui.options import Option

ASCENDING, DESCENDING = "ascending", "descending"
LABEL = '<label><input type="checkbox" name="{}" value="{}"{}>{}{}</label>'
CHECKED = mark_safe(" checked")
CURRENT = mark_safe(' aria-current="page"')
FILTER = (
    '<details class="menu"><summary class="btn btn-filter{}">{}{}{}</summary>'
    '<div class="menu-panel" role="group" aria-label="{}">{}</div></details>'
)


def filter_menu(word: Words, name: str, options: Iterable[Option]) -> SafeString:
    """Return a filter: a menu of check boxes inside the filter form, with how many rows each choice gives."""
    given = list(options)
    chosen = sum(option.on for option in given)
    some = format_html('<span class="visually-hidden">{}</span> <b>{}</b>', _("chosen:"), chosen) if chosen else NOTHING
    boxes = _check_boxes(name, given) or format_html('<p class="small muted">{}</p>', _("Nothing to choose from yet"))
    return format_html(FILTER, " on" if chosen else "", word, some, icon("chevron-down"), word, boxes)


def _check_boxes(name: str, options: Iterable[Option]) -> SafeString:
    return format_html_join("", LABEL, (
        (name, one.value, CHECKED if one.on else "", one.word,
         "" if one.count is None else format_html('<span class="end">{}</span>', one.count))
        for one in options
    ))  # fmt: skip


def tab(word: Words, url: str, *, current: bool = False, count: int | None = None) -> SafeString:
    """Return one view among others, inside `<nav class="views">`."""
    behind = NOTHING if count is None else format_html(" <span>{}</span>", count)
    return format_html('<a href="{}"{}>{}{}</a>', url, CURRENT if current else "", word, behind)


def column_head(word: Words, url: str, cls: str, order: str) -> SafeString:
    """Return the head of a column that sorts; `order` is how it is sorted now, if it is."""
    arrow = icon({ASCENDING: "arrow-up", DESCENDING: "arrow-down"}[order]) if order else NOTHING
    given = [(key, text) for key, text in (("class", cls), ("aria-sort", order)) if text]
    attributes = format_html_join("", ' {}="{}"', given)
    return format_html('<th scope="col"{}><a class="sort" href="{}">{}{}</a></th>', attributes, url, word, arrow)
