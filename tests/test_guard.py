"""No guarded model is written beside the door, by any of the ways that Django offers (HOUSE: guarded nouns)."""

import json
from pathlib import Path

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, models, transaction
from django.db.models import Manager
from django.test.utils import isolate_apps

from qms.people.models import Facility, Person, Programme, RoleAssignment
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.errors import NotAllowed, Refused
from qms.trail.guard import AppendOnly, Controlled, GuardedQuerySet, append
from qms.trail.models import Event
from tests.guarded import APPEND_ONLY, CONTROLLED, GUARDED, NAMES, ways
from tests.world import World


@pytest.mark.django_db
@pytest.mark.parametrize("way", ways())
def test_no_way_leads_around_the_door(way: str) -> None:
    """Each guarded model of every app, the histories included, refuses each way; nothing is left behind."""
    before = {model: model._base_manager.count() for model in GUARDED}
    for model in GUARDED:
        with pytest.raises(NotAllowed, match="controlled record"), transaction.atomic():
            ways()[way](model)
    assert {model: model._base_manager.count() for model in GUARDED} == before


def test_the_guarded_are_the_ones_we_mean() -> None:
    assert {Programme, Facility, Person, RoleAssignment} <= set(CONTROLLED)
    assert {"qms.Event", "qms.Leaf", "qms.Seal", "qms.Signature", "qms.StoredFile"} <= set(NAMES)
    assert {"qms.HistoricalPerson", "sops.Version", "sops.HistoricalVersion"} <= set(NAMES)
    assert set(CONTROLLED).isdisjoint(APPEND_ONLY)


@pytest.mark.parametrize("model", GUARDED, ids=NAMES)
def test_every_manager_of_a_guarded_model_is_guarded(model: type[models.Model]) -> None:
    managers: list[Manager[models.Model]] = [*model._meta.managers, model._base_manager, model._default_manager]
    assert {isinstance(manager.all(), GuardedQuerySet) for manager in managers} == {True}
    if issubclass(model, Controlled):
        assert isinstance(model.history.all(), GuardedQuerySet)


def test_writing_through_relations_is_refused(world: World) -> None:
    assignment = world.fenn.role_assignments.get()
    related = world.fenn.role_assignments
    for act in (
        lambda: related.create(role="nurse", from_date=assignment.from_date),
        lambda: related.get_or_create(role="nurse", from_date=assignment.from_date),
        lambda: related.update(role="quality_manager"),
        lambda: related.add(RoleAssignment(role="nurse", from_date=assignment.from_date), bulk=False),
        lambda: related.add(world.jory.role_assignments.get()),
        lambda: related.all().delete(),
        lambda: world.fenn.history.update(printed_name="x"),
        lambda: world.fenn.history.all().delete(),
        lambda: world.fenn.history.first().save(),
        lambda: world.fenn.history.first().delete(),
        lambda: world.fenn.history.first().instance.save(),
    ):
        with pytest.raises(NotAllowed), transaction.atomic():
            act()
    assert RoleAssignment.objects.get(pk=assignment.pk).role == "author"


def test_emptying_a_nullable_relation_is_refused(world: World) -> None:
    related = world.proc.roleassignment_set  # type: ignore[attr-defined]
    for act in (related.clear, lambda: related.remove(related.first()), lambda: related.set([])):
        with pytest.raises(NotAllowed), transaction.atomic():
            act()
    assert related.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("model", CONTROLLED, ids=lambda model: model._meta.label)
def test_loaddata_is_refused(model: type[models.Model], tmp_path: Path) -> None:
    fixture = tmp_path / "rows.json"
    fixture.write_text(json.dumps([{"model": model._meta.label_lower, "pk": 1, "fields": {}}]))
    with pytest.raises((Refused, CommandError)):
        call_command("loaddata", str(fixture), verbosity=0)
    assert model._base_manager.count() == 0


def test_an_account_takes_nothing_controlled_with_it(world: World) -> None:
    world.fenn.user.delete()
    assert Person.objects.filter(pk=world.fenn.pk).exists()
    with pytest.raises(NotAllowed):
        world.fenn.delete()


def test_the_checks_of_the_project_are_clean() -> None:
    assert [found for found in checks.run_checks() if found.id and found.id.startswith("qms.")] == []


@isolate_apps("qms")
@pytest.mark.parametrize("on_delete", [models.CASCADE, models.SET_NULL, models.SET_DEFAULT, models.DO_NOTHING])
def test_a_link_that_empties_or_takes_along_is_found_by_the_check(on_delete: object) -> None:
    class Thing(AppendOnly):
        other = models.ForeignKey("self", null=True, on_delete=on_delete, related_name="+")

        class Meta(AppendOnly.Meta):
            app_label = "qms"

    found = {error.id for error in Thing.check() if error.id and error.id.startswith("qms.")}
    assert found == (set() if on_delete is models.DO_NOTHING else {"qms.E002"})


@isolate_apps("qms")
def test_a_link_from_an_unguarded_model_is_found_too() -> None:
    class Thing(AppendOnly):
        class Meta(AppendOnly.Meta):
            app_label = "qms"

    class Note(models.Model):
        thing = models.ForeignKey(Thing, null=True, on_delete=models.SET_NULL)

        class Meta:
            app_label = "qms"

    assert "qms.E002" in {error.id for error in Thing.check()}
    assert Note._meta.get_field("thing")


@isolate_apps("qms")
def test_a_plain_many_to_many_link_is_found() -> None:
    class Other(AppendOnly):
        class Meta(AppendOnly.Meta):
            app_label = "qms"

    class Thing(AppendOnly):
        others = models.ManyToManyField(Other)

        class Meta(AppendOnly.Meta):
            app_label = "qms"

    assert "qms.E001" in {error.id for error in Thing.check()}
    assert "qms.E002" in {error.id for error in Other.check()}


@isolate_apps("qms")
def test_an_unguarded_manager_is_found() -> None:
    class Thing(AppendOnly):
        objects = models.Manager()

        class Meta(AppendOnly.Meta):
            app_label = "qms"

    assert "qms.E003" in {error.id for error in Thing.check()}


@pytest.mark.django_db
def test_the_sealers_way_in_inserts_and_does_nothing_else() -> None:
    facility = Facility(code="PROC", name="Processing")
    with change(by=SHELL) as c:
        c.save(facility)
        event = c.event("facility.create", facility)
    append([])
    with pytest.raises(IntegrityError), transaction.atomic():
        append([event])
    assert Event.objects.count() == 1
