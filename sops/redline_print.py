"""The printed form of a redline between two versions, made once and kept as bytes."""

from dataclasses import asdict, fields
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from qms.files.store import read
from qms.pdf.redline import PrintedChange, PrintedRedline, redline_pdf
from qms.trail.canonical import canonical, sha256
from sops.bodies import read_body
from sops.compare import Change, compare
from sops.models import Version
from sops.presenters.kinds import compared_words
from sops.presenters.redline import op_word
from sops.printing import kept_pdf, printed
from sops.render import Whys, redline_html
from sops.whys import whys_shown


def redline_pdf_of(old: Version, new: Version) -> str:
    """Return the digest of the PDF that shows what `new` changes against `old`, as both stand now."""
    document = printed_redline(old, new)
    facts = sha256(canonical({"redline": asdict(document)}))
    return kept_pdf(new, facts, lambda: redline_pdf(document, read), against=str(old))


def printed_redline(old: Version, new: Version) -> PrintedRedline:
    """Return everything that stands on the paper of a redline, in the language of the new text."""
    with override("en-gb"):
        found = compare(read_body(old.body), read_body(new.body))
        whys = whys_shown(None, old, new, found)
        whole = printed(new, new.status)
        same: dict[str, Any] = {field.name: getattr(whole, field.name) for field in fields(whole)}
        shows = _("Version %(n)s is the text; this shows what it changes.")
        return PrintedRedline(
            **same | {
                "watermark": _("Redline"), "watermark_note": "", "ended": False, "signatures": (),
                "instead": compared_words(old, new) or shows % {"n": new.n},
                "body_html": str(redline_html(found, image_url="file-store:{}".format, whys=whys)),
            },
            against=str(old.n), against_status=old.status_word,
            changes=tuple(_line(change, whys) for change in found.changes),
        )  # fmt: skip


def _line(change: Change, whys: Whys) -> PrintedChange:
    told = tuple(f"{why.text} ({why.origin})" if why.origin else why.text for why in whys.get(change.number, ()))
    text = change.text or (_("a picture") if change.kind == "image" else "")
    return PrintedChange(change.number, op_word(change.op), change.under, text, told)
