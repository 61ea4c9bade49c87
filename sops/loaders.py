"""Loading is authorising: each function gives the record, 404 where it is not seen, 403 where this is not allowed."""

from django.db.models import Q, QuerySet
from django.http import Http404

from qms.people.access import load, only_seen
from qms.people.models import Facility, Person, User
from qms.people.roles import May
from sops.models import Comment, Document, Import, SavedView, Serving, Status, Topic, TopicPart, Version

PUBLISHED = (Status.EFFECTIVE, Status.WITHDRAWN)
ALONG = ("document__facility", "document__type", "document__owner", "started_by")


def in_places(places: set[int], path: str) -> Q:
    """Rows of these facilities; who has one of them also sees what belongs to the whole programme."""
    if not places:
        return Q(pk__in=[])
    return Q(**{f"{path}facility__in": places}) | Q(**{f"{path}facility__part": Facility.Part.WHOLE})


def _here(places: set[int], path: str) -> Q:
    """Rows of these facilities, and of documents that serve them."""
    served = Serving.objects.filter(ended_at=None, facility__in=places).values("document")
    return in_places(places, path) | Q(**{f"{path}pk__in": served}) if places else in_places(places, path)


SHARED = frozenset({May.READ_DOCUMENTS, May.SEE_DRAFTS, May.REVIEW_DOCUMENTS, May.APPROVE_DOCUMENTS})
"""What people of a facility that a document serves may do with it; the rest is for the facility whose it is."""


def allowed(user: User, permission: May, record: Document | Version) -> bool:
    """Return whether a person may do this with a document, by the facilities that work by it."""
    places = record.places if permission in SHARED else (record.facility_id,)
    return any(user.may(permission, place) for place in places)


def sees_drafts(user: User, record: Document | Version) -> bool:
    """Return whether a person sees versions that are not in force."""
    return allowed(user, May.SEE_DRAFTS, record)


def _seen(person: Person, path: str, status: str) -> Q:
    """Rows in every state where the person sees drafts, else those in force where the person reads."""
    drafts, reads = (person.facilities_where(permission) for permission in (May.SEE_DRAFTS, May.READ_DOCUMENTS))
    if drafts is None:
        return Q()  # alone: `Q(a) | Q()` would be only a
    if reads is not None and reads <= drafts:
        return _here(drafts, path)
    published = Q(**{f"{status}__in": PUBLISHED})
    return _here(drafts, path) | (published if reads is None else published & _here(reads, path))


def sees(person: Person, facility_id: int, part: str, status: str, served: frozenset[int] = frozenset()) -> bool:
    """Return whether this person sees a version in this state: the rule of `_seen`, for a row that is read already."""

    def here(places: set[int] | None) -> bool:
        if places is None or facility_id in places or not served.isdisjoint(places):
            return True
        return bool(places) and part == Facility.Part.WHOLE

    if here(person.facilities_where(May.SEE_DRAFTS)):
        return True
    return status in PUBLISHED and here(person.facilities_where(May.READ_DOCUMENTS))


def visible_documents(user: User) -> QuerySet[Document]:
    """Documents that this person sees: those in force for readers, all of them for who writes and checks."""
    return Document.objects.filter(_seen(user.person, "", "shown__status"))


def visible_versions(user: User) -> QuerySet[Version]:
    """Versions that this person sees; drafts and obsolete ones only for who writes and checks."""
    found = Version.objects.filter(_seen(user.person, "document__", "status"))
    return found.select_related(*ALONG)


def visible_imports(user: User) -> QuerySet[Import]:
    """Imports that this person sees: their own, and those that became drafts where they see drafts.

    Who sees the drafts of the whole programme sees all of them, those that were refused or wait too.
    """
    places = user.person.facilities_where(May.SEE_DRAFTS)
    seen = Q() if places is None else Q(by=user.person_id) | in_places(places, "version__document__")
    return Import.objects.filter(seen).select_related("by", "version__document", "document")


def get_import(user: User, pk: int) -> Import:
    """Return one import."""
    return load(visible_imports(user), pk=pk)


def get_waiting(user: User, pk: int) -> Import:
    """Return a file that waits for this person to check it, or whose check is over; nobody else's."""
    own = Import.objects.filter(by=user.person_id).exclude(outcome=Import.Outcome.REFUSED)
    found: Import = load(own.select_related("version__document", "document"), pk=pk)
    return found


def get_document_whole(user: User, number: str) -> tuple[Document, list[Version]]:
    """Return one document and the versions of it that this person sees, the newest first; in one query."""
    found, every = _of_number(number, ALONG)
    shown = next((one.status for one in every if one.pk == found.shown_id), "")
    if not _sees(user, found, shown):
        raise Http404
    return found, [one for one in every if _sees(user, found, one.status)]


def _of_number(number: str, along: tuple[str, ...]) -> tuple[Document, list[Version]]:
    """Return a document and all its versions, the newest first. Who sees which is decided row by row, by `sees`: the
    same as a condition takes Django longer to put together than the database to answer.
    """
    # PostgreSQL refuses a NUL: nothing has such a number.
    found = Version.objects.filter(document__number=number).select_related(*along).order_by("-n")
    every = [] if "\0" in number else list(found)
    if not every:
        raise Http404
    document: Document = every[0].document
    for version in every:
        version.document = document
    return document, every


def _sees(user: User, document: Document, status: str) -> bool:
    place = document.facility
    return sees(user.person, place.pk, place.part, status, document.places)


def get_document(user: User, number: str, *, may: May | None = None, along: tuple[str, ...] = ()) -> Document:
    """Return one document by its number; `along` names what more is read with it."""
    documents = visible_documents(user).select_related("facility", "type", "owner", *along)
    return load(documents, number=number, allowed=lambda found: may is None or allowed(user, may, found))


def get_version_among(user: User, number: str, n: int) -> tuple[Version, list[Version]]:
    """Return one version, and the others of its document that this person sees, the newest first; in one query."""
    document, every = _of_number(number, ("document__owner", "document__facility", "started_by"))
    versions = [version for version in every if _sees(user, document, version.status)]
    found = next((version for version in versions if version.n == n), None)
    if found is None:
        raise Http404
    return found, [version for version in versions if version is not found]


def get_version(user: User, number: str, n: int, *, may: May | None = None, along: tuple[str, ...] = ALONG) -> Version:
    """Return one version by its document's number and its own; `along` names what is read with it.

    Who sees it is decided by the row, as in `_of_number`.
    """
    found: Version = load(Version.objects.select_related(*along, "document__facility"), document__number=number, n=n)
    if not _sees(user, found.document, found.status):
        raise Http404
    if may is not None and not allowed(user, may, found):
        raise only_seen()
    return found


def get_comment(user: User, number: str, n: int, pk: int, *, may: May) -> Comment:
    """Return one comment on a version."""
    version = get_version(user, number, n, may=may)
    found: Comment = load(version.comments.select_related("version__document__facility", "by"), pk=pk)
    return found


def get_view(user: User, pk: int) -> SavedView:
    """Return a view of the register that is this person's own, or that is shared with everybody."""
    found: SavedView = load(SavedView.objects.filter(Q(owner=user.person_id) | Q(shared=True)), pk=pk)
    return found


def get_topic(code: str) -> Topic:
    """Return a topic by its code: topics are the programme's, so whoever opens the page sees all."""
    found: Topic = load(Topic.objects.all(), code=code)
    return found


def get_topic_part(code: str, part: str) -> TopicPart:
    """Return a topic in one part of the programme."""
    found: TopicPart = load(TopicPart.objects.select_related("topic"), topic__code=code, part=part)
    return found
