"""Publications of others that we work by: which edition, where it lies, and whether a newer one came."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.dates import months_later
from sops.models import Document, Edition, EditionCheck, Status, Version

FARTHEST = 120  # months until the next check, at the most


@dataclass(frozen=True)
class EditionFacts:
    """What is told of an edition: its name ("8th edition"), who issues it, where it lies, when it was published."""

    name: str
    issuer: str
    address: str
    issued_on: date | None = None

    def tidy(self) -> "EditionFacts":
        """Return the same without spaces around it; raise Invalid where something is missing."""
        told = EditionFacts(self.name.strip(), self.issuer.strip(), self.address.strip(), self.issued_on)
        if not (told.name and told.issuer and told.address):
            raise Invalid(_("Say which edition it is, who issues it and where it lies."))
        return told


def facts_of(edition: Edition) -> EditionFacts:
    """Return what is told of a recorded edition."""
    return EditionFacts(edition.name, edition.issuer, edition.address, edition.issued_on)


def record_edition(c: Change, facts: EditionFacts, by: Person) -> Edition:
    """Write an edition in the change of what it belongs to."""
    told = facts.tidy()
    edition = Edition(
        name=told.name, issuer=told.issuer, address=told.address, issued_on=told.issued_on, at=c.at, by=by
    )
    c.save(edition)
    return edition


def check_edition(
    document: Document, *, by: Person, revision: int | None, next_on: date, note: str = ""
) -> EditionCheck:
    """Record that one looked and found no newer edition, where one looked, and when to look again."""
    _may_check(by, document)
    with change(by=by, reason=note, on=[document]) as c:
        c.expect(document, revision)
        _check_next(next_on, day_of(c.at))
        found = _checked(c, document, by, note, is_newer=False)
        found.next_on = document.review_due = next_on
        c.save(found)
        c.save(document)
        c.event("document.check", document, also=[found.version], next=next_on.isoformat())
    return found


def _may_check(by: Person, document: Document) -> None:
    """The owner looks, and whoever writes there."""
    now = as_now(by.pk)
    if now is None or not may_check(now, document):
        raise NotAllowed(_("Newer editions are looked for by the owner, and by those who write documents there."))


def may_check(person: Person, document: Document) -> bool:
    """Return whether this person records that there is no newer edition."""
    if document.owner_id == person.pk and person.may(May.READ_DOCUMENTS, document.facility_id):
        return True
    return person.may(May.DRAFT_DOCUMENTS, document.facility_id)


def _check_next(day: date, today: date) -> None:
    latest = months_later(today, FARTHEST)
    if not today < day <= latest:
        raise Invalid(
            _("Choose a day after today for the next check, until %(latest)s.")
            % {"latest": date_format(latest, "j F Y")}
        )


def _checked(c: Change, document: Document, by: Person, note: str, *, is_newer: bool) -> EditionCheck:
    version = document.versions.filter(status=Status.EFFECTIVE).first()
    if version is None or version.edition_id is None:
        raise NotAllowed(_("%(document)s has no edition in force that could be checked.") % {"document": document})
    return EditionCheck(
        document=document, version=version, is_newer=is_newer, note=note.strip()[:500], next_on=None, at=c.at, by=by
    )


def newer_came(c: Change, version: Version, by: Person, note: str) -> None:
    """Write, with the draft of a newer edition, that it was found; nothing where none was in force before."""
    document = version.document
    if document.versions.filter(status=Status.EFFECTIVE).exists():
        found = _checked(c, document, by, note, is_newer=True)
        c.save(found)
        c.event("document.newer", document, also=[found.version, version], edition=str(version.edition))
