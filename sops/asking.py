"""The arrows of a question."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.people.roles import May
from qms.workflow.moves import Transition
from sops.models import Question, QuestionStatus, Said

STANDS: dict[str, str | Promise] = {
    QuestionStatus.OPEN: _("It is open."),
    QuestionStatus.ANSWERED: _("It is answered already."),
    QuestionStatus.CLOSED: _("It is closed already, with a reason."),
    QuestionStatus.MERGED: _("It is answered with another one already."),
}
OPEN = frozenset({QuestionStatus.OPEN})


def _stands(way_on: str | Promise) -> Callable[[Question], str]:
    return lambda question: f"{STANDS[question.status]} {way_on}"


def not_the_asker(question: Question, by: Person) -> str | None:
    return None if question.by_id == by.pk else _now("Only who asked says that it is not answered.")


def said_before(question: Question, by: Person) -> str | None:
    if not question.said.filter(kind=Said.Kind.AGAIN).exists():
        return None
    return _now("You have said so once. Speak to the owner of the document, or ask a new question.")


LOOK = _("Load the page again to see what was said.")
ANSWER = Transition(
    "question.answer", _("Answer"), OPEN, QuestionStatus.ANSWERED, May.DRAFT_DOCUMENTS, out_of_turn=_stands(LOOK)
)
CLOSE = Transition(
    "question.close", _("Close without an answer"), OPEN, QuestionStatus.CLOSED, May.DRAFT_DOCUMENTS,
    out_of_turn=_stands(LOOK),
)  # fmt: skip
MERGE = Transition(
    "question.merge", _("Same as another"), OPEN, QuestionStatus.MERGED, May.DRAFT_DOCUMENTS, out_of_turn=_stands(LOOK)
)
AGAIN = Transition(
    "question.again", _("This does not answer it"), frozenset({QuestionStatus.ANSWERED, QuestionStatus.CLOSED}),
    QuestionStatus.OPEN, May.ASK_QUESTIONS, objections=(not_the_asker, said_before),
    out_of_turn=_stands(_("It waits for its answer.")),
)  # fmt: skip

QUESTION_TRANSITIONS = (ANSWER, CLOSE, MERGE, AGAIN)
