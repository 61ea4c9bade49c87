"""The frame around each page: navigation, account, session. Written once for all pages that show the same in it.

It was a third of what a page cost. Nothing here decides: the links are those that this request found allowed.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

PARTS = ("side", "top", "bottom", "session")
TOKEN = "token-of-this-page"  # noqa: S105 - stands where each page has its own


@dataclass(frozen=True)
class Frame:
    """What the frame shows, as the template wants it; `key` is everything of it that may differ."""

    key: tuple[Any, ...]
    shown: dict[str, Any] = field(compare=False, hash=False)


def frame_of(shown: dict[str, Any]) -> Frame:
    """Return a frame of the facts of the shell."""
    person = shown.get("person")
    links = (*(group for group in shown.get("groups", ())), shown.get("foot", ()), shown.get("quick", ()))
    places = tuple(tuple((link.url, link.current, link.marked) for link in group) for group in links)
    who = (person.pk, person.printed_name, person.title) if person is not None else ()
    rest = tuple(shown.get(name) for name in ("email", "search_url", "stay_url", "idle_seconds", "marked"))
    return Frame((places, who, rest), shown)


def part(name: str, frame: Frame, token: str) -> SafeString:
    """Return one of PARTS as HTML, with the token that lets this page's form for logging out through."""
    html = _written(name, frame, get_language())
    return mark_safe(html.replace(TOKEN, token)) if name == "top" else html  # noqa: S308 - Django's own token


@lru_cache(maxsize=2048)
def _written(name: str, frame: Frame, language: str | None) -> SafeString:
    return render_to_string(f"ui/shell/{name}.html", {"shell": frame.shown, "csrf_token": TOKEN})
