"""How signatures are said on a page, each from what was kept and not from what today's code would say."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from qms.files.store import read
from qms.people.models import Person
from qms.people.presenters import where
from qms.signatures.content import Content, read_content
from qms.signatures.envelope import Envelope, read_envelope
from qms.signatures.models import Deputation, Remark, Signature
from qms.signatures.pages import page_of
from qms.signatures.services import signed_record
from qms.trail.errors import Refused


def digest_lines(content: Content) -> list[tuple[str, str]]:
    """Return (what, SHA-256) of each text and file that a content speaks of."""
    words = {
        "text": _("The text"), "against": _("The former text"), "original": _("The original file"),
        "redline": _("The changes"), "reasons": _("Why each change was made"), "pdf": _("The PDF"),
        "file": _("The file"),
    }  # fmt: skip
    return [(words.get(name, name), digest) for name, digest in sorted(content.digests.items())]


@dataclass(frozen=True)
class Receipt:
    """A signature as its receipt shows it."""

    signature: Signature
    envelope: Envelope
    remarks: list[Remark]
    is_own: bool

    @cached_property
    def _kept(self) -> tuple[Content | None, str]:
        try:
            return read_content(read(self.envelope.content)), ""
        except Refused as refused:
            return None, str(refused)

    @property
    def content(self) -> Content | None:
        """What was signed, or None where the kept bytes are not what they were; then `problem` says so."""
        return self._kept[0]

    @property
    def problem(self) -> str:
        return self._kept[1]

    @property
    def title(self) -> str:
        return self.content.title if self.content else self.envelope.record

    @property
    def digests(self) -> list[tuple[str, str]]:
        return digest_lines(self.content) if self.content else []

    @property
    def in_error(self) -> Remark | None:
        return next((remark for remark in self.remarks if remark.kind == Remark.Kind.ERROR), None)

    @property
    def to_be_reviewed(self) -> bool:
        return self.envelope.for_review and not self.remarks

    @property
    def state(self) -> str:
        return "marked" if self.in_error else "signed"

    @cached_property
    def record_url(self) -> str:
        """Where the signed record is shown to who looks, "" where it has no page."""
        return page_of(signed_record(self.signature), of_others=not self.is_own)

    @property
    def method(self) -> str:
        """How the signer was confirmed, in words."""
        words = {"password": _("password"), "e-mail and password": _("e-mail and password")}
        return words.get(self.envelope.method, self.envelope.method)


def receipt(signature: Signature, person: Person) -> Receipt:
    """Return what the receipt of a signature shows to a person."""
    remarks = list(signature.remarks.select_related("by").order_by("at"))
    return Receipt(signature, read_envelope(signature.envelope), remarks, is_own=signature.signer_id == person.pk)


@dataclass(frozen=True)
class DeputationLine:
    """A deputation in a list: `state` is now, ahead or ended, a key of the status family "role"."""

    deputation: Deputation
    role: str
    where: str
    state: str

    @property
    def can_end(self) -> bool:
        return self.state != "ended"


def deputation_line(deputation: Deputation, day: date) -> DeputationLine:
    """Return a deputation as it stands on a day."""
    held = deputation.assignment
    over = deputation.ended_on is not None or deputation.until_date < day
    state = "ended" if over else "ahead" if deputation.from_date > day else "now"
    return DeputationLine(deputation, str(held.definition.word), where(held), state)
