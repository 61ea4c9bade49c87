"""Controlled copies in words: lines of a list, and what the code on the paper answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.models import Facility, User
from qms.people.programme import day_of, today
from qms.trail.payloads import read_payloads
from qms.ui.options import Option, View
from qms.ui.status import state
from qms.workflow.moves import allowed_for
from sops.circulation import Asked
from sops.copying import BY_PEOPLE, CONFIRM, IN_HANDS, RETURN
from sops.models import Copy, CopyStatus, Status, Version
from sops.replacing import instead_of
from sops.services.claims import SAYABLE

PAGES = {"copy.return": "copy-return", "copy.destroy": "copy-destroy", "copy.miss": "copy-missing",
         "copy.recall": "copy-recall", "copy.confirm": "copy-confirm"}  # fmt: skip
AT_ONCE = (RETURN, CONFIRM)


@dataclass(frozen=True)
class Act:
    """What can be recorded of a copy, as a button; `at_once` needs no further page."""

    word: str
    url: str
    at_once: bool


@dataclass(frozen=True)
class Row:
    """One copy of a list: `seen` is the day of its last scan, `acts` what this person can record of it.

    `claim` is what its holder said by the code; `left`: the holder is here no more; `expired`: its last day is past.
    """

    copy: Copy
    seen: date | None
    acts: list[Act]
    pdf_url: str
    claim: str = ""
    left: bool = False
    expired: bool = False


def claims_of(copies: Iterable[Copy]) -> dict[str, str]:
    """Return {digest: the name that was left by the code of a copy}; at most one query for all."""
    digests = [copy.claimed_name for copy in copies if copy.claimed_name]
    return {digest: data.decode() for digest, data in read_payloads(digests).items()} if digests else {}


def claim_words(copy: Copy, names: Mapping[str, str]) -> str:
    """Return what a holder said by the code, while it waits to be confirmed."""
    if copy.claimed_at is None or copy.status not in SAYABLE:
        return ""
    said = {"how": copy.claimed_how, "day": _day(copy.claimed_at), "who": names.get(copy.claimed_name, _("somebody"))}
    if copy.claimed_by_id is not None:
        return _("%(who)s says: destroyed on %(day)s. %(how)s.") % said
    return _("%(who)s, an unknown holder, says: destroyed on %(day)s. %(how)s.") % said


def row(copy: Copy, user: User, *, prints: bool, names: Mapping[str, str]) -> Row:
    """Return the line of a copy."""
    copy.version.document = copy.document  # one and the same; a refusal names it
    address = [copy.document.number, copy.n]
    acts = [
        Act(str(arrow.word), reverse(PAGES[arrow.name], args=address), arrow in AT_ONCE)
        for arrow in allowed_for(copy, user.person, BY_PEOPLE)
    ]
    printable = prints and copy.status == CopyStatus.ISSUED
    held = copy.status in IN_HANDS
    return Row(
        copy, seen(copy), acts, reverse("copy-pdf", args=address) if printable else "", claim_words(copy, names),
        left=held and copy.holder is not None and not copy.holder.is_active_on(today()),
        expired=copy.status == CopyStatus.ISSUED and copy.has_expired(today()),
    )  # fmt: skip


def seen(copy: Copy) -> date | None:
    """Return the day of the last scan."""
    found = getattr(copy, "sighting", None)
    return found.day if found else None


def csv_head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Number"), _("Title"), _("Version"), _("Copy"), _("Held by"), _("Place"), _("Status"), _("Since"),
            _("Why"), _("Issued"), _("Issued by"), _("Last scanned"), _("Valid until"),
            _("Said by its holder")]  # fmt: skip


def csv_line(copy: Copy) -> list[str]:
    """Return one copy as cells."""
    last = seen(copy)
    return [
        copy.document.number, copy.version.title, str(copy.version.n), str(copy.n), copy.holder_name, copy.place,
        str(state("copy", copy.status).word), day_of(copy.since).isoformat(), copy.why,
        day_of(copy.issued_at).isoformat(), str(copy.issued_by), last.isoformat() if last else "",
        copy.valid_until.isoformat() if copy.valid_until else "",
        _("destroyed: %(how)s") % {"how": copy.claimed_how} if copy.claimed_at else "",
    ]  # fmt: skip


def views(asked: Asked) -> list[View]:
    """Return the views of the register: all, not yet back, missing, in use, settled."""
    offered: list[tuple[str, list[str]]] = [
        (_("All"), []),
        (_("Recalled, not back"), ["recalled"]),
        (_("Missing"), ["missing"]),
        (_("In use"), ["issued", "making"]),
        (_("Returned or destroyed"), ["destroyed", "returned"]),
    ]
    now = None if asked.text or asked.facilities else sorted(asked.statuses)
    here = reverse("copies-register")
    return [
        View(word, f"{here}?{'&'.join(f'status={one}' for one in wanted)}" if wanted else here, wanted == now)
        for word, wanted in offered
    ]


def menus(asked: Asked, places: Iterable[Facility]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter."""
    return [
        (_("Facility"), "facility", [Option(str(one.pk), one.name, on=one.pk in asked.facilities) for one in places]),
        (_("Status"), "status", [
            Option(one, state("copy", one).word, on=one in asked.statuses) for one in CopyStatus.values
        ]),
    ]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What the code on a copy answers: a key of the status family "paper", and sentences, the urgent one first."""

    key: str
    sentences: list[str]
    works: bool


def answer_of(copy: Copy) -> Answer:
    """Return whether one may work by this paper, and since when; never anything of its text."""
    version = copy.version
    told = [*_of_copy(copy), *_of_version(version)]
    if copy.status in (CopyStatus.RETURNED, CopyStatus.DESTROYED):
        return Answer(copy.status, told, False)
    if version.status != Status.EFFECTIVE:
        return Answer("withdrawn" if version.status == Status.WITHDRAWN else "superseded", told, False)
    if copy.status != CopyStatus.ISSUED:
        return Answer(copy.status, told, False)
    if copy.valid_until is not None and copy.has_expired(today()):
        day = date_format(copy.valid_until, "j F Y")
        return Answer("expired", [_("Copy %(n)d was valid until %(day)s.") % {"n": copy.n, "day": day}, *told], False)
    return Answer("in_force", [*told, *_until(copy)], True)


def _until(copy: Copy) -> list[str]:
    if copy.valid_until is None:
        return []
    return [_("This copy is valid until %(day)s.") % {"day": date_format(copy.valid_until, "j F Y")}]


def _of_copy(copy: Copy) -> list[str]:
    said = {"n": copy.n, "day": _day(copy.since)}
    words = {
        CopyStatus.RECALLED: _("Copy %(n)d is recalled since %(day)s."),
        CopyStatus.MISSING: _("Copy %(n)d is reported missing since %(day)s. If this is it, hand it in."),
        CopyStatus.RETURNED: _("Copy %(n)d was returned on %(day)s. It should not be here."),
        CopyStatus.DESTROYED: _("Copy %(n)d was destroyed on %(day)s. It should not be here."),
    }  # fmt: skip
    return [words[CopyStatus(copy.status)] % said] if copy.status in words else []


def _of_version(version: Version) -> list[str]:
    """Return where the version stands: in force since, replaced from, superseded by, withdrawn."""
    said = {"n": version.n, "day": _day(version.ended_at or version.effective_at)}
    if version.status == Status.WITHDRAWN:
        found = instead_of(version)
        return [_("Version %(n)d was withdrawn on %(day)s.") % said, *([found.words] if found else [])]
    if version.status == Status.SUPERSEDED:
        return [_("Version %(n)d was superseded by %(next)s on %(day)s.") % {**said, "next": _successor(version)}]
    coming = version.document.versions.filter(status=Status.APPROVED, effective_on__isnull=False).first()
    since = _("Version %(n)d is in force since %(day)s.") % said
    if coming is None:
        return [since]
    from_day = date_format(coming.effective_on, "j F Y")
    return [since, _("It is replaced by version %(n)d from %(day)s.") % {"n": coming.n, "day": from_day}]


def _successor(version: Version) -> str:
    found = version.document.versions.filter(effective_at=version.ended_at).first()
    return _("version %(n)d") % {"n": found.n} if found else _("a later version")


def _day(moment: datetime | None) -> str:
    return date_format(day_of(moment), "j F Y") if moment else ""


def copies_word(copies: list[Copy]) -> str:
    """Return copy 3; copies 3, 4."""
    numbers = ", ".join(str(copy.n) for copy in copies)
    return (_("copy %s") if len(copies) == 1 else _("copies %s")) % numbers
