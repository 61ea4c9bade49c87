"""One reading as its page shows it: the changes first, each under its heading; and what comes after signing."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.people.programme import today
from qms.signatures.models import Signature
from qms.signatures.onward import Onward
from sops.compare import Redline
from sops.compare.model import is_marked
from sops.render import NO_WHYS, ImageURL, Whys, redline_parts
from training.models import Reading
from training.queries import open_of

URGENT = 3


@dataclass(frozen=True)
class Stretch:
    """A part of the changed text: HTML, or (html "") how many passages that did not change were left out."""

    html: SafeString
    left_out: int = 0


def changed_passages(redline: Redline, images: ImageURL, whys: Whys = NO_WHYS) -> list[Stretch]:
    """Return only what changed, each passage under its heading, and between them how much was left out."""
    found: list[Stretch] = []
    heading: SafeString | None = None
    left_out = 0
    for diff, html in redline_parts(redline, image_url=images, whys=whys):
        if is_marked(diff):
            if left_out:
                found.append(Stretch(SafeString(), left_out))
            if heading is not None:
                found.append(Stretch(heading))
            found.append(Stretch(html))
            heading, left_out = None, 0
        elif diff.block["kind"] == "heading":
            heading = html
        else:
            left_out += 1
    return [*found, Stretch(SafeString(), left_out)] if left_out else found


def due_state(due_on: date, day: date) -> str:
    """Return late, soon or later: keys of the status family "due"."""
    left = (due_on - day).days
    return "late" if left < 0 else "soon" if left <= URGENT else "later"


def onward(signature: Signature) -> Onward | None:
    """Say on the receipt of a reading from when the version applies, and lead to the next one to read."""
    if signature.label != Reading._meta.label_lower:
        return None
    reading = Reading.objects.select_related("version__document", "person").filter(signature=signature).first()
    if reading is None:
        return None
    waiting = open_of(reading.person)
    if not waiting:
        return Onward((*_applies(reading), _("All read: nothing else waits for you to read.")))
    word = _("Read the next one (%(n)d left)") % {"n": len(waiting)}
    return Onward(_applies(reading), word, waiting[0].get_absolute_url())


def _applies(reading: Reading) -> tuple[str, ...]:
    version = reading.version
    if version.effective_on is None or version.effective_on <= today():
        return (_("Your record shows this already. Nothing to print or send."),)
    return (
        _("Until %(day)s the former version applies; from that day on work by version %(n)d.")
        % {"day": date_format(version.effective_on, "l j F"), "n": version.n},
        _("Your record shows this already. Nothing to print or send."),
    )
