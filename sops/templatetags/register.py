"""The rows of the register: `{% load register %}`. Fifty of them as template lines took a third of the page."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.search.hits import Hit
from qms.ui.marks import NOTHING, status, when
from sops.presenters.register import Row

register = template.Library()

ROW = """<tr tabindex="-1" data-row>
<th scope="row" class="no"><a href="{}">{}</a></th>
<td class="title"><a href="{}">{}</a>{}{}</td>
<td class="ver r">{}</td>
<td class="sta">{}</td>
<td class="eff r">{}</td>
<td class="rev r">{}</td>
<td class="owner">{}</td>
<td class="fac">{}</td>
</tr>
"""
TICK = """<td class="sel"><label class="tick">
<input type="checkbox" name="document" value="{}" aria-label="{}"></label></td>"""


@register.simple_tag
def register_rows(rows: Iterable[Row], choosing: bool = False) -> SafeString:
    """Show documents as rows of the table; with a box to tick each where several are chosen."""
    lead = format_html('<span class="rev-word">{} </span>', _("review"))
    if not choosing:
        return _joined(ROW, (_cells(row, lead) for row in rows))
    return _joined(ROW.replace("<th", "{}\n<th", 1), ((_tick(row), *_cells(row, lead)) for row in rows))


def _joined(pattern: str, rows: Iterable[tuple[object, ...]]) -> SafeString:
    """Do what format_html_join does, in half the time: for plain words it need not ask whether they are lazy."""
    filled = (
        pattern.format(*(cell if type(cell) is SafeString else escape(str(cell)) for cell in row)) for row in rows
    )
    return mark_safe("".join(filled))  # noqa: S308 (escaped in the line before)


@lru_cache(maxsize=1024)
def _due(day: date, review: str, language: str | None) -> SafeString:
    """Return the day of a review, with how late it is: a list says the same few days and states over and over."""
    return status("due", review, word=when(day)) if review else when(day)


def _tick(row: Row) -> SafeString:
    number = row.line.number
    return format_html(TICK, number, _("Choose %(number)s") % {"number": number})


@register.simple_tag
def hit(found: Hit | None) -> SafeString:
    """Show where words stand that were searched for, the words marked; nothing where they stand in the title alone."""
    if found is None:
        return NOTHING
    parts = format_html_join("", "{}", ((_marked(words) if marked else words,) for words, marked in found.parts))
    return format_html(
        '<span class="hit">{}{}{}</span>', "" if found.begins else "… ", parts, "" if found.ends else " …"
    )


def _marked(words: str) -> SafeString:
    return format_html("<mark>{}</mark>", words)


def _cells(row: Row, lead: SafeString) -> tuple[object, ...]:
    line = row.line
    sub = format_html('<span class="sub">{}</span>', row.sub) if row.sub else NOTHING
    due = lead + _due(line.review_due, row.review, get_language()) if line.review_due else NOTHING
    return (
        row.url, line.number, row.url, line.title, sub, hit(row.hit), "" if line.shown__n is None else line.shown__n,
        status("doc", line.shown__status) if line.shown__status else NOTHING, when(row.since),
        due, line.owner__printed_name, line.facility__name,
    )  # fmt: skip
