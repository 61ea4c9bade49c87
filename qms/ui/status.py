"""The one vocabulary of states: family, key -> icon, tone, word. Screens and papers take their words here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TONES = ("ok", "go", "warn", "bad", "idle")


@dataclass(frozen=True)
class State:
    """How a state shows: an icon of the sprite, one of the five tones, and its word."""

    icon: str
    tone: str
    word: str | Promise


STATUS: dict[str, dict[str, State]] = {
    "doc": {
        "draft": State("pencil", "idle", _("Draft")),
        "in_review": State("messages", "go", _("In review")),
        "in_approval": State("writing-sign", "go", _("In approval")),
        "approved": State("calendar-check", "go", _("Approved")),
        "effective": State("circle-check", "ok", _("Effective")),
        "superseded": State("archive", "idle", _("Obsolete")),
        "withdrawn": State("ban", "bad", _("Withdrawn")),
        "discarded": State("file-x", "idle", _("Discarded")),
    },
    "due": {
        "later": State("calendar", "idle", _("On time")),
        "soon": State("clock-exclamation", "warn", _("Due soon")),
        "late": State("alert-triangle", "bad", _("Overdue")),
        "done": State("circle-check", "ok", _("Done")),
    },
    "topic": {
        "covered": State("circle-check", "ok", _("Covered")),
        "draft": State("pencil", "warn", _("Only a draft")),
        "withdrawn": State("ban", "bad", _("Only what is withdrawn")),
        "nothing": State("alert-triangle", "bad", _("Nothing")),
        "exempt": State("minus", "idle", _("Not applicable")),
    },
    "sign": {
        "waiting": State("circle-dashed", "idle", _("Waiting")),
        "turn": State("arrow-big-right", "go", _("Your turn")),
        "asked": State("hourglass", "go", _("Asked")),
        "signed": State("signature", "ok", _("Signed")),
        "returned": State("arrow-back-up", "warn", _("Sent back")),
        "away": State("alert-triangle", "bad", _("Not here")),
        "skipped": State("minus", "idle", _("Not needed")),
        "marked": State("alert-circle", "warn", _("Marked as signed in error")),
    },
    "weight": {
        "major": State("file-type-pdf", "idle", _("Major change")),
        "minor": State("minus", "idle", _("Minor change")),
        "urgent": State("clock-exclamation", "warn", _("Urgent change")),
    },
    "comment": {
        "must_fix": State("alert-octagon", "bad", _("Must fix")),
        "question": State("help-circle", "go", _("Question")),
        "suggestion": State("bulb", "idle", _("Suggestion")),
        "resolved": State("circle-check", "ok", _("Resolved")),
    },
    "question": {
        "open": State("help-circle", "go", _("Open")),
        "answered": State("circle-check", "ok", _("Answered")),
        "closed": State("archive", "idle", _("Closed without an answer")),
        "merged": State("link", "idle", _("Same as another")),
    },
    "deviation": {
        "asked": State("help-circle", "warn", _("Asked for")),
        "verbal": State("messages", "warn", _("Approved verbally")),
        "approved": State("circle-check", "ok", _("Approved")),
        "refused": State("ban", "bad", _("Refused")),
        "taken_back": State("arrow-back-up", "idle", _("Taken back")),
        "expired": State("clock-x", "idle", _("Expired")),
        "done_verbal": State("writing-sign", "warn", _("Done, to be signed")),
        "done": State("circle-check", "go", _("Done, to be reviewed")),
        "unapproved": State("alert-triangle", "bad", _("Done without approval")),
        "reviewed": State("archive", "idle", _("Reviewed")),
    },
    "review": {
        "open": State("progress-check", "go", _("Under way")),
        "no_change": State("circle-check", "ok", _("No change")),
        "revise": State("pencil", "warn", _("To be revised")),
    },
    "account": {
        "invited": State("mail", "go", _("Invited")),
        "active": State("circle-check", "ok", pgettext_lazy("account", "Active")),
        "locked": State("lock", "warn", _("Locked")),
        "none": State("minus", "idle", _("No log-in")),
        "left": State("archive", "idle", _("Left")),
    },
    "role": {
        "now": State("circle-check", "ok", _("Holds today")),
        "ahead": State("calendar", "idle", _("Begins later")),
        "ended": State("archive", "idle", pgettext_lazy("role", "Ended")),
    },
    "import": {
        "waiting": State("hourglass", "go", _("Waiting to be checked")),
        "draft": State("circle-check", "ok", _("Draft made")),
        "refused": State("ban", "bad", _("Refused")),
        "put_aside": State("archive", "idle", _("Put aside")),
    },
    "work": {
        "waiting": State("hourglass", "idle", _("Waiting")),
        "running": State("loader-2", "go", _("Running")),
        "again": State("clock-exclamation", "warn", _("Failed, tried again soon")),
        "stuck": State("alert-triangle", "bad", _("Failed several times")),
    },
    "night": {
        "done": State("circle-check", "ok", _("Done")),
        "failed": State("alert-triangle", "bad", _("Done in part")),
        "found": State("shield-x", "bad", _("Trail altered")),
        "missed": State("clock-x", "warn", _("No night")),
        "unfinished": State("hourglass", "warn", _("Begun, not finished")),
    },
    "copy": {
        "making": State("hourglass", "go", _("Being made")),
        "issued": State("circle-check", "ok", _("In use")),
        "recalled": State("arrow-back-up", "warn", _("Recalled")),
        "missing": State("alert-triangle", "bad", pgettext_lazy("copy", "Missing")),
        "returned": State("archive", "idle", _("Returned")),
        "destroyed": State("trash", "idle", _("Destroyed")),
    },
    "paper": {
        "in_force": State("circle-check", "ok", _("In force")),
        "superseded": State("archive", "bad", _("Superseded")),
        "withdrawn": State("ban", "bad", _("Withdrawn")),
        "expired": State("clock-x", "bad", _("Expired")),
        "recalled": State("arrow-back-up", "warn", _("Recalled")),
        "missing": State("alert-triangle", "warn", pgettext_lazy("copy", "Missing")),
        "returned": State("archive", "idle", _("Returned")),
        "destroyed": State("trash", "idle", _("Destroyed")),
    },
    "trail": {
        "sealed": State("shield-check", "ok", _("Sealed")),
        "unsealed": State("hourglass", "go", _("Not yet sealed")),
        "altered": State("shield-x", "bad", _("Altered")),
    },
}


def state(family: str, key: str) -> State:
    """Return how this state shows.

    Raises:
        KeyError: No such family or key, with the ones there are.
    """
    states = STATUS.get(family)
    if states is None:
        raise KeyError(f"No status family {family!r}: there are {', '.join(STATUS)}.")
    if key not in states:
        raise KeyError(f"No status {key!r} in {family!r}: there are {', '.join(states)}.")
    return states[key]
