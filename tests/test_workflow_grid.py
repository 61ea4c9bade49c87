"""Every transition x state x role: open exactly where the table says, closed with a sentence everywhere else.

The expected answers are written out here a second time, by hand, as a reviewer would check them.
"""

from datetime import timedelta

import pytest

from qms.people.programme import today
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from qms.workflow.moves import allowed_for, move, refusal
from sops import services
from sops.models import Status, Version
from sops.workflow import TAKE_EFFECT, TRANSITIONS
from tests import documents as do

ROLES = ("quality_manager", "laboratory_director", "author", "reviewer", "nurse", "administrator", "inspector")

# (state, transition) -> the roles to whom it is open. Fenn (author) wrote it, Bea (reviewer) is asked to review,
# Dr Quince (laboratory_director) to approve; all of PROC. The quality manager was asked nothing.
OPEN = {
    (Status.DRAFT, "version.send"): {"quality_manager", "laboratory_director", "author", "reviewer"},
    (Status.DRAFT, "version.send_urgent"): {"quality_manager", "laboratory_director", "author", "reviewer"},
    (Status.DRAFT, "version.discard"): {"quality_manager", "laboratory_director", "author", "reviewer"},
    (Status.IN_REVIEW, "version.take_back"): {"author"},
    (Status.IN_REVIEW, "version.review"): {"reviewer"},
    (Status.IN_REVIEW, "version.send_back"): {"laboratory_director", "reviewer"},
    (Status.IN_APPROVAL, "version.take_back"): {"author"},
    (Status.IN_APPROVAL, "version.send_back"): {"laboratory_director"},
    (Status.IN_APPROVAL, "version.approve"): {"laboratory_director"},
    (Status.APPROVED, "version.cancel"): {"quality_manager", "laboratory_director"},
    (Status.EFFECTIVE, "version.withdraw"): {"quality_manager", "laboratory_director"},
}


def versions(world) -> dict[str, Version]:
    """Return a version in each state, made by verbs."""
    superseded = do.in_force(world, title="To give way")
    effective = services.start_version(superseded.document, by=world.fenn)
    effective = do.approve(do.review(do.send(effective, world), world), world)
    services.make_effective(effective)
    discarded = do.draft(world)
    services.discard_version(discarded, by=world.fenn, reason="Not needed")
    return {
        Status.DRAFT: do.draft(world),
        Status.IN_REVIEW: do.sent(world),
        Status.IN_APPROVAL: do.reviewed(world),
        Status.APPROVED: do.approved(world, on=today() + timedelta(days=9)),
        Status.EFFECTIVE: do.fresh(effective),
        Status.SUPERSEDED: do.fresh(superseded),
        Status.WITHDRAWN: do.withdraw(do.in_force(world), world),
        Status.DISCARDED: do.fresh(discarded),
    }


def test_every_arrow_is_open_to_whom_the_table_says_and_to_nobody_else(world):
    by_state = versions(world)
    assert set(by_state) == set(Status.values)
    for state, version in by_state.items():
        assert version.status == state
        for role in ROLES:
            person = world.people[role]
            found = {transition.name for transition in allowed_for(version, person, TRANSITIONS)}
            wanted = {name for (at, name), roles in OPEN.items() if at == state and role in roles}
            assert found == wanted, (state, role)


def test_closed_arrows_refuse_in_move_itself_and_leave_nothing(world):
    by_state = versions(world)
    events, tried = Event.objects.count(), 0
    for state, version in by_state.items():
        for transition in TRANSITIONS:
            for role in (*ROLES, "system"):
                by = SYSTEM if role == "system" else world.people[role]
                if refusal(version, transition, by) is None:
                    continue
                tried += 1
                with pytest.raises(NotAllowed) as refused, change(by=by, reason="Because", on=[version]) as c:
                    move(c, version, transition, by=by)
                assert str(refused.value).strip().endswith((".", "”")), (state, transition.name, role)
                assert do.fresh(version).status == state
    assert tried > 500
    assert Event.objects.count() == events


def test_open_signed_arrows_still_need_their_signature_and_reason(world):
    by_state = versions(world)
    signed = unsigned = 0
    for (state, name), roles in OPEN.items():
        transition = next(arrow for arrow in TRANSITIONS if arrow.name == name)
        for role in roles:
            person, version = world.people[role], by_state[state]
            if transition.signed:
                signed += 1
                with (
                    pytest.raises(NotAllowed, match="needs a signature"),
                    change(by=person, reason="x", on=[version]) as c,
                ):
                    move(c, version, transition, by=person)
            if transition.needs_reason:
                unsigned += 1
                with pytest.raises(Invalid, match="Write why"), change(by=person, on=[version]) as c:
                    move(c, version, transition, by=person)
            assert do.fresh(version).status == state
    assert signed >= 9
    assert unsigned >= 9


def test_no_status_changes_beside_move(world):
    version = do.draft(world)
    for status in set(Status.values) - {Status.DRAFT}:
        with pytest.raises(NotAllowed, match="Only a move"), change(by=world.marit, on=[version]) as c:
            version.status = status
            c.save(version)
        assert do.fresh(version).status == Status.DRAFT
    with pytest.raises(NotAllowed, match="Only a move"), change(by=world.marit) as c:
        c.save(
            Version(document=version.document, n=9, status=Status.EFFECTIVE, started_by=world.marit, started_at=c.at)
        )


def test_only_the_system_puts_into_force_and_only_as_itself(world):
    version = do.approved(world)
    with pytest.raises(NotAllowed, match="by itself"), change(by=world.thessaly, on=[version]) as c:
        move(c, version, TAKE_EFFECT, by=world.thessaly)
    with pytest.raises(NotAllowed, match="Nobody acts for another"), change(by=world.thessaly, on=[version]) as c:
        move(c, version, TAKE_EFFECT, by=SYSTEM)
    assert do.fresh(version).status == Status.APPROVED


def test_the_database_lets_one_version_be_in_force(world):
    """The last word is the database's: a second effective version of a document cannot be written."""
    first = do.in_force(world)
    second = do.approve(do.review(do.send(services.start_version(first.document, by=world.fenn), world), world), world)
    services.attach_pdf(second)
    second = do.fresh(second)
    second.effective_at = first.effective_at
    with pytest.raises(Stale), change(by=SYSTEM, on=[second]) as c:
        second.effective_at = first.effective_at
        move(c, second, TAKE_EFFECT, by=SYSTEM)
        c.event("version.take_effect", second)
    assert do.fresh(second).status == Status.APPROVED
