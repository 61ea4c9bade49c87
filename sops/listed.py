"""Documents for a list of any length: `visible_documents` said so that the databases go along an index and stop."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from qms.people.models import Facility, User
from qms.people.roles import May
from sops.loaders import PUBLISHED, visible_documents
from sops.models import Document, Status, Version

MOST_SERVED = 300  # so many documents of others are named by their keys
# By hand: two short lists in one statement, asked for by every register.
PLACES = """
    SELECT id, NULL, NULL FROM qms_facility WHERE part = %s
    UNION ALL SELECT * FROM (
        SELECT serving.facility_id, document_id, document.facility_id FROM sops_serving serving
        JOIN sops_document document ON document.id = serving.document_id
        WHERE serving.ended_at IS NULL AND serving.facility_id IN ({seen}) LIMIT %s
    ) served"""


@dataclass(frozen=True)
class _Places:
    """Facilities of the whole programme, {facility: documents of others that serve it}, and whose those are."""

    whole: Collection[int]
    served: dict[int, list[int]]
    lending: Collection[int]

    def here(self, places: set[int]) -> Q:
        """Say `in_places`, and what serves them, by keys."""
        if not places:
            return Q(pk__in=[])
        documents = [document for place in places for document in self.served.get(place, ())]
        own = Q(facility__in=[*places, *self.whole])
        return own | Q(pk__in=documents) if documents else own


def listed_documents(user: User) -> tuple[QuerySet[Document], list[int]]:
    """Return the documents that this person sees, and the facilities they are of; none for who sees those of all.

    What depends on facilities is read first: with its keys the databases go along the index of facility and number,
    and stop where there are enough; with conditions of joined tables they read every document.
    """
    drafts, reads = (user.person.facilities_where(permission) for permission in (May.SEE_DRAFTS, May.READ_DOCUMENTS))
    seen = {*(drafts or ()), *(reads or ())}
    if drafts is None or reads is None or not seen:
        return visible_documents(user), []
    places = _places(seen)
    if places is None:
        return visible_documents(user), []
    found = Document.objects.all()
    if reads <= drafts:
        found = found.filter(places.here(drafts))
    else:
        # Not as a join: the databases would begin with the versions of this state, which are nearly all. And by what
        # they are not: PostgreSQL believes that of the values of a subquery few equal any given one.
        state = Version.objects.filter(pk=OuterRef("shown")).order_by().values("status")
        others = [status for status in Status if status not in PUBLISHED]
        published = Q(shown__isnull=False) & ~Q(state__in=others) & places.here(reads)
        found = found.alias(state=Subquery(state)).filter(places.here(drafts) | published if drafts else published)
    return found, sorted({*seen, *places.whole, *places.lending})


def _places(seen: set[int]) -> _Places | None:
    """Return what belongs to these facilities; None where very many documents serve them."""
    served, whole, lending = defaultdict(list), [], set()
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(seen))
        cursor.execute(PLACES.format(seen=marks), [Facility.Part.WHOLE.value, *seen, MOST_SERVED + 1])
        for place, document, of in cursor.fetchall():
            if document is None:
                whole.append(place)
            else:
                served[place].append(document)
                lending.add(of)
    return _Places(whole, served, lending) if sum(map(len, served.values())) <= MOST_SERVED else None
