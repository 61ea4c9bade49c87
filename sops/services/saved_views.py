"""Views of the register that somebody keeps under a name. Settings, so without the door; sharing one is an event."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import Person
from qms.people.roles import May
from qms.trail import clock
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import SavedView

MOST_VIEWS = 20


def save_view(name: str, query: str, *, by: Person, shared: bool = False) -> SavedView:
    """Keep the register as this query narrows it, under a name; `shared`: for everybody, which needs a right."""
    if not query:
        raise Invalid(_("There is nothing to save yet. Search, filter or sort the list first."))
    if len(query) > 1000:
        raise Invalid(_("Too many filters are chosen to be kept. Choose fewer."))
    if shared:
        require(by, May.SHARE_VIEWS)
        with change(by=by) as c:
            view = _made(name, query, by)
            _share(c, view, True)
        return view
    with transaction.atomic():
        return _made(name, query, by)


def _made(name: str, query: str, by: Person) -> SavedView:
    _lock(by.pk)
    if SavedView.objects.filter(owner=by, removed_at=None).count() >= MOST_VIEWS:
        raise Invalid(_("You have %(most)d views, which is the most. Remove one first.") % {"most": MOST_VIEWS})
    free = _free_name(name, by.pk)
    return SavedView.objects.create(owner=by, name=free, query=query, at=clock.now())


def _lock(owner: int) -> None:
    """Let the views of one person be counted and named by one at a time."""
    Person.objects.select_for_update(no_key=True).get(pk=owner)


def _free_name(name: str, owner: int, own: int = 0) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= 40:
        raise Invalid(_("Give the view a name of up to 40 signs."))
    if SavedView.objects.filter(owner=owner, name=tidy, removed_at=None).exclude(pk=own).exists():
        raise Invalid(_("There is a view “%(name)s” already. Choose another name.") % {"name": tidy})
    return tidy


def rename_view(view: SavedView, name: str, *, by: Person) -> None:
    """Give a view another name."""
    _demand(view, by)
    if view.shared:
        with change(by=by) as c:
            was = view.name
            _named(view, name)
            c.event("view.rename", view, was=was)
        return
    with transaction.atomic():
        _named(view, name)


def _named(view: SavedView, name: str) -> None:
    _lock(view.owner_id)
    _set(view, name=_free_name(name, view.owner_id, view.pk))


def share_view(view: SavedView, shared: bool, *, by: Person) -> None:
    """Show a view to everybody, or to its owner alone again."""
    require(by, May.SHARE_VIEWS)
    _demand(view, by)
    with change(by=by) as c:
        _share(c, view, shared)


def _share(c: Change, view: SavedView, shared: bool) -> None:
    _set(view, shared=shared)
    c.event("view.share" if shared else "view.unshare", view, query=view.query)


def remove_view(view: SavedView, *, by: Person) -> None:
    """Take a view away. It can be brought back; a shared one comes back as its owner's own."""
    _demand(view, by)
    if view.shared:
        with change(by=by) as c:
            _set(view, removed_at=c.at)
            _share(c, view, False)
        return
    _set(view, removed_at=clock.now())


def bring_back_view(view: SavedView, *, by: Person) -> None:
    """Undo a removal."""
    _demand(view, by)
    with transaction.atomic():
        _lock(view.owner_id)
        if SavedView.objects.filter(owner=view.owner_id, removed_at=None).count() >= MOST_VIEWS:
            raise Invalid(_("You have %(most)d views, which is the most. Remove one first.") % {"most": MOST_VIEWS})
        _set(view, name=_free_name(view.name, view.owner_id, view.pk), removed_at=None)


def _set(view: SavedView, **values: Any) -> None:
    for name, value in values.items():
        setattr(view, name, value)
    view.save(update_fields=list(values))


def _demand(view: SavedView, by: Person) -> None:
    if view.owner_id == by.pk:
        return
    if not view.shared:
        raise NotAllowed(_("This view is somebody else's."))
    require(by, May.SHARE_VIEWS)
