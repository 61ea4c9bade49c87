"""The night: once for each day of the programme, made up for when skipped, with one event that counts."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils.formats import date_format

from qms.notifications import night as nights_of
from qms.notifications.models import Night
from qms.notifications.night import HOLD, ask_for_night, carry_out, missed_before
from qms.people import services
from qms.people.programme import today
from qms.trail import rhythm
from qms.trail.errors import Invalid, Stale
from qms.trail.models import Event, Outbox, Seal
from qms.trail.outbox import run_all
from qms.trail.rhythm import every_minute
from qms.trail.verify import NIGHTS
from sops.models import Status
from tests import documents as do
from tests.nights import Things, at, mails, text_to, things
from tests.tampered import key, sql
from tests.world import World

__all__ = ["key", "things"]


def nights() -> list[str]:
    return sorted(Outbox.objects.filter(task="night").values_list("args__day", flat=True))


def told() -> list[dict[str, Any]]:
    """Return the facts of the events of the nights, in their order."""
    events = Event.objects.filter(name="programme.night").order_by("pk")
    return [json.loads(event.text)["facts"] for event in events]


def worked(day: date, hour: int = 3) -> None:
    """Let the worker work for a minute of that day."""
    with time_machine.travel(at(day, hour), tick=False):
        assert every_minute(datetime.now(UTC)) == []
        run_all()


def test_the_night_is_asked_for_once_a_day_from_two_in_the_programmes_zone(world):
    """The programme is in Paris: 00:59 UTC in summer is 2:59 there, and 23:30 UTC is the next day."""
    for moment in (datetime(2027, 7, 1, 23, 59, tzinfo=UTC), datetime(2027, 7, 2, 0, 1, tzinfo=UTC)):
        ask_for_night(moment)
    assert nights() == ["2027-07-02"]
    ask_for_night(datetime(2027, 7, 2, 21, 59, tzinfo=UTC))
    ask_for_night(datetime(2027, 7, 2, 22, 1, tzinfo=UTC))  # one past midnight in Paris: too early for the next
    assert nights() == ["2027-07-02"]


def test_both_nights_of_the_change_of_clocks_are_one_each(world):
    for day in ((2027, 3, 28), (2027, 10, 31)):
        start = datetime(*day, tzinfo=UTC)
        for minutes in range(0, 180, 10):
            ask_for_night(start + timedelta(minutes=minutes))
    assert nights() == ["2027-03-28", "2027-10-31"]


def test_a_night_puts_into_force_and_leaves_one_event_with_counts(world, key):
    version = do.approved(world, on=today() + timedelta(days=3))
    with time_machine.travel(at(today() + timedelta(days=5))):
        assert every_minute(datetime.now(UTC)) == []
        run_all()
        run_all()
    assert do.fresh(version).status == Status.EFFECTIVE
    (facts,) = told()
    assert facts["counts"]["findings"] == 0


def test_without_a_programme_there_is_no_night(db):
    ask_for_night(datetime(2027, 7, 2, 12, tzinfo=UTC))
    assert nights() == []


def test_missed_nights_are_made_up_for_by_one_and_stay_visible(world, key):
    start = today()
    worked(start)
    worked(start + timedelta(days=4))
    first, second = told()
    assert (first["missed"], second["missed"]) == (0, 3)
    gap = [(start + timedelta(days=n)).isoformat() for n in (1, 3)]
    assert [second["first_missed"], second["last_missed"]] == gap
    assert list(Night.objects.values_list("day", flat=True)) == [start, start + timedelta(days=4)]


def test_the_thirtieths_of_missed_nights_are_verified_too(world, key, monkeypatch):
    parts: list[date] = []
    monkeypatch.setattr(rhythm, "verify_part", lambda day: (parts.append(day), ({}, []))[1])
    start = today()
    worked(start)
    worked(start + timedelta(days=3))
    assert parts == [start, *(start + timedelta(days=n) for n in (1, 2, 3))]


def test_a_night_that_was_begun_and_not_finished_is_finished_later(world, key):
    start = today()
    with time_machine.travel(at(start, 3), tick=False):
        ask_for_night(datetime.now(UTC))
        Night.objects.create(day=start, begun_at=datetime.now(UTC), held_until=datetime.now(UTC) + HOLD)  # and died
        run_all()
        assert told() == []
        assert Outbox.objects.get(task="night").last_error.startswith("Stale: ")
    with time_machine.travel(at(start, 4), tick=False):
        run_all()
    assert [facts["day"] for facts in told()] == [start.isoformat()]


def test_a_night_left_over_is_not_done_after_a_later_one_made_up_for_it(world, key):
    start = today()
    worked(start)
    with time_machine.travel(at(start + timedelta(days=1), 3), tick=False):
        ask_for_night(datetime.now(UTC))  # and nobody works
    left = Outbox.objects.get(args__day=(start + timedelta(days=1)).isoformat())
    Outbox.objects.filter(pk=left.pk).update(due_at=at(start + timedelta(days=2), 5))
    worked(start + timedelta(days=2))
    worked(start + timedelta(days=2), 6)
    assert [facts["day"] for facts in told()] == [start.isoformat(), (start + timedelta(days=2)).isoformat()]
    left.refresh_from_db()
    assert left.done_at


def test_two_at_once_do_one_night(world, key):
    with time_machine.travel(at(today(), 3), tick=False):
        nights_of._taken(today())
        with pytest.raises(Stale, match="is being carried out by another process"):
            carry_out(today())


def test_a_hold_from_the_future_is_none(world, key):
    """The clock was set back while a night was being carried out."""
    with time_machine.travel(at(today(), 3), tick=False):
        Night.objects.create(day=today(), begun_at=datetime.now(UTC), held_until=datetime.now(UTC) + 24 * HOLD)
        assert carry_out(today()).done_at


def test_a_night_cleans_up_what_has_ended(world, key, as_):
    as_(world.fenn)
    with time_machine.travel(at(today() + timedelta(days=40), 3), tick=False):
        counts = carry_out(today()).counts
    assert counts["sessions forgotten"] == 1
    assert {"proofs forgotten", "wrong passwords forgotten", "reset requests forgotten"} <= counts.keys()


def test_by_hand_it_is_the_same_night_and_only_once(world, key, capsys):
    call_command("nightly")
    assert f"The night of {today()} is done:" in capsys.readouterr().out
    call_command("nightly", "--json")
    found = json.loads(capsys.readouterr().out)
    assert (found["day"], found["done_before"], found["failed"]) == (today().isoformat(), True, [])
    worked(today(), 23)
    assert len(told()) == 1


def test_a_past_day_is_made_up_for_now_and_says_so(world, key, capsys):
    day = today() - timedelta(days=2)
    call_command("nightly", "--date", day.isoformat())
    (facts,) = told()
    assert (facts["day"], facts["made_up_on"]) == (day.isoformat(), today().isoformat())
    assert missed_before(today()) == [today() - timedelta(days=1)]


@pytest.mark.parametrize(("given", "sentence"), [("2999-01-01", "still to come"), ("soon", "soon is no day")])
def test_a_day_to_come_or_none_is_refused(world, key, given, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("nightly", "--date", given)
    with pytest.raises(Invalid):
        carry_out(today() + timedelta(days=1))
    assert told() == []


def test_without_a_programme_the_command_refuses(db):
    with pytest.raises(CommandError, match="There is no programme yet"):
        call_command("nightly")


def test_what_fails_is_told_and_the_command_ends_with_1(world, key, monkeypatch, capsys):
    def broken(day: date) -> dict[str, int]:
        raise OSError("the disk is full")

    monkeypatch.setattr(rhythm, "NIGHTLY", [broken])
    run_all()
    mail.outbox.clear()
    with pytest.raises(SystemExit):
        call_command("nightly")
    assert "OSError: the disk is full" in capsys.readouterr().out
    run_all()
    assert mails()["marit@engraft.example"][0] == f"Engraft needs a look: the night of {date_format(today(), 'j F Y')}"
    assert "OSError: the disk is full" in next(sent.body for sent in mail.outbox if "look" in sent.subject)
    assert told()[0]["counts"]["failures"] == 1


def test_an_altered_trail_is_told_to_quality(world, key):
    """PROC is the last of three facilities: its row is looked at in the last of thirty nights."""
    before = today() + timedelta(days=(NIGHTS - 2 - today().toordinal()) % NIGHTS)
    worked(before)
    run_all()
    mail.outbox.clear()
    sql("UPDATE qms_facility SET name = 'Elsewhere' WHERE code = 'PROC'")
    subject = "The trail is not what it was"
    worked(before + timedelta(days=1))
    run_all()
    assert subject in mails()["marit@engraft.example"]
    mail.outbox[:] = [sent for sent in mail.outbox if sent.subject == subject]
    assert "qms.facility" in text_to("marit@engraft.example") or "PROC" in text_to("marit@engraft.example")


def test_the_root_is_mailed_once_a_week_to_quality_and_director(world, key):
    services.assign_role(world.thessaly, "programme_director", by=world.marit)
    run_all()
    monday = today() + timedelta(days=7 - today().weekday())
    mail.outbox.clear()
    for n in (1, 2, 3, 6):  # Monday is skipped
        worked(monday + timedelta(days=n))
    keep = [sent for sent in mail.outbox if sent.subject.startswith("Keep this mail")]
    assert sorted(sent.to[0] for sent in keep) == ["marit@engraft.example", "thessaly@engraft.example"]
    sizes = {seal.size: seal.root for seal in Seal.objects.all()}
    size, root = str(keep[0].body).split("--size ")[1].split(" --root ")
    assert sizes[int(size)] == root.split()[0]
    worked(monday + timedelta(days=7))
    assert len([sent for sent in mail.outbox if sent.subject.startswith("Keep this mail")]) == 4


def test_work_that_keeps_failing_is_told_once_it_failed_several_times(world, key):
    run_all()
    row = Outbox.objects.create(
        key="x", task="people.reset_asked", made_at=datetime.now(UTC), due_at=at(today() + timedelta(days=9)), tries=2,
        last_error="OSError: the disk is full",
    )  # fmt: skip
    mail.outbox.clear()
    worked(today())
    assert not any("look" in sent.subject for sent in mail.outbox)
    Outbox.objects.filter(pk=row.pk).update(tries=3)
    worked(today() + timedelta(days=1))
    (sent,) = [sent for sent in mail.outbox if "look" in sent.subject]
    assert "Forgotten password: the disk is full" in sent.body
    assert sent.to == ["marit@engraft.example"]


def test_reminders_go_in_the_night(world, key, things: Things):
    run_all()
    mail.outbox.clear()
    things.add(world.fenn, "DOC-1", today())
    worked(today())
    assert mails()["fenn@engraft.example"] == ["Your work: 1 due today"]
    assert told()[0]["counts"]["reminder mails"] == 1


def test_the_world_has_no_night_of_its_own(world: World) -> None:
    assert missed_before(today()) == []
