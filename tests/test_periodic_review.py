"""Periodic review: signals gathered, a word on each, one signature; and the year in which reviews are spread."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.people.programme import today
from qms.people.services import record_leaver
from qms.signatures.models import Signature
from qms.trail import outbox
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from qms.workflow.moves import allowed_for, move
from sops import services
from sops.dates import months_later
from sops.evidence import Signal, review_evidence, signals_of
from sops.models import Document, Judgement, PeriodicReview, Question, Version
from sops.review_year import due_in, latest_days, proposed, year_of
from sops.reviewing import NO_CHANGE, REVIEW_TRANSITIONS, REVISE
from sops.work import document_work
from tests import documents as do
from tests import reviewed
from tests.reviewed import finish, judge, of
from tests.test_questions import copy_with_token
from tests.world import World


@pytest.fixture
def version(world: World) -> Version:
    return do.in_force(world)


def kinds(person) -> list[str]:
    return [item.kind for item in document_work(person)]


def test_no_change_is_signed_and_sets_the_next_day_by_the_period(world: World, version: Version) -> None:
    document = of(version)
    due = document.review_due
    with time_machine.travel(f"{due - timedelta(days=3)}T10:00:00+00:00"):
        assert kinds(world.fenn) == ["review_due"]
        review = finish(document, world.fenn)
        assert review.next_due == months_later(today(), 24) == of(version).review_due
        assert kinds(world.fenn) == []
    assert (review.status, review.draft, review.due) == ("no_change", None, due)
    assert review.signature.meaning.endswith("without a change.")
    assert version.document.versions.count() == 1
    event = Event.objects.get(name="review.no_change")
    assert (event.label, event.by_id) == ("sops.periodicreview", world.fenn.pk)
    assert review.history.count() == 2


def test_only_the_owner_or_whoever_is_asked_reviews(world: World, version: Version, mailoutbox) -> None:
    document = of(version)
    with pytest.raises(NotAllowed, match="done by Fenn Mossgrove"):
        finish(document, world.thessaly)
    with pytest.raises(NotAllowed, match="said by the owner"):
        services.assign_review(document, world.bea, by=world.bea)
    with pytest.raises(NotAllowed, match="no role"):
        services.assign_review(document, world.jory, by=world.fenn)
    review = services.assign_review(document, world.bea, by=world.thessaly)
    outbox.run_all()
    assert [one.to for one in mailoutbox if "periodic" in one.subject] == [["bea@engraft.example"]]
    assert "review_due" in kinds(world.bea)
    with pytest.raises(NotAllowed, match="done by Bea Thistledown"):
        finish(document, world.fenn)
    assert finish(document, world.bea).pk == review.pk
    assert not Signature.objects.filter(purpose="review.no_change", signer=world.fenn).exists()


def test_each_signal_wants_a_word_before_the_signature(world: World, version: Version) -> None:
    document = of(version)
    services.ask(version, by=world.bea, text="How long?", block="b2")
    with pytest.raises(NotAllowed, match="nothing is said yet of Question"):
        finish(document, world.fenn)
    with pytest.raises(Invalid, match="why it has to be revised"):
        judge(document, world.fenn, "revise", " ")
    with pytest.raises(Invalid, match="noted, dealt with, or revise"):
        judge(document, world.fenn, "maybe")
    with pytest.raises(NotAllowed, match="done by Fenn"):
        judge(document, world.bea)
    judge(document, world.fenn, "revise", "Five minutes are missing")
    with pytest.raises(NotAllowed, match="has to be revised because of Question"):
        finish(document, world.fenn)
    judge(document, world.fenn, "noted", "Answered by hand")
    review = finish(document, world.fenn)
    [said] = review.judgements.all()
    assert (said.outcome, said.word, said.counted) == ("noted", "Answered by hand", True)
    assert "How long?" not in Event.objects.get(name="review.no_change").text


def test_to_be_revised_begins_a_draft_with_what_was_found(world: World, version: Version, as_) -> None:
    document = of(version)
    services.ask(version, by=world.bea, text="How long?", block="b2")
    judge(document, world.fenn, "revise", "The minutes are missing")
    with reviewed.months_on(world, 23):
        assert "review_due" in kinds(world.fenn)
        review = finish(document, world.fenn, REVISE)
        assert "review_due" not in kinds(world.fenn)
    assert (review.status, review.draft.n, review.next_due) == ("revise", 2, None)
    assert "The minutes are missing" in review.draft.summary
    page = as_(world.fenn).get(reverse("version-edit", args=[version.document.number, 2])).content.decode()
    assert "From the periodic review" in page
    assert "The minutes are missing" in page.split("<aside")[1]


def test_a_draft_on_its_way_takes_the_findings_along_or_stands_in_the_way(world: World, version: Version) -> None:
    document = of(version)
    draft = services.start_version(document, by=world.fenn)
    services.save_text(draft, by=world.fenn, revision=None, blocks=do.TEXT, summary="A new bath.")
    review = finish(of(version), world.fenn, REVISE)
    assert review.draft == draft
    assert do.fresh(draft).summary.startswith("A new bath.\nFrom the periodic review")
    do.send(do.fresh(draft), world)
    with pytest.raises(NotAllowed, match="Let it take effect, or send it back"):
        finish(of(version), world.fenn, REVISE, seen=review.pk)


def test_a_document_withdrawn_meanwhile_is_not_reviewed(world: World, version: Version) -> None:
    document = of(version)
    services.assign_review(document, world.bea, by=world.fenn)
    proof = reviewed.proof_for(document, world.bea)
    do.withdraw(version, world)
    with pytest.raises(NotAllowed, match="Only what is in force is reviewed"):
        services.finish_review(of(version), NO_CHANGE, by=world.bea, seen=0, proof=proof)
    assert kinds(world.bea) == []


def test_a_signal_that_comes_between_page_and_signature_is_said(world: World, version: Version, as_) -> None:
    client, number = as_(world.fenn), version.document.number
    do.given(world.fenn, do.send_content(version, [world.bea], world.thessaly))
    address = f"{reverse('periodic-review-sign', args=[number, 'no-change'])}?seen=0"
    page = client.get(address)
    digest = page.context["content"].digest
    services.ask(version, by=world.bea, text="How long?")
    sent = {"digest": digest, "seen": "0", "email": "fenn@engraft.example", "password": world.password}
    assert client.post(address, sent).status_code == 303
    answer = client.get(reverse("periodic-review", args=[number]))
    assert "nothing is said yet of Question" in answer.content.decode()
    assert not PeriodicReview.objects.exclude(status="open").exists()
    proof = do.given(world.fenn, page.context["content"])
    with pytest.raises(NotAllowed, match="may have come since"):
        services.finish_review(of(version), NO_CHANGE, by=world.fenn, seen=0, proof=proof)


def test_who_comes_second_reads_who_was_first(world: World, version: Version, as_) -> None:
    document = of(version)
    services.assign_review(document, world.bea, by=world.fenn)
    finish(document, world.bea)
    client = as_(world.fenn)
    answer = client.get(f"{reverse('periodic-review-sign', args=[document.number, 'no-change'])}?seen=0")
    assert answer.status_code == 403
    assert "Bea Thistledown signed this review meanwhile: no change" in answer.content.decode()
    with pytest.raises(NotAllowed, match="Bea Thistledown signed this review meanwhile"):
        services.finish_review(document, NO_CHANGE, by=world.fenn, seen=0, proof=do.given(
            world.fenn, do.review_content(version)
        ))  # fmt: skip


def test_what_documents_and_readers_bring(world: World, version: Version) -> None:
    from training.services import require_reading  # noqa: PLC0415

    other = do.in_force(world, title="Named", text=[do.paragraph("b1", f"As in {version.document.number}.")])
    with time_machine.travel(f"{today() + timedelta(days=40)}T10:00:00+00:00"):
        copy = copy_with_token(version, world)
        services.report_missing(copy, by=world.fenn, reason="Not on the bench")
        services.report_from_copy(copy, kind="problem", text="Torn")
        require_reading(version.document, "author", world.proc, by=world.fenn)
        outbox.run_all()
    with time_machine.travel(f"{today() + timedelta(days=90)}T10:00:00+00:00"):
        labels = [signal.label for signal in signals_of(of(version), world.fenn.user)]
        assert sorted(label.partition(":")[0] for label in labels) == [
            "Controlled copy", "Read late", f"Report {Question.objects.get().pk} from paper copy 1",
        ]  # fmt: skip
        second = services.start_version(version.document, by=world.fenn)
        draft = do.approve(do.review(do.send(second, world), world), world)
        services.make_effective(draft)
        named = [signal for signal in signals_of(of(other), world.fenn.user) if signal.key.startswith("effective")]
        assert [signal.words.split(",")[0] for signal in named] == [f"{version.document.number} v2"]


def test_an_app_adds_its_own_evidence_and_a_signed_signal_does_not_come_again(world, version: Version) -> None:
    document = of(version)
    signal = Signal("deviation:7", "Deviation 7", "Bath at 39 degrees", "/deviations/7/", today())
    review_evidence.append(lambda document, since, user: [signal])
    try:
        judge(document, world.fenn)
        first = finish(document, world.fenn)
        assert signals_of(of(version), world.fenn.user) == []
        assert finish(of(version), world.fenn, seen=first.pk).judgements.count() == 0
    finally:
        review_evidence.pop()


def test_every_arrow_is_open_to_whom_the_table_says(world: World, version: Version) -> None:
    """Fenn owns it, Bea is asked; who was not asked has no arrow, whatever their role."""
    review = services.assign_review(of(version), world.bea, by=world.fenn)
    for person in world.people.values():
        wanted = {"review.no_change", "review.revise"} if person == world.bea else set()
        assert {one.name for one in allowed_for(review, person, REVIEW_TRANSITIONS)} == wanted, person
    with pytest.raises(NotAllowed, match="needs a signature"), change(by=world.bea, on=[review]) as c:
        move(c, review, NO_CHANGE, by=world.bea)


def test_the_page_keeps_words_and_leads_on(world: World, version: Version, as_) -> None:
    services.ask(version, by=world.bea, text="How long?")
    client, address = as_(world.fenn), reverse("periodic-review", args=[version.document.number])
    key = f"question-{version.questions.get().pk}-open"
    refused = client.post(address, {"do": "no-change", "seen": "0"})
    assert refused.status_code == 422
    assert "nothing is said yet" in refused.content.decode()
    half = client.post(address, {"do": "keep", f"{key}-outcome": "revise", f"{key}-word": ""})
    assert half.status_code == 422
    assert "Write why it has to be revised" in half.content.decode()
    sent = {"do": "no-change", "seen": "0", f"{key}-outcome": "dealt", f"{key}-word": "Told everybody"}
    answer = client.post(address, sent)
    assert answer.headers["Location"].endswith("sign/no-change/?seen=0")
    assert Judgement.objects.get().word == "Told everybody"
    assert as_(world.bea).post(address, sent).status_code == 403
    seen = as_(world.bea).get(address).content.decode()  # who only looks gets the words, and no fields that are shut
    assert "Fenn Mossgrove does this review." in seen
    assert "Told everybody" in seen
    assert "<textarea" not in seen
    review = finish(of(version), world.fenn)
    record = client.get(review.get_absolute_url()).content.decode()
    assert "Told everybody" in record
    assert "How long?" not in record
    rows = b"".join(client.get(f"/reviews/done/?year={today().year}&format=csv")).decode()
    assert "Told everybody" in rows
    assert as_(world.jory).get(review.get_absolute_url()).status_code == 403


def test_the_year_counts_by_week_and_facility(world: World, version: Version) -> None:
    due = version.document.review_due
    with time_machine.travel(f"{due - timedelta(days=20)}T10:00:00+00:00"):
        year = year_of(world.marit.user)
        [week] = [week for month in year.months for week in month.weeks if week.total]
        assert week.monday <= due <= week.sunday
        assert (week.places, year.overdue) == ({"PROC": 1}, 0)
        assert list(due_in(world.marit.user, week.key)) == [version.document]
        assert year_of(world.jory.user).total == 0
    with time_machine.travel(f"{due + timedelta(days=1)}T10:00:00+00:00"):
        assert year_of(world.marit.user).late == {"PROC": 1}
        assert list(due_in(world.marit.user, "late")) == [version.document]


def test_reviews_are_moved_to_earlier_weeks_and_never_beyond_their_period(world: World) -> None:
    versions = [do.in_force(world, title=f"Procedure {n}") for n in range(3)]
    due = versions[0].document.review_due
    with time_machine.travel(f"{due - timedelta(days=60)}T10:00:00+00:00"):
        documents = [of(version) for version in versions]
        days = proposed(world.marit.user, documents, latest_days(documents))
        assert all(today() < day <= due for day in days.values())
        assert len({day.isocalendar()[:2] for day in days.values()}) == 3
        moves = [services.Move(one, one.revision, days[one.pk]) for one in documents]
        with pytest.raises(NotAllowed, match="do not allow planning"):
            services.plan_reviews(moves, by=world.fenn, reason="Spread")
        with pytest.raises(Invalid, match="Write why"):
            services.plan_reviews(moves, by=world.thessaly, reason=" ")
        assert services.plan_reviews(moves, by=world.thessaly, reason="Six in one week") == 2
        assert Event.objects.filter(name="review.plan", reason="Six in one week").count() == 2
        one = of(versions[0])
        beyond = [services.Move(one, one.revision, due + timedelta(days=30))]
        with pytest.raises(NotAllowed, match="Only quality puts it off"):
            services.plan_reviews(beyond, by=world.thessaly, reason="No time")
        with pytest.raises(Stale):
            services.plan_reviews([services.Move(one, 1, due - timedelta(days=9))], by=world.marit, reason="Again")
        with pytest.raises(Invalid, match="has passed"):
            services.plan_reviews([services.Move(one, None, date(2020, 1, 1))], by=world.marit, reason="Again")
        services.plan_reviews(beyond, by=world.marit, reason="The author is ill until May")
    assert Event.objects.get(name="review.defer").reason == "The author is ill until May"


def test_the_plan_is_shown_before_it_is_carried_out(world: World, version: Version, as_) -> None:
    client, one = as_(world.marit), of(version)
    address = f"/reviews/plan/?document={one.pk}"
    assert one.number in client.get(address).content.decode()
    day = one.review_due - timedelta(days=40)
    sent = {f"d{one.pk}-day": day.isoformat(), f"d{one.pk}-revision": one.revision, "reason": ""}
    assert client.post(address, sent).status_code == 422
    assert of(version).review_due == one.review_due
    assert client.post(address, {**sent, "reason": "Holidays"}).status_code == 303
    assert of(version).review_due == day
    assert client.get("/reviews/plan/").status_code == 422
    assert as_(world.fenn).get(address).status_code == 403


def test_quality_hears_of_a_review_whose_reviewer_left(world: World, version: Version) -> None:
    services.assign_review(of(version), world.bea, by=world.fenn)
    record_leaver(world.bea, left_on=today(), by=world.marit, reason="Moved away")
    with time_machine.travel(f"{version.document.review_due - timedelta(days=10)}T10:00:00+00:00"):
        [item] = [item for item in document_work(world.marit) if item.kind == "review_due"]
    assert "Bea Thistledown, who was asked, is not here for it" in item.sentence


def test_pages_ask_the_same_number_of_queries_whatever_there_is(world: World, version: Version, as_) -> None:
    client, found, done = as_(world.fenn), [], 0
    number = version.document.number
    addresses = [f"/documents/{number}/periodic-review/", f"/documents/{number}/", "/reviews/", "/reviews/done/", "/"]
    for upto in (1, 4):
        for n in range(Document.objects.count(), upto + 1):
            do.in_force(world, title=f"Procedure {n}")
            services.ask(version, by=world.bea, text=f"Question {n}")
            judge(of(version), world.fenn)
            done = finish(of(version), world.fenn, seen=done).pk
            services.ask(version, by=world.bea, text=f"Another {n}")
        numbers = []
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            numbers.append(len(captured))
        found.append(numbers)
    assert found[0] == found[1]
