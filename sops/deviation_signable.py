"""The words that are signed of a planned deviation: what is asked for, by whom, until when, and what was decided."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.people.programme import moment_words
from qms.signatures.content import Content
from qms.workflow.moves import Transition
from sops.blocks import Block
from sops.bodies import read_body
from sops.deviating import CONFIRM, CONFIRM_DONE, DENY, DENY_DONE, REVIEW
from sops.editing import first_words
from sops.models import Deviation

Facts = list[tuple[str, str]]


def passage_of(one: Deviation) -> str:
    """Return how the passage begins that is deviated from; "" for the document as a whole."""
    if not one.block:
        return ""
    found: Block | None = next((block for block in read_body(one.version.body) if block["id"] == one.block), None)
    return (first_words(found) or _("a passage without words")) if found is not None else ""


def deviation_content(one: Deviation, how: Transition, *, word: str = "", occurrence: bool = False) -> Content:
    """Return what is signed; `word` is the reason of a refusal or what quality says."""
    facts = [*_asked(one), *(_said(one) if how in (CONFIRM, CONFIRM_DONE, DENY, DENY_DONE, REVIEW) else [])]
    if how is REVIEW:
        facts += [*_done(one), (_("Word of quality"), word)]
        flagged = one.occurrence or occurrence
        facts.append((_("To be reported as an occurrence"), _("yes") if flagged else _("no")))
    elif word:
        facts.append((_("Reason"), word))
    return Content(
        purpose=how.name, language=get_language() or "en-gb",
        title=_("the planned deviation %(deviation)s") % {"deviation": one}, meaning=str(how.meaning),
        facts=tuple(facts), digests={"text": one.version.body},
    )  # fmt: skip


def _asked(one: Deviation) -> Facts:
    document = f"{one.document.number} {one.version.title}"
    product = [(_("Product code"), one.product)] if one.product else []
    return [
        (_("Document"), document), (_("Version"), str(one.version.n)),
        (_("Deviates from"), passage_of(one) or _("the document as a whole")), *product,
        (_("What is done otherwise"), one.text), (_("Why"), one.reason),
        (_("Risk, and what is done about it"), one.risk),
        (_("Asked for by"), _("%(person)s, %(moment)s") % {
            "person": one.asked_by, "moment": moment_words(one.asked_at),
        }),
        (_("Expires"), moment_words(one.expires_at)),
    ]  # fmt: skip


def _said(one: Deviation) -> Facts:
    if one.approver is None or one.approved_at is None:
        return [(_("Approved"), _("not before it was done"))]
    said = {"person": one.approver, "moment": moment_words(one.approved_at), "to": one.told_by}
    if one.verbal:
        return [(_("Approved verbally"), _("by %(person)s, %(moment)s; recorded by %(to)s") % said)]
    return [(_("Approved"), _("by %(person)s, %(moment)s") % said)]


def _done(one: Deviation) -> Facts:
    return [(_("Done"), _("%(moment)s, recorded by %(person)s") % {
        "moment": moment_words(one.done_at), "person": one.done_by,
    })]  # fmt: skip
