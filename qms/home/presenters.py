"""My work as the page shows it: what is asked first, what one wrote oneself after it, what falls due last."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.home.work import WorkItem

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Group:
    """Items of some kinds under one heading."""

    key: str
    word: str | Promise
    kinds: frozenset[str]


GROUPS = (
    Group("asked", _("Asked of you"), frozenset({"review", "approve"})),
    Group("drafts", _("Your drafts"), frozenset({"draft"})),
    Group("due", _("Falling due"), frozenset({"review_due"})),
)
OTHERS = Group("todo", _("To do"), frozenset())


@dataclass(frozen=True)
class Line:
    """One item with its state: "late", "soon" or "" (keys of the status family "due"); `first` is the next to do."""

    item: WorkItem
    due_state: str
    first: bool


def grouped(items: list[WorkItem], today: date) -> list[tuple[Group, list[Line]]]:
    """Return the groups that hold something, in order, each with its items in the order given."""
    found: list[tuple[Group, list[Line]]] = []
    known = frozenset().union(*(group.kinds for group in GROUPS))
    for group in (GROUPS[0], OTHERS, *GROUPS[1:]):
        mine = [item for item in items if item.kind in group.kinds or (group is OTHERS and item.kind not in known)]
        if mine:
            found.append(
                (group, [Line(item, _state(item, today), not found and n == 0) for n, item in enumerate(mine)])
            )
    return found


def _state(item: WorkItem, today: date) -> str:
    if item.due is None:
        return ""
    return "late" if item.due < today else "soon" if item.due <= today + SOON else ""
