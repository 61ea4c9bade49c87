"""Two at once, with real threads on PostgreSQL: one wins, the other reads why, and nothing is half done.

SQLite has one writer at a time and proves nothing here.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from qms.people.models import Person
from qms.people.programme import today
from qms.trail.errors import Refused, Stale
from qms.trail.models import Event
from sops import services
from sops.models import Comment, Copy, Document, Status, Step
from sops.signable import approve_content, withdraw_content
from tests import documents as do
from tests import world as worlds
from tests.documents import given, paragraph

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts at the same moment, each on its own connection; return results, refusals as they were raised."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            results[index] = act()
        except Exception as raised:
            results[index] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return results


def refusals(results: list[Any]) -> list[Refused]:
    unexpected = [found for found in results if isinstance(found, Exception) and not isinstance(found, Refused)]
    assert not unexpected, unexpected
    return [found for found in results if isinstance(found, Refused)]


def approval(version, person: Person, day=None):
    proof = given(person, approve_content(version, day or today()))
    return lambda: services.approve_version(
        do.fresh(version), by=Person.objects.get(pk=person.pk), revision=version.revision,
        effective_on=day or today(), proof=proof,
    )  # fmt: skip


def test_an_approval_and_a_new_must_fix_comment_never_both_hold(world):
    """Ten times: either the comment came first and the approval is refused, or it came too late and is refused."""
    outcomes = set()
    for round_ in range(10):
        version = do.reviewed(world, title=f"Race {round_}")
        comment = lambda version=version: services.add_comment(  # noqa: E731
            do.fresh(version), by=Person.objects.get(pk=world.bea.pk), kind="must_fix", text="Wait!"
        )
        results = at_once(approval(version, world.thessaly), comment)
        assert len(refusals(results)) == 1, results
        version = do.fresh(version)
        open_must_fix = version.comments.filter(kind=Comment.Kind.MUST_FIX, resolved_at=None).exists()
        assert (version.status == Status.APPROVED) is not open_must_fix
        outcomes.add(version.status)
    assert outcomes <= {Status.APPROVED, Status.IN_APPROVAL}


def test_of_two_approvers_exactly_one_wins_and_the_other_reads_why(world):
    for round_ in range(5):
        version = do.reviewed(world, title=f"Race {round_}")
        results = at_once(approval(version, world.thessaly), approval(version, world.thessaly))
        lost = refusals(results)
        assert len(lost) == 1
        assert str(lost[0]).strip()
        version = do.fresh(version)
        assert version.status == Status.APPROVED
        approvals = Event.objects.filter(name="version.approve", record_id=str(version.pk))
        assert approvals.count() == 1
        assert version.steps.filter(kind=Step.Kind.APPROVE).exclude(signature=None).count() == 1


def test_of_two_editors_one_is_told(world):
    version = do.draft(world)

    def edit(person, word):
        return lambda: services.save_text(
            do.fresh(version),
            by=Person.objects.get(pk=person.pk),
            revision=version.revision,
            blocks=[paragraph("a", word)],
        )

    results = at_once(edit(world.fenn, "one"), edit(world.bea, "two"))
    assert len(refusals(results)) == 1
    assert Event.objects.filter(name="version.write", record_id=str(version.pk)).count() == 1
    assert do.fresh(version).revision == version.revision + 1


def test_fifty_numbers_at_once_are_fifty_numbers_without_a_gap(world):
    do.sop_type()

    def create(index):
        def act():
            kind = do.sop_type()
            return services.create_document(
                by=Person.objects.get(pk=world.fenn.pk), type=kind, facility=world.proc, title=f"Number {index}"
            )

        return act

    results = at_once(*(create(index) for index in range(50)))
    assert refusals(results) == []
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"PROC-SOP-{n:03d}" for n in range(1, 51)]


def test_two_workers_put_a_version_into_force_once(world):
    version = do.approved(world)
    services.attach_pdf(version)
    results = at_once(*[lambda: services.make_effective(do.fresh(version))] * 4)
    assert refusals(results) == []
    assert sorted(results) == [False, False, False, True]
    assert Event.objects.filter(name="version.take_effect").count() == 1


def test_one_proof_serves_one_of_two(world):
    version = do.reviewed(world)
    proof = given(world.thessaly, approve_content(version, today()))
    act = lambda: services.approve_version(  # noqa: E731
        do.fresh(version), by=Person.objects.get(pk=world.thessaly.pk), revision=None, effective_on=today(), proof=proof
    )
    results = at_once(act, act)
    assert len(refusals(results)) == 1
    assert do.fresh(version).status == Status.APPROVED


def test_copies_issued_at_once_are_numbered_without_a_gap(world):
    version = do.in_force(world)
    holdings = [services.Holding(place="Bench", name="Binder")] * 3
    issue = lambda: services.issue_copies(do.fresh(version), holdings, by=Person.objects.get(pk=world.fenn.pk))  # noqa: E731
    results = at_once(*[issue] * 8)
    assert refusals(results) == []
    assert list(Copy.objects.order_by("n").values_list("n", flat=True)) == list(range(1, 25))
    for copies in results:
        assert [copy.n for copy in copies] == list(range(copies[0].n, copies[0].n + 3))  # a batch is not torn apart


def test_of_copies_issued_while_their_version_ends_none_stays_out(world):
    """Either they came first and are recalled with it, or they came too late and are refused."""
    outcomes = set()
    for round_ in range(6):
        version = do.in_force(world, title=f"Race {round_}")
        proof = given(world.thessaly, withdraw_content(version, "Over"))
        issue = lambda version=version: services.issue_copies(  # noqa: E731
            do.fresh(version), [services.Holding(place="Bench", name="Binder")] * 2,
            by=Person.objects.get(pk=world.fenn.pk),
        )  # fmt: skip
        withdraw = lambda version=version, proof=proof: services.withdraw_document(  # noqa: E731
            do.fresh(version), by=Person.objects.get(pk=world.thessaly.pk), revision=None, reason="Over", proof=proof
        )
        lost = refusals(at_once(issue, withdraw))
        copies = Copy.objects.filter(version=version)
        assert len(lost) == (0 if copies else 1), lost
        assert {copy.status for copy in copies} <= {"recalled"}
        outcomes.add(len(lost))
    assert outcomes <= {0, 1}


def test_a_copy_that_is_returned_while_its_version_ends_is_recorded_once(world):
    for round_ in range(5):
        version = do.in_force(world, title=f"Race {round_}")
        copy = services.issue_copies(version, [services.Holding(place="Bench", name="Binder")], by=world.fenn)[0]
        services.make_copy(copy)
        proof = given(world.thessaly, withdraw_content(version, "Over"))
        results = at_once(
            lambda copy=copy: services.return_copy(
                Copy.objects.get(pk=copy.pk), by=Person.objects.get(pk=world.fenn.pk)
            ),
            lambda version=version, proof=proof: services.withdraw_document(
                do.fresh(version), by=Person.objects.get(pk=world.thessaly.pk), revision=None, reason="Over",
                proof=proof,
            ),
        )  # fmt: skip
        assert refusals(results) == []
        assert Copy.objects.get(pk=copy.pk).status == "returned"


def test_two_workers_make_a_copy_once(world):
    copy = services.issue_copies(do.in_force(world), [services.Holding(place="Bench", name="B")], by=world.fenn)[0]
    results = at_once(*[lambda: services.make_copy(Copy.objects.get(pk=copy.pk))] * 3)
    assert refusals(results) == []
    assert Event.objects.filter(name="copy.make").count() == 1
    assert Copy.objects.get().status == "issued"


def test_of_two_authors_who_say_why_at_once_one_reads_that_the_other_wrote(world):
    first = do.in_force(world)
    draft = services.start_version(first.document, by=world.fenn)
    name, revision = do.TEXT[1]["id"], do.fresh(draft).revision
    acts = [
        lambda who=who: services.say_why(
            do.fresh(draft), {name: (f"{who} says so", "")}, by=Person.objects.get(pk=who.pk), revision=revision
        )
        for who in (world.fenn, world.bea)
    ]
    (lost,) = refusals(at_once(*acts))
    assert isinstance(lost, Stale)
    assert draft.whys.count() == Event.objects.filter(name="version.why").count() == 1
