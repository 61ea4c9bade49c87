"""What is used instead of a document that was withdrawn."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from qms.people.models import User
from qms.trail.errors import Invalid
from sops.loaders import visible_documents
from sops.models import Document, Status, Version

MOST_STEPS = 5  # so many withdrawn documents are walked to the one in force
MOST_FOUND = 20


@dataclass(frozen=True)
class Instead:
    """What replaces a withdrawn document: `number` "" for nothing; title and address for who may see it alone."""

    number: str = ""
    title: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        if not self.number:
            return _("Nothing replaces it.")
        return _("Use %(number)s instead.") % {"number": self.number}


def instead_of(version: Version, user: User | None = None) -> Instead | None:
    """Return what to use instead of a withdrawn version; None for one that is not withdrawn.

    Where the other one was withdrawn too, it is the one after it. A stranger is told the number only.
    """
    if version.status != Status.WITHDRAWN:
        return None
    at, seen = _after(version.replaced_by_id), {version.document_id}
    while at is not None and at.shown is not None and at.shown.status == Status.WITHDRAWN and len(seen) <= MOST_STEPS:
        seen.add(at.pk)
        following = at.shown.replaced_by_id
        if following is None or following in seen:
            break
        at = _after(following)
    if at is None:
        return Instead()
    if user is None or not visible_documents(user).filter(pk=at.pk).exists():
        return Instead(at.number)
    return Instead(at.number, at.title, at.get_absolute_url())


def _after(key: int | None) -> Document | None:
    return None if key is None else Document.objects.select_related("shown").get(pk=key)


def replacement_words(replacement: Document | None) -> str:
    """Return what replaces it, as it is signed."""
    return f"{replacement.number} {replacement.title}" if replacement is not None else _("nothing")


def can_replace(user: User, document: Document) -> QuerySet[Document]:
    """Return the documents in force that this person sees and that may replace this one."""
    found = visible_documents(user).filter(shown__status=Status.EFFECTIVE)
    return found.exclude(pk=document.pk).order_by("number")


def looked_up(user: User, document: Document, words: str) -> list[Document]:
    """Return what somebody means by a number or by words of number and title: exactly one, or several to choose."""
    here = can_replace(user, document)
    exact = list(here.filter(number__iexact=words.strip())[:1])
    if exact:
        return exact
    for word in words.split():
        here = here.filter(Q(number__icontains=word) | Q(title__icontains=word))
    return list(here[:MOST_FOUND])


def replacement_by(user: User, document: Document, number: str) -> Document:
    """Return the document with this number, or say why it cannot replace another."""
    if number == document.number:
        raise Invalid(_("A document does not replace itself. Choose another, or say that nothing replaces it."))
    found = can_replace(user, document).filter(number=number).first() if "\0" not in number else None
    if found is None:
        raise Invalid(_("%(number)s is not in force, or you do not see it. Choose another.") % {"number": number[:60]})
    return found
