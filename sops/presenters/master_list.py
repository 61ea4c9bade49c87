"""The list of all controlled documents as a file (FACT-JACIE x5.2): its columns, its lines, what it is a list of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.programme import current, day_of, moment_words
from qms.trail.clock import now
from qms.ui.status import STATUS, state
from sops.models import Document, Status
from sops.presenters.register import review_state

WIDTHS = (16, 56, 26, 8, 12, 12, 12, 10, 24, 26, 44)
"""Of the columns of a workbook, in signs."""


@dataclass(frozen=True)
class About:
    """What a printed or kept list says of itself: whose, from when, how narrowed, how long."""

    programme: str
    moment: str
    narrowed: str
    count: int

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [
            (_("Programme"), self.programme), (_("As of"), self.moment),
            (_("Shows"), self.narrowed or _("All documents")), (_("Documents"), str(self.count)),
        ]  # fmt: skip


def about(narrowed: str, count: int) -> About:
    """Return what a list of so many documents says of itself now."""
    serves = current()
    return About(serves.name if serves else "", moment_words(now()), narrowed, count)


def head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Number"), _("Title"), _("Type"), _("Version"), _("Status"), _("Effective"), _("Next review"),
            _("Review"), _("Owner"), _("Facility"), _("Address")]  # fmt: skip


def cells(document: Document, day: date) -> list[object]:
    """Return one document as values: days as days, the version as a number."""
    shown, due = document.shown, document.review_due
    lateness = review_state(due, day)
    return [
        document.number, document.title, document.type.name, shown.n if shown else "",
        str(state("doc", shown.status).word) if shown else "", _since(document) or "", due or "",
        str(STATUS["due"][lateness].word) if lateness else "", document.owner.printed_name, document.facility.name,
        f"{settings.SITE_URL}{reverse('document', args=[document.number])}",
    ]  # fmt: skip


def _since(document: Document) -> date | None:
    moment: datetime | None = document.shown.effective_at if document.shown else None
    return day_of(moment) if moment else None


def text_lines(documents: Iterable[Document], day: date) -> Iterator[list[str]]:
    """Return documents as cells of a CSV."""
    for document in documents:
        yield [str(value) for value in cells(document, day)]


def paper_head() -> list[tuple[str, str]]:
    """Return (class, head) of the printed columns."""
    return [
        ("no", _("Number")), ("title", _("Title")), ("ver", _("Version")), ("sta", _("Status")),
        ("day", _("Effective")), ("day", _("Next review")), ("owner", _("Owner")), ("fac", _("Facility")),
    ]  # fmt: skip


def paper_lines(documents: Iterable[Document], day: date) -> Iterator[list[str]]:
    """Return documents as cells on paper."""
    for document in documents:
        shown, due = document.shown, document.review_due
        yield [
            document.number, document.title, str(shown.n) if shown else "",
            str(state("doc", shown.status).word) if shown else "", _day(_since(document)),
            f"{_day(due)}{_(', overdue') if due is not None and due < day else ''}", document.owner.printed_name,
            document.facility.code,
        ]  # fmt: skip


def print_head() -> list[tuple[str, str]]:
    """Return (class, head) of the columns of a list of what is to be printed."""
    return [
        ("tick", ""), ("no", _("Number")), ("title", _("Title")), ("ver", _("Version")), ("day", _("In force since")),
        ("fac", _("Facility")), ("put", _("Printed, and where it was put")),
    ]  # fmt: skip


def print_lines(documents: Iterable[Document], day: date) -> Iterator[list[str]]:
    """Return documents as cells of such a list; nothing that is not in force is to be printed."""
    for document in documents:
        shown = document.shown
        in_force = shown is not None and shown.status == Status.EFFECTIVE
        yield [
            "☐" if in_force else "–", document.number, document.title, str(shown.n) if shown and in_force else "",
            _day(_since(document)) if in_force else _("not in force"), document.facility.code,
            "" if in_force else _("not to be printed"),
        ]  # fmt: skip


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else ""
