"""Signing, attacked by calling the verbs directly: own work, proofs, must-fixes, and states without a signature."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from qms.people import services as people
from qms.people.lockout import record_failure
from qms.people.models import Person, User
from qms.people.programme import today
from qms.people.tokens import Purpose, make_token
from qms.signatures.deputations import depute, depute_content
from qms.signatures.models import Proof, Signature
from qms.signatures.proofs import Given
from qms.signatures.services import PLEDGE, sign
from qms.trail.door import change
from qms.trail.errors import NotAllowed, Refused
from qms.workflow.moves import move
from sops import services
from sops.models import Comment, Status, Step, Version
from sops.signable import approve_content, review_content, send_content
from sops.workflow import APPROVE, TRANSITIONS
from tests import documents as do
from tests.world import PASSWORD, World


def anew(person: Person) -> Person:
    return Person.objects.select_related("user").get(pk=person.pk)


def lend(giver: Person, deputy: Person) -> Person:
    """Let a person act in the giver's only role today; return the deputy, read anew."""
    held = giver.role_assignments.get()
    proof = do.given(giver, depute_content(held, deputy, today(), today()))
    depute(held, deputy=deputy, from_date=today(), until_date=today(), by=giver, proof=proof)
    return anew(deputy)


def ask(version: Version, by: Person, reviewers: list[Person], approver: Person) -> Version:
    proof = do.given(by, send_content(version, reviewers, approver))
    services.send_to_review(version, by=by, revision=None, reviewers=reviewers, approver=approver, proof=proof)
    return do.fresh(version)


def standing() -> tuple[int, list[tuple[object, ...]]]:
    """Return how many signatures there are beside pledges, and every version's state."""
    signatures = Signature.objects.exclude(purpose=PLEDGE).count()
    return signatures, list(Version.objects.values_list("pk", "status", "revision"))


def refused(act: Callable[[], object], match: str | None = None) -> None:
    """Expect a refusal that leaves no signature, and every version as it was."""
    before = standing()
    with pytest.raises(Refused, match=match):
        act()
    assert standing() == before


def test_a_deputy_does_not_approve_the_work_of_whom_they_act_for(world: World) -> None:
    """The responsibility stays with the one who lent the role: it would be their own work after all."""
    version = services.create_document(
        by=world.thessaly, type=do.sop_type(), facility=world.proc, title="By the director", blocks=do.TEXT
    )
    fenn = lend(world.thessaly, world.fenn)
    refused(lambda: ask(version, world.thessaly, [world.bea], fenn), "in the place of an author")
    sent = ask(version, world.thessaly, [world.bea], world.marit)
    ready = do.review(sent, world)
    assert ready.status == Status.IN_APPROVAL
    refused(lambda: do.approve(ready, world, by=fenn), "would act for Dr Thessaly Quince")


def test_a_deputy_approves_what_the_lender_did_not_write(world: World) -> None:
    version = do.draft(world)
    bea = lend(world.thessaly, world.bea)
    people.assign_role(world.ivo, "author", world.proc, by=world.marit)
    sent = ask(version, world.fenn, [anew(world.ivo)], bea)
    approved = do.approve(do.review(sent, world, by=anew(world.ivo)), world, by=bea)
    assert (approved.status, approved.steps.get(kind=Step.Kind.APPROVE).signature.on_behalf_of) == (
        Status.APPROVED, "Dr Thessaly Quince",
    )  # fmt: skip


def test_an_author_who_becomes_deputy_of_the_director_does_not_approve(world: World) -> None:
    version = do.reviewed(world)
    fenn = lend(world.thessaly, world.fenn)
    refused(lambda: do.approve(version, world, by=fenn), "Authors do not approve their own work")


def test_the_text_of_a_discarded_draft_keeps_its_authors(world: World) -> None:
    """Else two people could approve each other's unread texts by discarding and starting anew."""
    people.assign_role(world.fenn, "laboratory_director", world.proc, by=world.marit)
    version = do.draft(world)
    services.discard_version(version, by=world.bea, reason="Anew")
    second = services.start_version(version.document, by=world.bea)
    assert second.body == version.body
    assert set(second.authorships.values_list("person", flat=True)) == {world.fenn.pk, world.bea.pk}
    refused(lambda: ask(second, world.bea, [world.marit], anew(world.fenn)), "wrote in this version")


def test_the_authors_of_an_approved_version_are_not_those_of_the_next(world: World) -> None:
    second = services.start_version(do.in_force(world).document, by=world.bea)
    assert set(second.authorships.values_list("person", flat=True)) == {world.bea.pk}


def test_the_only_reviewer_is_not_the_approver(world: World) -> None:
    version = do.draft(world)
    refused(lambda: ask(version, world.fenn, [world.thessaly], world.thessaly), "somebody else approve")
    assert ask(version, world.fenn, [world.thessaly, world.bea], world.thessaly).status == Status.IN_REVIEW


def test_who_wrote_after_the_round_is_an_author_of_the_next(world: World) -> None:
    """Asked in round 1, wrote between, asked again in round 2: not any more."""
    version = do.sent(world)
    services.take_back(version, by=world.fenn, reason="One more step")
    services.save_text(do.fresh(version), by=world.bea, revision=None, blocks=do.TEXT)
    refused(lambda: ask(do.fresh(version), world.fenn, [world.bea], world.thessaly), "wrote in this version")
    refused(lambda: do.review(do.fresh(version), world))


def test_nobody_approves_who_is_not_asked_and_nobody_for_whom_it_is_not_time(world: World) -> None:
    version = do.sent(world)
    refused(lambda: do.approve(version, world), "in review")
    ready = do.review(version, world)
    refused(lambda: do.approve(ready, world, by=world.marit), "not asked to approve")
    refused(lambda: do.approve(ready, world, by=world.bea), "roles do not allow")


def test_a_role_that_ended_a_moment_ago_decides_nothing(world: World) -> None:
    """A person read before the role ended still carries the old permissions; the verb reads them anew."""
    version, thessaly = do.reviewed(world), anew(world.thessaly)
    bea = anew(world.bea)
    proof = do.given(thessaly, approve_content(version, today()))
    for person in (thessaly, bea):
        assert person.grants
        people.end_role(person.role_assignments.get(), by=world.marit)
    refused(
        lambda: services.approve_version(version, by=thessaly, revision=None, effective_on=today(), proof=proof),
        "roles do not allow",
    )
    refused(lambda: services.send_back(version, by=thessaly, reason="x"), "roles do not allow")
    refused(lambda: services.save_text(version, by=bea, revision=None, blocks=do.TEXT), "roles do not allow")
    refused(lambda: services.add_comment(version, by=bea, kind="must_fix", text="x"), "roles do not allow")


def test_the_day_of_a_role_is_the_programmes_wherever_the_server_stands(world: World) -> None:
    """At 23:30 in London it is the next day in Paris: yesterday's role is over, whatever zone the process runs in."""
    version = do.draft(world)
    for held in world.bea.role_assignments.all():
        people.end_role(held, until_date=today(), by=world.marit)
    midnight = timezone.now().replace(hour=23, minute=30)
    with time_machine.travel(midnight, tick=False), timezone.override("Europe/London"):
        bea = anew(world.bea)
        refused(lambda: services.save_text(version, by=bea, revision=None, blocks=do.TEXT), "roles do not allow")


def test_a_must_fix_of_a_round_before_still_blocks(world: World) -> None:
    version = do.sent(world)
    comment = services.add_comment(version, by=world.bea, kind="must_fix", text="The unit is wrong.")
    services.send_back(version, by=world.bea, reason="See comment")
    again = do.send(do.fresh(version), world)
    refused(lambda: do.review(again, world), "must fix")
    services.resolve_comment(Comment.objects.get(pk=comment.pk), by=world.bea)
    ready = do.review(again, world)
    services.add_comment(ready, by=world.marit, kind="must_fix", text="And another.")
    refused(lambda: do.approve(ready, world), "must fix")


def test_a_signature_of_a_round_before_does_not_count(world: World) -> None:
    """Reviewed in round 1 and taken back: round 2 waits for its own review, and shows only its own signatures."""
    version = do.reviewed(world)
    services.take_back(version, by=world.fenn, reason="Once more")
    again = do.send(do.fresh(version), world)
    assert again.status == Status.IN_REVIEW
    refused(lambda: do.approve(again, world), "in review")
    former = version.steps.get(round=1, kind=Step.Kind.REVIEW).signature
    assert former is not None
    assert not again.steps.filter(round=2, signature=former).exists()


CHANGES: dict[str, Callable[[World, Person], object]] = {
    "the password was changed": lambda world, person: people.change_password(
        User.objects.get(person=person), old=PASSWORD, new="nine-loud-herons", address=""
    ),
    "the password was reset": lambda world, person: people.reset_password(
        make_token(User.objects.get(person=person), Purpose.RESET), password="nine-loud-herons"
    ),
    "the e-mail was changed": lambda world, person: people.change_own_email(
        User.objects.get(person=person), new_email="new@engraft.example", password=PASSWORD, address=""
    ),
    "the account was closed": lambda world, person: people.deactivate_account(person, by=world.marit, reason="x"),
    "the account was locked": lambda world, person: [record_failure(person.user.email, "") for _ in range(5)],
    "the person left": lambda world, person: people.record_leaver(
        anew(person), left_on=today() - timedelta(days=1), by=world.marit
    ),
    "the role ended": lambda world, person: people.end_role(person.role_assignments.get(), by=world.marit),
}  # fmt: skip


@pytest.mark.parametrize("between", CHANGES)
def test_a_proof_does_not_outlive_what_it_proves(world: World, between: str) -> None:
    """Given, then the account changed, then used: refused, and nothing is approved."""
    version = do.reviewed(world)
    proof = do.given(world.thessaly, approve_content(version, today()))
    CHANGES[between](world, world.thessaly)
    refused(
        lambda: services.approve_version(version, by=world.thessaly, revision=None, effective_on=today(), proof=proof)
    )


def _use(version: Version, world: World, proof: Given, by: Person | None = None) -> Callable[[], object]:
    return lambda: services.approve_version(
        version, by=by or world.thessaly, revision=None, effective_on=today(), proof=proof
    )


def test_a_proof_serves_for_nothing_else(world: World) -> None:
    version = do.reviewed(world)
    proof = do.given(world.thessaly, approve_content(version, today()))
    for wrong in (
        do.given(world.thessaly, approve_content(version, today() + timedelta(days=1))),  # another day
        do.given(world.thessaly, review_content(version)),  # another act
        do.given(world.marit, approve_content(version, today())),  # another person
        Given(proof.token, "another session"), Given(proof.token, ""), Given("", do.SESSION),
    ):  # fmt: skip
        refused(_use(version, world, wrong))
    _use(version, world, proof)()
    assert do.fresh(version).status == Status.APPROVED
    used = Proof.objects.exclude(used_at=None).count()
    refused(_use(version, world, proof))
    assert Proof.objects.exclude(used_at=None).count() == used


@pytest.mark.parametrize("seconds", [121, 86_400, -1, -3600])
def test_a_proof_serves_neither_late_nor_before_its_time(world: World, seconds: int) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        version = do.reviewed(world)
        proof = do.given(world.thessaly, approve_content(version, today()))
        clock.shift(timedelta(seconds=seconds))
        refused(
            lambda: services.approve_version(
                version, by=world.thessaly, revision=None, effective_on=today() + timedelta(days=3), proof=proof
            )
        )


def test_no_signed_arrow_is_taken_without_its_own_signature(world: World) -> None:
    """Neither with none, nor with one for another purpose, nor with one on another record."""
    version, other = do.reviewed(world), do.draft(world, title="Another")
    content = review_content(version)
    for record, words in ((None, None), (version, content), (other, approve_content(version, today()))):
        proof = do.given(world.thessaly, words) if words is not None else None
        with pytest.raises(NotAllowed, match="needs a signature"), change(by=world.thessaly, on=[version]) as c:
            if record is not None and words is not None and proof is not None:
                sign(c, record, words, by=world.thessaly, proof=proof)
            move(c, version, APPROVE, by=world.thessaly)
        assert do.fresh(version).status == Status.IN_APPROVAL


def test_a_status_is_not_set_by_saving_or_creating(world: World) -> None:
    version = do.draft(world)
    for status in {one.target for one in TRANSITIONS} - {Status.DRAFT}:
        with pytest.raises(NotAllowed, match="Only a move"), change(by=world.fenn, on=[version]) as c:
            version.status = status
            c.save(version)
        made = Version(document=version.document, n=9, status=status, started_by=world.fenn, started_at=timezone.now())
        with pytest.raises(NotAllowed, match="Only a move"), change(by=world.fenn) as c:
            c.save(made)
    assert Version.objects.values_list("status", flat=True).get() == Status.DRAFT


@pytest.mark.parametrize(
    ("call", "only"),
    [
        (r"\.allow_move\(", "qms/workflow/moves.py"),
        (r"\.keep_signature\(", "qms/signatures/services.py"),
        (r"\buse_proof\(given|use_proof\(proof", "qms/signatures/services.py"),
        (r"\bProof\.objects\.create\(", "qms/signatures/proofs.py"),
        (r"(?<!class )\bSignature\($", "qms/signatures/services.py"),
    ],
)
def test_the_steps_behind_a_signature_are_taken_in_one_place(call: str, only: str) -> None:
    root = Path(__file__).parent.parent
    sources = [
        path for app in ("qms", "sops", "training", "incidents", "audits") for path in (root / app).rglob("*.py")
    ]
    found = {str(path.relative_to(root)) for path in sources if re.search(call, path.read_text(), re.MULTILINE)}
    assert found - {"qms/signatures/proofs.py"} | {only} == {only}
    assert only in found
