"""Questions of readers: asked, answered, asked again, merged, reported from paper; each recorded, each refused."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.people.programme import today
from qms.people.services import assign_role
from qms.trail import outbox
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from qms.trail.payloads import read_payload
from qms.workflow.moves import allowed_for, move
from sops import services
from sops.asking import QUESTION_TRANSITIONS
from sops.copying import MAKE
from sops.inquiries import for_draft, of_draft, visible_questions
from sops.models import Question, QuestionStatus, Version
from sops.question_work import question_work
from sops.services.copies import token_digest
from tests import documents as do
from tests import readings as read
from tests.world import World

SECRET = "Must the zanthoxylum bag be dry?"


@pytest.fixture
def version(world: World) -> Version:
    return do.in_force(world, at=world.proc)


def asked(version: Version, world: World, text: str = SECRET, **more: object) -> Question:
    return services.ask(version, by=world.bea, text=text, block="b2", **more)


def page(as_, person, address: str) -> str:
    answer = as_(person).get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def test_a_question_is_kept_as_a_payload_and_told_by_an_event(world: World, version: Version) -> None:
    question = asked(version, world)
    assert (question.status, question.block, question.by) == ("open", "b2", world.bea)
    assert read_payload(question.text).decode() == SECRET
    event = Event.objects.get(name="question.ask")
    assert "zanthoxylum" not in event.text
    [item] = question_work(world.fenn)
    assert (item.kind, item.url) == ("question", question.get_absolute_url())
    assert question_work(world.bea) == []


def test_asking_is_refused_in_words(world: World, version: Version) -> None:
    events = Event.objects.count()
    with pytest.raises(NotAllowed, match="do not allow asking"):
        services.ask(version, by=world.ivo, text="May I?")
    with pytest.raises(Invalid, match="what you want to know"):
        asked(version, world, "  ")
    with pytest.raises(Invalid, match="longer than 4000"):
        asked(version, world, "x" * 4001)
    with pytest.raises(Invalid, match="not in the text"):
        services.ask(version, by=world.bea, text="Why?", block="b99")
    following = services.start_version(version.document, by=world.fenn)
    with pytest.raises(NotAllowed, match="still a draft"):
        services.ask(following, by=world.bea, text="Why?")
    services.make_effective(do.approve(do.review(do.send(following, world), world), world))
    with pytest.raises(NotAllowed, match="Ask about version 2, which is in force"):
        asked(do.fresh(version), world)
    do.withdraw(do.fresh(following), world)
    with pytest.raises(NotAllowed, match="was withdrawn"):
        asked(do.fresh(following), world)
    assert not Question.objects.exists()
    assert not Event.objects.filter(pk__gt=events, name__startswith="question").exists()


def test_an_answer_stands_beside_the_text_and_the_asker_is_told(
    world: World, version: Version, as_, mailoutbox
) -> None:
    question = asked(version, world)
    with pytest.raises(Stale):
        services.answer_question(question, by=world.fenn, revision=99, text="Yes.")
    with pytest.raises(NotAllowed):
        services.answer_question(question, by=world.jory, revision=None, text="Yes.")
    address = reverse("question-answer", args=[question.pk])
    stale = as_(world.fenn).post(address, {"text": "Yes, wipe it.", "revision": 0})
    assert stale.status_code == 422
    assert "Somebody changed this record meanwhile" in stale.content.decode()
    assert "Yes, wipe it." in stale.content.decode()
    again = {"text": "Yes, wipe it.", "revision": stale.context["forms"]["answer"]["revision"].value()}
    assert as_(world.fenn).post(address, again).status_code == 303
    question.refresh_from_db()
    with pytest.raises(NotAllowed, match="answered already"):
        services.answer_question(question, by=world.marit, revision=None, text="No.")
    outbox.run_all()
    [mail] = [one for one in mailoutbox if "question" in one.subject]
    assert mail.to == ["bea@engraft.example"]
    assert "wipe" not in mail.body
    read = page(as_, world.bea, version.get_absolute_url())
    assert read.index("so that they live.") < read.index("Yes, wipe it.") < read.index("Lower the bag")
    assert question_work(world.fenn) == []


def test_names_are_for_who_answers(world: World, version: Version, as_) -> None:
    """A nurse of another facility with the role to read sees the question, not who asked."""
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    question = asked(version, world)
    assert "A reader" in page(as_, world.jory, version.get_absolute_url())
    assert "Bea Thistledown" not in page(as_, world.jory, question.get_absolute_url())
    assert "Bea Thistledown" in page(as_, world.fenn, question.get_absolute_url())
    services.close_question(question, by=world.fenn, revision=None, text="Not for this document.")
    assert as_(world.jory).get(question.get_absolute_url()).status_code == 404
    assert "Not for this document." in page(as_, world.bea, question.get_absolute_url())


def test_the_asker_says_once_that_it_is_not_answered(world: World, version: Version) -> None:
    question = asked(version, world)
    services.answer_question(question, by=world.fenn, revision=None, text="Yes.")
    with pytest.raises(NotAllowed, match="Only who asked"):
        services.ask_again(question, by=world.fenn, revision=None, text="And?")
    services.ask_again(question, by=world.bea, revision=None, text="With what?")
    assert question.status == QuestionStatus.OPEN
    services.close_question(question, by=world.fenn, revision=None, text="See the plan.")
    with pytest.raises(NotAllowed, match="said so once"):
        services.ask_again(question, by=world.bea, revision=None, text="Still?")
    assert [one.kind for one in question.said.all()] == ["answer", "again", "closed"]


def test_the_same_question_is_answered_with_the_other(world: World, version: Version, mailoutbox) -> None:
    first, second = asked(version, world), services.ask(version, by=world.thessaly, text="Dry or wet?")
    third = services.ask(version, by=world.bea, text="Wet?")
    elsewhere = services.ask(do.in_force(world, title="Other"), by=world.bea, text="Else?")
    for other in (second, elsewhere):
        with pytest.raises(Invalid, match="another question about the same document"):
            services.merge_question(second, other, by=world.fenn, revision=None)
    services.merge_question(third, second, by=world.fenn, revision=None)
    services.merge_question(second, first, by=world.fenn, revision=None)
    third.refresh_from_db()
    assert (second.status, third.same_as_id) == ("merged", first.pk)
    with pytest.raises(NotAllowed, match="merged itself"):
        services.merge_question(first, second, by=world.fenn, revision=None)
    services.answer_question(first, by=world.fenn, revision=None, text="Dry.")
    outbox.run_all()
    assert {one.to[0] for one in mailoutbox if "answered" in one.subject} == {
        "bea@engraft.example", "thessaly@engraft.example",
    }  # fmt: skip


def test_a_draft_deals_with_questions_or_says_why_not(world: World, version: Version, as_) -> None:
    one, other = asked(version, world), services.ask(version, by=world.bea, text="How long?")
    draft = services.start_version(version.document, by=world.fenn)
    assert of_draft(draft) == {"all": 2, "left": 2}
    address = reverse("draft-questions", args=[version.document.number, 2])
    client = as_(world.fenn)
    refused = client.post(address, {"question": other.pk, "dealt": "0", "word": ""})
    assert refused.status_code == 422
    assert "why this draft does not deal with it" in refused.content.decode()
    assert client.post(address, {"question": other.pk, "dealt": "0", "word": "Next time"}).status_code == 303
    assert client.post(address, {"question": one.pk, "dealt": "1", "word": ""}).status_code == 303
    assert of_draft(draft) == {"all": 2, "left": 0}
    services.make_effective(do.approve(do.review(do.send(do.fresh(draft), world), world), world))
    third = services.start_version(version.document, by=world.fenn)
    assert [question.pk for question in for_draft(third)] == [other.pk]
    with pytest.raises(NotAllowed, match="while it is a draft"):
        services.handle_question(other, do.fresh(draft), by=world.fenn, dealt=True)
    assert SECRET not in page(as_, world.bea, do.fresh(draft).get_absolute_url())


def copy_with_token(version: Version, world: World):
    """Return a copy in use whose code says "paper"; what it prints is of no matter here."""
    [copy] = services.issue_copies(version, [services.Holding(place="Bench", name="Binder")], by=world.fenn)
    with change(by=SYSTEM, on=[copy]) as c:
        copy.token, copy.pdf = token_digest("paper"), "0" * 64
        move(c, copy, MAKE, by=SYSTEM)
        c.event("copy.make", copy)
    return copy


def test_who_holds_the_paper_reports_without_log_in(world: World, version: Version, as_) -> None:
    copy = copy_with_token(version, world)
    stranger, address = Client(), reverse("copy-report", args=["paper"])
    shown = stranger.get(address).content.decode()
    assert version.document.number in shown
    assert "Lower the bag" not in shown
    assert stranger.post(address, {"kind": "problem", "text": ""}).status_code == 422
    answer = stranger.post(address, {"kind": "problem", "text": "Page 2 is torn", "name": "Night porter"})
    assert "Received" in answer.content.decode()
    question = Question.objects.get()
    assert (question.copy, question.by, question.kind) == (copy, None, "problem")
    assert "torn" not in Event.objects.get(name="question.report").text
    assert "Night porter" in page(as_, world.fenn, question.get_absolute_url())
    assert question not in visible_questions(world.jory.user)
    assert stranger.get(reverse("copy-report", args=["nonsense"])).status_code == 404


def test_a_stranger_who_sends_too_much_waits(world: World, version: Version, settings) -> None:
    copy_with_token(version, world)
    stranger, address = Client(), reverse("copy-report", args=["paper"])
    for n in range(settings.LOCK_OUT_FAILURES):
        assert stranger.post(address, {"kind": "question", "text": f"Why {n}?"}).status_code == 200
    refused = stranger.post(address, {"kind": "question", "text": "Once more"})
    assert refused.status_code == 429
    assert "Nothing was sent" in refused.content.decode()
    assert Question.objects.count() == settings.LOCK_OUT_FAILURES
    other = Client(REMOTE_ADDR="192.0.2.9")
    assert other.post(address, {"kind": "question", "text": "Another address"}).status_code == 200


def test_pages_ask_the_same_number_of_queries_whatever_was_asked(world: World, version: Version, as_) -> None:
    client, found = as_(world.fenn), []
    addresses = [version.get_absolute_url(), "/questions/", "/questions/?format=csv", "/"]
    for upto in (1, 12):
        for n in range(Question.objects.count(), upto):
            question = services.ask(version, by=world.bea, text=f"Question {n}", block="b2")
            services.answer_question(question, by=world.fenn, revision=None, text="Answer")
        numbers = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(address)
                _body = b"".join(answer) if answer.streaming else answer.content
            numbers.append(len(captured))
        found.append(numbers)
    assert found[0] == found[1]


def test_two_people_erase_the_words_and_the_question_stays(world: World, version: Version, as_) -> None:
    question, reason = asked(version, world, "Mrs Example's bag leaked"), "A name of a patient"
    services.answer_question(question, by=world.fenn, revision=None, text="Mrs Example was told.")

    def proof(person):
        return do.given(person, services.erasure_content(question, reason))

    with pytest.raises(NotAllowed, match="roles do not allow"):
        services.ask_erasure(question, by=world.fenn, reason=reason, proof=proof(world.fenn))
    with pytest.raises(NotAllowed, match="Nobody has asked"):
        services.agree_erasure(question, by=world.marit, reason=reason, proof=proof(world.marit))
    services.ask_erasure(question, by=world.marit, reason=reason, proof=proof(world.marit))
    assert services.reason_of(question) == reason
    with pytest.raises(NotAllowed, match="Another person has to agree"):
        services.agree_erasure(question, by=world.marit, reason=reason, proof=proof(world.marit))
    assert "asks to erase its words" in page(as_, world.thessaly, question.get_absolute_url())
    services.agree_erasure(question, by=world.thessaly, reason=reason, proof=proof(world.thessaly))
    shown = page(as_, world.fenn, question.get_absolute_url())
    assert shown.count("This text was erased.") == 2
    assert "Mrs Example" not in shown
    assert "Mrs Example" not in page(as_, world.fenn, version.get_absolute_url())
    assert "erased already" in as_(world.marit).get(reverse("question-erase", args=[question.pk])).content.decode()


def test_one_asks_from_the_page_of_reading_before_the_day_too(world: World, as_) -> None:
    ahead = read.asked(world, on=today() + timedelta(days=5))
    reading, client = read.reading_of(world.jory, ahead), as_(world.jory)
    address = reverse("reading-ask", args=[reading.pk])
    assert address in client.get(reading.get_absolute_url()).content.decode()
    answer = client.post(address, {"block": "b2", "kind": "question", "text": "At what grade?"})
    question = Question.objects.get()
    assert answer.headers["Location"] == f"{reading.get_absolute_url()}#q{question.pk}"
    assert (question.by, question.version) == (world.jory, ahead)
    assert "At what grade?" in page(as_, world.jory, f"{reading.get_absolute_url()}?show=clean")
    assert as_(world.bea).get(address).status_code == 404


ANSWERS = {"question.answer", "question.close", "question.merge"}


def test_every_arrow_is_open_to_whom_the_table_says(world: World, version: Version) -> None:
    """State x role, written by hand a second time. Jory, who asked, reads by a role at PROC; Ivo inspects."""
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    writers = {"quality_manager", "laboratory_director", "author", "reviewer"}
    states: dict[str, Question] = {}
    for status in QuestionStatus.values:
        states[status] = services.ask(version, by=world.jory, text=f"To be {status}?")
    services.answer_question(states["answered"], by=world.fenn, revision=None, text="Yes")
    services.close_question(states["closed"], by=world.fenn, revision=None, text="No")
    services.merge_question(states["merged"], states["open"], by=world.fenn, revision=None)
    for status, question in states.items():
        assert question.status == status
        for role, person in world.people.items():
            wanted = ANSWERS if status == "open" and role in writers else set()
            wanted = {"question.again"} if status in ("answered", "closed") and role == "nurse" else wanted
            found = {one.name for one in allowed_for(question, person, QUESTION_TRANSITIONS)}
            assert found == wanted, (status, role)
            for arrow in QUESTION_TRANSITIONS:
                if arrow.name not in wanted:
                    with pytest.raises(NotAllowed), change(by=person, on=[question]) as c:
                        move(c, question, arrow, by=person)
