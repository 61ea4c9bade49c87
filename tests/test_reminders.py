"""Who hears of what on which night: the ladder, deputies, managers, one mail a person, nothing twice, nothing lost."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from qms.notifications.audience import Audience
from qms.notifications.ladder import FIRST_SIGHT, reached
from qms.notifications.models import Reminder
from qms.notifications.reminders import remind
from qms.people import services
from qms.people.models import Person
from qms.people.programme import today
from qms.signatures.deputations import depute, depute_content
from qms.trail.models import Outbox
from qms.trail.outbox import run_all
from sops.work import document_work
from tests import documents as do
from tests.nights import Things, at, mails, text_to, things
from tests.readings import asked, reading_of
from tests.world import World

__all__ = ["things"]

MARIT, FENN, BEA, THESSALY = (f"{name}@engraft.example" for name in ("marit", "fenn", "bea", "thessaly"))


@pytest.fixture(autouse=True)
def sent_before(world: World) -> None:
    run_all()
    mail.outbox.clear()


def night(day: date, more: int = 0) -> dict[str, list[str]]:
    """Let the reminders of a day go; return the mails of that night alone."""
    mail.outbox.clear()
    with time_machine.travel(at(day + timedelta(days=more), 3), tick=False):
        remind(today())
        run_all()
    return mails()


def test_the_rungs_of_the_ladder() -> None:
    due = date(2028, 2, 29)
    seen = [reached(due, due + timedelta(days=n)) for n in range(-70, 30)]
    expected = [FIRST_SIGHT] * 10 + [-60] * 30 + [-30] * 23 + [-7] * 7 + [0] * 3 + [3] * 4 + [7] * 7 + [14] * 7
    assert seen == [*expected, *[21] * 7, 28, 28]


def test_each_rung_is_told_once_and_days_between_bring_no_mail(world: World, things: Things) -> None:
    start = today()
    things.add(world.fenn, "DOC-1", start + timedelta(days=40))
    told = [n for n in range(60) if FENN in night(start, n)]
    assert told == [0, 10, 33, 40, 43, 47, 54]


def test_nothing_due_and_nothing_new_is_no_mail(world: World, things: Things) -> None:
    things.add(world.fenn, "DOC-1", None)
    assert night(today()) == {}


def test_a_skipped_night_is_told_in_the_next(world: World, things: Things) -> None:
    start = today()
    things.add(world.fenn, "DOC-1", start + timedelta(days=10))
    assert FENN in night(start)
    assert night(start, 9)[FENN] == ["Your work: 1 due soon"]
    assert night(start, 9) == {}


def test_one_mail_a_person_holds_everything_in_groups(world: World, things: Things) -> None:
    start = today()
    for number, days in (("LATE", -2), ("TODAY", 0), ("SOON", 5), ("NEW", 50)):
        things.add(world.fenn, number, start + timedelta(days=days))
    assert night(start) == {FENN: ["Your work: 1 late, 1 due today, 1 due soon, 1 new"]}
    text = text_to(FENN)
    places = [text.index(word) for word in ("\nLATE\n", "\nDUE TODAY\n", "\nDUE WITHIN 14 DAYS\n", "\nNEW\n")]
    assert places == sorted(places)
    assert "2 days late" in text
    assert "http://localhost:8000/SOON/" in text
    html = mail.outbox[0].alternatives[0].content
    assert html.count('href="http://localhost:8000/SOON/"') == 1


def test_what_was_done_before_the_mail_goes_is_not_in_it(world: World, things: Things) -> None:
    start = today()
    done = things.add(world.fenn, "DONE", start)
    things.add(world.fenn, "OPEN", start)
    with time_machine.travel(at(start, 3), tick=False):
        remind(start)
        things.done(world.fenn, done)
        run_all()
    assert "DONE" not in text_to(FENN)
    assert "OPEN" in text_to(FENN)


def test_what_a_mail_told_at_once_is_not_told_again_the_next_night(world: World, things: Things) -> None:
    start = today()
    things.add(world.fenn, "ASKED", start + timedelta(days=14), since=start, told=True)
    things.add(world.bea, "QUIET", start + timedelta(days=14), since=start)
    assert list(night(start)) == [BEA]
    assert FENN in night(start, 7)


def test_late_things_reach_quality_and_never_stop(world: World, things: Things) -> None:
    start = today()
    things.add(world.fenn, "DOC-1", start)
    hearers = {n: set(night(start, n)) for n in range(30)}
    assert {n: who for n, who in hearers.items() if who} == {
        0: {FENN}, 3: {FENN, MARIT}, **{n: {FENN, MARIT} for n in (7, 14, 21, 28)}
    }  # fmt: skip
    assert set(night(start, 35)) == {FENN, MARIT}
    assert "Told you because Fenn Mossgrove has not done it." in text_to(MARIT)


def test_what_several_have_not_done_is_one_line_with_their_names(world: World, things: Things) -> None:
    start = today()
    for person in (world.fenn, world.bea):
        things.add(person, "DOC-1", start, url_of_another="/DOC-1/readers/")
    things.add(world.bea, "DOC-2", start + timedelta(days=1), url_of_another="/DOC-2/readers/")
    assert night(start, 8)[MARIT] == ["Your work: 2 of others"]
    text = text_to(MARIT)
    assert "Told you because these have not done it: Bea Thistledown, Fenn Mossgrove." in text
    assert "Told you because Bea Thistledown has not done it." in text
    assert text.count("(DOC-1)") == text.count("(DOC-2)") == 1
    assert text.index("(DOC-1)") < text.index("(DOC-2)")  # what is later stands first


def test_a_deputy_hears_before_quality(world: World, things: Things) -> None:
    held = world.thessaly.role_assignments.get()
    start = today()
    last = start + timedelta(days=20)
    proof = do.given(world.thessaly, depute_content(held, world.bea, start, last))
    depute(held, deputy=world.bea, from_date=start, until_date=last, by=world.thessaly, proof=proof)
    things.add(world.thessaly, "DOC-1", start)
    assert set(night(start)) == {THESSALY}
    assert set(night(start, 3)) == {THESSALY, BEA}
    assert "because you act for Dr Thessaly Quince" in text_to(BEA)
    assert set(night(start, 7)) == {THESSALY, BEA, MARIT}


def test_a_person_without_an_account_is_stood_in_for(world: World, things: Things) -> None:
    quiet = services.add_person(printed_name="Tansy Quill", title="Nurse", by=world.marit)
    services.assign_role(quiet, "nurse", world.clin, by=world.marit)
    things.add(quiet, "DOC-1", today())
    assert set(night(today())) == {MARIT}
    assert "Told you because Tansy Quill has no account, so no e-mail." in text_to(MARIT)
    assert night(today(), 1) == {}


def test_a_closed_account_is_none(world: World, things: Things) -> None:
    services.deactivate_account(world.fenn, by=world.marit, reason="Away")
    things.add(world.fenn, "DOC-1", today())
    assert set(night(today())) == {MARIT}


def test_who_has_left_or_has_no_role_gets_nothing(world: World, things: Things) -> None:
    services.end_role(world.fenn.role_assignments.get(), by=world.marit)
    for person in (world.fenn, world.hale):
        things.add(person, "DOC-1", today() - timedelta(days=9))
    assert night(today()) == {}


def test_who_leaves_before_the_mail_goes_gets_none(world: World, things: Things) -> None:
    things.add(world.fenn, "DOC-1", today())
    with time_machine.travel(at(today(), 3), tick=False):
        remind(today())
        services.end_role(world.fenn.role_assignments.get(), by=world.marit)
        mail.outbox.clear()
        run_all()
    assert FENN not in mails()


def test_the_only_quality_manager_is_late_herself(world: World, things: Things) -> None:
    """Somebody else has to hear of it: the programme's director."""
    services.assign_role(world.thessaly, "programme_director", by=world.marit)
    things.add(world.marit, "DOC-1", today() - timedelta(days=8))
    assert set(night(today())) == {MARIT, THESSALY}


def test_where_nobody_can_be_told_it_is_counted(world: World, things: Things) -> None:
    things.add(world.marit, "DOC-1", today())
    world.marit.user.is_active = False
    world.marit.user.save()
    assert remind(today())["things nobody can be told of"] == 1


def test_the_same_night_twice_tells_once(world: World, things: Things) -> None:
    things.add(world.fenn, "DOC-1", today())
    with time_machine.travel(at(today(), 3), tick=False):
        assert remind(today())["reminder mails"] == 1
        things.add(world.fenn, "DOC-2", today())
        assert remind(today())["reminder mails"] == 0  # a mail of this night was asked for: DOC-2 is in it already
        run_all()
    assert list(mails()) == [FENN]
    assert len(mails()[FENN]) == 1
    assert night(today(), 1) == {FENN: ["Your work: 2 late"]}


def test_a_mail_of_yesterday_that_never_went_is_swallowed_by_that_of_today(world: World, things: Things) -> None:
    things.add(world.fenn, "DOC-1", today())
    with time_machine.travel(at(today(), 3), tick=False):
        remind(today())
    things.add(world.fenn, "DOC-2", today() + timedelta(days=1))
    assert night(today(), 1) == {FENN: ["Your work: 1 late, 1 due today"]}
    assert not Reminder.objects.filter(sent_at=None).exists()
    assert not Outbox.objects.filter(task="mail.digest", done_at=None).exists()


def test_the_clock_set_back_tells_nothing_again(world: World, things: Things) -> None:
    things.add(world.fenn, "DOC-1", today() + timedelta(days=7))
    assert FENN in night(today())
    assert night(today(), -1) == {}
    assert night(today(), 1) == {}


def test_reviews_asked_for_have_a_day_and_the_mail_at_once_counts(world: World) -> None:
    do.sent(world)
    (item,) = document_work(world.bea)
    assert (item.due, item.told) == (today() + timedelta(days=14), True)
    run_all()
    assert night(today()) == {}
    assert set(night(today(), 7)) == {BEA}
    assert set(night(today(), 17)) == {BEA, MARIT}


def test_what_waits_for_somebody_who_left_comes_to_quality(world: World) -> None:
    version = do.sent(world)
    services.record_leaver(world.bea, left_on=today(), by=world.marit, reason="Moved away")
    with time_machine.travel(at(today() + timedelta(days=1)), tick=False):
        marit = Person.objects.get(pk=world.marit.pk)
        (item,) = [item for item in document_work(marit) if item.kind == "unheld"]
    assert "It waits for Bea Thistledown, who is not here for it" in item.sentence
    assert item.number == str(version)


def test_a_reviewer_who_changed_to_another_facility_is_not_waited_for_in_silence(world: World) -> None:
    do.sent(world)
    services.end_role(world.bea.role_assignments.get(), by=world.marit)
    services.assign_role(world.bea, "author", world.aph, by=world.marit)
    assert document_work(Person.objects.get(pk=world.bea.pk)) == []
    (item,) = [item for item in document_work(world.marit) if item.kind == "unheld"]
    assert item.due == today() + timedelta(days=14)


def test_a_document_whose_owner_left_falls_due_for_quality(world: World) -> None:
    version = do.in_force(world)
    services.record_leaver(world.fenn, left_on=today(), by=world.marit, reason="Moved away")
    with time_machine.travel(at(version.document.review_due - timedelta(days=10)), tick=False):
        marit = Person.objects.get(pk=world.marit.pk)
        (item,) = [item for item in document_work(marit) if item.kind == "review_due"]
    assert "Its owner, Fenn Mossgrove, is not here for it" in item.sentence


def test_the_audience_is_read_by_few_questions(world: World, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(3):
        audience = Audience(today())
    assert audience.managers() == [world.marit.pk]
    assert audience.managers(about=world.marit.pk) == []


def test_who_hears_of_another_is_led_where_they_may_go(world: World, as_: Any) -> None:
    """A reading is opened by its reader alone: quality is led to the document, and is not told that they had signed."""
    version = asked(world)
    run_all()
    late = reading_of(world.jory, version).due_on + timedelta(days=8)
    assert MARIT in night(late)
    text = text_to(MARIT)
    told = text[: text.index("Told you because Jory Pennyroyal")].rsplit("* ", 1)[1]
    assert "It waits to be read and signed." in told
    [path] = re.findall(r"https?://[^/]+(/\S+)", text[text.index("Told you because Jory Pennyroyal") :])[:1]
    with time_machine.travel(at(late, 9)):
        page = as_(world.marit).get(path)
    assert path == version.document.get_absolute_url() and page.status_code == 200
    assert "Read and signed, version 1" in page.content.decode()
