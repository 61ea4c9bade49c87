"""The words that are signed for a version: what the signing page shows is exactly this."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.signatures.content import Content
from qms.trail.canonical import canonical, sha256
from qms.workflow.moves import Transition
from sops.models import Status, Version
from sops.workflow import APPROVE, CANCEL, REVIEW, SEND, WITHDRAW


def in_force(version: Version) -> Version | None:
    """Return the version of the same document that is in force now, if it is another one."""
    return _in_force(version).first()


def _in_force(version: Version) -> "QuerySet[Version]":
    others: QuerySet[Version] = version.document.versions.filter(status=Status.EFFECTIVE).exclude(pk=version.pk)
    return others.order_by("n")


def _content(
    version: Version, transition: Transition, facts: Iterable[tuple[str, str]] = (), meaning: str = ""
) -> Content:
    former = _in_force(version).values_list("n", "body").first()
    replaces = [(_("Replaces"), _("version %(n)d") % {"n": former[0]})] if former else []
    summary = [(_("What changed and why"), version.summary)] if version.summary else []
    said = reasons_of(version)
    reasons = [(_("Reasons of single changes"), str(len(said)))] if said else []
    digests = {"text": version.body} | ({"against": former[1]} if former else {})
    digests |= {"reasons": sha256(reasons_text(said))} if said else {}
    return Content(
        purpose=transition.name,
        language=get_language() or "en-gb",
        title=_("%(number)s, version %(n)d") % {"number": version.document.number, "n": version.n},
        meaning=meaning or str(transition.meaning),
        facts=(
            (_("Document"), f"{version.document.number} {version.title}"),
            (_("Version"), str(version.n)),
            *replaces,
            *summary,
            *reasons,
            *facts,
        ),
        digests=digests | ({"original": version.source} if version.source else {}),
    )


def reasons_of(version: Version) -> list[list[str]]:
    """Return [passage, why, what it came of] for each change of a version that has a reason."""
    return sorted(map(list, version.whys.exclude(text="").values_list("block", "text", "origin")))


def reasons_text(said: list[list[str]]) -> str:
    """Return the canonical text of the reasons, whose digest is signed."""
    return canonical({"format": 1, "reasons": said})


def send_content(version: Version, reviewers: Iterable[Person], approver: Person) -> Content:
    """Return what an author signs when sending a draft to review."""
    names = ", ".join(person.printed_name for person in reviewers)
    return _content(version, SEND, [(_("Reviewers"), names), (_("Approver"), approver.printed_name)])


def review_content(version: Version) -> Content:
    """Return what a reviewer signs."""
    return _content(version, REVIEW)


def approve_content(version: Version, effective_on: date) -> Content:
    """Return what an approver signs; the day it takes effect is a part of it."""
    day = date_format(effective_on, "j F Y")
    meaning = _("I approve this version for use from %(day)s.") % {"day": day}
    return _content(version, APPROVE, [(_("Takes effect on"), day)], meaning)


def cancel_content(version: Version, reason: str) -> Content:
    """Return what is signed when an approval is cancelled."""
    return _content(version, CANCEL, [(_("Reason"), reason)])


def withdraw_content(version: Version, reason: str) -> Content:
    """Return what is signed when a document is withdrawn."""
    return _content(version, WITHDRAW, [(_("Reason"), reason)])
