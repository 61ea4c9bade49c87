"""The words that are signed for a version: what the signing page shows is exactly this."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

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
        meaning=meaning or meaning_of(version, transition),
        facts=(
            (_("Document"), f"{version.document.number} {version.title}"),
            (_("Version"), str(version.n)),
            *replaces,
            *made_of(version),
            *summary,
            *reasons,
            *facts,
        ),
        digests=digests | _file(version),
    )


def reasons_of(version: Version) -> list[list[str]]:
    """Return [passage, why, what it came of] for each change of a version that has a reason."""
    return sorted(map(list, version.whys.exclude(text="").values_list("block", "text", "origin")))


def reasons_text(said: list[list[str]]) -> str:
    """Return the canonical text of the reasons, whose digest is signed."""
    return canonical({"format": 1, "reasons": said})


def _file(version: Version) -> dict[str, str]:
    """Return the digest of the file: the document itself where it is kept as it is, else what the text came from."""
    if not version.source:
        return {}
    return {"file" if version.kept else "original": version.source}


def made_of(version: Version) -> list[tuple[str, str]]:
    """Return what a version is made of, where it is no text of ours: its file, its edition and where that lies."""
    facts = [(_("File"), version.source_name)] if version.kept else []
    edition = version.edition
    if edition is not None:
        facts += [(_("Edition"), edition.name), (_("Issued by"), edition.issuer), (_("Where it lies"), edition.address)]
    return facts


OUTSIDE: dict[str, str | Promise] = {
    SEND.name: _lazy("I chose this edition. It is ready for review."),
    REVIEW.name: _lazy("I have looked at this edition. It is the one to work by."),
}
"""What is signed of a publication of others: nobody here wrote or approves its text."""


def meaning_of(version: Version, transition: Transition) -> str:
    """Return what a signature on a version means."""
    outside = OUTSIDE.get(transition.name) if version.edition_id is not None else None
    return str(outside or transition.meaning)


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
    outside = version.edition_id is not None
    meaning = (
        _("I take this edition into use from %(day)s.")
        if outside
        else _("I approve this version for use from %(day)s.")
    )
    return _content(version, APPROVE, [(_("Takes effect on"), day)], meaning % {"day": day})


def cancel_content(version: Version, reason: str) -> Content:
    """Return what is signed when an approval is cancelled."""
    return _content(version, CANCEL, [(_("Reason"), reason)])


def withdraw_content(version: Version, reason: str) -> Content:
    """Return what is signed when a document is withdrawn."""
    return _content(version, WITHDRAW, [(_("Reason"), reason)])
