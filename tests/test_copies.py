"""Controlled copies: issued, made, recalled with their version, collected; what the trail and the mails say of it."""

import re

import pytest
from django.core import mail

from qms.files.store import read
from qms.pdf.check import defects, page_count
from qms.people import services as people
from qms.trail import outbox
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from qms.workflow.moves import move
from sops import services
from sops.circulation import copy_of, counts_of
from sops.copying import COPY_TRANSITIONS, MAKE
from sops.models import Copy, CopyStatus, Version
from sops.services import Holding
from tests import documents as do
from tests.scanned import codes_of, needs_pictures

BENCH = Holding(place="Bench 2", name="Ring binder")


def issued(version: Version, by, *holdings: Holding) -> list[Copy]:
    """Issue copies and let the worker make their PDFs."""
    copies = services.issue_copies(version, holdings or (BENCH,), by=by)
    outbox.run_all()
    return [fresh(copy) for copy in copies]


def fresh(copy: Copy) -> Copy:
    return Copy.objects.select_related("version__document", "document", "holder", "issued_by").get(pk=copy.pk)


def next_in_force(version: Version, world) -> Version:
    following = services.start_version(version.document, by=world.fenn)
    following = do.approve(do.review(do.send(following, world), world), world)
    services.make_effective(following)
    return do.fresh(following)


def test_copies_are_issued_numbered_within_the_document_and_made_by_the_worker(world):
    version = do.in_force(world)
    copies = services.issue_copies(version, [BENCH, Holding(place="Ward", holder=world.jory)], by=world.marit)
    assert [(one.n, one.status, one.pdf, one.token) for one in copies] == [(1, "making", "", ""), (2, "making", "", "")]
    outbox.run_all()
    first, second = (fresh(one) for one in copies)
    assert [first.status, second.status] == ["issued", "issued"]
    assert (second.holder, second.holder_name) == (world.jory, "Jory Pennyroyal")
    assert defects(read(first.pdf)) == []
    assert page_count(read(first.pdf)) == page_count(read(version.pdf))
    assert first.pdf != second.pdf != version.pdf
    third = issued(next_in_force(version, world), world.fenn)[0]
    assert third.n == 3
    event = Event.objects.filter(name="copy.issue").earliest("pk")
    assert '"copies":"1, 2"' in event.text
    assert event.record_id == str(version.pk)
    assert first.history.count() == 3  # issued, made, recalled with its version


@needs_pictures
def test_the_code_on_each_page_leads_to_the_copy_and_stands_nowhere_else(world, settings):
    settings.SITE_URL = "https://engraft.example"
    copy = issued(do.in_force(world), world.marit)[0]
    found = codes_of(read(copy.pdf))
    assert len(found) == page_count(read(copy.pdf)) >= 2
    assert len(set(found)) == 1
    token = re.fullmatch(r"https://engraft\.example/c/([\w-]{22})", found[0])[1]
    assert copy_of(token) == copy
    assert not Event.objects.filter(text__contains=token).exists()
    assert token not in str(list(Copy.objects.values()) + list(Copy.history.values()))
    assert copy_of(copy.token) is None  # what the database holds opens nothing


def test_a_copy_is_stamped_once_however_often_the_task_runs(world):
    copy = issued(do.in_force(world), world.marit)[0]
    services.make_copy(fresh(copy))
    assert fresh(copy).pdf == copy.pdf
    assert Event.objects.filter(name="copy.make").count() == 1


def test_only_of_a_version_in_force_by_who_may_and_with_holder_and_place(world):
    draft, version = do.draft(world, title="Another"), do.in_force(world)
    events = Event.objects.count()
    with pytest.raises(NotAllowed, match="Copies are issued of the version in force"):
        services.issue_copies(draft, [BENCH], by=world.marit)
    for person in (world.jory, world.sorrel, world.ivo):
        with pytest.raises(NotAllowed, match="Your roles do not allow this"):
            services.issue_copies(version, [BENCH], by=person)
    for wrong, words in (
        ([], "Issue 1 to 500"), ([BENCH] * 501, "Issue 1 to 500"), ([Holding(place=" ", name="x")], "where it is kept"),
        ([Holding(place="Bench")], "who holds it"), ([Holding(place="Bench", holder=world.hale)], "has left"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            services.issue_copies(version, wrong, by=world.marit)
    assert Event.objects.count() == events
    assert not Copy.objects.exists()


def test_a_copy_comes_back_is_destroyed_or_missing_each_with_its_reason(world):
    back, gone, lost = issued(do.in_force(world), world.marit, BENCH, BENCH, BENCH)
    services.return_copy(back, by=world.fenn)
    services.destroy_copy(gone, by=world.fenn, how="Shredded")
    services.report_missing(lost, by=world.fenn, reason="Not in the binder")
    assert [(one.status, one.why) for one in map(fresh, (back, gone, lost))] == [
        ("returned", ""), ("destroyed", "Shredded"), ("missing", "Not in the binder"),
    ]  # fmt: skip
    assert [event.name for event in Event.objects.order_by("pk")][-3:] == ["copy.return", "copy.destroy", "copy.miss"]
    for act in (services.return_copy, lambda copy, by: services.report_missing(copy, by=by, reason="x")):
        with pytest.raises(NotAllowed, match="was destroyed"):
            act(fresh(gone), by=world.marit)
    with pytest.raises(Invalid, match="Write why"):
        services.destroy_copy(fresh(back), by=world.marit, how=" ")
    with pytest.raises(NotAllowed, match="Your roles"):
        services.return_copy(fresh(lost), by=world.jory)
    services.return_copy(fresh(lost), by=world.marit)  # found again
    assert fresh(lost).status == CopyStatus.RETURNED


def test_one_copy_is_recalled_with_a_reason_and_its_people_are_told(world):
    mine, other = issued(do.in_force(world), world.fenn, Holding(place="Ward", holder=world.jory), BENCH)
    outbox.run_all()
    mail.outbox.clear()
    with pytest.raises(Invalid, match="Write why"):
        services.recall_copy(mine, by=world.marit, reason="")
    services.recall_copy(fresh(mine), by=world.marit, reason="Coffee over page 2")
    outbox.run_all()
    assert fresh(mine).status == CopyStatus.RECALLED
    assert fresh(other).status == CopyStatus.ISSUED
    told = {one.to[0]: one.body for one in mail.outbox}
    assert told.keys() == {"jory@engraft.example", "fenn@engraft.example"}
    assert "You hold, and please bring back today:\n\n* copy 1, Jory Pennyroyal, Ward" in told["jory@engraft.example"]
    assert "Coffee over page 2" in told["jory@engraft.example"]
    assert "You issued" in told["fenn@engraft.example"]


def test_copies_are_recalled_in_the_act_that_ends_their_version(world):
    version = do.in_force(world)
    used, back = issued(version, world.fenn, Holding(place="Ward", holder=world.jory), BENCH)
    services.return_copy(back, by=world.fenn)
    mail.outbox.clear()
    following = next_in_force(version, world)
    recalled, ended = fresh(used), do.fresh(version)
    assert recalled.status == CopyStatus.RECALLED
    assert recalled.since == ended.ended_at == following.effective_at  # one act, one clock
    assert fresh(back).status == CopyStatus.RETURNED
    assert '"copies":"1"' in Event.objects.get(name="copy.recall_all").text
    outbox.run_all()
    assert [one.to for one in mail.outbox if one.subject.startswith("Recalled:")] == [
        ["jory@engraft.example"], ["fenn@engraft.example"],
    ]  # fmt: skip


def test_copies_are_recalled_with_a_withdrawal_or_nothing_happens_at_all(world, monkeypatch):
    version = do.in_force(world)
    copy = issued(version, world.fenn)[0]

    def fails(*arguments: object, **named: object) -> None:
        raise RuntimeError("the mails cannot be asked for")

    with monkeypatch.context() as broken:
        broken.setattr("sops.services.copies.telling.tell", fails)
        with pytest.raises(RuntimeError):
            do.withdraw(version, world)
    assert do.fresh(version).status == "effective"
    assert fresh(copy).status == CopyStatus.ISSUED
    do.withdraw(do.fresh(version), world, reason="The bath is gone")
    assert (fresh(copy).status, fresh(copy).why) == ("recalled", "The bath is gone")


def test_a_copy_recalled_before_it_was_made_is_never_printed_and_nobody_is_sent_for_it(world):
    version = do.in_force(world)
    outbox.run_all()
    copy = services.issue_copies(version, [Holding(place="Ward", holder=world.jory)], by=world.fenn)[0]
    do.withdraw(version, world)
    assert fresh(copy).status == CopyStatus.RECALLED
    outbox.run_all()
    assert (fresh(copy).status, fresh(copy).pdf) == ("destroyed", "")
    assert not [one for one in mail.outbox if one.subject.startswith("Recalled:")]


def test_no_arrow_leads_past_its_table(world):
    """Each state x arrow x role: closed ones refuse in move itself."""
    copies = dict(zip(CopyStatus.values, issued(do.in_force(world), world.marit, *[BENCH] * 6), strict=True))
    services.recall_copy(copies["recalled"], by=world.marit, reason="x")
    services.report_missing(copies["missing"], by=world.marit, reason="x")
    services.return_copy(copies["returned"], by=world.marit)
    services.destroy_copy(copies["destroyed"], by=world.marit, how="x")
    del copies["making"]
    may = {
        "issued": {"copy.recall", "copy.return", "copy.destroy", "copy.miss", "copy.recall_withdrawn"},
        "recalled": {"copy.return", "copy.destroy", "copy.miss", "copy.scanned_away"},
        "missing": {"copy.return", "copy.destroy", "copy.scanned_away"},
        "returned": {"copy.destroy"},
        "destroyed": set(),
    }
    for status, copy in copies.items():
        for role, person in world.people.items():
            for arrow in COPY_TRANSITIONS:
                allowed = arrow.name in may[status] and role in {
                    "copy.recall_withdrawn": {"quality_manager", "laboratory_director"},
                    "copy.scanned_away": set(world.people) - {"nurse"},  # who reads documents here
                }.get(arrow.name, {"quality_manager", "laboratory_director", "author", "reviewer"})
                try:
                    with change(by=person, reason="x", on=[copy]) as c:
                        move(c, copy, arrow, by=person)
                        assert allowed, (status, role, arrow.name)
                        raise ZeroDivisionError  # undo it
                except ZeroDivisionError:
                    pass
                except NotAllowed:
                    assert not allowed, (status, role, arrow.name)
    with pytest.raises(NotAllowed, match="Only a move"), change(by=world.marit, on=[copies["issued"]]) as c:
        copies["issued"].status = "returned"
        c.save(copies["issued"])
    assert MAKE.may is None


def test_recalled_copies_are_work_until_they_are_back(world, as_):
    from qms.home.work import work_of  # noqa: PLC0415

    version = do.in_force(world)
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    copies = issued(version, world.bea, Holding(place="Ward", holder=world.jory), BENCH)
    next_in_force(version, world)

    def awaits(person) -> list[str]:
        from qms.people.models import Person  # noqa: PLC0415

        return [item.sentence for item in work_of(Person.objects.get(pk=person.pk)) if item.kind == "copies"]

    assert awaits(world.jory) == ["Bring back copy 1: recalled."]
    for person in (world.bea, world.fenn, world.marit):  # issued them, owns the document, is quality
        assert awaits(person) == ["Collect copies 1, 2: recalled."]
    assert awaits(world.thessaly) == []
    services.return_copy(fresh(copies[0]), by=world.fenn)
    assert awaits(world.jory) == []
    assert awaits(world.fenn) == ["Collect copy 2: recalled."]
    services.destroy_copy(fresh(copies[1]), by=world.fenn, how="Shredded")
    assert awaits(world.fenn) == []
    assert "Bring back" not in as_(world.jory).get("/").content.decode()
    counts = counts_of(version.document)
    assert (counts.out, counts.recalled, counts.ever) == (0, 0, 2)
