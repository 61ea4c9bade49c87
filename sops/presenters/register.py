"""The lines of the register, on the page and in the exported list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.models import Facility, Person, User
from qms.people.programme import day_of
from qms.people.roles import May
from qms.ui.options import Option
from qms.ui.status import STATUS, state
from sops.models import Document, DocumentType, Status, Version
from sops.queries import REVIEWS, SOON, Filters

READERS_SEE = (Status.EFFECTIVE, Status.WITHDRAWN)


@dataclass(frozen=True)
class Row:
    """One document of the register. `status` is its life, `review` its lateness ("" where nothing is near)."""

    document: Document
    version: Version | None
    since: date | None
    review: str
    sub: str
    url: str


def row(document: Document, coming: Version | None, day: date, *, to_text: bool = False) -> Row:
    """Return the line of a document; `coming` is its version on its way, `to_text` leads straight to what to read."""
    shown = document.shown
    beside = coming if coming is not None and shown is not None and coming.pk != shown.pk else None
    return Row(
        document=document, version=shown, since=_day(shown.effective_at if shown else None),
        review=review_state(document.review_due, day), sub=beside_words(beside) if beside else _planned(shown),
        url=shown.get_absolute_url() if shown is not None and to_text else document.get_absolute_url(),
    )  # fmt: skip


def _planned(shown: Version | None) -> str:
    if shown is None or shown.status != Status.APPROVED or not shown.effective_on:
        return ""
    return _("takes effect %s") % date_format(shown.effective_on, "j M Y")


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def review_state(due: date | None, day: date) -> str:
    """Return late, soon or "" of the day on which a periodic review falls due."""
    if due is None or due > day + SOON:
        return ""
    return "late" if due < day else "soon"


def beside_words(version: Version) -> str:
    """Return what is on its way beside the version in force: v8 takes effect 28 Sep 2026; v5 in approval."""
    where = {"n": version.n, "status": version.status_word.lower()}
    if version.status == Status.APPROVED and version.effective_on:
        return _("v%(n)d takes effect %(day)s") % {**where, "day": date_format(version.effective_on, "j M Y")}
    return _("v%(n)d: %(status)s") % where


@dataclass(frozen=True)
class View:
    """A view of the register that is one click away."""

    word: str
    query: str
    current: bool

    @property
    def address(self) -> str:
        return f"{reverse('register')}?{self.query}" if self.query else reverse("register")


def views(user: User, asked: Filters) -> list[View]:
    """Return the views: all, in force, on their way, review due, one's own, withdrawn."""
    drafts = user.may(May.SEE_DRAFTS)
    on_way = [status.value for status in (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL, Status.APPROVED)]
    offered: list[tuple[str, dict[str, list[str]]]] = [(_("All"), {}), (_("In force"), {"status": ["effective"]})]
    if drafts:
        offered += [
            (_("On their way"), {"status": on_way}),
            (_("Review due"), {"review": ["late", "soon"]}),
            (_("Mine"), {"owner": [str(user.person_id)]}),
        ]
    offered.append((_("Withdrawn"), {"status": ["withdrawn"]}))
    now = {key: sorted(values) for key, values in _chosen(asked).items() if values}
    return [
        View(word, "&".join(f"{key}={value}" for key, values in wanted.items() for value in values),
             {key: sorted(values) for key, values in wanted.items()} == now)
        for word, wanted in offered
    ]  # fmt: skip


def _chosen(asked: Filters) -> dict[str, list[str]]:
    return {
        "type": [str(key) for key in asked.types], "facility": [str(key) for key in asked.facilities],
        "status": list(asked.statuses), "owner": [str(key) for key in asked.owners], "review": list(asked.reviews),
    }  # fmt: skip


def menus(
    user: User, asked: Filters, places: Iterable[Facility], people: Iterable[Person]
) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter; `people` own documents."""
    statuses = [one for one in Status if one != Status.SUPERSEDED] if user.may(May.SEE_DRAFTS) else READERS_SEE
    due = {"late": _("Overdue"), "soon": _("Within 60 days"), "later": _("Later")}
    types = [Option(str(one.pk), one.name, on=one.pk in asked.types) for one in DocumentType.objects.all()]
    homes = [Option(str(one.pk), one.name, on=one.pk in asked.facilities) for one in places]
    owning = [Option(str(one.pk), one.printed_name, on=one.pk in asked.owners) for one in people]
    return [
        (_("Type"), "type", types),
        (_("Facility"), "facility", homes),
        (_("Status"), "status", [Option(one, state("doc", one).word, on=one in asked.statuses) for one in statuses]),
        (_("Owner"), "owner", owning),
        (_("Review"), "review", [Option(one, due[one], on=one in asked.reviews) for one in REVIEWS]),
    ]


def csv_head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Number"), _("Title"), _("Type"), _("Version"), _("Status"), _("Effective"), _("Next review"),
            _("Review"), _("Owner"), _("Facility"), _("Address")]  # fmt: skip


def csv_line(document: Document, day: date, site: str) -> list[str]:
    """Return one document as cells, none of which a spreadsheet takes for a formula."""
    shown = document.shown
    since, due = _day(shown.effective_at if shown else None), document.review_due
    lateness = review_state(due, day)
    cells = [
        document.number, document.title, document.type.name, str(shown.n) if shown else "",
        str(state("doc", shown.status).word) if shown else "", since.isoformat() if since else "",
        due.isoformat() if due else "", str(STATUS["due"][lateness].word) if lateness else "",
        document.owner.printed_name, document.facility.name,
        f"{site}{reverse('document', args=[document.number])}",
    ]  # fmt: skip
    return [harmless(cell) for cell in cells]


def harmless(cell: str) -> str:
    """Return a cell that begins like a formula with a quotation mark before it."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
