"""My work as the page shows it: what others wait for first, what one wrote oneself after it, what falls due last."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qms.home.work import WorkItem

SOON = timedelta(days=7)  # what was asked for today, with two weeks, is no warning yet


@dataclass(frozen=True)
class Group:
    """Items of some kinds under one heading."""

    key: str
    word: str | Promise
    kinds: frozenset[str]


GROUPS = (
    Group("asked", _("Asked of you"), frozenset({"review", "approve"})),
    Group("reading", _("Read and sign"), frozenset({"reading"})),
    Group("comments", _("Comments that wait for you"), frozenset({"comment"})),
    Group("questions", _("Questions of readers"), frozenset({"question"})),
    OTHERS := Group("todo", _("To do"), frozenset()),
    Group("drafts", _("Your drafts"), frozenset({"draft"})),
    Group("due", _("Falling due"), frozenset({"review_due"})),
)


@dataclass(frozen=True)
class Line:
    """One item with its state: "late", "soon" or "later" (keys of the status family "due"), "" without a day.

    `due_words` says the same: due in 3 days; `first` is the next to do.
    """

    item: WorkItem
    due_state: str
    due_words: str
    first: bool


def grouped(items: list[WorkItem], today: date) -> list[tuple[Group, list[Line]]]:
    """Return the groups that hold something, in order, each with its items in the order given."""
    found: list[tuple[Group, list[Line]]] = []
    known = frozenset().union(*(group.kinds for group in GROUPS))
    for group in GROUPS:
        mine = [item for item in items if item.kind in group.kinds or (group is OTHERS and item.kind not in known)]
        if mine:
            lines = [_line(item, today, first=not found and n == 0) for n, item in enumerate(mine)]
            found.append((group, lines))
    return found


def _line(item: WorkItem, today: date, *, first: bool) -> Line:
    return Line(item, _state(item, today), due_words(item.due, today) if item.due else "", first)


def due_words(due: date, today: date) -> str:
    """Return how much time is left, in words: due today, due in 3 days, 2 days late."""
    days = (due - today).days
    if days in (0, 1):
        return _now("due tomorrow") if days else _now("due today")
    if days > 0:
        return ngettext("due in %(n)d day", "due in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}


def _state(item: WorkItem, today: date) -> str:
    if item.due is None:
        return ""
    return "late" if item.due < today else "soon" if item.due <= today + SOON else "later"
