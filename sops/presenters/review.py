"""The text under review with what is said beside it, and what stands in the way of a signature."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qms.people.models import User
from qms.people.roles import May
from sops.blocks import Block
from sops.compare import Redline
from sops.editing import first_words
from sops.loaders import allowed
from sops.models import Comment, Status, Step, Version
from sops.render import NO_WHYS, ImageURL, Whys, block_parts, redline_parts

TAKE_COMMENTS = (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL)


@dataclass(frozen=True)
class Said:
    """A comment as the page shows it: `resolve` is "" (not by this person), "now" or "reason" (asks why first)."""

    number: int
    comment: Comment
    role: str
    resolve: str
    can_reply: bool

    @property
    def anchor(self) -> str:
        return f"k{self.number}"

    @property
    def resolved_by(self) -> str:
        return str(self.comment.resolved_by or "")


class Passage(NamedTuple):
    """A passage: the id of its block in the new text ("" for what was removed), its HTML, and its first words."""

    name: str
    html: SafeString
    about: str


@dataclass
class Group:
    """A stretch of the text without remarks, or one passage with them; `says` is the block of an open form."""

    passages: list[Passage] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    says: str = ""


def said(version: Version, user: User) -> list[Said]:
    """Return all comments on a version, numbered from 1 in the order in which they were made."""
    comments = version.comments.select_related("by", "resolved_by").prefetch_related("replies__by")
    authors = {version.started_by_id, *version.authorships.values_list("person", flat=True)}
    asked = dict(version.steps.filter(round=version.round).order_by("-kind").values_list("person", "kind"))
    can_reply = may_comment(version, user)
    return [
        Said(
            number, comment, _role(comment.by_id, authors, asked), _resolve(comment, user, authors), can_reply
        )
        for number, comment in enumerate(comments, 1)
    ]  # fmt: skip


def may_comment(version: Version, user: User) -> bool:
    """Return whether this person may say something about the version now."""
    return version.status in TAKE_COMMENTS and allowed(user, May.REVIEW_DOCUMENTS, version)


def _role(person: int, authors: set[int], asked: dict[int, str]) -> str:
    if person in authors:
        return _("author")
    return {Step.Kind.REVIEW.value: _("reviewer"), Step.Kind.APPROVE.value: _("approver")}.get(
        asked.get(person, ""), ""
    )


def _resolve(comment: Comment, user: User, authors: set[int]) -> str:
    """A “must fix” is closed by the one who raised it, or by quality with a reason; the rest by who may review."""
    if not comment.is_open or not allowed(user, May.REVIEW_DOCUMENTS, comment.version):
        return ""
    if comment.kind != Comment.Kind.MUST_FIX or comment.by_id == user.person_id:
        return "now"
    return "reason" if user.may(May.MARK_SIGNATURES) and user.person_id not in authors else ""


def groups(
    text: list[Block] | Redline, images: ImageURL, comments: list[Said], says: str, whys: Whys = NO_WHYS
) -> list[Group]:
    """Return the text with the comments beside their passages; those without any are stretches."""
    beside: dict[str, list[Said]] = {}
    for one in comments:
        beside.setdefault(one.comment.block, []).append(one)
    found = [Group()]
    for passage in _passages(text, images, whys):
        name = passage.name
        is_marked = bool(name) and (name in beside or name == says)
        if is_marked:
            found.append(Group([passage], beside.get(name, []), says if name == says else ""))
            found.append(Group())
        else:
            found[-1].passages.append(passage)
    return [group for group in found if group.passages]


def _passages(text: list[Block] | Redline, images: ImageURL, whys: Whys) -> Iterator[Passage]:
    if isinstance(text, Redline):
        for diff, html in redline_parts(text, image_url=images, whys=whys):
            new = diff.new
            yield Passage("", html, "") if new is None else Passage(new["id"], html, first_words(new))
    else:
        for block, html in block_parts(text, image_url=images):
            yield Passage(block["id"], html, first_words(block))


def elsewhere(comments: list[Said], blocks: list[Block]) -> list[Said]:
    """Return the comments on the whole, and those on passages that are not in the text any more."""
    here = {block["id"] for block in blocks}
    return [one for one in comments if one.comment.block not in here]


def in_the_way(comments: list[Said]) -> list[Said]:
    """Return the open comments that block signing."""
    return [one for one in comments if one.comment.is_open and one.comment.kind == Comment.Kind.MUST_FIX]
