"""The template tags of the interface: `{% load ui %}`. Their Python signatures are the check and the manual."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.template.defaulttags import querystring
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from qms.ui import marks, wrappers
from qms.ui.frame import part
from qms.ui.listing import ASCENDING, DESCENDING, column_head, filter_menu, tab
from qms.ui.marks import Words
from qms.ui.status import State, state

register = template.Library()
Context = dict[str, Any]

for leaf in (
    marks.icon, marks.status, marks.glyph, marks.count, marks.number, marks.when, marks.digest, marks.crumb,
    marks.link_button, marks.button, marks.mail, filter_menu, tab,
):  # fmt: skip
    register.simple_tag(leaf)
for wrapper in (
    wrappers.fragment, wrappers.page_head, wrappers.section, wrappers.note, wrappers.blank, wrappers.facts,
    wrappers.fact, wrappers.route, wrappers.step, wrappers.comment_box, wrappers.reply, wrappers.dialog,
    wrappers.menu, wrappers.scroll,
):  # fmt: skip
    register.simple_block_tag(wrapper)


@register.simple_tag
@lru_cache(maxsize=1)
def shell_head() -> SafeString:
    """Show what stands in the head of every page: nothing in it depends on the request, so it is made once."""
    return render_to_string("ui/shell/head.html")


@register.simple_tag(takes_context=True)
def shell_part(context: Context, name: str) -> SafeString:
    """Show a part of the frame around a page: side, top, bottom or session."""
    return part(name, context["shell"]["frame"], str(context.get("csrf_token", "")))


@register.filter
def attributes(given: dict[str, Any]) -> SafeString:
    """Show the attributes of a field; Django's own template asks three questions about each."""
    return flatatt(given)


@register.inclusion_tag("ui/signature.html")
def signature(
    *,
    name: str,
    role: Words = "",
    meaning: Words = "",
    at: datetime | None = None,
    number: str = "",
    url: str = "",
    digest: str = "",
    what: Words = "",
    state: str = "signed",
    on_behalf: str = "",
    remark: Words = "",
) -> Context:
    """Show a signature as a line one could have signed on paper. `state` is a key of the family "sign"."""
    return locals()


@register.simple_tag
def stages(family: str, keys: str, *, at: str) -> SafeString:
    """Show a life cycle from left to right: the keys of a status family, parted by spaces, and where it is now."""
    return _stages(family, keys, str(at), get_language())


@lru_cache(maxsize=256)
def _stages(family: str, keys: str, at: str, language: str | None) -> SafeString:
    """Return a life cycle at one of its stages: there are few, and nothing else stands in them."""
    names = keys.split()
    here = names.index(at) if at in names else -1
    found: list[tuple[State, str]] = []
    for place, name in enumerate(names):
        found.append((state(family, name), "done" if place < here else "now" if place == here else "ahead"))
    return render_to_string("ui/stages.html", {"stages": found})


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: forms.BaseForm) -> Context:
    """Show on top of a form, once, what to correct, each line a link to its field; nothing for a form in order."""
    if getattr(form, "summary_is_shown", False):
        return {"total": 0}
    form.summary_is_shown = True  # type: ignore[attr-defined]
    fields = [(bound, target_id(bound), error) for bound in form.visible_fields() for error in bound.errors]
    hidden = [error for bound in form.hidden_fields() for error in bound.errors]
    general = [*form.non_field_errors(), *hidden]
    return {"general": general, "fields": fields, "total": len(general) + len(fields)}


def target_id(bound: forms.BoundField) -> str:
    """Return the id of what takes the focus: the first choice of a group, else the field itself."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> Context:
    """Show which rows these are, and the way to the next and the former ones. Keeps the rest of the address."""
    return {"page": page, "request": context["request"]}


@register.simple_tag(takes_context=True)
def sort_header(
    context: template.Context, word: Words, key: str, *, cls: str = "", default: bool = False
) -> SafeString:
    """Show a column head that sorts: ?sort=key, and ?sort=-key when it is sorted so already."""
    given = context["request"].GET
    chosen = given.get("sort", key if default else "")
    order = {key: ASCENDING, f"-{key}": DESCENDING}.get(chosen, "")
    following = f"-{key}" if order == ASCENDING else key
    return column_head(word, querystring(context, given, sort=following, page=None), cls, order)


@register.inclusion_tag("ui/post_button.html", takes_context=True)
def post_button(
    context: Context,
    word: Words,
    url: str,
    *,
    name: str = "",
    value: str = "",
    kind: str = "",
    size: str = "",
    icon: str = "",
) -> Context:
    """Show a button with a form of its own that posts to the address."""
    pressed = marks.button(word, kind=kind, size=size, icon=icon, name=name, value=value)
    return {"url": url, "button": pressed, "csrf_token": context.get("csrf_token", "")}
