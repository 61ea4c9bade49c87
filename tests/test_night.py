"""The night: once for each day of the programme, made up for when skipped, with one event that counts."""

import json
from datetime import UTC, datetime, timedelta

import time_machine

from qms.notifications.night import ask_for_night
from qms.people.programme import today
from qms.trail.models import Event, Outbox
from qms.trail.outbox import run_all
from qms.trail.rhythm import every_minute
from sops.models import Status
from tests import documents as do
from tests.tampered import key

__all__ = ["key"]


def nights() -> list[str]:
    return sorted(Outbox.objects.filter(task="night").values_list("args__day", flat=True))


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
    with time_machine.travel(datetime.now(UTC) + timedelta(days=5)):
        assert every_minute(datetime.now(UTC).replace(hour=12)) == []
        run_all()
        run_all()
    assert do.fresh(version).status == Status.EFFECTIVE
    events = Event.objects.filter(name="programme.night")
    assert events.count() == 1
    assert json.loads(events.get().text)["facts"]["counts"]["findings"] == 0


def test_without_a_programme_there_is_no_night(db):
    ask_for_night(datetime(2027, 7, 2, 12, tzinfo=UTC))
    assert nights() == []
