"""One act on several documents: all of them or none, each with its own event, the records locked in one order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.people import telling
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import today
from qms.people.roles import May
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Document
from sops.services.allowed import check_unchanged
from sops.services.reviews import ask_for_review
from sops.together import MOST, open_reviews


@dataclass(frozen=True)
class Seen:
    """A document as somebody saw it: its revision, and that of the review under way (0: none)."""

    document: Document
    revision: int
    review: int = 0


def give_to_owner(seen: Sequence[Seen], owner: Person, *, by: Person, reason: str) -> int:
    """Give documents to another owner; return how many."""
    _check(seen, reason)
    if not owner.is_active_on(today()):
        raise Invalid(_("%(person)s has left. Choose somebody who is here.") % {"person": owner})
    with change(by=by, reason=reason, on=[one.document for one in seen]) as c:
        check_unchanged([(one.document, one.revision) for one in seen])
        now = as_now(by.pk)
        for document in _in_order(seen):
            if now is None or not now.may(May.DRAFT_DOCUMENTS, document.facility_id):
                raise NotAllowed(
                    _("Your roles do not allow changing %(document)s. Nothing was done for any.")
                    % {"document": document}
                )
            document.owner = owner
            c.save(document)
            c.event("document.change", document)
    return len(seen)


def ask_for_reviews(seen: Sequence[Seen], reviewer: Person, *, by: Person, reason: str) -> int:
    """Ask somebody for the periodic reviews of documents, in one mail; return how many."""
    _check(seen, reason)
    with change(by=by, reason=reason, on=[one.document for one in seen]) as c:
        under_way = open_reviews(one.document for one in seen)
        now = {key: review.revision for key, review in under_way.items()}
        check_unchanged(
            [(one.document, one.revision) for one in seen],
            {one.document.pk for one in seen if now.get(one.document.pk, 0) != one.review},
        )
        asker, able = as_now(by.pk), as_now(reviewer.pk)
        for document in _in_order(seen):
            ask_for_review(c, document, reviewer, by=by, asker=asker, able=able)
        _tell(c, reviewer, by, [one.number for one in _in_order(seen)])
    return len(seen)


def _tell(c: Change, reviewer: Person, by: Person, numbers: list[str]) -> None:
    telling.tell(
        c, reviewer, "sops/asked_for_periodic_reviews", f"{reviewer.pk}-{c.at.isoformat()}", by=by.printed_name,
        count=len(numbers), documents=", ".join(numbers), path="/",
    )  # fmt: skip


def _check(seen: Sequence[Seen], reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Write why. The reason is kept with the record."))
    if not 1 <= len(seen) <= MOST:
        raise Invalid(_("Choose 1 to %(most)d documents.") % {"most": MOST})


def _in_order(seen: Sequence[Seen]) -> list[Document]:
    return sorted((one.document for one in seen), key=lambda document: document.number)
