"""Words on their way into a draft: kept every few seconds without a trail, saved with one event, merged with others'.

`keep_words` writes over one row; it is no quality record. `save_words` is the act: the text through the door. It is
called when somebody saves, leaves, or has written for some minutes (decision: drafts are saved, not keystrokes).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.people.roles import May
from qms.trail import clock
from qms.trail.canonical import canonical
from qms.trail.door import Change
from qms.trail.errors import Invalid, NotAllowed, Stale
from sops.blocks import BadBlocks, Block, check
from sops.bodies import read_body
from sops.merge import Merged, merge, merged_words
from sops.models import Status, Version, WorkingText
from sops.queries import texts_before
from sops.services.allowed import demand
from sops.services.documents import save_text
from sops.standing import refused

TRIES = 3  # somebody may save between reading and writing


@dataclass(frozen=True)
class Words:
    """A text as somebody has it in the browser, and the revision of the draft they began with."""

    revision: int
    blocks: list[Block]
    title: str
    summary: str


@dataclass
class Saved:
    """What became of words: the draft as it stands and, where others had saved meanwhile, who and what was merged.

    `before` and `after` are the digests of the text that both began with and of what the others had made of it.
    """

    version: Version
    blocks: list[Block]
    since: list[tuple[datetime, str]] = field(default_factory=list)
    before: str = ""
    after: str = ""
    merged: Merged | None = None
    title_of_mine: str = ""


def keep_words(version: Version, words: Words, *, by: Person) -> WorkingText:
    """Keep what somebody typed on the server without saving it in the draft. Raises Invalid for what is no text."""
    _demand_draft(version, by)
    _check(words.blocks)
    text = canonical({"blocks": words.blocks, "title": words.title, "summary": words.summary})
    values = {"revision": words.revision, "text": text, "at": clock.now()}
    kept, _new = WorkingText.objects.update_or_create(version=version, person=by, defaults=values)
    return kept


def words_of(kept: WorkingText) -> Words:
    """Return what was kept."""
    return Words(revision=kept.revision, **json.loads(kept.text))


def drop_words(version: Version, *, by: Person) -> None:
    """Forget what this person typed and did not save."""
    WorkingText.objects.filter(version=version, person=by).delete()


def save_words(version: Version, words: Words, *, by: Person) -> Saved:
    """Save words in the draft; what others saved since `words.revision` is merged, and nothing of either is lost.

    Without a change nothing is written. Raises Invalid for what is no text, NotAllowed when it is no draft any more.
    """
    _demand_draft(version, by)
    _check(words.blocks)
    for last in range(TRIES)[::-1]:
        try:
            return _save(Version.objects.select_related("document__facility").get(pk=version.pk), words, by)
        except Stale:
            if not last:
                raise
    raise Stale  # never reached


def _save(version: Version, words: Words, by: Person) -> Saved:
    now = read_body(version.body)
    saved, title, summary = Saved(version, words.blocks), words.title.strip(), words.summary.strip()
    if version.revision != words.revision:
        base = _base(version, words.revision)
        saved.before, saved.after = base.body, version.body
        saved.since = texts_before(version, words.revision)[1]
        saved.merged = merge(read_body(base.body), now, words.blocks)
        saved.blocks = saved.merged.blocks
        if title not in (base.title, version.title) and version.title != base.title:
            saved.title_of_mine, title = title, version.title
        elif title == base.title:
            title = version.title
        summary = merged_words(base.summary, version.summary, summary)
    if (saved.blocks, title or version.title, summary) == (now, version.title, version.summary):
        drop_words(version, by=by)
        return saved

    def along(_c: Change, _version: Version) -> None:
        drop_words(version, by=by)

    save_text(
        version, by=by, revision=version.revision, blocks=saved.blocks, title=title, summary=summary, along=along,
        reason=_("Merged with what others had saved meanwhile") if saved.since else "",
    )  # fmt: skip
    saved.blocks = read_body(version.body)
    return saved


def _base(version: Version, revision: int) -> Version:
    """Return the version as it stood at a revision."""
    row = version.history.filter(revision=revision).first()
    if row is None:
        raise Invalid(_("The text that you began with is not known. Copy your words, and open the text again."))
    found: Version = row
    return found


def _check(blocks: Sequence[Block]) -> None:
    try:
        check(list(blocks))
    except BadBlocks as wrong:
        raise Invalid(str(wrong)) from wrong


def _demand_draft(version: Version, by: Person) -> None:
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    if version.status != Status.DRAFT:
        raise NotAllowed(refused(version, _("Only a draft is written in.")))
    if version.kept or version.edition_id is not None:
        raise NotAllowed(_("%(version)s is kept as it is: nobody writes in it here.") % {"version": version})
