"""Planned deviations in words: the register, its file, the panel of a document, what can be done of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from qms.people.models import Facility, User
from qms.people.programme import zone
from qms.ui.options import Option, View
from qms.ui.status import state
from qms.workflow.moves import Transition, allowed_for
from sops.deviating import (
    APPROVE,
    CONFIRM,
    CONFIRM_DONE,
    DENY,
    DENY_DONE,
    DEVIATION_TRANSITIONS,
    REFUSE,
    REVIEW,
    SAID,
    TAKE_BACK,
    UNAPPROVED,
)
from sops.deviations import Asked
from sops.models import Deviation, DeviationStatus

S = DeviationStatus
Words = str | Promise
SIGNED = {"approve": (APPROVE,), "refuse": (REFUSE,), "confirm": (CONFIRM, CONFIRM_DONE), "deny": (DENY, DENY_DONE),
          "review": (REVIEW,)}  # fmt: skip
AT_ONCE = ("approve", "confirm")
"""Signed without a word before."""


NOW: dict[str, tuple[str, Words, Words]] = {
    S.ASKED: ("warn", _lazy("Not approved."), _lazy(
        "Done before it is approved, it is an occurrence. Wait, or call who decides and record what was said."
    )),
    S.VERBAL: ("warn", _lazy("Approved verbally."), _lazy("%(person)s signs it by %(day)s.")),
    S.APPROVED: ("go", _lazy("Approved until it expires."), _lazy("Record it when it is done.")),
    S.REFUSED: ("bad", _lazy("Refused."), _lazy("The document is followed as it stands.")),
    S.TAKEN_BACK: ("idle", _lazy("Taken back."), _lazy("The document is followed as it stands.")),
    S.EXPIRED: ("bad", _lazy("Expired."), _lazy(
        "It covers nothing any more. What was done while it held is recorded here; else ask anew."
    )),
    S.DONE_VERBAL: ("warn", _lazy("Done; the approval was verbal."), _lazy("%(person)s signs it by %(day)s.")),
    S.DONE: ("go", _lazy("Done."), _lazy("Quality reviews it.")),
    S.UNAPPROVED: ("bad", _lazy("Done without approval."), _lazy(
        "It is to be reported as an occurrence. Quality reviews it."
    )),
    S.REVIEWED: ("go", _lazy("Reviewed and closed."), _lazy("Nothing is left to do.")),
}  # fmt: skip
"""Where it stands, and what that means for whoever is about to act."""


@dataclass(frozen=True)
class Button:
    word: str
    url: str
    kind: str = ""


def arrow_of(one: Deviation, step: str) -> Transition:
    """Return the arrow of a step of signing that fits where the deviation stands."""
    return next((arrow for arrow in SIGNED[step] if one.status in arrow.sources), SIGNED[step][0])


def buttons(one: Deviation, user: User) -> list[Button]:
    """Return what this person can do of it now; the first is the main one."""
    allowed = allowed_for(one, user.person, DEVIATION_TRANSITIONS)
    found = []
    for step in SIGNED:
        arrow = arrow_of(one, step)
        if arrow in allowed:
            page = "deviation-sign" if step in AT_ONCE else "deviation-why"
            address = reverse(page, args=[one.pk, step])
            address += f"?revision={one.revision}" if step in AT_ONCE else ""
            found.append(Button(str(arrow.word), address, "primary" if step in (*AT_ONCE, "review") else ""))
    signed = len(found)
    for arrow, page in ((SAID, "deviation-said"), (TAKE_BACK, "deviation-take-back")):
        if arrow in allowed:
            found.append(Button(f"{arrow.word} …", reverse(page, args=[one.pk])))
    if UNAPPROVED in allowed:  # before it is approved it comes last: it would be an occurrence
        first = one.status in (S.APPROVED, S.VERBAL)
        done = Button(_("Done …"), reverse("deviation-done", args=[one.pk]), "primary" if first else "")
        found.insert(signed if first else len(found), done)
    return found


def views(asked: Asked) -> list[View]:
    """Return the views of the register."""
    statuses = list(asked.statuses)
    here = reverse("deviations")
    offered: list[tuple[str, str, bool]] = [
        (_("All"), "", not asked.are_set),
        (_("To be decided"), "status=asked", statuses == ["asked"]),
        (_("In use"), "status=approved&status=verbal", sorted(statuses) == ["approved", "verbal"]),
        (_("To be reviewed"), "status=done&status=unapproved", sorted(statuses) == ["done", "unapproved"]),
        (_("Verbal"), "verbal=1", asked.verbal),
        (_("Occurrences"), "flagged=1", asked.flagged),
        (_("Mine"), "mine=1", asked.mine),
    ]
    return [View(word, f"{here}?{query}" if query else here, on) for word, query, on in offered]


def menus(asked: Asked, places: Iterable[Facility]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter."""
    return [
        (_("Facility"), "facility", [Option(str(one.pk), one.name, on=one.pk in asked.facilities) for one in places]),
        (_("Status"), "status", [
            Option(one, state("deviation", one).word, on=one in asked.statuses) for one in DeviationStatus.values
        ]),
    ]  # fmt: skip


def csv_head() -> list[str]:
    """Return the heads of the exported list."""
    return [
        _("Deviation"), _("Document"), _("Title"), _("Version"), _("Product code"), _("What is done otherwise"),
        _("Why"), _("Risk"), _("Status"), _("Asked for by"), _("Asked"), _("Expires"), _("Decided by"), _("Verbal"),
        _("Approved"), _("Done"), _("Occurrence"), _("Word of quality"), _("Reviewed"),
    ]  # fmt: skip


def csv_lines(found: Sequence[Deviation]) -> Iterable[list[str]]:
    """Return deviations as cells."""

    def moment(value: Any) -> str:
        return value.astimezone(zone()).isoformat(timespec="minutes") if value else ""

    for one in found:
        yield [
            str(one), one.document.number, one.version.title, str(one.version.n), one.product, one.text, one.reason,
            one.risk, one.status_word, str(one.asked_by), moment(one.asked_at), moment(one.expires_at),
            str(one.approver or ""), _("yes") if one.verbal else "", moment(one.approved_at), moment(one.done_at),
            _("yes") if one.occurrence else "", one.word, moment(one.reviewed_at),
        ]  # fmt: skip


def what_now(one: Deviation) -> tuple[str, str, str]:
    """Return (tone, lead, sentence) of where it stands and what that means for whoever is about to act."""
    by = date_format(one.sign_by, "j F Y") if one.sign_by else ""
    tone, lead, sentence = NOW[one.status]
    return tone, str(lead), str(sentence) % {"person": one.approver, "day": by}
