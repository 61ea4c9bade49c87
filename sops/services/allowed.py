"""Who may, asked again when it is done."""

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Facility, Person
from qms.people.roles import May
from qms.trail.errors import NotAllowed
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
