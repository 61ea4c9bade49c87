"""Where a version stands, in a sentence, what that does not allow, and what comes next: the words of a refusal."""

from collections.abc import Callable

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sops.models import Status, Version

STANDS: dict[str, str | Promise] = {
    Status.DRAFT: _("%(version)s is still a draft."),
    Status.IN_REVIEW: _("%(version)s is in review."),
    Status.IN_APPROVAL: _("%(version)s waits for its approval."),
    Status.APPROVED: _("%(version)s is approved and takes effect on %(day)s."),
    Status.EFFECTIVE: _("%(version)s is in force."),
    Status.SUPERSEDED: _("%(version)s was replaced by a later version."),
    Status.WITHDRAWN: _("%(version)s was withdrawn."),
    Status.DISCARDED: _("%(version)s was discarded."),
}
WAY_ON: dict[str, str | Promise] = {
    Status.DRAFT: _("Next, its authors send it to review, or discard it."),
    Status.IN_REVIEW: _("Next, its reviewers sign it or send it back."),
    Status.IN_APPROVAL: _("Next, its approver signs it or sends it back."),
    Status.APPROVED: _("Until that day the approval can be cancelled."),
    Status.EFFECTIVE: _("Start its next version to change it."),
    Status.SUPERSEDED: _("The page of the document shows which version applies."),
    Status.WITHDRAWN: _("It comes back by a new version only."),
    Status.DISCARDED: _("The page of the document shows which version applies."),
}
LIFE = list(STANDS)


def standing(version: Version) -> str:
    """Return where a version stands: PROC-SOP-014 v3 is still a draft."""
    day = date_format(version.effective_on, "j F Y") if version.effective_on else "…"
    return str(STANDS[version.status]) % {"version": version, "day": day}


def refused(version: Version, cannot: str | Promise) -> str:
    """Return a refusal: where the version stands, what it therefore cannot, and the way on."""
    return f"{standing(version)} {cannot} {WAY_ON[version.status]}"


def out_of_turn(opens_at: str, early: str | Promise, late: str | Promise = "") -> Callable[[Version], str]:
    """Return the words of an arrow that opens at a status: `early` before it, `late` from there on."""

    def words(version: Version) -> str:
        is_early = LIFE.index(Status(version.status)) < LIFE.index(Status(opens_at))
        return refused(version, early if is_early or not late else late)

    return words
