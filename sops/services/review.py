"""Review: what those who are asked say and sign, and what becomes of it."""

from django.utils.translation import gettext as _

from qms.people.access import as_now
from qms.people.models import Person
from qms.people.roles import May
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role, sign
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.workflow.moves import check_open, move
from sops.models import Comment, Reply, Status, Version
from sops.services.allowed import demand_here
from sops.services.routes import Leg, empty_signatures, tell
from sops.signable import review_content, settle_content
from sops.standing import refused
from sops.workflow import REVIEW, SEND_BACK, TAKE_BACK, is_author


def sign_review(version: Version, *, by: Person, revision: int | None, proof: Given) -> None:
    """Sign one's review. With the last one that is needed the version moves on to approval."""
    with change(by=by, on=[version.document, version]) as c:
        c.expect(version, revision)
        check_open(version, REVIEW, by)
        leg = Leg(version, by)
        signature = sign(
            c, version, review_content(version), by=by, proof=proof, role=leg.role, on_behalf_of=leg.on_behalf_of
        )
        if leg.is_last_of_kind:
            move(c, version, REVIEW, by=by)
        leg.fill(c, version, signature)
        c.event("version.review", version, also=[version.document], text=version.body, signature=signature.pk)


def send_back(version: Version, *, by: Person, reason: str) -> None:
    """Return a version to its authors with a reason. Signatures of this round do not count for the next text."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        version.effective_on = None
        move(c, version, SEND_BACK, by=by)
        c.event("version.send_back", version, also=[version.document])
        empty_signatures(c, version)
        tell(c, version, version.started_by, "sent_back")


def take_back(version: Version, *, by: Person, reason: str) -> None:
    """Take a version back to draft; by one of its authors."""
    with change(by=by, reason=reason, on=[version.document, version]) as c:
        version.effective_on = None
        move(c, version, TAKE_BACK, by=by)
        c.event("version.take_back", version, also=[version.document])
        empty_signatures(c, version)


def add_comment(version: Version, *, by: Person, kind: str, text: str, block: str = "") -> Comment:
    """Say something about a version under review. It locks the version: an approval sees it or comes before it."""
    demand_here(by, May.REVIEW_DOCUMENTS, version.document)
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
    demand_here(by, May.REVIEW_DOCUMENTS, comment.version.document)
    if not text.strip():
        raise Invalid(_("Write the answer."))
    with change(by=by, on=[comment.version, comment]) as c:
        _still_open(comment)
        reply = Reply(comment=comment, text=text.strip(), by=by, at=c.at)
        c.save(reply)
        c.event("comment.reply", reply, also=[comment.version, comment.version.document])
    return reply


def resolve_comment(comment: Comment, *, by: Person, resolution: str = "") -> None:
    """Close a comment. A “must fix” is closed by the one who raised it; by quality see `settle_comment`."""
    demand_here(by, May.REVIEW_DOCUMENTS, comment.version.document)
    with change(by=by, reason=resolution, on=[comment.version, comment]) as c:
        _still_open(comment)
        if comment.kind == Comment.Kind.MUST_FIX and comment.by_id != by.pk:
            raise NotAllowed(
                _("Only %(person)s, who raised it, resolves this comment; or quality, with a signed reason.")
                % {"person": comment.by}
            )
        _resolve(c, comment, by, resolution)
        c.event("comment.resolve", comment, also=[comment.version, comment.version.document])


def settle_comment(comment: Comment, *, by: Person, resolution: str, proof: Given) -> None:
    """Close a “must fix” in the place of the one who raised it: by quality, with a reason that is signed."""
    demand_here(by, May.REVIEW_DOCUMENTS, comment.version.document)
    with change(by=by, reason=resolution, on=[comment.version, comment]) as c:
        _still_open(comment)
        check_settle(comment, by=by)
        if not resolution.strip():
            raise Invalid(_("Write why this is resolved without the one who raised it."))
        role, behalf = acting_role(by, May.MARK_SIGNATURES, None, c.at)
        content = settle_content(comment, resolution)
        signature = sign(c, comment, content, by=by, proof=proof, role=role, on_behalf_of=behalf)
        _resolve(c, comment, by, resolution)
        about = [comment.version, comment.version.document]
        c.event("comment.settle", comment, also=about, signature=signature.pk)


def check_settle(comment: Comment, *, by: Person) -> None:
    """Raise NotAllowed unless this person stands in for who raised a “must fix”: quality, and no author of the text."""
    now = as_now(by.pk)
    if comment.kind != Comment.Kind.MUST_FIX or comment.by_id == by.pk:
        raise NotAllowed(_("This comment needs no signature: resolve it."))
    if now is None or not now.may(May.MARK_SIGNATURES) or is_author(comment.version, by):
        raise NotAllowed(
            _("Only %(person)s, who raised it, resolves this comment; or quality, with a signed reason.")
            % {"person": comment.by}
        )


def _resolve(c: Change, comment: Comment, by: Person, resolution: str) -> None:
    comment.resolved_by, comment.resolved_at, comment.resolution = by, c.at, resolution.strip()
    c.save(comment)


def _still_open(comment: Comment) -> None:
    if comment.resolved_at is not None:
        raise NotAllowed(_("This comment is resolved already."))
