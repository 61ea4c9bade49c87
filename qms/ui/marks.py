"""The small parts of a page: icon, status, number, date, digest, button. Each returns safe HTML."""

from datetime import date, datetime
from functools import lru_cache

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.ui import dates
from qms.ui.status import State, state

Words = str | Promise
NOTHING = mark_safe("")
BUTTON_KINDS = ("", "primary", "danger")
BUTTON_SIZES = ("", "sm", "lg")


def icon(name: str, *, label: Words = "", cls: str = "") -> SafeString:
    """Return an icon of the sprite; without a label it is silent and stands beside a word."""
    return _icon(name, str(label), cls)


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, cls: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    classes = f"icon {cls}" if cls else "icon"
    sprite = static("icons/icons.svg")
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, spoken, sprite, name)


def status(family: str, key: str, *, word: Words = "", extra: Words = "", pill: bool = False) -> SafeString:
    """Return icon, word and tone of a state. A replacing word keeps the state's own word for screen readers."""
    if not word and not extra:
        return _status(family, str(key), pill, get_language())
    shown = state(family, str(key))
    own = format_html("{} ", _hidden(shown.word)) if word else NOTHING
    text = format_html("{} {}", word or shown.word, extra) if extra else word
    return _marked(shown, format_html("{}{}", own, text), pill)


@lru_cache(maxsize=1024)
def _status(family: str, key: str, pill: bool, language: str | None) -> SafeString:
    """Return a state in its own word; lists show the same few a hundred times."""
    shown = state(family, key)
    return _marked(shown, str(shown.word), pill)


def _marked(shown: State, text: str, pill: bool) -> SafeString:
    classes = f"st st-{shown.tone} st-pill" if pill else f"st st-{shown.tone}"
    return format_html('<span class="{}">{}<span>{}</span></span>', classes, icon(shown.icon), text)


def glyph(family: str, key: str, *, label: Words = "") -> SafeString:
    """Return the icon of a state alone, its word as label: for routes and for grids with a key."""
    shown = state(family, str(key))
    return format_html('<span class="gl gl-{}">{}</span>', shown.tone, icon(shown.icon, label=label or shown.word))


def count(n: int, url: str = "", *, tone: str = "") -> SafeString:
    """Return a number that links to its list; a counted zero is a dash."""
    if not n:
        return format_html('<span class="n0"><span aria-hidden="true">–</span>{}</span>', _hidden(_("none")))
    classes = f"n n-{tone}" if tone else "n"
    if not url:
        return format_html('<span class="{}">{}</span>', classes, n)
    return format_html('<a class="{}" href="{}">{}</a>', classes, url, n)


def number(number: str, url: str = "", *, title: str = "", version: str = "") -> SafeString:
    """Return a record's number, bold and unbroken, with version and title behind; linked if there is an address."""
    behind = format_html(' <span class="v">{}</span>', _("v%(n)s") % {"n": version}) if version else NOTHING
    text = format_html("<b>{}</b>{}{}", number, behind, f" {title}" if title else "")
    if not url:
        return format_html('<span class="docref">{}</span>', text)
    return format_html('<a class="docref" href="{}">{}</a>', url, text)


def when(value: date | datetime | None, *, style: str = "", relative: bool = False) -> SafeString:
    """Return a date or an aware moment in words, as `dates.in_words`; nothing for None."""
    if value is None:
        return NOTHING
    if not relative and not isinstance(value, datetime):
        return _day(value, style, get_language())
    machine = timezone.localtime(value).isoformat(timespec="seconds") if isinstance(value, datetime) else f"{value}"
    far = format_html(' <span class="muted">{}</span>', dates.from_today(value)) if relative else NOTHING
    text = dates.in_words(value, style)
    return format_html('<time class="nowrap" datetime="{}">{}</time>{}', machine, text, far)


@lru_cache(maxsize=1024)
def _day(value: date, style: str, language: str | None) -> SafeString:
    """Return a day in words, which depends on nothing but the language."""
    text = dates.in_words(value, style)
    return format_html('<time class="nowrap" datetime="{}">{}</time>', f"{value}", text)


def digest(value: str, *, full: bool = False) -> SafeString:
    """Return a SHA-256 in hex, in groups of four characters: its two ends, or all sixteen groups."""
    groups = [value[at : at + 4] for at in range(0, len(value), 4)]
    if full or len(groups) <= 4:
        return format_html('<span class="mono hash">{}</span>', " ".join(groups))
    short = f"{groups[0]} {groups[1]} … {groups[-2]} {groups[-1]}"
    return format_html('<span class="mono nowrap" title="{}">{}</span>', value, short)


def mail(address: str) -> SafeString:
    """Return an e-mail address that breaks, where it must, before its @."""
    name, at, host = address.partition("@")
    return format_html("{}<wbr>{}{}", name, at, host)


def crumb(word: Words, url_name: str = "", *args: object) -> SafeString:
    """Return one step of the way here; the last one has no address."""
    if not url_name:
        return format_html("<span>{}</span>", word)
    return format_html('<a href="{}">{}</a>', reverse(url_name, args=args), word)


def link_button(
    word: Words, url: str, *, kind: str = "", size: str = "", icon: str = "", block: bool = False
) -> SafeString:
    """Return a link that looks like a button."""
    classes = button_classes(kind, size, block)
    return format_html('<a class="{}" href="{}">{}{}</a>', classes, url, before(icon), word)


def button(
    word: Words,
    *,
    kind: str = "",
    size: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",
    form: str = "",
    dialog: str = "",
    blocked_by: str = "",
    block: bool = False,
) -> SafeString:
    """Return a button. `dialog` opens that dialog; `blocked_by` is the id of the note that says what unblocks it."""
    given = {"name": name, "value": value, "form": form, "data-dialog": dialog, "aria-describedby": blocked_by}
    if dialog or blocked_by:
        type = "button"
    if blocked_by:
        given["aria-disabled"] = "true"
    attributes = format_html_join("", ' {}="{}"', [(key, text) for key, text in given.items() if text])
    return format_html(
        '<button class="{}" type="{}"{}>{}{}</button>',
        button_classes(kind, size, block), type, attributes, before(icon), word,
    )  # fmt: skip


def button_classes(kind: str, size: str, block: bool = False) -> str:
    """Return the classes of a button.

    Raises:
        ValueError: A kind or size that there is not.
    """
    if kind not in BUTTON_KINDS or size not in BUTTON_SIZES:
        raise ValueError(f"No button {kind!r} {size!r}: kinds {BUTTON_KINDS}, sizes {BUTTON_SIZES}.")
    return " ".join(["btn", *(f"btn-{part}" for part in (kind, size) if part), *(["btn-block"] if block else [])])


def before(name: str) -> SafeString:
    """Return the icon before a word, if there is one."""
    return icon(name) if name else NOTHING


def _hidden(word: Words) -> SafeString:
    return format_html('<span class="visually-hidden">{}</span>', word)
