"""The year of reviews and quality's list where there are many: counted for who looks, shown in part, said in full."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from qms.home.work import work_of
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.services import add_facility, assign_role, record_leaver
from sops import unheld_reviews
from sops.models import Document
from sops.review_year import due_in, monday_of, year_of
from sops.work import document_work
from tests import documents as do
from tests.world import World


def at(day) -> str:
    return f"{day}T10:00:00+00:00"


def at_work_in(world: World, *places: Facility) -> World:
    """Give those who write, review and approve their roles in further facilities."""
    for place in places:
        for person, role in ((world.fenn, "author"), (world.bea, "author"), (world.thessaly, "laboratory_director")):
            assign_role(person, role, place, by=world.marit)
    cast = {name: Person.objects.get(pk=getattr(world, name).pk) for name in ("fenn", "bea", "thessaly")}
    return replace(world, **cast)


def in_force(world: World, place: Facility, title: str = "Thawing of HPC") -> Document:
    return do.in_force(world, at=place, title=title).document


def counted(person: Person) -> tuple[dict[str, int], dict[str, int]]:
    """Return what the year says of the weeks and of what is late, by facility, as this person sees it today."""
    year = year_of(Person.objects.get(pk=person.pk).user)
    weeks: dict[str, int] = {}
    for week in (week for month in year.months for week in month.weeks):
        assert week.total == sum(week.places.values())
        for code, n in week.places.items():
            weeks[code] = weeks.get(code, 0) + n
    assert year.total == sum(weeks.values())
    return weeks, year.late


def test_the_year_counts_for_each_person_what_they_see(world: World) -> None:
    everybodys = add_facility(code="ALL", name="Quality unit", part="", by=world.marit)
    world = at_work_in(world, world.aph, everybodys)
    [due] = {in_force(world, place).review_due for place in (world.proc, world.proc, world.aph, everybodys)}
    assert counted(world.marit) == ({}, {})  # it falls due in two years
    with time_machine.travel(at(due - timedelta(days=20))):
        assert counted(world.marit) == ({"ALL": 1, "APH": 1, "PROC": 2}, {})
        assert counted(world.jory) == ({}, {})
    assign_role(world.jory, "author", world.aph, by=world.marit)
    with time_machine.travel(at(due)):
        assert counted(world.jory) == ({"ALL": 1, "APH": 1}, {})
    with time_machine.travel(at(due + timedelta(days=1))):
        assert counted(world.marit) == ({}, {"ALL": 1, "APH": 1, "PROC": 2})
        assert counted(world.jory) == ({}, {"ALL": 1, "APH": 1})


def test_each_day_of_a_year_stands_in_exactly_one_week(world: World) -> None:
    due = in_force(world, world.proc).review_due
    for before in (0, 1, 6, 7, 8, 100, 350):
        with time_machine.travel(at(due - timedelta(days=before))):
            [week] = [one for month in year_of(world.marit.user).months for one in month.weeks if one.total]
            assert week.monday <= due <= week.sunday
            assert monday_of(week.key) == week.monday
            assert due_in(world.marit.user, week.key).count() == week.total == 1
    with time_machine.travel(at(due - timedelta(days=364 + due.weekday() + 1))):
        assert year_of(world.marit.user).total == 0


def test_the_lines_of_a_week_say_what_is_late_and_are_chosen_by_who_plans(world: World, as_) -> None:
    document = in_force(world, world.proc, "Bags <b>& ends</b>")
    with time_machine.travel(at(document.review_due - timedelta(days=9))):
        week = f"/reviews/?week={document.review_due.strftime('%G-W%V')}"
        page = as_(world.marit).get(week).content.decode()
        assert "Bags &lt;b&gt;&amp; ends&lt;/b&gt;" in page
        assert f'href="/documents/{document.number}/periodic-review/"' in page
        assert f'name="document" value="{document.pk}" aria-label="Choose {document.number}"' in page
        assert "st-bad" not in page
        plain = as_(world.fenn).get(week).content.decode()
        assert document.number in plain
        assert 'name="document"' not in plain
    with time_machine.travel(at(document.review_due + timedelta(days=9))):
        assert "st-bad" in as_(world.marit).get("/reviews/?week=late").content.decode()


@pytest.fixture
def without_an_owner(world: World, monkeypatch) -> list[Document]:
    monkeypatch.setattr(unheld_reviews, "MOST", 2)
    found = [in_force(world, world.proc, f"Procedure {n}") for n in range(4)]
    record_leaver(world.fenn, left_on=today(), by=world.marit, reason="Moved away")
    return found


def test_of_many_reviews_without_an_owner_the_first_are_named_and_the_others_counted(
    world: World, without_an_owner: list[Document], as_
) -> None:
    due = without_an_owner[0].review_due
    with time_machine.travel(at(due - timedelta(days=10))):
        marit = Person.objects.get(pk=world.marit.pk)
        *named, others = [item for item in document_work(marit) if item.kind == "review_due"]
        assert [item.number for item in named] == [one.number for one in without_an_owner[:2]]
        assert (others.number, others.stands_for, others.due) == ("2 more", 2, due)
        assert len({item.thing for item in work_of(marit)}) == 3
        client = as_(world.marit)
        assert "4 things to do." in " ".join(client.get("/").content.decode().split())
        listed = client.get(others.url).content.decode()
        assert all(one.number in listed for one in without_an_owner)
        assert document_work(Person.objects.get(pk=world.bea.pk)) == []


def test_with_few_nothing_is_counted_together(world: World, without_an_owner, monkeypatch) -> None:
    monkeypatch.setattr(unheld_reviews, "MOST", 4)
    with time_machine.travel(at(without_an_owner[0].review_due - timedelta(days=10))):
        found = document_work(Person.objects.get(pk=world.marit.pk))
    assert [(item.number, item.stands_for) for item in found] == [(one.number, 1) for one in without_an_owner]


def test_a_line_leads_to_what_this_person_may_open_and_only_who_plans_has_a_form(world: World, as_) -> None:
    everybodys = add_facility(code="ALL", name="Quality unit", part="", by=world.marit)
    world = at_work_in(world, everybodys)
    own, whole = in_force(world, world.proc), in_force(world, everybodys, "Policy of quality")
    assign_role(world.jory, "author", world.proc, by=world.marit)
    with time_machine.travel(at(own.review_due + timedelta(days=1))):
        page = as_(world.jory).get("/reviews/?week=late").content.decode()
        quality = as_(world.marit).get("/reviews/?week=late").content.decode()
    assert f"/documents/{own.number}/periodic-review/" in page
    assert f'href="/documents/{whole.number}/"' in page
    assert f"/documents/{whole.number}/periodic-review/" in quality
    assert "/reviews/plan/" not in page
    assert "/reviews/plan/" in quality
