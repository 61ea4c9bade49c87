"""Comments whose next word is somebody's: open ones on a text of theirs, and own ones that were answered."""

from typing import Any

from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.home.work import WorkItem
from qms.people.models import Person
from qms.people.roles import May
from sops.models import Comment, Reply, Status, Version

TAKE_COMMENTS = (Status.DRAFT, Status.IN_REVIEW, Status.IN_APPROVAL)
NOBODY = 0
ASK = (Comment.Kind.MUST_FIX, Comment.Kind.QUESTION)


def comment_work(person: Person) -> list[WorkItem]:
    """Return one item for each version with comments that wait for this person; four queries for any number."""
    return [
        *_items(person, _to_answer(person), May.DRAFT_DOCUMENTS, _("Answer"), _words_to_answer),
        *_items(person, _answered(person), May.REVIEW_DOCUMENTS, _("Look and resolve"), _words_answered),
    ]


def _open() -> Any:
    """Return the open comments with `last`: who spoke last, or NOBODY where nobody has answered."""
    last = Reply.objects.filter(comment=OuterRef("pk")).order_by("-pk").values("by")[:1]
    found = Comment.objects.filter(resolved_at=None, version__status__in=TAKE_COMMENTS)
    return found.annotate(last=Coalesce(Subquery(last), NOBODY, output_field=BigIntegerField())).order_by()


def _to_answer(person: Person) -> QuerySet[Comment]:
    """What must be fixed or is asked about a text of this person, and where the last word is another's."""
    written = Q(version__started_by=person) | Q(version__in=Version.objects.filter(authorships__person=person))
    found: QuerySet[Comment] = _open().filter(written, kind__in=ASK).exclude(by=person).exclude(last=person.pk)
    return found


def _answered(person: Person) -> QuerySet[Comment]:
    """What this person said and somebody else answered since: to be resolved, or asked on."""
    found: QuerySet[Comment] = _open().filter(by=person).exclude(last__in=(NOBODY, person.pk))
    return found


def _items(person: Person, comments: QuerySet[Comment], may: May, act: str, words: Any) -> list[WorkItem]:
    counted = dict(comments.values_list("version").annotate(n=Count("pk")))
    versions = Version.objects.filter(pk__in=counted).select_related("document")
    return [
        WorkItem(
            kind="comment", number=str(version), title=version.title, sentence=words(counted[version.pk]),
            url=f"{reverse('version-review', args=[version.document.number, version.n])}#comments", act=act,
        )
        for version in versions
        if any(person.may(may, place) for place in version.places)
    ]  # fmt: skip


def _words_to_answer(count: int) -> str:
    said = ngettext("%(n)d comment waits for your answer.", "%(n)d comments wait for your answer.", count)
    return said % {"n": count}


def _words_answered(count: int) -> str:
    said = ngettext(
        "%(n)d comment of yours was answered: resolve it, or ask on.",
        "%(n)d comments of yours were answered: resolve them, or ask on.",
        count,
    )
    return said % {"n": count}
