"""Questions in words: beside a text, on their page, in the register."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.people.models import Facility, User
from qms.people.programme import day_of
from qms.people.roles import May
from qms.trail.payloads import read_payloads
from qms.ui.options import Option, View
from qms.ui.status import state
from qms.workflow.moves import allowed_for
from sops.asking import QUESTION_TRANSITIONS
from sops.blocks import Block
from sops.bodies import read_body
from sops.citations import cited_on_screen
from sops.editing import first_words
from sops.inquiries import Asked, beside
from sops.models import Question, QuestionStatus, Said, Status, Version
from sops.render import stretches
from sops.services.questions import ASKED_OF

TALKED_OF = (*ASKED_OF, Status.SUPERSEDED, Status.WITHDRAWN)
ERASED: str | Promise = gettext_lazy("This text was erased.")


@dataclass(frozen=True)
class Line:
    """One thing said after the question; `word` says what it is where it is no answer."""

    who: str
    at: datetime
    text: str
    word: str = ""


@dataclass(frozen=True)
class Talk:
    """A question with its answers as a page shows it; `about` is how its passage begins, "" for the whole."""

    question: Question
    text: str
    who: str
    about: str = ""
    lines: list[Line] = field(default_factory=list)
    may: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return str(self.question.status)

    @property
    def anchor(self) -> str:
        return f"q{self.question.pk}"


def talks(questions: Sequence[Question], user: User, *, acts: bool = False) -> list[Talk]:
    """Return questions with all that was said; texts come in one query for all. `acts` asks what one can do."""
    texts = texts_of([*questions, *(one for question in questions for one in question.said.all())])
    abouts = _abouts(questions)
    return [
        Talk(
            question, texts[question.text], who(question, user, texts.get(question.name, "")), abouts[question.pk],
            [_line(one, texts) for one in question.said.all()],
            frozenset(arrow.name for arrow in allowed_for(question, user.person, QUESTION_TRANSITIONS))
            if acts else frozenset(),
        )
        for question in questions
    ]  # fmt: skip


def texts_of(records: Iterable[Question | Said]) -> dict[str, str]:
    """Return {digest: text} of these records and of the names of strangers; what was erased says so."""
    digests = [one for record in records for one in (record.text, getattr(record, "name", "")) if one]
    kept = read_payloads(digests) if digests else {}
    return {one: kept[one].decode() if one in kept else str(ERASED) for one in digests}


def who(question: Question, user: User, name: str = "") -> str:
    """Return who asked, as this person is told: names are for who answers, for readers it is a reader."""
    if question.by_id == user.person_id:
        return _("You")
    sees_names = user.may(May.SEE_DRAFTS, question.facility_id)
    if question.by is not None:
        return question.by.printed_name if sees_names else _("A reader")
    return _("%(name)s, without log-in") % {"name": name} if sees_names and name else _("Somebody with a paper copy")


def _line(one: Said, texts: dict[str, str]) -> Line:
    word = "" if one.kind == Said.Kind.ANSWER else one.get_kind_display()
    name = one.by.printed_name if one.kind != Said.Kind.AGAIN else _("Who asked")
    return Line(name, one.at, texts[one.text], word)


def _abouts(questions: Sequence[Question]) -> dict[int, str]:
    """Return {key of a question: how its passage begins}; each text is read once."""
    bodies = {one.version.body for one in questions if one.block}
    known = {body: {block["id"]: block for block in read_body(body)} for body in bodies}
    return {one.pk: passage(known[one.version.body].get(one.block)) if one.block else "" for one in questions}


def passage(block: Block | None) -> str:
    """Return how a passage begins, or that it is a picture or the like."""
    return (first_words(block) or _("a passage without words")) if block is not None else ""


def by_block(said: list[Talk], blocks: list[Block]) -> tuple[dict[str, list[Talk]], list[Talk]]:
    """Return ({block: its talks}, those on the whole or on passages that are not in this text)."""
    here = {block["id"] for block in blocks}
    found: dict[str, list[Talk]] = {}
    for one in said:
        if one.question.block in here:
            found.setdefault(one.question.block, []).append(one)
    return found, [one for one in said if one.question.block not in here]


def asking(found: Version, user: User, blocks: list[Block], images: str, ask_url: str) -> dict[str, Any]:
    """Return what a page with a text needs to know of questions: its parts, what stands elsewhere, where one asks."""
    said = talks(beside(found, user), user) if found.status in TALKED_OF else []
    here, elsewhere = by_block(said, blocks)
    cited = cited_on_screen(blocks, user)
    cut = stretches(blocks, here, image_url=lambda digest: f"{images}{digest}/", cited=cited)
    may_ask = found.status in ASKED_OF and user.may(May.ASK_QUESTIONS)
    return {
        "parts": [(html, here.get(stop, [])) for html, stop in cut], "elsewhere": elsewhere,
        "ask_url": ask_url if may_ask else "", "may_answer": user.may(May.DRAFT_DOCUMENTS, found.document.facility_id),
    }  # fmt: skip


def views(asked: Asked, *, answers: bool) -> list[View]:
    """Return the views of the register; who answers begins with what is open, who asks with their own."""
    offered: list[tuple[str, str, bool]] = [
        (_("All"), "", not asked.are_set),
        (_("Open"), "status=open", list(asked.statuses) == ["open"]),
        (_("Answered"), "status=answered", list(asked.statuses) == ["answered"]),
        (_("Problems reported"), "kind=problem", list(asked.kinds) == ["problem"]),
        (_("Asked by me"), "mine=1", asked.mine),
    ]
    here = reverse("questions")
    return [
        View(word, f"{here}?{query}" if query else here, on)
        for word, query, on in offered
        if answers or not query.startswith("kind")
    ]


def menus(asked: Asked, places: Iterable[Facility]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter."""
    kinds = Question.Kind
    return [
        (_("Facility"), "facility", [Option(str(one.pk), one.name, on=one.pk in asked.facilities) for one in places]),
        (_("Status"), "status", [
            Option(one, state("question", one).word, on=one in asked.statuses) for one in QuestionStatus.values
        ]),
        (_("Kind"), "kind", [Option(one, kinds(one).label, on=one in asked.kinds) for one in kinds.values]),
    ]  # fmt: skip


def csv_head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Number"), _("Title"), _("Version"), _("Kind"), _("Passage"), _("Question"), _("Asked by"), _("Asked"),
            _("Copy"), _("Status"), _("Since"), _("Answer")]  # fmt: skip


def csv_lines(questions: Sequence[Question], user: User) -> Iterable[list[str]]:
    """Return questions as cells."""
    for one in talks(questions, user):
        question = one.question
        yield [
            question.document.number, question.version.title, str(question.version.n), question.get_kind_display(),
            one.about, one.text, one.who, day_of(question.at).isoformat(),
            str(question.copy.n) if question.copy else "", question.status_word, day_of(question.since).isoformat(),
            "\n".join(line.text for line in one.lines),
        ]  # fmt: skip
