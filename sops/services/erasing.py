"""Erasing the words of a question: one person asks with a signature, another agrees with one, and only digests stay."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.files.store import read
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.signatures.content import Content, read_content
from qms.signatures.models import Signature
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.payloads import erase_payload
from sops.models import Question

PURPOSE = "payload.erase"


def erasure_content(question: Question, reason: str) -> Content:
    """Return what both sign: whose words go, why, and which digests stay."""
    return Content(
        purpose=PURPOSE, language=get_language() or "en-gb",
        title=_("the erasing of %(question)s") % {"question": str(question).partition(",")[0]},
        meaning=_("The words of this question and of its answers are to be erased for good. Only their digests stay."),
        facts=((_("Document"), question.document.number), (_("Reason"), reason)),
        digests={f"{n:02d}": digest for n, digest in enumerate(digests_of(question), start=1)},
    )  # fmt: skip


def digests_of(question: Question) -> list[str]:
    """Return the digests of all that was said about a question, and of the name that was left."""
    said = list(question.said.values_list("text", flat=True))
    return [one for one in (question.text, question.name, *said) if one]


def reason_of(question: Question) -> str:
    """Return why somebody asked to erase its words, from what they signed; "" where nobody did."""
    if question.erasing is None:
        return ""
    return read_content(read(question.erasing.content_digest)).facts[-1][1]


def ask_erasure(question: Question, *, by: Person, reason: str, proof: Given) -> None:
    """Ask, with a signature, that the words of a question be erased; another person has to agree."""
    if not reason.strip():
        raise Invalid(_("Write why this is to be erased. The reason stays: name nobody in it."))
    with change(by=by, reason=reason, on=[question.document, question]) as c:
        _demand(by, question)
        question.erasing = _signed(c, question, by, reason.strip(), proof)
        c.save(question)
        c.event("question.ask_erasure", question, also=[question.document])


def agree_erasure(question: Question, *, by: Person, reason: str, proof: Given) -> None:
    """Agree, with a signature of another person, and erase. What was said since the first signature goes too."""
    with change(by=by, reason=reason, on=[question.document, question]) as c:
        _demand(by, question)
        if question.erasing is None:
            raise NotAllowed(_("Nobody has asked for this yet. Ask for it first; another person then agrees."))
        if question.erasing.signer_id == by.pk:
            raise NotAllowed(_("You asked for this yourself. Another person has to agree."))
        _signed(c, question, by, reason.strip(), proof)
        for digest in digests_of(question):
            erase_payload(c, digest, record=question, asked=question.erasing)


def _signed(c: Change, question: Question, by: Person, reason: str, proof: Given) -> Signature:
    role, behalf = acting_role(by, May.ERASE_TEXTS, question.facility_id, c.at)
    return sign(c, question, erasure_content(question, reason), by=by, proof=proof, role=role, on_behalf_of=behalf)


def _demand(by: Person, question: Question) -> None:
    now = as_now(by.pk)
    if now is None or not now.may(May.ERASE_TEXTS, question.facility_id):
        raise NotAllowed(_("Your roles do not allow this here. Ask your quality manager."))
