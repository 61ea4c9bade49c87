"""The one door: one transaction, one clock, one actor, a history row for each save, no save without an event."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F

from qms.people.models import Facility
from qms.trail.actor import SHELL, SYSTEM
from qms.trail.canonical import canonical, plain, row_fields, stamp
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event, Outbox, Subject, Unsealed
from tests.world import World

NEW: dict[str, Any] = {"code": "LAB", "name": "Laboratory"}


def make(**fields: Any) -> Facility:
    facility = Facility(**{**NEW, **fields})
    with change(by=SHELL, reason="set-up") as c:
        c.save(facility)
        c.event("facility.create", facility)
    return facility


def told(event: Event) -> dict[str, Any]:
    return json.loads(event.text)  # type: ignore[no-any-return]


def nothing_is_left() -> bool:
    return not any(model.objects.exists() for model in (Facility, Event, Outbox, Unsealed))


def test_a_change_is_recorded_with_actor_moment_reason_and_rows(world: World) -> None:
    with change(by=world.marit, reason="  Moved house ", on=[world.proc]) as c:
        world.proc.name = "Laboratory"
        c.save(world.proc)
        event = c.event("facility.rename", world.proc, also=[world.marit, world.marit, world.proc], floor=3)
        c.later("mail.send", "x", to="a@engraft.example")
    history = world.proc.history.order_by("-revision")[0]
    assert (history.name, history.revision, history.history_type) == ("Laboratory", 2, "~")
    assert (history.history_date, history.history_user_id) == (c.at, world.marit.pk)
    assert history.history_change_reason == "Moved house"
    assert told(event) == {
        "format": 1, "name": "facility.rename", "at": stamp(c.at), "reason": "Moved house",
        "by": {"id": world.marit.pk, "name": "Marit Oakenshaw"},
        "record": {"label": "qms.facility", "id": str(world.proc.pk), "as": "Laboratory"},
        "also": [["qms.person", str(world.marit.pk)]], "facts": {"floor": 3},
        "rows": [{
            "label": "qms.facility", "id": str(world.proc.pk), "op": "update",
            "fields": row_fields(history), "was": {"name": "Processing laboratory", "revision": 1},
        }],
    }  # fmt: skip
    assert list(Subject.objects.filter(event=event).values_list("label", flat=True)) == ["qms.person"]
    assert Unsealed.objects.filter(event=event).exists()
    assert Outbox.objects.get(key="mail.send:x").args == {"to": "a@engraft.example"}


@pytest.mark.django_db
def test_a_save_without_an_event_is_refused_and_leaves_nothing() -> None:
    with pytest.raises(NotAllowed, match=r"without an event that tells of it: qms\.facility"), change(by=SHELL) as c:
        c.save(Facility(**NEW))
    assert nothing_is_left()


@pytest.mark.django_db
def test_an_event_does_not_cover_what_is_saved_after_it() -> None:
    with pytest.raises(NotAllowed, match="without an event"), change(by=SHELL) as c:
        facility = Facility(**NEW)
        c.save(facility)
        c.event("facility.create", facility)
        facility.name = "Another"
        c.save(facility)
    assert nothing_is_left()


@pytest.mark.django_db
def test_whatever_fails_inside_leaves_nothing() -> None:
    with pytest.raises(RuntimeError), change(by=SHELL) as c:
        facility = Facility(**NEW)
        c.save(facility)
        c.event("facility.create", facility)
        c.later("mail.send", "x")
        raise RuntimeError
    assert nothing_is_left()


@pytest.mark.django_db
def test_a_door_in_a_door_is_refused_and_the_outer_one_can_go_on() -> None:
    with change(by=SHELL) as c:
        with pytest.raises(NotAllowed, match="open already"), change(by=SYSTEM):
            raise AssertionError("never reached")
        facility = Facility(**NEW)
        c.save(facility)
        c.event("facility.create", facility)
    assert Event.objects.get().by_name == "Engraft, command line"


@pytest.mark.django_db
def test_a_closed_change_does_nothing_any_more() -> None:
    with change(by=SHELL) as c:
        pass
    facility = Facility(**NEW)
    acts: list[Callable[[Change], object]] = [
        lambda c: c.save(facility), lambda c: c.event("x", facility), lambda c: c.later("x", "x"),
        lambda c: c.note("qms.payload", "x", "keep"),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(NotAllowed, match="closed"):
            act(c)
    assert nothing_is_left()


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_change_is_a_commit_and_nothing_less() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), change(by=SHELL):
        raise AssertionError("never reached")


def test_a_record_that_changed_meanwhile_is_refused(world: World) -> None:
    mine = Facility.objects.get(pk=world.proc.pk)
    with change(by=world.marit, on=[world.proc]) as c:
        world.proc.name = "Theirs"
        c.save(world.proc)
        c.event("facility.rename", world.proc)
    mine.name = "Mine"
    with pytest.raises(Stale, match="Nothing of yours was saved"), change(by=world.marit) as c:
        c.save(mine)
    with pytest.raises(Stale), change(by=world.marit, on=[world.proc]) as c:
        c.expect(world.proc, mine.revision)
    assert Facility.objects.get(pk=world.proc.pk).name == "Theirs"
    assert mine.revision == 1


def test_locked_records_are_read_again(world: World) -> None:
    seen = Facility.objects.get(pk=world.proc.pk)
    with change(by=world.marit, on=[world.proc]) as c:
        world.proc.name = "Theirs"
        c.save(world.proc)
        c.event("facility.rename", world.proc)
    with change(by=world.marit, on=[seen]) as c:
        assert seen.name == "Theirs"
        c.expect(seen, 2)
        c.expect(seen, None)


def test_a_locked_record_saved_twice_tells_each_time_what_it_was(world: World) -> None:
    other = Facility.objects.get(pk=world.proc.pk)
    with change(by=world.marit, on=[world.proc]) as c:
        events = []
        for name in ("First", "Second"):
            world.proc.name = name
            c.save(world.proc)
            events.append(c.event("facility.rename", world.proc))
        other.name = "Third, by what was read before"
        with pytest.raises(Stale):
            c.save(other)
    assert [told(event)["rows"][0]["was"] for event in events] == [
        {"name": "Processing laboratory", "revision": 1}, {"name": "First", "revision": 2},
    ]  # fmt: skip
    assert Facility.objects.get(pk=world.proc.pk).name == "Second"


@pytest.mark.django_db
def test_two_of_one_key_is_refused_in_words() -> None:
    make()
    with pytest.raises(Stale, match="at the same moment"):
        make()
    assert Facility.objects.count() == 1


@pytest.mark.django_db
def test_another_no_of_the_database_is_no_refusal(world: World) -> None:
    """A broken rule of ours is a fault to look into, not a sentence for a person."""
    assignment = world.fenn.role_assignments.get()
    with pytest.raises(IntegrityError), change(by=SHELL, on=[assignment]) as c:
        assignment.until_date = date(2000, 1, 1)
        c.save(assignment)


@pytest.mark.django_db
def test_values_are_written_as_the_database_gives_them_back() -> None:
    facility = make(closed_on="2026-09-14")
    assert facility.closed_on == date(2026, 9, 14)
    stored = Facility.objects.get()
    assert row_fields(stored) == row_fields(facility) == told(Event.objects.get())["rows"][0]["fields"]


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "value", "refusal"), [("name", F("code"), NotAllowed), ("closed_on", "x", Invalid)])
def test_an_expression_or_nonsense_is_refused_before_anything_is_written(
    field: str, value: object, refusal: type[Exception]
) -> None:
    facility = make()
    setattr(facility, field, value)
    with pytest.raises(refusal), change(by=SHELL) as c:
        c.save(facility)
    assert Facility.objects.get().revision == 1


def test_only_guarded_records_and_new_append_only_rows_pass(world: World) -> None:
    for wrong in (world.fenn.user, Event.objects.first()):
        with pytest.raises(NotAllowed, match="not written through the door"), change(by=SHELL) as c:
            c.save(wrong)


def test_the_door_is_not_open_for_others(world: World) -> None:
    """Inside a change too, only the change itself writes."""
    with pytest.raises(NotAllowed, match="controlled record"), change(by=SHELL):
        world.proc.save()
    with pytest.raises(NotAllowed, match="controlled record"), change(by=SHELL):
        Facility.objects.filter(pk=world.proc.pk).update(name="x")


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1.5, float("nan"), object(), {1, 2}, datetime(2026, 9, 14)])  # noqa: DTZ001
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)
    facility = Facility(**NEW)
    with pytest.raises(TypeError), change(by=SHELL) as c:
        c.save(facility)
        c.event("facility.create", facility, value=value)
    assert nothing_is_left()


def test_moments_have_one_text_whatever_their_zone() -> None:
    moment = datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
    assert stamp(moment) == "2026-09-14T08:02:00.000000Z"
    assert canonical({"b": [moment, date(2026, 9, 14)], "a": b"\x01"}) == (
        '{"a":"01","b":["2026-09-14T08:02:00.000000Z","2026-09-14"]}'
    )


def race(count: int, act: Callable[[int], object]) -> list[str]:
    """Do it in that many threads at once; return how each ended."""
    start = Barrier(count)

    def one(number: int) -> str:
        try:
            start.wait()
            act(number)
        except Stale:
            return "stale"
        finally:
            connections.close_all()
        return "done"

    connection.close()
    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(one, range(count)))


def on_postgres(test: Any) -> Any:
    """Mark a race: SQLite's single writer counts for nothing here."""
    test = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")(test)
    return pytest.mark.postgres(pytest.mark.django_db(transaction=True)(test))


@on_postgres
def test_of_eight_editors_of_one_revision_exactly_one_wins() -> None:
    facility = make()

    def edit(number: int) -> None:
        mine = Facility.objects.get(pk=facility.pk)
        with change(by=SHELL, on=[mine]) as c:
            c.expect(mine, 1)
            mine.name = str(number)
            c.save(mine)
            c.event("facility.rename", mine)

    assert race(8, edit) == ["done", *["stale"] * 7]
    assert Facility.objects.get().revision == 2
    assert Event.objects.count() == 2


@on_postgres
def test_of_eight_editors_without_a_lock_exactly_one_wins_too() -> None:
    facility = make()
    seen = [Facility.objects.get(pk=facility.pk) for _ in range(8)]

    def edit(number: int) -> None:
        with change(by=SHELL) as c:
            seen[number].name = str(number)
            c.save(seen[number])
            c.event("facility.rename", seen[number])

    assert race(8, edit) == ["done", *["stale"] * 7]
    assert Facility.objects.get().revision == 2


@on_postgres
def test_of_eight_makers_of_one_code_exactly_one_wins() -> None:
    assert race(8, lambda number: make(name=str(number))) == ["done", *["stale"] * 7]
    assert Facility.objects.count() == Event.objects.count() == 1


@on_postgres
def test_locks_in_another_order_do_not_wait_for_each_other() -> None:
    facilities = [make(code=f"F{number}") for number in range(4)]

    def edit(number: int) -> None:
        mine = [Facility.objects.get(pk=facility.pk) for facility in facilities]
        with change(by=SHELL, on=mine if number % 2 else mine[::-1]) as c:
            for record in mine:
                record.name = str(number)
                c.save(record)
                c.event("facility.rename", record)

    assert race(8, edit) == ["done"] * 8
    assert set(Facility.objects.values_list("revision", flat=True)) == {9}
