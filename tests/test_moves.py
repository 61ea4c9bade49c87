"""`move` is the only way to a status: what it asks for, and what the door does when it is walked around."""

from dataclasses import replace

import pytest

from qms.people.models import Person
from qms.signatures.services import sign
from qms.trail.actor import SHELL, SYSTEM, Actor
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from qms.workflow.moves import Transition, allowed_for, move, refusal
from sops.models import Status, Version
from sops.signable import review_content, send_content
from sops.workflow import DISCARD, REVIEW, SEND, SUPERSEDE, TAKE_EFFECT, TRANSITIONS, WITHDRAW
from tests import documents as do
from tests.documents import given


def try_to_move(version: Version, transition: Transition, by, *, reason: str = "", content=None, signed=None) -> None:
    with change(by=by, on=[version], reason=reason) as c:
        if content is not None:
            sign(c, signed or version, content, by=by, proof=given_before[content.digest])
        move(c, version, transition, by=by)
        c.event("version.write", version)


given_before: dict[str, object] = {}


def prove(person: Person, content) -> None:
    given_before[content.digest] = given(person, content)


def refused(version: Version, transition: Transition, by, *, match: str, kind: type[Exception] = NotAllowed, **more):
    state, events = version.status, Event.objects.count()
    with pytest.raises(kind, match=match):
        try_to_move(version, transition, by, **more)
    assert do.fresh(version).status == state
    assert Event.objects.count() == events


def test_a_wrong_state_is_said_in_words(world):
    said = "PROC-SOP-001 v1 is still a draft. It cannot be withdrawn yet. Next, its authors send it to review"
    refused(do.draft(world), WITHDRAW, world.thessaly, match=said)


def test_a_signed_arrow_needs_its_signature_in_the_same_change(world):
    version = do.draft(world)
    refused(version, SEND, world.fenn, match="“Send to review” needs a signature")
    content = send_content(version, [world.bea], world.thessaly)
    prove(world.fenn, content)
    try_to_move(version, SEND, world.fenn, content=content)
    assert do.fresh(version).status == Status.IN_REVIEW


def test_a_signature_for_another_purpose_does_not_serve(world):
    version = do.draft(world)
    content = review_content(version)
    prove(world.fenn, content)
    refused(version, SEND, world.fenn, match="needs a signature", content=content)


def test_a_signature_on_another_record_does_not_serve(world):
    version, other = do.draft(world), do.draft(world)
    content = send_content(version, [world.bea], world.thessaly)
    prove(world.fenn, content)
    refused(version, SEND, world.fenn, match="needs a signature", content=content, signed=other)


def test_a_signature_of_an_earlier_change_does_not_serve(world):
    version = do.draft(world)
    content = send_content(version, [world.bea], world.thessaly)
    prove(world.fenn, content)
    with change(by=world.fenn, on=[version]) as c:
        sign(c, version, content, by=world.fenn, proof=given_before[content.digest])
        c.event("version.write", version)
    refused(version, SEND, world.fenn, match="needs a signature")


@pytest.mark.parametrize("who", ["jory", "sorrel", "ivo", "hale"])
def test_a_person_without_the_permission_there_is_refused(world, who):
    refused(do.draft(world), DISCARD, getattr(world, who), match="Your roles do not allow", reason="Not mine")


def test_nobody_moves_in_the_name_of_another(world):
    version = do.draft(world)
    with pytest.raises(NotAllowed, match="Nobody acts for another"), change(by=world.fenn, reason="x") as c:
        move(c, version, DISCARD, by=world.marit)


@pytest.mark.parametrize("transition", [TAKE_EFFECT, SUPERSEDE])
@pytest.mark.parametrize("who", ["marit", "thessaly"])
def test_what_engraft_does_by_itself_no_person_does(world, transition, who):
    version = do.in_force(world) if transition is SUPERSEDE else do.approved(world)
    refused(version, transition, getattr(world, who), match="Engraft does this by itself")


def test_what_persons_do_the_system_does_not(world):
    version = do.draft(world)
    for actor in (SYSTEM, SHELL, Actor(world.fenn.pk, "Fenn Mossgrove")):
        refused(version, DISCARD, actor, match="Only a person does this", reason="Tidy up")


def test_only_the_nameless_system_acts_by_itself(world):
    version = do.approved(world)
    refused(version, TAKE_EFFECT, Actor(world.marit.pk, "Marit Oakenshaw"), match="Only a person does this")


def test_an_arrow_that_asks_why_is_closed_without_a_reason(world):
    refused(do.draft(world), DISCARD, world.fenn, match="Write why", kind=Invalid, reason="   ")


def test_an_objection_closes_the_arrow_with_its_sentence(world):
    version = do.sent(world)
    content = review_content(version)
    prove(world.thessaly, content)
    refused(version, REVIEW, world.thessaly, match="You are not asked to review", content=content)
    never = replace(DISCARD, objections=(lambda record, by: None, lambda record, by: f"Not {record}, {by}."))
    assert refusal(do.draft(world), never, world.fenn) == "Not PROC-SOP-002 v1, Fenn Mossgrove."


def test_a_status_set_beside_move_is_refused_by_the_door(world):
    version = do.draft(world)
    for to in (Status.EFFECTIVE, Status.IN_REVIEW, "invented"):
        with pytest.raises(NotAllowed, match="Only a move of the workflow"), change(by=world.marit) as c:
            version.status = to
            c.save(version)
            c.event("version.write", version)
        version = do.fresh(version)
        assert version.status == Status.DRAFT


def test_a_record_cannot_begin_in_the_middle(world):
    twin = do.draft(world)
    born = Version(
        document=do.draft(world).document, n=9, status=Status.APPROVED, title="Sly", body=twin.body,
        started_by=world.fenn, started_at=twin.started_at,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="Only a move of the workflow"), change(by=world.fenn) as c:
        c.save(born)


def test_a_move_allows_its_own_status_only_and_for_its_record_only(world):
    version, other = do.draft(world), do.draft(world)
    with pytest.raises(NotAllowed, match="Only a move"), change(by=world.fenn, on=[version, other], reason="x") as c:
        move(c, version, DISCARD, by=world.fenn)
        other.status = Status.DISCARDED
        c.save(other)
    assert {do.fresh(version).status, do.fresh(other).status} == {Status.DRAFT}


def test_the_buttons_of_a_page_are_the_arrows_that_are_open(world):
    version = do.sent(world)
    assert [arrow.name for arrow in allowed_for(version, world.bea, TRANSITIONS)] == [
        "version.review",
        "version.send_back",
    ]
    assert allowed_for(version, world.jory, TRANSITIONS) == []
