"""The acts of signing. `sign` is a step inside a change; the others are whole acts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people.models import Person, RoleAssignment
from qms.people.programme import day_of, zone
from qms.people.roles import ROLES, May
from qms.signatures.content import Content
from qms.signatures.models import Deputation, Proof, Remark, Signature
from qms.signatures.proofs import Given, use_proof
from qms.trail.canonical import canonical, stamp
from qms.trail.door import Change, change, key_of
from qms.trail.errors import Invalid, NotAllowed

PLEDGE = "pledge"
REVIEW_AFTER_SECURITY_CHANGE = timedelta(hours=24)


def pledge_content() -> Content:
    """Return what everybody signs once, before any other signature (21 CFR 11.100(c))."""
    return Content(
        purpose=PLEDGE,
        language=get_language() or "en-gb",
        title=_("Signing in Engraft"),
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
    envelope = {
        "format": 1, "content": content.digest, "record": {"label": label, "id": key, "as": str(record)},
        "purpose": content.purpose, "meaning": content.meaning, "signer": {"id": by.pk, "name": by.printed_name},
        "role": role, "on_behalf_of": on_behalf_of, "at": stamp(c.at), "zone": here, "local": local_text(c.at, here),
        "method": spent.method, "for_review": for_review,
    }  # fmt: skip
    return Signature(
        signer=by, printed_name=by.printed_name, role=role, on_behalf_of=on_behalf_of, purpose=content.purpose,
        meaning=content.meaning, content_digest=content.digest, label=label, record_id=key, at=c.at, zone=here,
        method=spent.method, for_review=for_review, envelope=canonical(envelope),
    )  # fmt: skip


def local_text(moment: datetime, zone: str) -> str:
    """Return a moment in a zone with its offset, e.g. 2026-09-14T10:16:02+02:00."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def acting_role(person: Person, permission: May, facility_id: int | None, day: datetime) -> tuple[str, str]:
    """Return (role in words, on whose behalf) under which a person does this: an own role before a deputed one."""
    today = day_of(day)
    for held in person.role_assignments.on(today).order_by("pk"):
        if permission in ROLES[held.role].may and held.facility_id in (None, facility_id):
            return str(ROLES[held.role].word), ""
    for deputation in running_deputations(person, today):
        held = deputation.assignment
        if permission in ROLES[held.role].may and held.facility_id in (None, facility_id):
            return str(ROLES[held.role].word), str(held.person)
    return person.title, ""


def running_deputations(person: Person, day: object) -> models.QuerySet[Deputation]:
    """Return the deputations that let this person act on that day."""
    return (
        Deputation.objects.filter(deputy=person, from_date__lte=day, until_date__gte=day, signature__isnull=False)
        .exclude(ended_on__lte=day)
        .select_related("assignment__person")
    )


def deputed_roles(person: Person, day: object) -> list[RoleAssignment]:
    """Return the roles that others lent to this person for that day; theirs must still hold."""
    lent = [deputation.assignment_id for deputation in running_deputations(person, day)]
    return list(RoleAssignment.objects.on(day).filter(pk__in=lent)) if lent else []


def depute_content(assignment: RoleAssignment, deputy: Person, from_date: object, until_date: object) -> Content:
    """Return the words by which one hands over a role for some days."""
    place = assignment.facility.name if assignment.facility else _("the whole programme")
    return Content(
        purpose="deputation",
        language=get_language() or "en-gb",
        title=_("Deputation to %(deputy)s") % {"deputy": deputy},
        meaning=_("%(deputy)s acts for me in this role from the first to the last day. The responsibility stays mine.")
        % {"deputy": deputy},
        facts=(
            (_("Role"), f"{ROLES[assignment.role].word}, {place}"),
            (_("From"), str(from_date)),
            (_("Until"), str(until_date)),
        ),
    )


def depute(
    assignment: RoleAssignment, *, deputy: Person, from_date: object, until_date: object, by: Person, proof: Given
) -> Deputation:
    """Let another act in one's own role for some days; signed by the one who holds the role."""
    if assignment.person_id != by.pk or assignment.person_id == deputy.pk:
        raise NotAllowed(_("You hand over your own roles, to somebody else."))
    if str(until_date) < str(from_date):
        raise Invalid(_("The last day is before the first. Choose a later one."))
    deputation = Deputation(assignment=assignment, deputy=deputy, from_date=from_date, until_date=until_date)
    content = depute_content(assignment, deputy, from_date, until_date)
    with change(by=by, on=[assignment]) as c:
        c.save(deputation)
        deputation.signature = sign(c, deputation, content, by=by, proof=proof, role=str(ROLES[assignment.role].word))
        c.save(deputation)
        c.event("deputation.sign", deputation, also=[by, deputy])
    return deputation


def end_deputation(deputation: Deputation, *, by: Person, reason: str) -> None:
    """End a deputation today, before its last day; by the one who gave it, or by quality."""
    if by.pk != deputation.assignment.person_id and not by.may(May.MANAGE_PEOPLE):
        raise NotAllowed(_("Only the one who gave this deputation, or quality, ends it."))
    with change(by=by, reason=reason, on=[deputation]) as c:
        if deputation.ended_on:
            raise NotAllowed(_("This deputation has ended already."))
        deputation.ended_on = day_of(c.at)
        c.save(deputation)
        c.event("deputation.end", deputation, also=[deputation.assignment.person, deputation.deputy])


def mark_signature(signature: Signature, kind: Remark.Kind, *, by: Person, reason: str) -> Remark:
    """Put a remark beside a signature. In error: by its signer or quality. Looked at: by quality only."""
    own_error = kind == Remark.Kind.ERROR and by.pk == signature.signer_id
    if not own_error and not by.may(May.MARK_SIGNATURES):
        raise NotAllowed(_("Only the signer or quality marks a signature."))
    if not reason.strip():
        raise Invalid(_("Write why. The reason stays beside the signature."))
    with change(by=by, reason=reason) as c:
        remark = Remark(signature=signature, kind=kind, reason=reason.strip(), by=by, at=c.at)
        c.save(remark)
        c.event("signature.mark", signature, kind=str(kind))
    return remark
