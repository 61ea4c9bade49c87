"""What documents bring to a review themselves: questions, reports from paper, suggestions, texts that are named."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.models import User
from qms.people.programme import day_of
from sops.bodies import read_body
from sops.citations import cites
from sops.evidence import Signal, review_evidence
from sops.inquiries import WAS_IN_FORCE
from sops.loaders import visible_versions
from sops.models import Comment, Copy, CopyStatus, Document, Handling, Question, QuestionStatus, Status
from sops.presenters.questions import passage, texts_of


def questions(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give the questions and reports from paper that no version has dealt with: open ones until they are closed."""
    settled = Handling.objects.filter(question=OuterRef("pk"), dealt=True, version__status__in=WAS_IN_FORCE)
    asked = document.questions.exclude(status=QuestionStatus.MERGED).exclude(Exists(settled))
    found = list(asked.select_related("version", "copy").order_by("pk"))
    texts = texts_of(found)
    for one in found:
        label = f"{one.get_kind_display()} {one.pk}"
        if one.copy:
            label = _("Report %(key)d from paper copy %(n)d") % {"key": one.pk, "n": one.copy.n}
        yield Signal(
            key=f"question:{one.pk}:{one.status}", label=label, words=_asked(one),
            link=one.get_absolute_url(), day=day_of(one.at), more=texts[one.text],
            stays=one.status == QuestionStatus.OPEN,
        )  # fmt: skip


def _asked(one: Question) -> str:
    """Return when it was asked, of what, and where it stands; nothing of its words, which may have to be erased."""
    block = next((block for block in read_body(one.version.body) if block["id"] == one.block), None)
    said = {
        "version": one.version.n, "day": date_format(day_of(one.at), "j F Y"), "status": one.status_word.lower(),
        "about": passage(block),
    }  # fmt: skip
    if block is not None:
        return _("On “%(about)s” of version %(version)d, %(day)s: %(status)s") % said
    return _("On version %(version)d as a whole, %(day)s: %(status)s") % said


def suggestions(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give the suggestions of reviewers that stood open when their version was approved: they were not taken."""
    left = Comment.objects.filter(
        version__document=document, version__status__in=WAS_IN_FORCE, kind=Comment.Kind.SUGGESTION, resolved_at=None
    ).select_related("version", "by")
    for one in left:
        yield Signal(
            key=f"suggestion:{one.pk}", label=_("Suggestion not taken"), day=day_of(one.at), more=one.text,
            words=_("%(person)s on version %(n)d, %(day)s") % {
                "person": one.by, "n": one.version.n, "day": date_format(day_of(one.at), "j F Y"),
            },
            link=f"{one.version.get_absolute_url()}review/",
        )  # fmt: skip


def named_documents(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give what became of the documents that this text refers to or names: a later version, or withdrawn."""
    new = Q(status=Status.EFFECTIVE, effective_at__gt=since, n__gt=1)
    gone = Q(status=Status.WITHDRAWN, ended_at__gt=since)
    cited = cites(document).exclude(document=document).values("document")
    for one in visible_versions(user).filter(new | gone, document__in=cited).order_by("effective_at"):
        ended = one.status == Status.WITHDRAWN
        day = day_of((one.ended_at if ended else one.effective_at) or since)
        said = {"version": one, "document": one.document, "title": one.title, "day": date_format(day, "j F Y")}
        if ended:
            label, words = (
                _("A document named here is withdrawn"),
                _("%(document)s, %(title)s, was withdrawn on %(day)s"),
            )
        else:
            label, words = _("A document named here changed"), _("%(version)s, %(title)s, took effect on %(day)s")
        yield Signal(f"{one.status}:{one.pk}", label, words % said, one.get_absolute_url(), day)


def missing_copies(document: Document, since: datetime, user: User) -> Iterator[Signal]:
    """Give the controlled copies that are missing, or recalled and not back."""
    astray = Copy.objects.filter(
        document=document, status__in=(CopyStatus.MISSING, CopyStatus.RECALLED), since__gt=since
    )
    for one in astray.order_by("n").annotate(of=F("version__n")):
        words = _("Copy %(n)d of version %(version)d, %(place)s: %(status)s since %(day)s") % {
            "n": one.n, "version": one.of, "place": one.place, "status": one.status_word.lower(),
            "day": date_format(day_of(one.since), "j F Y"),
        }  # fmt: skip
        yield Signal(
            f"copy:{one.pk}:{one.status}", _("Controlled copy"), words, one.get_absolute_url(), day_of(one.since)
        )


review_evidence += [questions, suggestions, named_documents, missing_copies]
