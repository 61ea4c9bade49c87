"""Two reviewers at once, a question and a signature at once: one wins, the other reads why. On PostgreSQL."""

import pytest

from qms.people.models import Person
from sops import services
from sops.models import Document, PeriodicReview, Question
from sops.reviewing import NO_CHANGE, REVISE
from tests import documents as do
from tests import reviewed
from tests.test_races import at_once, only_postgres, refusals, world

__all__ = ["only_postgres", "world"]
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def ending(document: Document, person: Person, how=NO_CHANGE):
    proof = reviewed.proof_for(document, person, how)

    def end() -> PeriodicReview:
        by = Person.objects.select_related("user").get(pk=person.pk)
        mine = Document.objects.select_related("facility", "type", "shown").get(pk=document.pk)
        return services.finish_review(mine, how, by=by, seen=0, proof=proof)

    return end


def test_of_two_signatures_one_ends_the_review(world):
    for how in (NO_CHANGE, REVISE):
        document = reviewed.of(do.in_force(world, title=str(how.word)))
        results = at_once(ending(document, world.fenn, how), ending(document, world.fenn, how))
        [refused] = refusals(results)
        assert "signed this review meanwhile" in str(refused)
        assert document.reviews.count() == 1
        assert document.versions.count() == (1 if how is NO_CHANGE else 2)


def test_a_review_and_a_withdrawal_never_both_hold(world):
    version = do.in_force(world)
    document = reviewed.of(version)
    content = do.withdraw_content(version, "Not used")
    proof = do.given(world.thessaly, content)

    def withdraw() -> None:
        services.withdraw_document(
            do.fresh(version),
            by=Person.objects.get(pk=world.thessaly.pk),
            revision=None,
            reason="Not used",
            proof=proof,
        )

    results = at_once(ending(document, world.fenn), withdraw)
    refused = refusals(results)
    assert all("Only what is in force" in str(one) for one in refused)
    assert Document.objects.get(pk=document.pk).review_due is None
    assert document.reviews.filter(status="no_change").count() == 1 - len(refused)


def test_a_question_is_answered_once(world):
    version = do.in_force(world)
    question = services.ask(version, by=world.bea, text="How long?")

    def answer(text: str):
        def act() -> None:
            services.answer_question(
                Question.objects.select_related("document").get(pk=question.pk),
                by=Person.objects.get(pk=world.fenn.pk), revision=question.revision, text=text,
            )  # fmt: skip

        return act

    [_refused] = refusals(at_once(answer("Five minutes"), answer("Six minutes")))
    assert question.said.count() == 1
