"""Who may, asked again when it is done."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.people.roles import May
from qms.trail.errors import NotAllowed, Stale
from sops.models import Document


def demand(by: Person, permission: May, facility: Facility) -> None:
    """Raise NotAllowed unless the person may do this in this facility."""
    now = as_now(by.pk)
    if now is None or not now.may(permission, facility.pk):
        raise NotAllowed(
            _("Your roles do not allow this in %(place)s. Ask your quality manager.") % {"place": facility}
        )


def demand_here(by: Person, permission: May, document: Document) -> None:
    """The same for one of the facilities that work by a document."""
    now = as_now(by.pk)
    if now is None or not any(now.may(permission, place) for place in document.places):
        demand(by, permission, document.facility)


def check_unchanged(seen: Iterable[tuple[Document, int | None]], also: Collection[int] = ()) -> None:
    """Raise Stale, and name them, where locked documents are at another revision than was seen (None: not asked).

    `also` are keys of documents of which something else changed.
    """
    changed = sorted(
        document.number
        for document, revision in seen
        if (revision is not None and document.revision != revision) or document.pk in also
    )
    if changed:
        raise Stale(
            _("Changed since you looked: %(numbers)s. Nothing was done for any document; look at the list again.")
            % {"numbers": ", ".join(changed)}
        )
