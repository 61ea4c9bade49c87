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
from sops.models import Comment, Document, Status, Step, Version, Weight
from sops.replacing import replacement_words
from sops.routing import Plan, plain
from sops.workflow import APPROVE, CANCEL, REVIEW, SEND, SEND_URGENT, WITHDRAW


def in_force(version: Version) -> Version | None:
    """Return the version of the same document that is in force now, if it is another one."""
    return _in_force(version).first()


def _in_force(version: Version) -> "QuerySet[Version]":
    others: QuerySet[Version] = version.document.versions.filter(status=Status.EFFECTIVE).exclude(pk=version.pk)
    return others.order_by("n")


def _content(
    version: Version, transition: Transition, facts: Iterable[tuple[str, str]] = (), meaning: str = "",
    weight: tuple[str, str] | None = None,
) -> Content:  # fmt: skip
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
            *_weight(*(weight or (version.weight, version.weight_reason))),
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


WEIGHED: dict[tuple[str, str], str | Promise] = {
    (APPROVE.name, Weight.MINOR): _lazy(
        "I approve this minor change for use from the date I choose. I agree that nobody has to be trained anew."
    ),
    (APPROVE.name, Weight.URGENT): _lazy("I approve this urgent change for use from today, for the reason above."),
}
"""What an approval of a minor or an urgent change means, before its day is chosen."""


def meaning_of(version: Version, transition: Transition) -> str:
    """Return what a signature on a version means."""
    outside = OUTSIDE.get(transition.name) if version.edition_id is not None else None
    return str(WEIGHED.get((transition.name, version.weight)) or outside or transition.meaning)


def _weight(weight: str, reason: str) -> list[tuple[str, str]]:
    """Return what is said of a minor or an urgent change; nothing of a major one, which is the rule."""
    if weight == Weight.MAJOR:
        return []
    asks = {
        Weight.MINOR: _("minor: whoever has signed the version before is not asked to read it again"),
        Weight.URGENT: _("urgent: in force today, without a review before"),
    }
    return [(_("Kind of change"), asks[Weight(weight)]), (_("Reason"), reason)]


def plan_content(version: Version, plan: Plan) -> Content:
    """Return what an author signs when sending a draft: the route and the kind of change are parts of it."""
    urgent = plan.weight == Weight.URGENT
    words = {Step.Kind.REVIEW: (_("Reviewers"), _("Then")), Step.Kind.APPROVE: (_("Approver"), _("Then"))}
    facts = [
        (words[Step.Kind(kind)][min(place, 1)], str(stage))
        for kind in Step.Kind.values
        for place, stage in enumerate(plan.of(kind))
    ]
    return _content(
        version, SEND_URGENT if urgent else SEND, facts, weight=(plan.weight, plan.reason.strip()),
    )  # fmt: skip


def send_content(version: Version, reviewers: Iterable[Person], approver: Person) -> Content:
    """Return what an author signs when sending a draft on the plainest route."""
    return plan_content(version, plain(reviewers, approver))


def review_content(version: Version) -> Content:
    """Return what a reviewer signs."""
    return _content(version, REVIEW)


def approve_content(version: Version, effective_on: date) -> Content:
    """Return what an approver signs; the day it takes effect is a part of it, and so is what a minor change spares."""
    day = date_format(effective_on, "j F Y")
    meanings = {
        Weight.MAJOR: _("I approve this version for use from %(day)s."),
        Weight.MINOR: _(
            "I approve this minor change for use from %(day)s. I agree that nobody has to be trained anew."
        ),
        Weight.URGENT: _("I approve this urgent change for use from today, %(day)s, for the reason above."),
    }
    meaning = meanings[Weight(version.weight)]
    if version.edition_id is not None and version.weight == Weight.MAJOR:
        meaning = _("I take this edition into use from %(day)s.")
    return _content(version, APPROVE, [(_("Takes effect on"), day)], meaning % {"day": day})


SETTLE = "comment.settle"


def settle_content(comment: Comment, reason: str) -> Content:
    """Return what quality signs when it resolves a “must fix” in the place of the one who raised it."""
    version = comment.version
    return Content(
        purpose=SETTLE,
        language=get_language() or "en-gb",
        title=_("a “must fix” on %(version)s") % {"version": version},
        meaning=_("I resolve this “must fix” for quality, in the place of %(person)s.") % {"person": comment.by},
        facts=(
            (_("Document"), f"{version.document.number} {version.title}"),
            (_("Comment"), comment.text),
            (_("Reason"), reason.strip()),
        ),
        digests={"text": version.body},
    )


def cancel_content(version: Version, reason: str) -> Content:
    """Return what is signed when an approval is cancelled."""
    return _content(version, CANCEL, [(_("Reason"), reason)])


def withdraw_content(version: Version, reason: str, replacement: Document | None = None) -> Content:
    """Return what is signed when a document is withdrawn: why, and what is used instead."""
    return _content(version, WITHDRAW, [(_("Reason"), reason), (_("Replaced by"), replacement_words(replacement))])
