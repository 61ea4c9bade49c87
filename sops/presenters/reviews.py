"""Periodic reviews in words: the signals with their forms, the panel of a document, the list of a year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from qms.people.models import User
from qms.people.programme import day_of, today
from qms.people.roles import May
from qms.ui.marks import count, number, status, when
from sops.evidence import Signal
from sops.models import Document, Judgement, PeriodicReview, ReviewStatus, Status
from sops.presenters.register import review_state
from sops.review_forms import SignalForm
from sops.review_year import Week
from sops.reviewing import may_assign, may_review
from sops.services.editions import may_check

KINDS_OF_WEEK = {
    (False, False): mark_safe(' class="none"'), (False, True): mark_safe(""),
    (True, True): mark_safe(' class="crowded"'),
}  # fmt: skip
LAST = 4  # so many reviews stand on the page of a document


@dataclass(frozen=True)
class Line:
    """A signal, what was said of it so far, and the form to say it."""

    signal: Signal
    said: Judgement | None
    form: SignalForm

    @property
    def anchor(self) -> str:
        return f"s-{slug(self.signal)}"


def slug(signal: Signal) -> str:
    """Return the key of a signal as it stands in names of fields."""
    return signal.key.replace(":", "-").replace(" ", "-")


def lines_of(signals: Sequence[Signal], review: PeriodicReview | None, sent: Any = None) -> list[Line]:
    """Return the signals with what was said of each; `sent` is what came with a form."""
    known = {one.key: one for one in review.judgements.select_related("by")} if review is not None else {}
    found = []
    for signal in signals:
        said = known.get(signal.key)
        start = {"outcome": said.outcome, "word": said.word} if said else {}
        found.append(Line(signal, said, SignalForm(sent, prefix=slug(signal), initial=start)))
    return found


def panel(document: Document, user: User) -> dict[str, Any]:
    """Return what the page of a document says of its reviews, in one query."""
    seen = user.may(May.SEE_DRAFTS, document.facility_id)
    if not seen:
        return {}
    recent = list(document.reviews.select_related("signature", "draft", "reviewer")[: LAST + 1])
    now = next((one for one in recent if one.status == ReviewStatus.OPEN), None)
    in_force = document.shown is not None and document.shown.status == Status.EFFECTIVE
    in_force = in_force and not document.type.is_outside  # of those it is looked whether a newer edition came
    return {
        "past": [one for one in recent if one.status != ReviewStatus.OPEN][:LAST], "now": now, "in_force": in_force,
        "reviewer": (now.reviewer if now and now.reviewer else document.owner),
        "mine": in_force and may_review(document, user.person, now.reviewer_id if now else None),
        "may_assign": in_force and may_assign(document, user.person), "due": review_state(document.review_due, today()),
    }  # fmt: skip


def week_rows(weeks: Iterable[Week]) -> SafeString:
    """Return the lines of a month from one pattern: a template takes five times as long over fifty weeks."""
    word, many = _("Week %(n)d"), status("due", "soon", word=_("many"))
    return format_html_join(
        "\n", '<tr{}><th scope="row">{} <span class="muted">{}</span></th><td class="small">{}{}</td>'
        '<td class="r">{}</td></tr>',
        ((
            KINDS_OF_WEEK[one.crowded, bool(one.total)], word % {"n": one.number}, date_format(one.monday, "j M"),
            ", ".join(f"{place} {n}" for place, n in one.places.items()), many if one.crowded else "",
            count(one.total, f"?week={one.key}#week"),
        ) for one in weeks),
    )  # fmt: skip


def due_rows(documents: Iterable[Document], user: User, choosing: bool) -> SafeString:
    """Return the lines of what falls due in a week, from one pattern as `week_rows`; `choosing` puts a box before.

    Each leads to what is to be done, for whom it is open, else to the document.
    """
    word = _("Choose %(number)s")
    return format_html_join(
        "\n", '<tr>{}<th scope="row">{}</th><td>{}</td><td class="r">{}</td><td>{}</td><td>{}</td></tr>',
        ((
            _box(one.pk, word % {"number": one.number}) if choosing else "", number(one.number, _review_url(one, user)),
            one.title, _due(one.review_due), one.owner, one.facility.code,
        ) for one in documents),
    )  # fmt: skip


def _due(day: date | None) -> SafeString:
    word = when(day)
    return status("due", "late", word=word) if day and day < today() else word


def _box(key: int, label: str) -> SafeString:
    return format_html(
        '<td class="sel"><label class="tick"><input type="checkbox" name="document" value="{}" aria-label="{}">'
        "</label></td>", key, label,
    )  # fmt: skip


def _review_url(document: Document, user: User) -> str:
    if document.type.is_outside:
        name = "document-check" if may_check(user.person, document) else "document"
    else:
        name = "periodic-review" if user.may(May.SEE_DRAFTS, document.facility_id) else "document"
    return reverse(name, args=[document.number])


def csv_head() -> list[str]:
    """Return the heads of the exported list of reviews."""
    return [_("Number"), _("Title"), _("Facility"), _("Version"), _("Outcome"), _("Signed"), _("Signed by"),
            _("Was due"), _("Next review"), _("Version begun"), _("Signature"), _("Signals")]  # fmt: skip


def csv_line(review: PeriodicReview) -> list[str]:
    """Return one signed review as cells."""
    said = [f"{one.label}: {one.words} [{one.get_outcome_display()}] {one.word}".strip() for one in counted(review)]
    signature = review.signature
    return [
        review.document.number, review.version.title, str(review.document.facility), str(review.version.n),
        review.status_word, day_of(review.signed_at).isoformat(), signature.printed_name if signature else "",
        _iso(review.due), _iso(review.next_due), str(review.draft.n) if review.draft else "",
        signature.number if signature else "", "\n".join(said),
    ]  # fmt: skip


def counted(review: PeriodicReview) -> list[Judgement]:
    """Return what was signed, of all words that were given."""
    return [one for one in review.judgements.all() if one.counted]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
