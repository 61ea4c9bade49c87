"""What a filter offers, and the views of a list that are one click away."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Option:
    """One choice of a filter: its value in the address, its word, how many rows it gives, whether it is chosen."""

    value: str
    word: str | Promise
    count: int | None = None
    on: bool = False


@dataclass(frozen=True)
class View:
    """A view of a list that is one click away: its word, its address, whether the list shows it now."""

    word: str
    address: str
    current: bool


LABEL = '<label><input type="checkbox" name="{}" value="{}"{}>{}{}</label>'
CHECKED = mark_safe(" checked")


def check_boxes(name: str, options: Iterable[Option]) -> SafeString:
    """Return the choices of a filter from one pattern: a template takes five times as long over fifty owners."""
    return format_html_join("", LABEL, (
        (name, one.value, CHECKED if one.on else "", one.word,
         "" if one.count is None else format_html('<span class="end">{}</span>', one.count))
        for one in options
    ))  # fmt: skip
