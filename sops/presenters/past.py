"""The register of a day in words: its lines, what the filters offer, the exported list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from qms.signatures.models import Signature
from qms.ui.options import Option
from qms.ui.status import state
from sops.as_of import PastFilters
from sops.models import Status, Version
from sops.presenters.register import day_if, options_of


@dataclass(frozen=True)
class Row:
    """A version that was in force: `until` is None where it still is, `approvers` the names that put it into force."""

    version: Version
    since: date | None
    until: date | None
    approvers: str
    today: str
    url: str


def rows(versions: Iterable[Version], approvals: dict[int, list[Signature]], day: date) -> list[Row]:
    """Return lines of the register of a day."""
    return [
        Row(
            version, day_if(version.effective_at), day_if(version.ended_at),
            ", ".join(one.printed_name for one in approvals.get(version.pk, [])), today_words(version),
            f"{reverse('document-as-of', args=[version.document.number])}?on={day.isoformat()}",
        )
        for version in versions
    ]  # fmt: skip


def today_words(version: Version) -> str:
    """Return what became of it: still in force, which version is, or that none is any more."""
    shown = version.document.shown
    if version.status == Status.EFFECTIVE:
        return _("the same")
    if shown is not None and shown.status == Status.EFFECTIVE:
        return _("version %(n)d") % {"n": shown.n}
    return str(state("doc", Status.WITHDRAWN).word).lower()


def menus(asked: PastFilters, offered: dict[str, list[tuple[int, str]]]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter; `offered` comes from `choices`."""
    return [
        (_("Type"), "type", options_of(offered["type"], asked.types)),
        (_("Facility"), "facility", options_of(offered["facility"], asked.facilities)),
    ]


def csv_head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Number"), _("Title"), _("Version"), _("Facility"), _("In force since"), _("Until"), _("Approved by"),
            _("Today")]  # fmt: skip


def csv_line(row: Row) -> list[str]:
    """Return one line as cells."""
    version = row.version
    return [
        version.document.number, version.title, str(version.n), version.document.facility.name,
        row.since.isoformat() if row.since else "", row.until.isoformat() if row.until else "", row.approvers,
        row.today,
    ]  # fmt: skip
