"""What every page knows: the navigation that this person may use, who they are, and when the session ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.notifications.background import is_in_trouble
from qms.people.models import User
from qms.people.programme import current
from qms.people.roles import May
from qms.ui.frame import frame_of


@dataclass(frozen=True)
class NavEntry:
    """A place in the navigation; `may` is what it takes to see it, None for everybody who is logged in.

    `mark` answers, cheaply, whether something there went wrong.
    """

    url_name: str
    word: str | Promise
    icon: str
    may: May | None = None
    mark: Callable[[], bool] | None = None


@dataclass(frozen=True)
class NavLink:
    """An entry as this person sees it on this page."""

    url: str
    word: str | Promise
    icon: str
    current: bool
    marked: bool = False


NAVIGATION: tuple[tuple[NavEntry, ...], ...] = (
    (NavEntry("home", _("My work"), "checkbox"), NavEntry("my-reading", _("My reading"), "school")),
    (
        NavEntry("register", _("Documents"), "file-text", May.READ_DOCUMENTS),
        NavEntry("questions", _("Questions"), "messages", May.READ_DOCUMENTS),
        NavEntry("deviations", _("Deviations"), "git-branch", May.READ_DOCUMENTS),
        NavEntry("review-year", _("Reviews"), "calendar-check", May.SEE_DRAFTS),
        NavEntry("copies-register", _("Copies"), "copy", May.SEE_COPIES),
        NavEntry("register-as-of", _("As it was"), "calendar", May.SEE_DRAFTS),
    ),
    (
        NavEntry("people", _("People"), "users", May.SEE_PEOPLE),
        NavEntry("trail", _("Trail"), "history", May.SEE_PROGRAMME_TRAIL),
        NavEntry("background", _("Background"), "refresh", May.KEEP_RUNNING, is_in_trouble),
    ),
)
FOOT: tuple[NavEntry, ...] = (NavEntry("help", _("Help"), "help-circle"),)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return {"shell": ...} for base.html; without navigation for somebody who is not logged in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": {"logged_in": False, "frame": frame_of({})}}
    here = place_of(request.path)
    groups = [links(group, user, here) for group in NAVIGATION]
    foot = links(FOOT, user, here)
    person = getattr(user, "person", None)
    shown = {
        "logged_in": True,
        "groups": [group for group in groups if group],
        "foot": foot,
        "marked": any(link.marked for group in groups for link in group),
        "quick": [link for group in groups for link in group][:4],
        "person": person,
        "email": user.email,
        "programme": serves.name if (serves := current()) else "",
        "now": timezone.now(),
        "search_url": address("register") if user.may(May.READ_DOCUMENTS) else None,
        "stay_url": address("stay"),
        "idle_seconds": settings.SESSION_IDLE_MINUTES * 60,
    }
    return {"shell": {**shown, "frame": frame_of(shown)}}


def place_of(path: str) -> str | None:
    """Return the address of the one entry that holds the page at `path`: the nearest, where one lies below another."""
    entries = [*FOOT, *(entry for group in NAVIGATION for entry in group)]
    places = [url for entry in entries if (url := address(entry.url_name)) is not None and holds(url, path)]
    return max(places, key=len, default=None)


def links(entries: tuple[NavEntry, ...], user: User, here: str | None) -> list[NavLink]:
    """Return the entries that this person may see; `here` is the address of the one that holds the page."""
    found = []
    for entry in entries:
        url = address(entry.url_name)
        if url is not None and (entry.may is None or user.may(entry.may)):
            marked = entry.mark is not None and entry.mark()
            found.append(NavLink(url, entry.word, entry.icon, url == here, marked))
    return found


def holds(url: str, path: str) -> bool:
    """Return whether a page lies below an entry; below home lies only home itself."""
    return path == url or (url != "/" and path.startswith(url))


@cache
def address(name: str) -> str | None:
    """Return the address of a named page, or None where no installed part brings it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
