"""The words that are signed for a periodic review, and what they become in the summary of a draft."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.people.programme import day_of
from qms.signatures.content import Content
from qms.workflow.moves import Transition
from sops.dates import months_later
from sops.evidence import Signal
from sops.models import Document, Judgement, PeriodicReview, Version
from sops.reviewing import NO_CHANGE

SHOWN = "j F Y"


def review_content(
    document: Document, version: Version, how: Transition, since: datetime,
    said: Sequence[tuple[Signal, Judgement]], day: date,
) -> Content:  # fmt: skip
    """Return what is signed: the version, since when was looked, each signal with its word, and the next day."""
    facts = [
        (_("Document"), f"{document.number} {version.title}"),
        (_("Version"), str(version.n)),
        (_("What happened since"), date_format(day_of(since), SHOWN)),
        *((signal.label, f"{signal.words}\n{spoken(one)}") for signal, one in said),
    ]
    if not said:
        facts.append((_("Signals"), _("none")))
    if how is NO_CHANGE:
        facts.append((_("Next review by"), date_format(months_later(day, document.type.review_months), SHOWN)))
    return Content(
        purpose=how.name, language=get_language() or "en-gb",
        title=_("the periodic review of %(document)s") % {"document": document.number}, meaning=str(how.meaning),
        facts=tuple(facts), digests={"text": version.body} | ({"pdf": version.pdf} if version.pdf else {}),
    )  # fmt: skip


def spoken(one: Judgement) -> str:
    """Return what was said of a signal: Noted: as agreed with the ward. Revise because the limit is the old one."""
    if one.outcome == Judgement.Outcome.REVISE:
        return _("Revise because: %(word)s") % {"word": one.word}
    return f"{one.get_outcome_display()}: {one.word}" if one.word else str(one.get_outcome_display())


def summary_of(review: PeriodicReview, said: Sequence[Judgement], day: date) -> str:
    """Return what a draft begins to say of itself: the reasons of the review."""
    wants = [f"{one.label}: {one.word}" for one in said if one.outcome == Judgement.Outcome.REVISE]
    head = _("From the periodic review of %(day)s.") % {"day": date_format(day, SHOWN)}
    return "\n".join([head, *wants])
