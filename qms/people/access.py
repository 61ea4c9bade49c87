"""Who may open which page and call which verb. Every view carries one of three marks; a test finds those without."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.roles import MAY_WORDS, May
from qms.trail.actor import Acting
from qms.trail.errors import NotAllowed

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[Any, P], HttpResponseBase]

HOME = "/"
ANYONE = "anyone"
PUBLIC = "public"


class AuthenticatedRequest(HttpRequest):
    """A request behind a mark other than `public`: somebody is logged in."""

    user: User


def needs(permission: May) -> Callable[[View[P]], View[P]]:
    """Mark a view: only for who holds this permission, for any facility. What the record asks is for its loader."""

    def mark(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user: User | AnonymousUser = request.user
            if not isinstance(user, User):
                return to_login(request)
            if not user.may(permission):
                raise NotAllowed(lacking(permission))
            return view(request, *args, **kwargs)

        checked.may = permission  # type: ignore[attr-defined]
        return checked

    return mark


def anyone(view: View[P]) -> View[P]:
    """Mark a view: for everybody who is logged in."""

    @wraps(view)
    def checked(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return to_login(request)
        return view(request, *args, **kwargs)

    checked.may = ANYONE  # type: ignore[attr-defined]
    return checked


def public(view: View[P]) -> View[P]:
    """Mark a view: open to the world."""
    view.may = PUBLIC  # type: ignore[attr-defined]
    return view


def to_login(request: HttpRequest) -> HttpResponse:
    """Send to the log-in page and back here afterwards; htmx is told by header, or it would swap the page in."""
    address = f"{resolve_url('login')}?{urlencode({'next': _page_of(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def _page_of(request: HttpRequest) -> str:
    """Return the page that the person looked at: a POST or a part of a page cannot be opened again."""
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    parts = urlsplit(shown)
    if parts.netloc != request.get_host():
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def lacking(permission: May) -> str:
    """Return the sentence for one who may not."""
    return _("You may not %(act)s. Ask your quality manager if you should.") % {"act": MAY_WORDS[permission]}


def require(by: Acting, *permissions: May) -> None:
    """Raise NotAllowed unless `by` may do all this today, anywhere; read afresh.

    The system and the one who runs the server may: they have no roles and act by code alone.
    """
    if by.actor.person_id is None:
        return
    person = as_now(by.actor.person_id)
    for permission in permissions:
        if person is None or not person.may(permission):
            raise NotAllowed(lacking(permission))


def as_now(key: int) -> Person | None:
    """Return a person read afresh, with the roles of the programme's day: what an act is decided by."""
    person = Person.objects.filter(pk=key).first()
    if person is not None:
        person.roles = person.roles_on(today())
    return person


def load(visible: QuerySet[M], *, allowed: Callable[[M], bool] | None = None, refusal: str = "", **key: Any) -> M:
    """Return the one record among the visible ones: 404 where it is not, 403 where it is seen but not `allowed`."""
    # PostgreSQL refuses a NUL: nothing has such a key.
    nul = any(isinstance(value, str) and "\0" in value for value in key.values())
    record = None if nul else visible.filter(**key).first()
    if record is None:
        raise Http404
    if allowed is not None and not allowed(record):
        raise only_seen(refusal)
    return record


def only_seen(refusal: str = "") -> NotAllowed:
    """Return the refusal for who may see a record, and not do this with it."""
    return NotAllowed(refusal or _("You may see this, but not do this. Ask your quality manager."))
