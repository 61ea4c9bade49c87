"""Lock-out: per account and per address, for the log-in and for signatures alike."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from qms.people.lockout import (
    ADDRESS_FACTOR,
    Locked,
    check_not_locked,
    clear_failures,
    forget_old_failures,
    record_failure,
)
from qms.people.models import SignInFailure
from qms.people.programme import today
from qms.people.services import request_password_reset
from qms.people.signing_in import WrongPassword, authenticate_person
from qms.people.tasks import forget_tonight
from qms.trail.errors import NotAllowed
from qms.trail.models import Event
from qms.trail.outbox import run_all
from qms.trail.rhythm import NIGHTLY
from tests.trail_of import carry_out_outbox
from tests.world import PASSWORD, World

HERE, ELSEWHERE = "192.0.2.7", "192.0.2.8"
LATER = timedelta(minutes=settings.LOCK_OUT_MINUTES, seconds=1)


def fail(email: str, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword, match="do not match an open account"):
            authenticate_person(email, "wrong", address)


def test_the_right_password_gets_in_whatever_the_case_of_the_email(world: World) -> None:
    assert authenticate_person(" FENN@Engraft.example ", PASSWORD, HERE).person == world.fenn


def test_an_account_locks_after_the_failures_that_are_allowed(world: World) -> None:
    fail("fenn@engraft.example", settings.LOCK_OUT_FAILURES)
    with pytest.raises(Locked, match=r"Try again in 15 minutes \(\d\d:\d\d\)"):
        authenticate_person("Fenn@engraft.example", PASSWORD, ELSEWHERE)
    assert authenticate_person("bea@engraft.example", PASSWORD, HERE).person == world.bea


def test_the_lock_ends_by_itself_and_trying_does_not_make_it_longer(world: World) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail("fenn@engraft.example", settings.LOCK_OUT_FAILURES)
        clock.shift(timedelta(minutes=10))
        with pytest.raises(Locked, match="in 5 minutes"):
            authenticate_person("fenn@engraft.example", PASSWORD, HERE)
        clock.shift(timedelta(minutes=5, seconds=1))
        assert authenticate_person("fenn@engraft.example", PASSWORD, HERE).person == world.fenn


def test_the_moment_of_locking_is_an_event_and_tells_the_person(world: World) -> None:
    fail("fenn@engraft.example", settings.LOCK_OUT_FAILURES)
    for _ in range(3):
        with pytest.raises(Locked):
            authenticate_person("fenn@engraft.example", "wrong", HERE)
    event = Event.objects.get(name="account.locked")
    assert (event.label, event.record_id, event.by_name) == ("qms.person", str(world.fenn.pk), "Engraft")
    assert HERE not in event.text
    assert "engraft.example" not in event.text
    mail.outbox.clear()
    carry_out_outbox()
    locked = [sent for sent in mail.outbox if "locked" in sent.subject]
    assert [sent.to for sent in locked] == [["fenn@engraft.example"]]


def test_ordinary_failures_leave_no_event(world: World) -> None:
    before = Event.objects.count()
    fail("fenn@engraft.example", 2)
    assert Event.objects.count() == before


def test_an_unknown_account_locks_too_so_that_it_tells_nothing(world: World) -> None:
    fail("nobody@engraft.example", settings.LOCK_OUT_FAILURES)
    with pytest.raises(Locked):
        authenticate_person("nobody@engraft.example", "wrong", HERE)
    assert not Event.objects.filter(name="account.locked").exists()


def test_an_address_locks_after_many_accounts(world: World) -> None:
    for number in range(settings.LOCK_OUT_FAILURES * ADDRESS_FACTOR):
        record_failure(f"guess{number}@engraft.example", HERE)
    with pytest.raises(Locked):
        authenticate_person("bea@engraft.example", PASSWORD, HERE)
    assert authenticate_person("bea@engraft.example", PASSWORD, ELSEWHERE).person == world.bea


def test_the_right_password_forgets_the_wrong_ones(world: World) -> None:
    fail("fenn@engraft.example", settings.LOCK_OUT_FAILURES - 1)
    authenticate_person("fenn@engraft.example", PASSWORD, HERE)
    fail("fenn@engraft.example", settings.LOCK_OUT_FAILURES - 1)


def test_closed_accounts_and_leavers_do_not_get_in(world: World) -> None:
    with pytest.raises(WrongPassword):
        authenticate_person("hale@engraft.example", PASSWORD, HERE)


def test_a_signature_uses_the_same_count(world: World) -> None:
    for _ in range(settings.LOCK_OUT_FAILURES):
        record_failure("fenn@engraft.example", HERE)
    with pytest.raises(NotAllowed):
        check_not_locked("FENN@engraft.example", ELSEWHERE)
    clear_failures("fenn@ENGRAFT.example")
    check_not_locked("fenn@engraft.example", ELSEWHERE)


def test_one_failure_too_many_is_refused_even_if_two_came_at_once(world: World) -> None:
    for _ in range(settings.LOCK_OUT_FAILURES):
        record_failure("fenn@engraft.example", HERE)
    with pytest.raises(Locked):
        record_failure("fenn@engraft.example", HERE)
    assert SignInFailure.objects.count() == settings.LOCK_OUT_FAILURES


def test_the_night_forgets_old_failures(world: World) -> None:
    record_failure("fenn@engraft.example", HERE)
    with time_machine.travel(timezone.now() + LATER):
        record_failure("fenn@engraft.example", HERE)
        assert forget_old_failures() == 1
    assert SignInFailure.objects.count() == 1


def test_the_night_forgets_what_no_longer_counts(world: World, client: Client) -> None:
    record_failure("fenn@engraft.example", HERE)
    client.force_login(world.fenn.user)
    request_password_reset("typed@engraft.example")
    run_all()
    assert forget_tonight in NIGHTLY
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert forget_tonight(today()) == {
            "wrong passwords forgotten": 1, "sessions forgotten": 1, "reset requests forgotten": 1,
        }  # fmt: skip
        assert set(forget_tonight(today()).values()) == {0}
