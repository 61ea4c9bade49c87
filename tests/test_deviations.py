"""Planned deviations (FACT-JACIE x5.7): asked before the act, decided with a signature, verbal, expired, reviewed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.people.models import Person
from qms.people.programme import day_of
from qms.people.services import assign_role, record_leaver
from qms.trail import clock
from qms.trail.actor import SYSTEM
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event, Outbox
from qms.workflow.moves import allowed_for, move, refusal
from sops import services
from sops.dates import next_working_day
from sops.deviating import (
    APPROVE,
    CONFIRM,
    CONFIRM_DONE,
    DENY,
    DENY_DONE,
    DEVIATION_TRANSITIONS,
    REFUSE,
    UNAPPROVED,
)
from sops.deviation_signable import deviation_content
from sops.deviation_work import deviation_work
from sops.evidence import signals_of
from sops.models import Deviation, DeviationStatus, Version
from tests import deviated as dev
from tests import documents as do
from tests.world import PASSWORD, World

ROLES = ("quality_manager", "laboratory_director", "author", "reviewer", "nurse", "administrator", "inspector")
ASKS = {"quality_manager", "laboratory_director", "author", "reviewer", "administrator"}
S = DeviationStatus

# (state, transition) -> the roles to whom it is open. Fenn (author) asked, Dr Quince decides, Marit reviews.
OPEN = {
    (S.ASKED, "deviation.approve"): {"laboratory_director"},
    (S.ASKED, "deviation.refuse"): {"laboratory_director"},
    (S.ASKED, "deviation.take_back"): {"author"},
    (S.ASKED, "deviation.said"): ASKS,
    (S.VERBAL, "deviation.confirm"): {"laboratory_director"},
    (S.VERBAL, "deviation.deny"): {"laboratory_director"},
    (S.VERBAL, "deviation.done_verbal"): ASKS,
    (S.DONE_VERBAL, "deviation.confirm_done"): {"laboratory_director"},
    (S.DONE_VERBAL, "deviation.deny_done"): {"laboratory_director"},
    (S.APPROVED, "deviation.done"): ASKS,
    (S.DONE, "deviation.review"): {"quality_manager"},
    (S.UNAPPROVED, "deviation.review"): {"quality_manager"},
    **{(one, "deviation.unapproved"): ASKS for one in UNAPPROVED.sources},
}


@pytest.fixture
def version(world: World) -> Version:
    return do.in_force(world)


def page(as_, person: Person, address: str) -> str:
    answer = as_(person).get(address)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def works(person: Person) -> list[str]:
    return [item.act for item in deviation_work(person)]


def test_every_arrow_is_open_to_whom_the_table_says_and_to_nobody_else(world: World, version: Version) -> None:
    by_state = dev.in_each_state(version, world)
    assert set(by_state) == set(S.values) - {S.EXPIRED}
    for state, one in by_state.items():
        assert one.status == state
        for role in ROLES:
            found = {arrow.name for arrow in allowed_for(one, world.people[role], DEVIATION_TRANSITIONS)}
            assert found == {name for (at, name), roles in OPEN.items() if at == state and role in roles}, (state, role)
    events = Event.objects.count()
    for one in by_state.values():
        for arrow in DEVIATION_TRANSITIONS:
            for by in (world.fenn, world.thessaly, world.marit, SYSTEM):
                if refusal(one, arrow, by) is None:
                    continue
                with pytest.raises(NotAllowed), change(by=by, reason="Because", on=[one]) as c:
                    move(c, one, arrow, by=by)
    assert Event.objects.count() == events


def test_one_is_asked_for_told_to_who_decides_approved_done_and_reviewed(world: World, version: Version) -> None:
    one = dev.asked(version, world.fenn)
    assert str(one) == "PROC-SOP-001-D1"
    assert (one.status, one.block, one.expires_at - one.asked_at) == (S.ASKED, "b3", timedelta(hours=12))
    told = Outbox.objects.filter(task="mail.send", args__template="sops/deviation_asked")
    assert [mail.args["to"] for mail in told] == [world.thessaly.pk]
    assert "broken" not in told.get().args["facts"].values()
    assert (works(world.thessaly), works(world.fenn), works(world.marit)) == (["Decide"], [], [])
    one = dev.decide(one, world.thessaly)
    assert (one.status, one.approver, one.verbal) == (S.APPROVED, world.thessaly, False)
    assert one.signature.role == "Laboratory director"
    assert works(world.fenn) == ["Record"]
    one = dev.done(one, world.fenn)
    assert (one.status, one.occurrence) == (S.DONE, False)
    assert works(world.marit) == ["Review"]
    one = dev.review(one, world.marit, word="Right, and rare", occurrence=True)
    assert (one.status, one.word, one.occurrence) == (S.REVIEWED, "Right, and rare", True)
    assert works(world.marit) == works(world.fenn) == works(world.thessaly) == []
    names = [event.name for event in Event.objects.filter(label="sops.deviation", record_id=str(one.pk)).order_by("pk")]
    assert names == ["deviation.ask", "deviation.approve", "deviation.done", "deviation.review"]


def test_asking_is_refused_in_words(world: World, version: Version) -> None:
    events = Event.objects.count()
    for wish, words in (
        (replace(dev.WISH, reason=" "), "Say what is done otherwise"),
        (replace(dev.WISH, product="Jory Pennyroyal"), "No name of a patient"),
        (replace(dev.WISH, hours=0), "within 30 days"),
        (replace(dev.WISH, hours=9999), "within 30 days"),
        (replace(dev.WISH, block="nowhere"), "not in the text"),
        (replace(dev.WISH, risk="x" * 1001), "longer than 1000"),
    ):
        with pytest.raises(Invalid, match=words):
            services.ask_deviation(version, wish, by=world.fenn)
    with pytest.raises(NotAllowed, match="do not allow this"):
        services.ask_deviation(version, dev.WISH, by=world.jory)
    with pytest.raises(NotAllowed, match="is still a draft"):
        services.ask_deviation(do.draft(world, title="Labels"), dev.WISH, by=world.fenn)
    elsewhere = services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Else", blocks=do.TEXT
    )
    with pytest.raises(NotAllowed, match="Nobody here may decide"):
        services.ask_deviation(elsewhere, dev.WISH, by=world.marit)
    assert not Deviation.objects.exists()
    assert Event.objects.filter(name="deviation.ask").count() == 0
    assert Event.objects.count() > events  # the documents alone
    ok = dev.asked(version, world.fenn, replace(dev.WISH, product="W1234 25 000123 / S2589", block=""))
    assert ok.product.startswith("W1234")


def test_nobody_decides_their_own_nor_without_the_role_nor_what_changed(world: World, version: Version) -> None:
    own = dev.asked(version, world.fenn)
    assign_role(world.fenn, "on_call", world.proc, by=world.marit)
    fenn = Person.objects.select_related("user").get(pk=world.fenn.pk)
    with pytest.raises(NotAllowed, match="asked for it yourself"):
        dev.decide(own, fenn)
    with pytest.raises(NotAllowed, match="Quality reviews it afterwards"):
        dev.decide(own, world.marit)
    with pytest.raises(NotAllowed, match="do not allow"):
        dev.decide(own, world.bea)
    dev.decide(dev.asked(version, world.bea), fenn)  # who is on call decides what others ask
    proof = do.given(world.thessaly, deviation_content(own, APPROVE))
    with pytest.raises(Stale):
        services.decide_deviation(own, APPROVE, by=world.thessaly, revision=own.revision + 1, proof=proof)
    refused = dev.decide(own, world.thessaly, REFUSE, "Use the other bath")
    assert (refused.status, refused.approved_at) == (S.REFUSED, None)
    with pytest.raises(NotAllowed, match="is refused"):
        dev.decide(refused, world.thessaly)


def test_a_verbal_approval_names_who_and_when_and_is_signed_on_the_next_working_day(
    world: World, version: Version
) -> None:
    one = dev.asked(version, world.fenn)
    now = clock.now()
    for approver, at, kind, words in (
        (world.marit, now, NotAllowed, "no role that allows"),
        (world.thessaly, now + timedelta(hours=1), Invalid, "still to come"),
        (world.thessaly, now - timedelta(days=4), Invalid, "three days"),
    ):
        with pytest.raises(kind, match=words):
            services.record_verbal(one, by=world.fenn, revision=None, approver=approver, said_at=at)
    one = dev.said(dev.fresh(one), world.fenn, world.thessaly)
    assert (one.status, one.verbal, one.told_by) == (S.VERBAL, True, world.fenn)
    assert one.sign_by == next_working_day(day_of(one.approved_at))
    [item] = deviation_work(world.thessaly)
    assert (item.act, item.due) == ("Sign", one.sign_by)  # the night reminds by this day
    one = dev.done(one, world.fenn)
    assert one.status == S.DONE_VERBAL
    one = dev.decide(one, world.thessaly, CONFIRM_DONE)
    assert (one.status, one.signature.signer, one.verbal) == (S.DONE, world.thessaly, True)


def test_who_is_named_may_deny_it_and_then_it_is_an_occurrence(world: World, version: Version) -> None:
    early = dev.said(dev.asked(version, world.fenn), world.fenn, world.thessaly)
    denied = dev.decide(early, world.thessaly, DENY, "I said wait")
    assert (denied.status, denied.approved_at, denied.occurrence) == (S.REFUSED, None, False)
    late = dev.done(dev.said(dev.asked(version, world.fenn), world.fenn, world.thessaly), world.fenn)
    denied = dev.decide(late, world.thessaly, DENY_DONE, "I said wait")
    assert (denied.status, denied.occurrence) == (S.UNAPPROVED, True)


def test_another_signs_a_verbal_approval_only_where_who_said_it_has_left(world: World, version: Version) -> None:
    assign_role(world.bea, "on_call", world.proc, by=world.marit)
    bea = Person.objects.select_related("user").get(pk=world.bea.pk)
    one = dev.said(dev.asked(version, world.fenn), world.fenn, world.thessaly)
    with pytest.raises(NotAllowed, match="signs it"):
        dev.decide(one, bea, CONFIRM)
    assert works(bea) == []
    record_leaver(world.thessaly, left_on=timezone.localdate() - timedelta(days=1), by=world.marit, reason="Moved")
    assert works(bea) == ["Sign"]
    assert dev.decide(dev.fresh(one), bea, CONFIRM).status == S.APPROVED


def test_not_approved_before_the_act_is_an_occurrence(world: World, version: Version) -> None:
    for one in (
        dev.asked(version, world.fenn),
        dev.decide(dev.asked(version, world.fenn), world.thessaly, REFUSE, "No"),
        dev.decide(dev.asked(version, world.fenn), world.thessaly),
    ):
        services.record_done(one, by=world.fenn, revision=None, done_at=one.asked_at - timedelta(minutes=5))
        found = dev.fresh(one)
        assert (found.status, found.occurrence) == (S.UNAPPROVED, True)
    with pytest.raises(Invalid, match="still to come"):
        later = dev.decide(dev.asked(version, world.fenn), world.thessaly)
        services.record_done(later, by=world.fenn, revision=None, done_at=clock.now() + timedelta(hours=1))


def test_it_expires_by_itself_and_what_was_done_in_time_is_still_recorded(world: World, version: Version) -> None:
    waits, approved = dev.asked(version, world.fenn), dev.decide(dev.asked(version, world.fenn), world.thessaly)
    spoken = dev.said(dev.asked(version, world.fenn), world.fenn, world.thessaly)
    assert services.expire_deviations() == 0
    with time_machine.travel(waits.expires_at + timedelta(minutes=1)):
        with pytest.raises(NotAllowed, match="time has passed"):
            dev.decide(waits, world.thessaly)
        assert services.expire_deviations() == 3 - 1  # a verbal one still waits for its signature
        assert services.expire_deviations() == 0
        assert (dev.fresh(waits).status, dev.fresh(approved).status) == (S.EXPIRED, S.EXPIRED)
        services.record_done(
            dev.fresh(approved), by=world.fenn, revision=None, done_at=approved.approved_at + timedelta(minutes=1)
        )
        services.record_done(dev.fresh(waits), by=world.fenn, revision=None, done_at=clock.now())
        assert dev.decide(dev.fresh(spoken), world.thessaly, CONFIRM).status == S.APPROVED
        assert services.expire_deviations() == 1
    assert (dev.fresh(approved).status, dev.fresh(waits).status) == (S.DONE, S.UNAPPROVED)


def test_who_took_part_does_not_review_and_a_word_is_wanted(world: World, version: Version) -> None:
    one = dev.done(dev.decide(dev.asked(version, world.marit), world.thessaly), world.marit)
    with pytest.raises(NotAllowed, match="Somebody else of quality"):
        dev.review(one, world.marit)
    with pytest.raises(NotAllowed, match="do not allow"):
        dev.review(one, world.bea)
    other = dev.done(dev.decide(dev.asked(version, world.fenn), world.thessaly), world.fenn)
    with pytest.raises(Invalid, match="Write why"):
        dev.review(other, world.marit, word="")


def test_the_periodic_review_hears_of_it(world: World, version: Version) -> None:
    one = dev.done(dev.asked(version, world.fenn), world.fenn)
    document = Version.objects.select_related("document__shown", "document__type").get(pk=version.pk).document
    [signal] = [one for one in signals_of(document, world.marit.user) if one.key.startswith("deviation")]
    assert signal.link == one.get_absolute_url()
    assert "occurrence" in signal.words
    assert "broken" not in signal.words


@pytest.mark.parametrize(("day", "following"), [(4, 5), (5, 8), (6, 8), (7, 8)])
def test_the_next_working_day(day: int, following: int) -> None:
    assert next_working_day(date(2027, 8, 1 + day - 1 + 1)) == date(2027, 8, following + 1)


def ask_in_browser(client, version: Version, **more: object):
    given = {"block": "b3", "text": "Bath at 39", "reason": "Broken", "risk": "None", "product": "", "hours": "12"}
    return client.post(reverse("deviate", args=[version.document.number, version.n]), given | more)


def test_asked_approved_done_and_reviewed_by_its_pages(world: World, version: Version, as_) -> None:
    do.given(world.thessaly, do.send_content(version, [world.bea], world.thessaly))  # the pledge
    do.given(world.marit, do.send_content(version, [world.bea], world.thessaly))
    assert "It goes to: Dr Thessaly Quince." in page(as_, world.fenn, "/documents/PROC-SOP-001/v1/deviate/?block=b3")
    wrong = ask_in_browser(as_(world.fenn), version, product="Rowan Ashgrove")
    assert wrong.status_code == 422
    assert "No name of a patient or donor" in wrong.content.decode()
    assert ask_in_browser(as_(world.fenn), version).status_code == 303
    one = Deviation.objects.get()
    here = one.get_absolute_url()
    for person, word in ((world.thessaly, "Approve and sign"), (world.fenn, "Record a verbal approval")):
        assert word in page(as_, person, here)
    assert "Approve and sign" not in page(as_, world.fenn, here)
    assert as_(world.jory).get(here).status_code == 404
    director = as_(world.thessaly)
    sign(director, world.thessaly, f"{here}sign/approve/?revision={one.revision}")
    assert director.get(f"{here}sign/approve/?revision={one.revision}").status_code == 403
    answer = as_(world.fenn).post(
        f"{here}done/", {"done_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S"), "revision": "1"}
    )
    assert answer.status_code == 422  # somebody decided since: the page says so
    quality = as_(world.marit)
    dev.done(dev.fresh(one), world.fenn)
    now = dev.fresh(one)
    answer = quality.post(f"{here}why/review/", {"word": "Right", "occurrence": "on", "revision": now.revision})
    assert answer.status_code == 303
    sign(quality, world.marit, answer["Location"])
    shown = page(as_, world.ivo, here)
    for words in ("Reviewed and closed.", "Right", "to be reported as one", "Dr Thessaly Quince"):
        assert words in shown
    assert as_(world.ivo).get(f"{here}why/nonsense/").status_code == 404
    assert quality.get(f"{here}sign/review/?revision=x&word=a").status_code == 422


def sign(client, person: Person, address: str) -> None:
    shown = client.get(address)
    assert shown.status_code == 200, (address, shown.status_code)
    digest = shown.context["content"].digest
    given = {"digest": digest, "seen": 0, "email": person.user.email, "password": PASSWORD}
    answer = client.post(address, given)
    assert answer.status_code == 303, answer.content.decode()[-2000:]


def test_the_register_filters_exports_and_shows_only_what_one_may_see(world: World, version: Version, as_) -> None:
    dev.in_each_state(version, world)
    assert "9 deviations" in page(as_, world.marit, "/deviations/")
    assert "2 deviations" in page(as_, world.fenn, "/deviations/?verbal=1")
    assert "1 deviation" in page(as_, world.fenn, "/deviations/?status=asked&q=thawing")
    assert "1 deviation" in page(as_, world.fenn, "/deviations/?flagged=1&facility=x&q=%00")
    assert "No deviation matches" in page(as_, world.fenn, "/deviations/?q=nothing")
    assert "No planned deviations yet" in page(as_, world.jory, "/deviations/")
    file = b"".join(as_(world.ivo).get("/deviations/?format=csv&status=approved").streaming_content).decode()
    assert "PROC-SOP-001-D3" in file or "Dr Thessaly Quince" in file
    panel = page(as_, world.fenn, "/documents/PROC-SOP-001/")
    assert "All deviations" in panel
    assert "Ask to deviate" in panel


def test_the_pages_take_the_same_number_of_queries_for_one_and_for_many(world: World, version: Version, as_) -> None:
    one = dev.asked(version, world.fenn)

    def queries() -> list[int]:
        client, found = as_(world.marit), []
        for path in ("/deviations/", one.get_absolute_url(), "/documents/PROC-SOP-001/"):
            client.get(path)
            with CaptureQueriesContext(connection) as caught:
                client.get(path)
            found.append(len(caught))
        return found

    first = queries()
    dev.in_each_state(version, world)
    assert queries() == first
