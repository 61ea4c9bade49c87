"""The parts of a page that wrap others. Each takes the HTML of its body first and returns safe HTML."""

from datetime import date, datetime

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qms.ui.marks import Words, before, button_classes, glyph
from qms.ui.marks import icon as sign
from qms.ui.numbers import unbroken

NOTE_ICONS = {
    "": "info-circle",
    "go": "progress-check",
    "ok": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-octagon",
}


def fragment(content: str) -> SafeString:
    """Return the body: `{% fragment as name %}` makes a piece of HTML for an argument of another tag."""
    return SafeString(content.strip())


def page_head(
    content: str, title: Words, *, crumbs: str = "", docket: str = "", sub: Words = "", mark: str = ""
) -> SafeString:
    """Return the head of a page: the way here, the one h1, the docket line, and the body as actions."""
    given = {
        "title": unbroken(title),
        "crumbs": crumbs,
        "docket": docket,
        "sub": sub,
        "mark": mark,
        "acts": fragment(content),
    }
    return render_to_string("ui/page_head.html", given)


def section(content: str, title: Words, *, id: str = "", tools: Words = "", level: int = 2) -> SafeString:
    """Return a section: a rule, a heading (with the id), tools at its right, the body."""
    named, labelled = (format_html(' id="{}"', id), format_html(' aria-labelledby="{}"', id)) if id else ("", "")
    beside = format_html('<div class="sec-tools">{}</div>', tools) if tools else ""
    head = format_html('<h{0} class="sec-title"{1}>{2}</h{0}>{3}', level, named, title, beside)
    html = '<section class="sec"{}>\n  <div class="sec-head">{}</div>\n  {}\n</section>\n'
    return format_html(html, labelled, head, SafeString(content))


def note(content: str, *, tone: str = "", lead: Words = "", id: str = "", role: str = "", icon: str = "") -> SafeString:
    """Return a note: `lead` is its bold first sentence, the body says what to do.

    Raises:
        ValueError: A tone that there is not.
    """
    if tone not in NOTE_ICONS:
        raise ValueError(f"No tone {tone!r} for a note: {', '.join(NOTE_ICONS)}.")
    given = {"class": f"note note-{tone}" if tone else "note", "id": id, "role": role}
    attributes = format_html_join("", ' {}="{}"', [(key, text) for key, text in given.items() if text])
    said = format_html("<b>{}</b> ", lead) if lead else ""
    return format_html(
        "<div{}>{}<div>{}{}</div></div>\n", attributes, sign(icon or NOTE_ICONS[tone]), said, fragment(content)
    )


def blank(content: str, title: Words, *, level: int = 2) -> SafeString:
    """Return an empty state: why there is nothing, and the body with one or two ways on."""
    return format_html('<div class="blank"><h{0}>{1}</h{0}>{2}</div>', level, title, SafeString(content))


def facts(content: str) -> SafeString:
    """Return a list of facts; the body holds `{% fact %}`s."""
    return format_html('<dl class="facts">{}</dl>', SafeString(content))


def fact(content: str, word: Words) -> SafeString:
    """Return one fact: its label, and the body as its value."""
    return format_html("<dt>{}</dt><dd>{}</dd>", word, fragment(content))


def route(content: str) -> SafeString:
    """Return the steps one below the other; the body holds `{% step %}`s."""
    return format_html('<ol class="route">{}</ol>', SafeString(content))


def step(content: str, key: str, who: Words, *, label: Words = "", family: str = "sign") -> SafeString:
    """Return one step of a route: its state as icon, who, and the body as second text."""
    mark = glyph(family, key, label=label)
    return format_html("<li>{}<b>{}</b><span>{}</span></li>", mark, who, fragment(content))


def comment_box(
    content: str,
    kind: str,
    *,
    who: Words,
    role: Words = "",
    at: date | datetime | None = None,
    number: int | None = None,
    id: str = "",
    resolved_by: Words = "",
) -> SafeString:
    """Return a comment beside a text: kind, who and when, and the body with text, replies and buttons."""
    given = {"kind": kind, "who": who, "role": role, "at": at, "number": number, "id": id, "resolved_by": resolved_by}
    return render_to_string("ui/comment_box.html", {**given, "body": SafeString(content)})


def reply(content: str, who: Words, at: date | datetime | None = None) -> SafeString:
    """Return an answer to a comment."""
    return render_to_string("ui/reply.html", {"who": who, "at": at, "body": SafeString(content)})


def dialog(content: str, id: str, title: Words) -> SafeString:
    """Return a dialog, closed; only for what cannot be undone. Its title names the thing."""
    given = (id, id, id, title, SafeString(content))
    return format_html('<dialog id="{}" aria-labelledby="{}-title"><h2 id="{}-title">{}</h2>{}</dialog>', *given)


def menu(
    content: str,
    word: Words = "",
    *,
    icon: str = "",
    label: Words = "",
    end: bool = False,
    kind: str = "",
    size: str = "",
) -> SafeString:
    """Return a menu button; the body holds links, labels or forms. Without a word it needs a label."""
    if not word and not label:
        raise ValueError("A menu without a word needs a label.")
    spoken = format_html(' aria-label="{}"', label) if label else ""
    opener = format_html(
        '<summary class="{}"{}>{}{}{}</summary>',
        button_classes(kind, size), spoken, before(icon), word, sign("chevron-down") if word else "",
    )  # fmt: skip
    return format_html(
        '<details class="menu{}">{}<div class="menu-panel">{}</div></details>\n',
        " menu-end" if end else "", opener, SafeString(content),
    )  # fmt: skip


def scroll(content: str, label: Words) -> SafeString:
    """Return a region that scrolls sideways, reachable by keyboard: for wide tables."""
    start = format_html('<div class="scroll-x" tabindex="0" role="region" aria-label="{}">', label)
    return format_html("{}{}</div>", start, SafeString(content))
