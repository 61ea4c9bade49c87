"""The acts of signing. `sign` is a step inside a change; the others are whole acts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people.access import require
from qms.people.models import Person, RoleAssignment
from qms.people.programme import day_of, zone
from qms.people.roles import ROLES, May
from qms.signatures.content import Content
from qms.signatures.envelope import Envelope
from qms.signatures.models import Proof, Remark, Signature
from qms.signatures.proofs import Given, use_proof
from qms.trail.door import Change, change, key_of
from qms.trail.errors import Invalid, NotAllowed

PLEDGE = "pledge"
REVIEW_AFTER_SECURITY_CHANGE = timedelta(hours=24)
Roles = Sequence[RoleAssignment]


def pledge_content() -> Content:
    """Return what everybody signs once, before any other signature (21 CFR 11.100(c))."""
    return Content(
        purpose=PLEDGE,
        language=get_language() or "en-gb",
        title=_("the pledge before a first signature"),
        meaning=_("My signature in Engraft binds me like one by my own hand. I keep my password to myself."),
    )


def has_pledged(person: Person) -> bool:
    """Return whether this person ever signed that signatures here bind."""
    return Signature.objects.filter(signer=person, purpose=PLEDGE).exists()


def pledge(*, by: Person, proof: Given) -> Signature:
    """Sign that signatures here bind like those by hand. Refused the second time."""
    with change(by=by, on=[by]) as c:
        if has_pledged(by):
            raise NotAllowed(_("You have signed this already."))
        signature = sign(c, by, pledge_content(), by=by, proof=proof)
        c.event("signature.pledge", by, signature=signature.pk)
        return signature


def sign(
    c: Change,
    record: models.Model,
    content: Content,
    *,
    by: Person,
    proof: Given,
    role: str = "",
    on_behalf_of: str = "",
) -> Signature:
    """Put one signature on a record, inside an open change by the same person. Spends the proof.

    The proof must have been given for exactly this content: what changed meanwhile is not signed.
    """
    if c.by.person_id != by.pk:
        raise NotAllowed(_("Nobody signs for another."))
    spent = use_proof(proof, by=by, digest=content.digest, now=c.at)
    if content.purpose != PLEDGE and not has_pledged(by):
        raise NotAllowed(_("Before your first signature, sign that it binds you."))
    store(content.text.encode(), "application/json")
    signature = _signature(c, record, content, by, spent, role or by.title, on_behalf_of)
    c.save(signature)
    c.keep_signature(record, signature)
    return signature


def _signature(
    c: Change, record: models.Model, content: Content, by: Person, spent: Proof, role: str, on_behalf_of: str
) -> Signature:
    label, key = key_of(record)
    here = zone().key
    changed = spent.user.security_changed_at
    for_review = changed is not None and c.at - changed < REVIEW_AFTER_SECURITY_CHANGE
    envelope = Envelope(
        content=content.digest, label=label, record_id=key, record=str(record), purpose=content.purpose,
        meaning=content.meaning, signer_id=by.pk, signer=by.printed_name, role=role, on_behalf_of=on_behalf_of,
        at=c.at, zone=here, local=local_text(c.at, here), method=spent.method, for_review=for_review,
    )  # fmt: skip
    return Signature(
        signer=by, printed_name=by.printed_name, role=role, on_behalf_of=on_behalf_of, purpose=content.purpose,
        meaning=content.meaning, content_digest=content.digest, label=label, record_id=key, at=c.at, zone=here,
        method=spent.method, for_review=for_review, envelope=envelope.text,
    )  # fmt: skip


def local_text(moment: datetime, zone: str) -> str:
    """Return a moment in a zone with its offset, e.g. 2026-09-14T10:16:02+02:00."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def acting_role(
    person: Person, permission: May, facility_id: int | None, moment: datetime, roles: Roles | None = None
) -> tuple[str, str]:
    """Return (capacity in words, on whose behalf) in which a person does this: an own role before a lent one.

    Of several own roles it is the one that fits the act most narrowly: a laboratory director who is an author too
    writes as an author and approves as the director. An author who reviews signs as a reviewer.
    `roles` are those of the moment, where a page has read them; an act leaves them out, so that they are read afresh.
    """
    known = person.roles_on(day_of(moment)) if roles is None else roles
    held = acting_assignment(person, permission, facility_id, known)
    if held is None:
        return person.title, ""
    return ROLES[held.role].capacity(permission), "" if held.person_id == person.pk else str(held.person)


def acting_assignment(person: Person, permission: May, facility_id: int | None, roles: Roles) -> RoleAssignment | None:
    """Return by which of the roles a person may do this: an own one before a lent one, whose person lent it.

    Then the one that allows least, then one held for this facility alone.
    """

    def fit(held: RoleAssignment) -> tuple[bool, int, bool, int]:
        return held.person_id != person.pk, len(ROLES[held.role].may), held.facility_id is None, held.pk

    return min((held for held in roles if _gives(held, permission, facility_id)), key=fit, default=None)


def _gives(held: RoleAssignment, permission: May, facility_id: int | None) -> bool:
    known = ROLES.get(held.role)
    return known is not None and permission in known.may and held.facility_id in (None, facility_id)


def mark_signature(signature: Signature, kind: Remark.Kind, *, by: Person, reason: str) -> Remark:
    """Put a remark beside a signature, which stays. In error: by its signer or quality. Looked at: by quality only."""
    if not (kind == Remark.Kind.ERROR and by.pk == signature.signer_id):
        require(by, May.MARK_SIGNATURES)
    if kind == Remark.Kind.REVIEWED and by.pk == signature.signer_id:
        raise NotAllowed(_("Somebody else looks at your signatures, not you."))
    if kind == Remark.Kind.REVIEWED and not signature.for_review:
        raise NotAllowed(_("This signature needs no look: nothing was changed at the account on the day before it."))
    if not reason.strip():
        raise Invalid(_("Write why. The reason stays beside the signature."))
    with change(by=by, reason=reason) as c:
        if signature.remarks.filter(kind=kind).exists():
            raise NotAllowed(_("This is said beside the signature already."))
        remark = Remark(signature=signature, kind=kind, reason=reason.strip(), by=by, at=c.at)
        c.save(remark)
        signed = signed_record(signature)
        c.event("signature.mark", signature, also=[signature.signer, *([signed] if signed else [])], kind=str(kind))
    return remark


def signed_record(signature: Signature) -> models.Model | None:
    """Return the record that was signed, as it is now; None where this release knows it no more."""
    try:
        model = apps.get_model(signature.label)
    except LookupError:
        return None
    found: models.Model | None = model._base_manager.filter(pk=signature.record_id).first()
    return found
