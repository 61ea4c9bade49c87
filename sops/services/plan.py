"""When reviews fall due: moved together, with one reason, and never beyond their period without a right of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.roles import May
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Document
from sops.review_year import MOST, latest_days
from sops.services.allowed import check_unchanged


@dataclass(frozen=True)
class Move:
    """A document, the revision of it that was seen, and the new day of its review."""

    document: Document
    revision: int | None
    day: date


def plan_reviews(moves: Sequence[Move], *, by: Person, reason: str, most: int = MOST) -> int:
    """Give reviews other days, all of them or none; return how many changed.

    A day beyond the period of the type (FACT-JACIE asks for a review at least every two years) needs the right to
    defer, and is told as a deferral.
    """
    if not reason.strip():
        raise Invalid(_("Write why. The reason is kept with the record."))
    wanted = [move for move in moves if move.day != move.document.review_due]
    if not 1 <= len(wanted) <= most:
        raise Invalid(_("Give 1 to %(most)d reviews another day.") % {"most": most})
    with change(by=by, reason=reason, on=[move.document for move in wanted]) as c:
        check_unchanged([(move.document, move.revision) for move in wanted])
        now = as_now(by.pk)
        latest = latest_days([move.document for move in wanted])
        for move in wanted:
            document = move.document
            if now is None or not now.may(May.PLAN_REVIEWS, document.facility_id):
                raise NotAllowed(
                    _("Your roles do not allow planning the reviews of %(document)s.") % {"document": document}
                )
            _check(document, move.day, day_of(c.at))
            defers = move.day > latest.get(document.pk, date.max)
            if defers and not now.may(May.DEFER_REVIEWS, document.facility_id):
                raise NotAllowed(_beyond(document, latest[document.pk]))
            was, document.review_due = document.review_due, move.day
            c.save(document)
            c.event(
                "review.defer" if defers else "review.plan", document, was=was.isoformat() if was else "",
                day=move.day.isoformat(),
            )  # fmt: skip
    return len(wanted)


def _check(document: Document, day: date, now: date) -> None:
    if document.review_due is None:
        raise NotAllowed(
            _("Nothing of %(document)s is in force any more: there is nothing to review.") % {"document": document}
        )
    if day < now:
        raise Invalid(
            _("%(document)s: %(day)s has passed. Choose today or a later day.")
            % {"document": document, "day": date_format(day, "j F Y")}
        )


def _beyond(document: Document, latest: date) -> str:
    return _("%(document)s has to be reviewed by %(day)s, by the period of its type. Only quality puts it off.") % {
        "document": document, "day": date_format(latest, "j F Y"),
    }  # fmt: skip
