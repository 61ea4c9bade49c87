"""Loading is authorising: a reading is seen by who was asked, the readers of a version by who answers for them."""

from django.db.models import Q
from django.utils.translation import gettext as _

from qms.people.access import load
from qms.people.models import Person, User
from qms.people.roles import May
from qms.trail.errors import NotAllowed
from sops.loaders import get_document, get_version
from sops.models import Document, Version
from training.models import Reading, ReadingQuerySet, ReadingRule
from training.services import may_require, may_see_readers


def get_reading(user: User, pk: int) -> Reading:
    """Return a reading of this person's own. It shows the version wherever that belongs, and before its day too."""
    mine = Reading.objects.filter(person=user.person_id)
    found: Reading = load(mine.select_related("version__document__facility", "person", "signature"), pk=pk)
    return found


def get_read_version(user: User, number: str, n: int) -> Version:
    """Return a version whose readers this person may see."""
    version = get_version(user, number, n)
    if not may_see_readers(user.person, version.document):
        raise NotAllowed(_("Who has read a document is seen by quality, directors, inspectors and its owner."))
    return version


def get_ruled_document(user: User, number: str) -> Document:
    """Return a document of which this person says who must read it."""
    document = get_document(user, number)
    if not may_require(user.person, document):
        raise NotAllowed(_("Who must read a document is said by quality and by its owner."))
    return document


def get_rule(user: User, number: str, pk: int) -> ReadingRule:
    """Return an open rule of such a document."""
    rules = get_ruled_document(user, number).reading_rules.filter(ended_at=None)
    found: ReadingRule = load(rules.select_related("document", "facility"), pk=pk)
    return found


def readings_of(user: User, person: Person) -> ReadingQuerySet:
    """Return the readings of a person that this person may see: all of one's own, else those of one's facilities."""
    found: ReadingQuerySet = Reading.objects.filter(person=person).select_related("version__document", "signature")
    if person.pk == user.person_id:
        return found
    places = user.person.facilities_where(May.SEE_READERS)
    return found if places is None else found.filter(Q(version__document__facility__in=places))
