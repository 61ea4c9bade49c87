"""Review: who is asked, what they say, and what becomes of it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from qms.files.store import store
from qms.people import telling
from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import check_open, move
from sops.models import Comment, Reply, Status, Step, Version
from sops.services.allowed import demand
from sops.signable import reasons_of, reasons_text, review_content, send_content
from sops.standing import refused
from sops.workflow import REVIEW, SEND, SEND_BACK, TAKE_BACK, for_an_author, is_author


def send_to_review(
    version: Version, *, by: Person, revision: int | None, reviewers: Sequence[Person], approver: Person, proof: Given
) -> None:
    """Sign a draft as written and ask people to review and approve it. Reviewers and approver are not its authors."""
    if said := reasons_of(version):
        store(reasons_text(said).encode(), "application/json")  # what is signed by its digest can be shown for ever
    with change(by=by, on=[version.document, version]) as c:
        c.expect(version, revision)
        version.round += 1
        _ask(c, version, reviewers, approver)
        role, behalf = acting_role(by, May.DRAFT_DOCUMENTS, version.facility_id, c.at)
        content = send_content(version, reviewers, approver)
        signature = sign(c, version, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
        move(c, version, SEND, by=by)
        c.event("version.send", version, also=[version.document], text=version.body, signature=signature.pk)
        for reviewer in reviewers:
            tell(c, version, reviewer, "asked_to_review")


def _ask(c: Change, version: Version, reviewers: Sequence[Person], approver: Person) -> None:
    if not reviewers:
        raise Invalid(_("Choose at least one reviewer."))
    if {person.pk for person in reviewers} == {approver.pk}:
        raise NotAllowed(_("Let somebody else approve than the one who reviews."))
    for kind, person, permission in [
        *((Step.Kind.REVIEW, person, May.REVIEW_DOCUMENTS) for person in reviewers),
        (Step.Kind.APPROVE, approver, May.APPROVE_DOCUMENTS),
    ]:
        if is_author(version, person):
            raise NotAllowed(
                _("%(person)s wrote in this version and so does not review or approve it.") % {"person": person}
            )
        now = as_now(person.pk)
        if now is None or not now.may(permission, version.facility_id):
            raise NotAllowed(_("%(person)s has no role that allows this here.") % {"person": person})
        if for_an_author(permission)(version, now):
            raise NotAllowed(_("%(person)s would act in the place of an author of this version.") % {"person": person})
        c.save(Step(version=version, round=version.round, kind=kind, person=person, asked_at=c.at))


def sign_review(version: Version, *, by: Person, revision: int | None, proof: Given) -> None:
    """Sign one's review. The last reviewer's signature moves the version on to approval."""
    with change(by=by, on=[version.document, version]) as c:
        c.expect(version, revision)
        check_open(version, REVIEW, by)
        role, behalf = acting_role(by, May.REVIEW_DOCUMENTS, version.facility_id, c.at)
        signature = sign(c, version, review_content(version), by=by, proof=proof, role=role, on_behalf_of=behalf)
        waiting = version.steps.filter(round=version.round, kind=Step.Kind.REVIEW, signature=None)
        last = not waiting.exclude(person=by).exists()
        step = waiting.get(person=by)
        if last:
            move(c, version, REVIEW, by=by)
        step.signature = signature
        c.save(step)
        c.event("version.review", version, also=[version.document], text=version.body, signature=signature.pk)
        if last:
            tell(c, version, version.steps.get(round=version.round, kind=Step.Kind.APPROVE).person, "asked_to_approve")


def send_back(version: Version, *, by: Person, reason: str) -> None:
    """Return a version to its authors with a reason. Signatures of this round do not count for the next text."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        move(c, version, SEND_BACK, by=by)
        c.event("version.send_back", version, also=[version.document])
        tell(c, version, version.started_by, "sent_back")


def take_back(version: Version, *, by: Person, reason: str) -> None:
    """Take a version back to draft; by one of its authors."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        move(c, version, TAKE_BACK, by=by)
        c.event("version.take_back", version, also=[version.document])


def add_comment(version: Version, *, by: Person, kind: str, text: str, block: str = "") -> Comment:
    """Say something about a version under review. It locks the version: an approval sees it or comes before it."""
    demand(by, May.REVIEW_DOCUMENTS, version.document.facility)
    if kind not in Comment.Kind.values or not text.strip():
        raise Invalid(_("Write the comment and choose what it is: must fix, question or suggestion."))
    with change(by=by, on=[version]) as c:
        if version.status not in (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL):
            raise NotAllowed(refused(version, _("It takes no more comments.")))
        comment = Comment(version=version, block=block, kind=kind, text=text.strip(), by=by, at=c.at)
        c.save(comment)
        c.event("comment.add", comment, also=[version, version.document])
    return comment


def reply_to_comment(comment: Comment, *, by: Person, text: str) -> Reply:
    """Answer a comment that is open."""
    demand(by, May.REVIEW_DOCUMENTS, comment.version.document.facility)
    if not text.strip():
        raise Invalid(_("Write the answer."))
    with change(by=by, on=[comment.version, comment]) as c:
        _still_open(comment)
        reply = Reply(comment=comment, text=text.strip(), by=by, at=c.at)
        c.save(reply)
        c.event("comment.reply", reply, also=[comment.version, comment.version.document])
    return reply


def resolve_comment(comment: Comment, *, by: Person, resolution: str = "") -> None:
    """Close a comment. A “must fix” is closed by the one who raised it, or by quality with a reason."""
    demand(by, May.REVIEW_DOCUMENTS, comment.version.document.facility)
    with change(by=by, reason=resolution, on=[comment.version, comment]) as c:
        _still_open(comment)
        if comment.kind == Comment.Kind.MUST_FIX and comment.by_id != by.pk:
            now = as_now(by.pk)
            if now is None or not now.may(May.MARK_SIGNATURES) or is_author(comment.version, by):
                raise NotAllowed(
                    _("Only %(person)s, who raised it, or quality resolves this comment.") % {"person": comment.by}
                )
            if not resolution.strip():
                raise Invalid(_("Write why this is resolved without the one who raised it."))
        comment.resolved_by, comment.resolved_at, comment.resolution = by, c.at, resolution.strip()
        c.save(comment)
        c.event("comment.resolve", comment, also=[comment.version, comment.version.document])


def _still_open(comment: Comment) -> None:
    if comment.resolved_at is not None:
        raise NotAllowed(_("This comment is resolved already."))


def tell(c: Change, version: Version, person: Person, what: str) -> None:
    """Ask for the mail `sops/<what>` to somebody about a version; once for each round."""
    telling.tell(
        c, person, f"sops/{what}", f"{version.pk}-{version.round}-{person.pk}",
        document=version.document.number, title=version.title, n=version.n, by=c.by.name, reason=c.reason,
        path=version.get_absolute_url(),
    )  # fmt: skip
