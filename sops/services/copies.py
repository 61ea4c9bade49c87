"""Controlled copies: issued, stamped by the worker, recalled with their version, collected."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Max
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from qms.files.store import read, store
from qms.pdf.stamp import Stamp, stamped
from qms.people import telling
from qms.people.models import Person
from qms.people.programme import day_of, today
from qms.people.roles import May
from qms.trail.actor import SYSTEM
from qms.trail.canonical import sha256
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import Transition, move
from sops.copying import (
    DESTROY,
    MAKE,
    MISS,
    NEVER_PRINTED,
    RECALL,
    RECALL_SUPERSEDED,
    RECALL_WITHDRAWN,
    RETURN,
)  # fmt: skip
from sops.dates import day_words
from sops.models import Copy, CopyStatus, Status, Version
from sops.printing import PDF
from sops.replacing import instead_of
from sops.services.allowed import demand

MOST = 500
PART = 50  # so many are stamped by one task
TOKEN_BYTES = 16  # 128 bits: nobody guesses one
Rows = Sequence["Holding"]


@dataclass(frozen=True)
class Holding:
    """Who gets a copy: a person of the programme, or `name` in words (a binder, a door); and its place."""

    place: str
    holder: Person | None = None
    name: str = ""


def issue_copies(version: Version, holdings: Rows, *, by: Person, valid_until: date | None = None) -> list[Copy]:
    """Issue 1 to 500 copies of a version in force, with the next numbers of its document. The worker makes their PDFs.

    `valid_until` is the last day on which one may work by them, where they are not for as long as the version lasts.
    FACT-JACIE x4.5 asks for control of how documents are handed out and for the taking back of former ones.
    """
    demand(by, May.ISSUE_COPIES, version.document.facility)
    if not 1 <= len(holdings) <= MOST:
        raise Invalid(_("Issue 1 to %(most)d copies at once.") % {"most": MOST})
    day = today()
    if valid_until is not None and valid_until < day:
        raise Invalid(_("%(day)s has passed. Choose today or a later day.") % {"day": day_words(valid_until)})
    for holding in holdings:
        _check(holding, day)
    with change(by=by, on=[version.document, version]) as c:
        if version.status != Status.EFFECTIVE:
            raise NotAllowed(
                _("%(version)s is %(status)s. Copies are issued of the version in force.")
                % {"version": version, "status": version.status_word.lower()}
            )
        last = version.document.copies.aggregate(last=Max("n"))["last"] or 0
        copies = [_issued(c, version, last + k, one, by, valid_until) for k, one in enumerate(holdings, start=1)]
        c.event("copy.issue", version, also=[version.document, *copies], copies=_numbers(copies))
        for part in range(0, len(copies), PART):
            keys = [copy.pk for copy in copies[part : part + PART]]
            c.later("sops.stamp", str(keys[0]), copies=keys)
    return copies


def make_copies(keys: Sequence[int]) -> None:
    """Make the PDFs of some copies. Killed half-way it goes on where it stood: what is made is not made again."""
    for copy in Copy.objects.filter(pk__in=keys).select_related("version__document").order_by("pk"):
        make_copy(copy)


def _check(holding: Holding, day: date) -> None:
    if not holding.place.strip():
        raise Invalid(_("Say for each copy where it is kept."))
    if holding.holder is None and not holding.name.strip():
        raise Invalid(_("Say for each copy who holds it."))
    if holding.holder is not None and not holding.holder.is_active_on(day):
        raise Invalid(_("%(person)s has left. Choose somebody who is here.") % {"person": holding.holder})


def _issued(
    c: Change, version: Version, n: int, holding: Holding, by: Person, valid_until: date | None
) -> Copy:  # fmt: skip
    copy = Copy(
        document=version.document, version=version, n=n, holder=holding.holder,
        holder_name=str(holding.holder) if holding.holder else holding.name.strip(), place=holding.place.strip(),
        issued_at=c.at, issued_by=by, since=c.at, valid_until=valid_until,
    )  # fmt: skip
    c.save(copy)
    return copy


def _numbers(copies: Iterable[Copy]) -> str:
    return ", ".join(str(copy.n) for copy in copies)


def make_copy(copy: Copy) -> None:
    """Stamp the version's stored PDF, store it, and with it the digest of its code: the code itself is kept nowhere.

    Slow, so the worker does it. Safe to repeat: what a killed attempt stored is never named, its code opens nothing.
    """
    if copy.status == CopyStatus.RECALLED and not copy.pdf:
        _give_up(copy)
    if copy.status != CopyStatus.MAKING:
        return
    token = secrets.token_urlsafe(TOKEN_BYTES)
    pdf = store(stamped(read(copy.version.pdf), stamp_of(copy, token)), PDF)
    with change(by=SYSTEM, on=[copy]) as c:
        if copy.status == CopyStatus.MAKING:
            copy.pdf, copy.token, copy.since = pdf, token_digest(token), c.at
            move(c, copy, MAKE, by=SYSTEM)
            c.event("copy.make", copy, pdf=pdf)
    if copy.status == CopyStatus.RECALLED:
        _give_up(copy)


def _give_up(copy: Copy) -> None:
    """Close a copy that was recalled before it was printed: there is no paper to collect."""
    with change(by=SYSTEM, on=[copy]) as c:
        if copy.status == CopyStatus.RECALLED and not copy.pdf:
            copy.since, copy.why = c.at, _("never printed")
            move(c, copy, NEVER_PRINTED, by=SYSTEM)
            c.event("copy.never_printed", copy, also=[copy.version, copy.document])


def token_digest(token: str) -> str:
    """Return under what a code is found: its SHA-256, so that neither the database nor the trail can print one."""
    return sha256(token.encode())


def stamp_of(copy: Copy, token: str) -> Stamp:
    """Return what the stamp of a copy says, in English until texts of the program have other languages."""
    version = copy.version
    with override("en-gb"):
        said = {"n": copy.n, "version": version, "who": copy.holder_name, "where": copy.place}
        return Stamp(
            headline=_("Controlled copy %(n)d of %(version)s") % said,
            lines=(
                _("Held by %(who)s. Place: %(where)s.") % said,
                _issued_words(copy),
            ),
            hint=_("Scan the code, or open the address, to see whether it is still in force."),
            address=settings.SITE_URL + reverse("copy-check", args=[token]), language=version.language,
        )  # fmt: skip


def _issued_words(copy: Copy) -> str:
    issued = _("Issued %(day)s.") % {"day": date_format(day_of(copy.issued_at), "j F Y")}
    if copy.valid_until is None:
        return issued
    until = _("Not valid after %(day)s.") % {"day": date_format(copy.valid_until, "j F Y")}
    return f"{issued} {until}"


def return_copy(copy: Copy, *, by: Person) -> None:
    """Record that a copy came back."""
    _act(copy, RETURN, by, "")


def destroy_copy(copy: Copy, *, by: Person, how: str) -> None:
    """Record that a copy was destroyed, and how."""
    _act(copy, DESTROY, by, how)


def report_missing(copy: Copy, *, by: Person, reason: str) -> None:
    """Record that a copy cannot be found, and what was done to find it."""
    _act(copy, MISS, by, reason)


def recall_copy(copy: Copy, *, by: Person, reason: str) -> None:
    """Ask one copy back while its version stays in force. Who holds it and who issued it are told."""
    _act(copy, RECALL, by, reason, _tell_of_one)


def _act(
    copy: Copy, transition: Transition, by: Person, reason: str, then: Callable[[Change, Copy], None] | None = None
) -> None:
    with change(by=by, reason=reason, on=[copy]) as c:
        copy.since, copy.why = c.at, c.reason
        move(c, copy, transition, by=by)
        c.event(transition.name, copy, also=[copy.version, copy.document])
        if then:
            then(c, copy)


def recall_with_version(c: Change, version: Version, *, withdrawn_by: Person | None = None) -> None:
    """Recall, in the change that ends a version, all its copies that are out; tell holders and issuers.

    The caller has locked the document, so no copy of this version is issued meanwhile.
    """
    out = Copy.objects.out().filter(document=version.document, version=version).order_by("pk")
    copies = list(out.select_for_update(of=("self",), no_key=True).select_related("holder", "issued_by"))
    for copy in copies:
        copy.document, copy.version, copy.since, copy.why = version.document, version, c.at, c.reason
        if withdrawn_by is None:
            move(c, copy, RECALL_SUPERSEDED, by=SYSTEM)
        else:
            move(c, copy, RECALL_WITHDRAWN, by=withdrawn_by)
    if copies:
        c.event("copy.recall_all", version, also=[version.document, *copies], copies=_numbers(copies))
        _tell(c, version, copies, f"version-{version.pk}")


def _tell_of_one(c: Change, copy: Copy) -> None:
    _tell(c, copy.version, [copy], f"copy-{copy.pk}")


def _tell(c: Change, version: Version, copies: Sequence[Copy], key: str) -> None:
    """Ask for one mail each to those who hold or issued copies that are recalled."""
    printed = [copy for copy in copies if copy.pdf]
    people = {person.pk: person for copy in printed for person in (copy.holder, copy.issued_by) if person}
    for person in people.values():
        held = [copy for copy in printed if copy.holder_id == person.pk]
        others = [copy for copy in printed if copy.issued_by_id == person.pk and copy.holder_id != person.pk]
        telling.tell(
            c, person, "sops/copies_recalled", f"{key}-{person.pk}", document=version.document.number, n=version.n,
            title=version.title, held=_lines(held), others=_lines(others), reason=c.reason,
            path=version.document.get_absolute_url(), instead=_instead(version),
        )  # fmt: skip


def _instead(version: Version) -> str:
    """Return what to use instead of a version that was withdrawn, for a mail: the number alone."""
    found = instead_of(version)
    return found.words if found is not None else ""


def _lines(copies: Iterable[Copy]) -> list[str]:
    return [
        _("copy %(n)d, %(who)s, %(where)s") % {"n": copy.n, "who": copy.holder_name, "where": copy.place}
        for copy in copies
    ]
