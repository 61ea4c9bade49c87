"""Questions: asked of a document in force, or reported from paper; answered, closed, merged, asked again."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from qms.people import telling
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import SYSTEM
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.payloads import keep_payload
from qms.workflow.moves import Transition, move
from sops.asking import AGAIN, ANSWER, CLOSE, MERGE
from sops.bodies import read_body
from sops.models import Copy, Handling, Question, QuestionStatus, Said, Status, Version
from sops.services.allowed import demand
from sops.standing import refused, standing

LONGEST, LONGEST_NAME = 4000, 120
ASKED_OF = (Status.APPROVED, Status.EFFECTIVE)
"""The states of a text that people read: an approved one is read before its day."""


def ask(version: Version, *, by: Person, text: str, block: str = "", kind: str = Question.Kind.QUESTION) -> Question:
    """Ask about a passage of a version that is read now, or about the whole of it (`block` "")."""
    demand_asking(by, version)
    words = _words(text, _("Write what you want to know."))
    with change(by=by, on=[version.document, version]) as c:
        if version.status not in ASKED_OF:
            raise NotAllowed(_gone(version))
        if block and all(one["id"] != block for one in read_body(version.body)):
            raise Invalid(_("This passage is not in the text. Choose it again, or ask about the whole."))
        return _kept(c, Question(version=version, block=block, kind=kind, by=by), words)


def demand_asking(by: Person, version: Version) -> None:
    """Raise NotAllowed for who may not ask at all; whether they see the text is for its loader."""
    if not by.may(May.ASK_QUESTIONS):
        raise NotAllowed(_("Your roles do not allow asking here. Ask your quality manager."))


def report_from_copy(copy: Copy, *, kind: str, text: str, name: str = "", by: Person | None = None) -> Question:
    """Keep a question or a problem that came by the code on a paper copy, from whoever holds it.

    It is taken whatever the paper is worth: that somebody works by an obsolete copy is what has to be known.
    """
    if kind not in Question.Kind.values:
        raise Invalid(_("Say whether it is a question or a problem."))
    words = _words(text, _("Write what is unclear, or what is wrong."))
    with change(by=by or SYSTEM, on=[copy.document]) as c:
        question = Question(version=copy.version, kind=kind, copy=copy, by=by)
        if name.strip():
            question.name = keep_payload(c, name.strip()[:LONGEST_NAME].encode())
        return _kept(c, question, words)


def _kept(c: Change, question: Question, words: str) -> Question:
    question.document, question.at, question.since = question.version.document, c.at, c.at
    question.text = keep_payload(c, words.encode())
    c.save(question)
    c.event(
        "question.report" if question.copy else "question.ask", question, also=[question.document, question.version]
    )
    return question


def _words(text: str, missing: str) -> str:
    words = text.replace("\0", "").strip()
    if not words:
        raise Invalid(missing)
    if len(words) > LONGEST:
        raise Invalid(_("This is longer than %(most)d characters. Make it shorter.") % {"most": LONGEST})
    return words


def _gone(version: Version) -> str:
    """Return that this text is no longer, or not yet, read, and which is."""
    now = version.document.versions.filter(status=Status.EFFECTIVE).first()
    if now is None:
        return refused(version, _("Questions are asked about what is in force."))
    return _("%(stands)s Ask about version %(n)d, which is in force.") % {"stands": standing(version), "n": now.n}


def answer_question(question: Question, *, by: Person, revision: int | None, text: str) -> None:
    """Answer a question for everybody who reads the document; who asked is told, and who asked the same."""
    words = _words(text, _("Write the answer."))
    with change(by=by, on=[question.document, question]) as c:
        _say(c, question, ANSWER, by, Said.Kind.ANSWER, words, revision)
        _tell_askers(c, [question, *question.merged.select_related("by", "document")], "question_answered")


def close_question(question: Question, *, by: Person, revision: int | None, text: str) -> None:
    """Close a question without an answer; the reason is kept with it and told to who asked."""
    words = _words(text, _("Write why it is closed without an answer."))
    with change(by=by, on=[question.document, question]) as c:
        _say(c, question, CLOSE, by, Said.Kind.CLOSED, words, revision)
        _tell_askers(c, [question], "question_closed")


def ask_again(question: Question, *, by: Person, revision: int | None, text: str) -> None:
    """Say, once, that the answer does not answer it: the question is open again."""
    words = _words(text, _("Write what is still unclear."))
    with change(by=by, on=[question.document, question]) as c:
        _say(c, question, AGAIN, by, Said.Kind.AGAIN, words, revision)


def _say(
    c: Change, question: Question, arrow: Transition, by: Person, kind: Said.Kind, words: str, revision: int | None
) -> None:
    c.expect(question, revision)
    question.since = c.at
    move(c, question, arrow, by=by)
    c.save(Said(question=question, kind=kind, text=keep_payload(c, words.encode()), by=by, at=c.at))
    c.event(arrow.name, question, also=[question.document])


def merge_question(question: Question, other: Question, *, by: Person, revision: int | None) -> None:
    """Let a question be answered with another one about the same document; those merged with it before go along."""
    with change(by=by, on=[question.document, question, other]) as c:
        c.expect(question, revision)
        if other.pk == question.pk or other.document_id != question.document_id:
            raise Invalid(_("Choose another question about the same document."))
        if other.status == QuestionStatus.MERGED:
            raise NotAllowed(_("That one is merged itself. Choose the one that it was merged with."))
        question.since, question.same_as = c.at, other
        move(c, question, MERGE, by=by)
        for earlier in question.merged.all():
            earlier.same_as = other
            c.save(earlier)
        c.event(MERGE.name, question, also=[question.document, other])
        if other.status == QuestionStatus.ANSWERED:
            _tell_askers(c, [question], "question_answered")


def _tell_askers(c: Change, questions: Iterable[Question], what: str) -> None:
    """Ask for a mail to who asked. It says where to read and nothing of the words, which may have to be erased."""
    for question in questions:
        if question.by is not None:
            telling.tell(
                c, question.by, f"sops/{what}", f"{question.pk}-{c.at.timestamp()}",
                document=question.document.number, title=question.version.title, path=question.get_absolute_url(),
            )  # fmt: skip


def handle_question(question: Question, version: Version, *, by: Person, dealt: bool, word: str = "") -> None:
    """Say of a question whether a draft deals with it. What it does not deal with must have a word why."""
    demand(by, May.DRAFT_DOCUMENTS, version.document.facility)
    if not dealt and not word.strip():
        raise Invalid(_("Write in a word why this draft does not deal with it."))
    with change(by=by, on=[version.document, version, question]) as c:
        if version.status != Status.DRAFT or question.document_id != version.document_id:
            raise NotAllowed(refused(version, _("What it deals with is said while it is a draft.")))
        found = version.handlings.filter(question=question).first() or Handling(question=question, version=version)
        found.dealt, found.word, found.by, found.at = dealt, word.strip()[:300], by, c.at
        c.save(found)
        c.event("question.handle", question, also=[version, version.document])
