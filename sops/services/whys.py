"""Why each change was made: said by authors while the version is a draft."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from qms.people.models import Person
from qms.people.roles import May
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from sops.models import Authorship, Status, Version, Why
from sops.services.allowed import demand
from sops.standing import refused

Said = Mapping[str, tuple[str, str]]
"""By the id of a block: why it was changed, and the number of what that came of; two empty texts take it back."""
MOST = 2000  # characters of one reason


def say_why(version: Version, said: Said, *, by: Person, revision: int | None) -> int:
    """Keep why passages of a draft were changed; return how many reasons are new or other than before.

    `revision` is that of the draft that the person saw; a newer one raises Stale, nothing is lost.
    """
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    with change(by=by, on=[version]) as c:
        c.expect(version, revision)
        if version.status != Status.DRAFT:
            raise NotAllowed(refused(version, _("Reasons of changes are written while it is a draft.")))
        kept = {why.block: why for why in version.whys.all()}
        written = [
            why for block, words in said.items() if (why := _written(c, version, by, kept.get(block), block, words))
        ]
        if written:
            c.save(version)  # so that whoever has the page open sees that something was written meanwhile
            if not version.authorships.filter(person=by).exists():
                c.save(Authorship(version=version, person=by))
            c.event("version.why", version, also=[version.document, *written])
    return len(written)


def _written(
    c: Change, version: Version, by: Person, kept: Why | None, block: str, words: tuple[str, str]
) -> Why | None:
    """Save one reason; None where it says what it said before."""
    text, origin = words[0].strip(), words[1].strip()
    if len(text) > MOST:
        raise Invalid(_("A reason has %(most)d characters at most. Put the rest into the summary.") % {"most": MOST})
    if origin and not text:
        raise Invalid(_("Write why, beside the number of what it came of."))
    why = kept or Why(version=version, block=block)
    if (why.text, why.origin) == (text, origin[:40]):
        return None
    why.text, why.origin, why.by, why.at = text, origin[:40], by, c.at
    c.save(why)
    return why
