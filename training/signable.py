"""The words that a reader signs: what the signing page shows is exactly this."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from qms.signatures.content import Content
from sops.models import Version
from training.delta import Delta
from training.models import Reading

PURPOSE = "reading.sign"


def reading_content(reading: Reading, delta: Delta | None, day: date) -> Content:
    """Return what this person signs on that day.

    It is bound to the stored text and PDF of the version, and to the changes that were shown; where the reader had
    signed no version before, to the whole text.
    """
    version = reading.version
    digests = {"text": version.body} | ({"pdf": version.pdf} if version.pdf else {})
    if version.kept:
        digests |= {"file": version.source}
    if delta is not None:
        digests |= {"against": delta.former.body, "redline": delta.digest}
    return Content(
        purpose=PURPOSE,
        language=get_language() or "en-gb",
        title=_("%(number)s, version %(n)d") % {"number": version.document.number, "n": version.n},
        meaning=_meaning(version, day),
        facts=tuple(_facts(version, delta)),
        digests=digests,
    )


def _meaning(version: Version, day: date) -> str:
    if version.effective_on is not None and version.effective_on > day:
        return _("I have read and understood version %(n)d and will work to it from %(day)s.") % {
            "n": version.n, "day": date_format(version.effective_on, "j F Y"),
        }  # fmt: skip
    return _("I have read and understood version %(n)d and work to it.") % {"n": version.n}


def _facts(version: Version, delta: Delta | None) -> list[tuple[str, str]]:
    facts = [(_("Document"), f"{version.document.number} {version.title}"), (_("Version"), str(version.n))]
    if version.effective_on is not None:
        facts.append((_("Takes effect on"), date_format(version.effective_on, "j F Y")))
    facts.append((_("You were shown"), _shown(delta)))
    return [*facts, (_("What changed and why"), version.summary)] if version.summary else facts


def _shown(delta: Delta | None) -> str:
    if delta is None:
        return _("the whole text: you had signed no version of it before")
    count = len(delta.redline.changes)
    return ngettext(
        "%(count)d change since version %(n)d, which you had signed",
        "%(count)d changes since version %(n)d, which you had signed",
        count,
    ) % {"count": count, "n": delta.former.n}
