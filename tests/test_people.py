"""People, facilities and roles: each verb happens, is recorded, and refuses."""

from datetime import date, timedelta

import pytest

from qms.people import services
from qms.people.models import Facility, Person, Programme, RoleAssignment, User
from qms.people.programme import current, today
from qms.people.roles import ROLES, May
from qms.trail.actor import SHELL
from qms.trail.errors import Invalid, NotAllowed, Stale
from tests.trail_of import last_event, refused
from tests.world import World

TOMORROW, YESTERDAY = timedelta(days=1), timedelta(days=-1)


def test_add_person(world: World) -> None:
    made = services.add_person(printed_name=" Wren Halloway ", title="Physician", by=world.sorrel, reason="New")
    assert Person.objects.get(pk=made.pk).printed_name == "Wren Halloway"
    assert made.joined_on == today()
    name, who, text = last_event()
    assert (name, who, text["reason"]) == ("person.add", "Sorrel Dunnock", "New")
    assert text["rows"][0]["fields"]["printed_name"] == "Wren Halloway"
    assert made.history.get().history_user_id == world.sorrel.pk


def test_people_are_managed_only_by_who_may(world: World) -> None:
    for by in (world.fenn, world.thessaly, world.jory, world.ivo, world.hale):
        with refused("You may not manage people", NotAllowed):
            services.add_person(printed_name="Wren Halloway", by=by)
        with refused("You may not manage people", NotAllowed):
            services.record_leaver(world.bea, by=by)
        with refused("You may not manage people", NotAllowed):
            services.assign_role(world.bea, "nurse", by=by)


def test_a_person_needs_a_name(world: World) -> None:
    with refused("Name as printed", Invalid):
        services.add_person(printed_name="  ", by=world.marit)


def test_change_person_keeps_what_was(world: World) -> None:
    services.change_person(
        world.fenn, printed_name="Fenn Mossgrove-Vale", title="Technician", joined_on=world.fenn.joined_on,
        by=world.marit, reason="Married", revision=world.fenn.revision,
    )  # fmt: skip
    name, _who, text = last_event()
    assert name == "person.change"
    assert text["rows"][0]["was"]["printed_name"] == "Fenn Mossgrove"
    assert world.fenn.history.first().printed_name == "Fenn Mossgrove-Vale"


def test_change_person_refuses_an_old_page(world: World) -> None:
    old = world.fenn.revision
    fields = {"title": "", "joined_on": world.fenn.joined_on, "by": world.marit}
    services.change_person(world.fenn, printed_name="Fenn M.", revision=old, **fields)
    with refused("changed this record meanwhile", Stale):
        services.change_person(world.fenn, printed_name="F. Mossgrove", revision=old, **fields)
    assert Person.objects.get(pk=world.fenn.pk).printed_name == "Fenn M."


def test_a_role_gives_its_permissions_for_its_facility_and_its_days(world: World) -> None:
    given = services.assign_role(
        world.jory,
        "author",
        world.clin,
        from_date=today() + TOMORROW,
        until_date=today() + 3 * TOMORROW,
        by=world.marit,
    )
    assert last_event()[0] == "role.assign"
    held = [world.jory.grants_on(today() + timedelta(days=n)).get(world.clin.pk, frozenset()) for n in range(5)]
    assert [May.DRAFT_DOCUMENTS in permissions for permissions in held] == [False, True, True, True, False]
    assert world.aph.pk not in world.jory.grants_on(given.from_date)


def test_nobody_gives_a_role_to_themselves_or_beyond_their_own(world: World) -> None:
    """Managing accounts must not become approving documents."""
    with refused("to themselves", NotAllowed):
        services.assign_role(world.sorrel, "nurse", by=world.sorrel)
    with refused("to themselves", NotAllowed):
        services.assign_role(world.marit, "programme_director", by=world.marit)
    for role in ("quality_manager", "laboratory_director", "author"):
        with refused("may more than you", NotAllowed):
            services.assign_role(world.bea, role, by=world.sorrel)
    with refused("may more than you", NotAllowed):
        services.end_role(RoleAssignment.objects.get(person=world.thessaly), by=world.sorrel)
    services.assign_role(world.bea, "technician", world.proc, by=world.sorrel)


def test_roles_that_make_no_sense_are_refused(world: World) -> None:
    by = world.marit
    with refused("no such role", Invalid):
        services.assign_role(world.bea, "emperor", by=by)
    with refused("for the whole programme", Invalid):
        services.assign_role(world.bea, "quality_manager", world.proc, by=by)
    with refused("lies before the first", Invalid):
        services.assign_role(world.bea, "nurse", until_date=today() + YESTERDAY, by=by)
    with refused("already", Invalid):
        services.assign_role(world.bea, "author", world.proc, by=by)
    with refused("does not belong", Invalid):
        services.assign_role(world.hale, "nurse", by=by)


def test_end_role_at_once_and_on_a_day(world: World) -> None:
    held = RoleAssignment.objects.get(person=world.fenn)
    services.end_role(held, until_date=today() + TOMORROW, by=world.marit)
    assert May.DRAFT_DOCUMENTS in world.fenn.grants_on(today() + TOMORROW)[world.proc.pk]
    services.end_role(held, by=world.marit, reason="Moves to the ward")
    assert last_event()[0] == "role.end"
    assert world.fenn.grants_on(today()) == {}
    assert world.fenn.grants_on(today() + YESTERDAY) != {}
    with refused("ended already", NotAllowed):
        services.end_role(held, by=world.marit)


def test_a_role_given_by_mistake_today_is_taken_back_at_once(world: World) -> None:
    given = services.assign_role(world.jory, "laboratory_director", world.proc, by=world.marit)
    services.end_role(given, by=world.marit, reason="Wrong person")
    assert world.proc.pk not in world.jory.grants_on(today())
    services.assign_role(world.jory, "laboratory_director", world.proc, by=world.marit)


def test_the_last_quality_manager_stays(world: World) -> None:
    last = RoleAssignment.objects.get(role="quality_manager")
    second = services.assign_role(world.thessaly, "quality_manager", until_date=today() + 5 * TOMORROW, by=world.marit)
    for attempt in (
        lambda: services.end_role(last, by=world.marit),
        lambda: services.record_leaver(world.marit, by=world.sorrel),
        lambda: services.deactivate_account(world.marit, by=world.sorrel, reason="Test"),
    ):
        with refused("without a quality manager", NotAllowed):
            attempt()
    assert User.objects.get(person=world.marit).is_active
    services.end_role(second, by=world.marit)
    services.assign_role(world.thessaly, "quality_manager", by=world.marit)
    services.end_role(last, by=world.marit)
    assert world.marit.grants_on(today()) == {}


def test_leaver_ends_roles_and_the_account(world: World) -> None:
    services.record_leaver(world.bea, by=world.sorrel, reason="Moves abroad")
    assert last_event()[0] == "person.leave"
    assert RoleAssignment.objects.get(person=world.bea).until_date == today()
    assert not User.objects.get(person=world.bea).is_active
    with refused("already", NotAllowed):
        services.record_leaver(world.bea, by=world.sorrel)


def test_a_later_last_day_lets_work_on_until_then(world: World) -> None:
    later = services.assign_role(world.bea, "nurse", world.clin, from_date=today() + 30 * TOMORROW, by=world.marit)
    services.record_leaver(world.bea, left_on=today() + 2 * TOMORROW, by=world.sorrel)
    assert User.objects.get(person=world.bea).is_active
    assert world.bea.grants_on(today() + 2 * TOMORROW) != {}
    assert world.bea.grants_on(today() + 3 * TOMORROW) == {}
    later.refresh_from_db()
    assert later.taken_back


def test_leaving_before_joining_is_refused(world: World) -> None:
    with refused("lies before the first", Invalid):
        services.record_leaver(world.bea, left_on=world.bea.joined_on + YESTERDAY, by=world.marit)


def test_reactivate(world: World) -> None:
    services.reactivate(world.hale, by=world.marit, reason="Comes back")
    assert last_event()[0] == "person.return"
    assert world.hale.grants_on(today()) == {}
    services.activate_account(world.hale, by=world.marit, reason="Comes back")
    assert User.objects.get(person=world.hale).is_active
    with refused("has not left", NotAllowed):
        services.reactivate(world.hale, by=world.marit)


def test_facilities(world: World) -> None:
    made = services.add_facility(code=" cm2 ", name="Marrow theatre", part="CM", by=world.sorrel)
    assert (made.code, last_event()[0]) == ("CM2", "facility.add")
    services.change_facility(made, name="Theatre 2", part="CM", by=world.sorrel, revision=made.revision)
    assert last_event()[2]["rows"][0]["was"]["name"] == "Marrow theatre"
    services.close_facility(made, closed_on=today(), by=world.sorrel, reason="Moved")
    assert Facility.objects.get(pk=made.pk).closed_on == today()
    with refused("closed already", NotAllowed):
        services.close_facility(made, closed_on=today(), by=world.sorrel, reason="Moved")
    with refused("is closed", Invalid):
        services.assign_role(world.jory, "nurse", made, by=world.marit)


@pytest.mark.parametrize("code", ["", "P", "1PROC", "PRO-C", "VERYLONGCODE", "ÅPH"])
def test_facility_codes_begin_numbers(world: World, code: str) -> None:
    with refused("2 to 8 letters or digits", Invalid):
        services.add_facility(code=code, name="Somewhere", part="D", by=world.marit)


def test_facility_refusals(world: World) -> None:
    with refused("Code", Invalid):
        services.add_facility(code="proc", name="Second", part="D", by=world.marit)
    with refused("Part", Invalid):
        services.add_facility(code="NEW", name="Second", part="Z", by=world.marit)
    with refused("still holds a role", NotAllowed):
        services.close_facility(world.proc, closed_on=today(), by=world.marit, reason="Test")
    with refused("Write why", Invalid):
        services.close_facility(world.aph, closed_on=today(), by=world.marit, reason=" ")
    with refused("You may not manage the programme", NotAllowed):
        services.add_facility(code="NEW", name="Second", part="D", by=world.thessaly)


def test_change_programme(world: World) -> None:
    programme = Programme.objects.get()
    services.change_programme(programme, name="Wintergreen", time_zone="Asia/Tokyo", by=world.marit)
    assert last_event()[0] == "programme.change"
    with refused("Time zone", Invalid):
        services.change_programme(programme, name="Wintergreen", time_zone="Mars/Olympus", by=world.marit)


def test_the_day_is_the_programmes_own(world: World) -> None:
    assert current().time_zone == "Europe/Paris"
    assert isinstance(today(), date)


def test_every_role_and_permission_has_its_words() -> None:
    assert all(str(role.word) and str(role.description) and role.slug == slug for slug, role in ROLES.items())
    assert set().union(*(role.may for role in ROLES.values())) == set(May)


def test_the_system_needs_no_role(world: World) -> None:
    services.add_person(printed_name="Wren Halloway", by=SHELL)
    assert last_event()[1] == "Engraft, command line"
