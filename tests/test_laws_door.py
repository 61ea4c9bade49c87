"""The door and the guard, attacked: nothing is written beside them, whoever holds what."""

import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, models, transaction
from django.db.models import sql
from django.db.models.deletion import Collector
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history, update_change_reason

from qms.people import services as people
from qms.people.models import Facility, User
from qms.people.programme import today
from qms.people.tokens import Purpose, make_token
from qms.signatures.deputations import depute, depute_content
from qms.trail.actor import SHELL
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed, Refused, Stale
from qms.trail.models import Event
from sops import services
from sops.models import Version
from sops.signable import approve_content, cancel_content, review_content, send_content, withdraw_content
from tests import documents as do
from tests import world as worlds
from tests.guarded import CONTROLLED, GUARDED, last
from tests.test_races import at_once
from tests.world import World


def plain(model: type[models.Model]) -> "models.QuerySet[Any]":
    """A query set of one's own making, which knows no guard."""
    return models.QuerySet(model)


def collect(model: type[models.Model]) -> object:
    collector = Collector(using="default", origin=model)
    collector.collect([model(pk=1)], fail_on_restricted=False)
    return collector.delete()


WAYS: dict[str, Callable[[type[models.Model]], object]] = {
    "own query set update": lambda m: plain(m).update(**{last(m): None}),
    "own query set update under lock": lambda m: plain(m).select_for_update().update(**{last(m): None}),
    "own query set bulk_update": lambda m: plain(m).bulk_update([m(pk=1)], [last(m)]),
    "own query set bulk_create": lambda m: plain(m).bulk_create([m()]),
    "own query set create": lambda m: plain(m).create(),
    "own query set get_or_create": lambda m: plain(m).get_or_create(pk=987654),
    "own query set raw delete": lambda m: plain(m)._raw_delete("default"),
    "locked update": lambda m: m._default_manager.select_for_update().update(**{last(m): None}),
    "collector": collect,
    "delete query": lambda m: sql.DeleteQuery(m).delete_batch([1], "default"),
    "update query": lambda m: sql.UpdateQuery(m).update_batch([1], {last(m): None}, "default"),
    "acreate": lambda m: async_to_sync(m._default_manager.all().acreate)(),
    "aget_or_create": lambda m: async_to_sync(m._default_manager.all().aget_or_create)(pk=987654),
    "aupdate_or_create": lambda m: async_to_sync(m._default_manager.all().aupdate_or_create)(pk=987654),
    "abulk_create": lambda m: async_to_sync(m._default_manager.all().abulk_create)([m()]),
    "abulk_update": lambda m: async_to_sync(m._default_manager.all().abulk_update)([m(pk=1)], [last(m)]),
    "aupdate": lambda m: async_to_sync(m._default_manager.all().aupdate)(**{last(m): None}),
    "adelete": lambda m: async_to_sync(m._default_manager.all().adelete)(),
    "asave": lambda m: async_to_sync(m().asave)(),
    "adelete of one": lambda m: async_to_sync(m(pk=1).adelete)(),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_ones_own_and_no_asynchronous_one_leads_around_the_door(way: str) -> None:
    before = {model: model._base_manager.count() for model in GUARDED}
    for model in GUARDED:
        with pytest.raises(NotAllowed, match="controlled record"), transaction.atomic():
            WAYS[way](model)
    assert {model: model._base_manager.count() for model in GUARDED} == before


@pytest.mark.parametrize("model", CONTROLLED, ids=lambda model: model._meta.label)
def test_the_tools_of_the_histories_write_nothing(world: World, model: Any) -> None:
    row = model._base_manager.first() or model(pk=1)
    history = model.history
    before = history.count(), history.model._base_manager.count()
    for act in (
        lambda: history.update(history_change_reason="x"),
        lambda: history.as_of(timezone.now()).update(history_change_reason="x"),
        lambda: history.all().delete(),
        lambda: bulk_create_with_history([model(pk=row.pk)], model),
        lambda: bulk_update_with_history([row], model, [last(model)]),
        lambda: history.select_for_update().update(history_change_reason="x"),
        lambda: plain(history.model).update(history_change_reason="x"),
    ):
        with pytest.raises(NotAllowed, match="controlled record"), transaction.atomic():
            act()
    history.bulk_history_create([row])  # switched off: it does nothing
    assert (history.count(), history.model._base_manager.count()) == before


def test_the_reason_of_a_history_row_is_not_written_over(world: World) -> None:
    with pytest.raises(NotAllowed), transaction.atomic():
        update_change_reason(world.proc, "another")
    assert set(Facility.history.filter(id=world.proc.pk).values_list("history_change_reason", flat=True)) == {None}


@pytest.mark.django_db
def test_records_read_in_bulk_are_guarded_too(world: World) -> None:
    for record in Facility.objects.in_bulk().values():
        with pytest.raises(NotAllowed):
            record.save()


def rename(c: Change, facility: Facility) -> None:
    facility.name = "Moved"
    c.save(facility)
    c.event("facility.change", facility)


@pytest.mark.django_db
def test_a_copied_context_does_not_keep_the_door_open(world: World) -> None:
    """A task or thread started inside takes a copy of the context with it; the change it knows is over."""
    with change(by=SHELL, on=[world.proc]) as c:
        c.event("facility.change", world.proc)
        copied = contextvars.copy_context()
    events = Event.objects.count()
    for act in (
        lambda: rename(c, world.proc), lambda: c.later("sops.prepare", "x", version=1),
        lambda: c.event("facility.change", world.proc), lambda: c.note("qms.payload", "1", "keep"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="closed"):
            copied.run(act)
    assert Event.objects.count() == events
    assert Facility.objects.get(pk=world.proc.pk).name == "Processing laboratory"
    copied.run(people.change_facility, Facility.objects.get(pk=world.proc.pk), name="Lab", part="D", by=world.marit)
    assert Facility.objects.get(pk=world.proc.pk).name == "Lab"


@pytest.mark.django_db
def test_another_thread_writes_nothing_by_this_change(world: World) -> None:
    """It has a connection of its own: what it wrote would neither be locked nor rolled back with the rest."""
    raised: list[BaseException] = []

    def write(c: Change) -> None:
        try:
            rename(c, world.proc)
        except NotAllowed as refused:
            raised.append(refused)

    with change(by=SHELL, on=[world.proc]) as c:
        for context in (contextvars.copy_context(), contextvars.Context()):
            thread = threading.Thread(target=context.run, args=(write, c))
            thread.start()
            thread.join()
        c.event("facility.change", world.proc)
    assert [str(refused) for refused in raised] == ["This change is closed. Open a new one."] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("fact", [1.5, {1, 2}, object(), float("nan"), "\ud800"])
def test_a_fact_without_canonical_form_ends_the_change_and_leaves_nothing(world: World, fact: object) -> None:
    events = Event.objects.count()
    with pytest.raises((TypeError, ValueError)), change(by=SHELL, on=[world.proc]) as c:
        world.proc.name = "Moved"
        c.save(world.proc)
        c.event("facility.change", world.proc, fact=fact)
    assert Event.objects.count() == events
    assert Facility.objects.get(pk=world.proc.pk).name == "Processing laboratory"
    people.change_facility(world.proc, name="Lab", part="D", by=world.marit)
    assert Facility.objects.get(pk=world.proc.pk).revision == 2


@pytest.mark.django_db
def test_a_sign_that_one_of_the_databases_does_not_keep_is_refused_in_words(world: World) -> None:
    for name, reason in (("La\0b", ""), ("Lab", "Mo\0ved")):
        with pytest.raises(Invalid, match="cannot be kept"):
            people.change_facility(Facility.objects.get(pk=world.proc.pk), name=name, part="D", by=SHELL, reason=reason)
    assert Facility.objects.get(pk=world.proc.pk).revision == 1


@pytest.mark.django_db
def test_records_of_several_models_are_locked_and_read_again_even_if_one_is_named_twice(world: World) -> None:
    version = do.draft(world)
    old = Version.objects.select_related("document").get(pk=version.pk)
    services.save_text(do.fresh(version), by=world.fenn, revision=None, blocks=do.TEXT, title="Anew")
    with change(by=SHELL, on=[old, old.document, world.proc, old]) as c:
        assert (old.title, old.revision) == ("Anew", 2)
        c.event("document.change", old.document)


def _stale_calls(world: World, version: Version) -> dict[str, Callable[[], object]]:
    """Every verb that takes a revision, called with one that is not the present one."""
    day, document = today(), version.document
    ask = {"reviewers": [world.bea], "approver": world.thessaly}
    given, stale = do.given, {"revision": 0}
    return {
        "save_text": lambda: services.save_text(version, by=world.fenn, blocks=do.TEXT, **stale),
        "change_document": lambda: services.change_document(
            document, by=world.fenn, owner=world.bea, reason="x", revision=0
        ),
        "send_to_review": lambda: services.send_to_review(
            version, by=world.fenn, proof=given(world.fenn, send_content(version, [world.bea], world.thessaly)), **ask,
            **stale,
        ),
        "sign_review": lambda: services.sign_review(
            version, by=world.bea, proof=given(world.bea, review_content(version)), **stale
        ),
        "approve_version": lambda: services.approve_version(
            version, by=world.thessaly, effective_on=day, proof=given(world.thessaly, approve_content(version, day)),
            **stale,
        ),
        "cancel_approval": lambda: services.cancel_approval(
            version, by=world.thessaly, reason="x", proof=given(world.thessaly, cancel_content(version, "x")), **stale
        ),
        "withdraw_document": lambda: services.withdraw_document(
            version, by=world.thessaly, reason="x", proof=given(world.thessaly, withdraw_content(version, "x")), **stale
        ),
        "change_person": lambda: people.change_person(
            world.bea, printed_name="Bea", title="", joined_on=today(), by=world.marit, **stale
        ),
        "change_facility": lambda: people.change_facility(world.proc, name="x", part="D", by=world.marit, **stale),
    }  # fmt: skip


STATE = {
    "save_text": do.draft, "change_document": do.draft, "send_to_review": do.draft, "sign_review": do.sent,
    "approve_version": do.reviewed, "cancel_approval": do.approved, "withdraw_document": do.in_force,
    "change_person": do.draft, "change_facility": do.draft,
}  # fmt: skip


@pytest.mark.parametrize("verb", STATE)
def test_what_changed_since_it_was_seen_is_refused_by_every_verb(world: World, verb: str) -> None:
    version = do.fresh(STATE[verb](world))
    call = _stale_calls(world, version)[verb]
    with pytest.raises(Stale, match="changed this record meanwhile"):
        call()
    assert Version.objects.get().revision == version.revision


on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="races are proven on PostgreSQL")


@on_postgres
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_signing_and_the_acts_on_the_account_never_wait_for_each_other() -> None:
    """Signing holds the account and links to the person; a reset holds the person and wants the account."""
    world = worlds.build()
    for turn in range(6):
        version = do.draft(world, title=f"Title {turn}")
        proof = do.given(world.fenn, send_content(version, [world.bea], world.thessaly))
        token = make_token(User.objects.get(pk=world.fenn.user.pk), Purpose.RESET)
        results = at_once(
            lambda version=version, proof=proof: services.send_to_review(
                version, by=world.fenn, revision=None, reviewers=[world.bea], approver=world.thessaly, proof=proof
            ),
            lambda token=token: people.reset_password(token, password=worlds.PASSWORD),
        )
        assert [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)] == []
        assert isinstance(results[1], User)


@on_postgres
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_lending_a_role_and_ending_it_never_wait_for_each_other() -> None:
    world = worlds.build()
    for _turn in range(6):
        held = people.assign_role(world.bea, "medical_director", world.clin, by=world.marit)
        content = depute_content(held, world.fenn, today(), today())
        proof = do.given(world.bea, content)
        results = at_once(
            lambda held=held, proof=proof: depute(
                held, deputy=world.fenn, from_date=today(), until_date=today(), by=world.bea, proof=proof
            ),
            lambda held=held: people.end_role(type(held).objects.get(pk=held.pk), by=world.marit),
        )
        assert [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)] == []
