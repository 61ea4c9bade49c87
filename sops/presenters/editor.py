"""What the editor of a draft is given: the text, where to send it, and every word that its scripts say."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.people.models import Person, User
from qms.trail import clock
from qms.ui.dates import in_words
from sops.blocks import Block
from sops.bodies import read_body
from sops.citations import titles, troubles
from sops.compare import compare
from sops.compare.model import Change
from sops.models import Version, WorkingText
from sops.services.writing import Saved, Words
from sops.styles import STYLES

STILL_HERE = timedelta(minutes=15)
MOST_CHANGES = 20
WORDS: dict[str, str | Promise] = {
    "kept": gettext_lazy("Saved %s."), "saved": gettext_lazy("Saved in the draft %s."),
    "same": gettext_lazy("Everything is in the draft."), "writing": gettext_lazy("Not saved yet."),
    "saving": gettext_lazy("Saving …"),
    "offline": gettext_lazy("Not saved: no connection. Your words are kept in this browser."),
    "nowhere": gettext_lazy("Not saved: no connection, and this browser keeps nothing. Leave the page open."),
    "refused": gettext_lazy("Not saved. Your words are kept in this browser."),
    "logged_out": gettext_lazy("You were logged out. Your words are kept in this browser until you log in again."),
    "found": gettext_lazy("Your words of %s are here. They are not in the draft yet."),
    "drop": gettext_lazy("Drop them"), "merged": gettext_lazy("Others saved this draft meanwhile. Both are in it."),
    "twice": gettext_lazy("Both texts stand here, choose:"),
    "stayed": gettext_lazy("Kept, although one of you removed it:"),
    "title_of_mine": gettext_lazy("The title stays as they wrote it. Yours was: %s"),
    "no_trouble": gettext_lazy("Nothing to look at."), "nothing_found": gettext_lazy("No document is found."),
    "no_headings": gettext_lazy("No headings yet."), "passage": gettext_lazy("passage"),
    "alt": gettext_lazy("What the picture shows"), "no_alt": gettext_lazy("Picture without a description"),
    "kept_as_is": gettext_lazy("Kept as it is; it is not written in here."),
    "text": gettext_lazy("Text of the draft. Tab leaves it, Escape goes to the tools."),
    "warning": gettext_lazy("Warning"), "note": gettext_lazy("Note"), "footnote": gettext_lazy("Footnote"),
    "refer": gettext_lazy("Make it a reference"),
    "address": gettext_lazy("An address begins with https:, http: or mailto:."),
}  # fmt: skip
DROPPED: dict[str, str | Promise] = {
    "look": gettext_lazy("Colours, fonts and sizes"), "comment": gettext_lazy("Comments"),
    "script": gettext_lazy("Scripts and hidden parts"),
    "picture": gettext_lazy("Pictures from outside; insert them from a file"),
    "insert": gettext_lazy("Tracked insertions: taken as text"), "delete": gettext_lazy("Tracked deletions: left out"),
    "link": gettext_lazy("Links that lead nowhere; their words stay"), "field": gettext_lazy("Form fields and buttons"),
    "media": gettext_lazy("Films, sounds and embedded objects"), "footnote": gettext_lazy("Marks of footnotes"),
}  # fmt: skip
OPS: dict[str, str | Promise] = {
    "insert": gettext_lazy("Added"), "delete": gettext_lazy("Removed"), "change": gettext_lazy("Changed"),
    "move": gettext_lazy("Moved"), "format": gettext_lazy("Formatting"),
}  # fmt: skip


def page_values(version: Version, blocks: list[Block], kept: Words | None, user: User) -> dict[str, Any]:
    """Return what the scripts of the page begin with, as plain JSON."""
    name = (version.document.number, version.n)
    addresses = {key: resolve_url(f"version-{key}", *name) for key in ("words", "add-picture", "refer")}
    return {
        "revision": version.revision, "blocks": blocks, "title": version.title, "summary": version.summary,
        "kept": asdict(kept) if kept else None, "kept_at": _kept_at(version, user) if kept else "",
        "titles": titles([*blocks, *(kept.blocks if kept else [])], user),
        "troubles": [asdict(one) for one in troubles(version, blocks)],
        "addresses": addresses | {"pictures": resolve_url("version-picture", *name, "0").removesuffix("0/")},
        "key": f"{user.person_id} {version.document.number} v{version.n}",
        "words": {key: str(word) for key, word in WORDS.items()},
        "dropped": {key: str(word) for key, word in DROPPED.items()},
        "styles": {key: str(word) for key, word in STYLES.items()},
    }  # fmt: skip


def _kept_at(version: Version, user: User) -> str:
    row = WorkingText.objects.filter(version=version, person=user.person_id).first()
    return in_words(row.at) if row else ""


def others_writing(version: Version, person: Person) -> list[str]:
    """Return who else has words in this draft that are not saved yet, each in a sentence."""
    rows = WorkingText.objects.filter(version=version, at__gte=clock.now() - STILL_HERE).exclude(person=person)
    return [
        _("%(who)s is writing too, last at %(at)s.")
        % {"who": row.person.printed_name, "at": timezone.localtime(row.at).strftime("%H:%M")}
        for row in rows.select_related("person").order_by("-at")
    ]


def told(saved: Saved) -> dict[str, Any]:
    """Return what a person is told whose words met those of others: who, what they changed, what stands twice."""
    if not saved.since or saved.merged is None:
        return {"since": []}
    who = [f"{in_words(at)}: {name}" for at, name in saved.since]
    redline = compare(read_body(saved.before), read_body(saved.after))
    return {
        "since": who, "changes": [_change(change) for change in redline.changes[:MOST_CHANGES]],
        "twice": saved.merged.twice, "stayed": saved.merged.kept, "title_of_mine": saved.title_of_mine,
    }  # fmt: skip


def _change(change: Change) -> str:
    where = _(" in “%(heading)s”") % {"heading": change.under} if change.under else ""
    return f"{OPS[change.op]}{where}: {change.text or _('a picture')}"
