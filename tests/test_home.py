"""The first page: what awaits a person, and nothing else."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qms.home.presenters import grouped
from qms.home.work import WorkItem, work_of, work_sources
from qms.people import services
from qms.people.programme import today
from sops import services as sops
from sops.answers import comment_work
from tests import documents as do


def page_text(answer) -> str:
    return " ".join(answer.content.decode().split())


def item(kind: str, n: int, due=None, since=None) -> WorkItem:
    return WorkItem(kind, f"DOC-{n:03d}", f"Title {n}", "A sentence.", f"/{n}/", "Open", since=since, due=due)


@pytest.fixture
def work(monkeypatch) -> list[WorkItem]:
    """A list that is the only work there is; the test fills it."""
    items: list[WorkItem] = []
    monkeypatch.setattr("qms.home.work.work_sources", [lambda person: list(items)])
    return items


def test_an_installation_without_a_programme_leads_to_the_welcome(db):
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("welcome"))


def test_who_is_not_logged_in_is_asked_to(world):
    answer = Client().get("/")
    assert (answer.status_code, answer["Location"]) == (303, "/login/?next=%2F")


def test_nothing_to_do_is_said_with_ways_on(world, as_, work):
    text = page_text(as_(world.jory).get("/"))
    assert "Nothing waits for you today" in text
    assert reverse("help") in text


def test_who_has_no_role_is_told_so_and_whom_to_ask(world, as_, work):
    held = world.jory.role_assignments.get()
    services.end_role(held, by=world.marit)
    text = page_text(as_(world.jory).get("/"))
    assert "You have no role today" in text
    assert "Ask your quality manager" in text


def test_work_is_grouped_the_first_due_first_and_one_button_is_primary(world, as_, work):
    day = today()
    work += [
        item("draft", 1), item("review_due", 2, due=day + timedelta(days=40)), item("approve", 3, since=day),
        item("review", 4, due=day - timedelta(days=1)), item("read", 5, due=day + timedelta(days=3)),
    ]  # fmt: skip
    answer = as_(world.jory).get("/")
    groups = [(str(group.word), [line.item.number for line in lines]) for group, lines in answer.context["groups"]]
    assert groups == [
        ("Asked of you", ["DOC-004", "DOC-003"]), ("To do", ["DOC-005"]), ("Your drafts", ["DOC-001"]),
        ("Falling due", ["DOC-002"]),
    ]  # fmt: skip
    text = page_text(answer)
    main = text.split("<main")[1].split("</main>")[0]
    assert main.count("btn-primary") == 1
    assert "5 things to do." in main
    assert "1 day late" in main
    assert "due in 3 days" in main


def test_items_without_a_day_come_after_those_with_one(world, work):
    work += [
        item("draft", 1, since=today()),
        item("draft", 2, since=today() - timedelta(days=2)),
        item("read", 3, today()),
    ]
    assert [found.number for found in work_of(world.jory)] == ["DOC-003", "DOC-002", "DOC-001"]


@pytest.mark.parametrize(("days", "state"), [(-1, "late"), (0, "soon"), (7, "soon"), (8, "later")])
def test_a_day_is_late_from_the_day_after(days, state):
    day = date(2026, 9, 14)
    ((_group, (line,)),) = grouped([item("review", 1, due=day + timedelta(days=days))], day)
    assert line.due_state == state


def test_titles_are_shown_as_text(world, as_, work):
    work.append(WorkItem("review", "DOC-1", "<script>alert(1)</script>", "<b>", "/x/", "Open"))
    assert "<script>alert(1)" not in page_text(as_(world.jory).get("/"))


@pytest.mark.once
def test_the_page_costs_the_same_with_one_item_and_with_thirty(world, as_, work):
    client, costs = as_(world.marit), []
    client.get("/")
    for count in (1, 30):
        work[:] = [item("review", n) for n in range(count)]
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        costs.append(len(caught))
    assert costs[0] == costs[1]
    assert costs[1] <= 12


def test_documents_tell_what_they_ask(world):
    assert len(work_sources) >= 1


@pytest.mark.parametrize(
    ("who", "sections"),
    [
        ("jory", {"everybody"}), ("fenn", {"everybody", "authors"}),
        ("thessaly", {"everybody", "authors", "directors"}),
        ("marit", {"everybody", "authors", "directors", "quality", "administrators", "inspectors"}),
        ("sorrel", {"everybody", "administrators"}), ("ivo", {"everybody", "inspectors"}),
    ],
)  # fmt: skip
def test_the_help_speaks_of_what_one_may_do(world, as_, who, sections):
    text = as_(getattr(world, who)).get(reverse("help")).content.decode()
    every = {"everybody", "authors", "directors", "quality", "administrators", "inspectors"}
    assert {name for name in every if f'href="#{name}"' in text} == sections
    assert {name for name in every if f'id="{name}"' in text} == sections


def test_comments_wait_for_who_has_the_next_word(world):
    """The author is asked to answer a question, then the reviewer to resolve it; a suggestion asks nobody."""
    version = do.sent(world)
    sops.add_comment(version, by=world.bea, kind="suggestion", text="Nicer?")
    assert comment_work(world.fenn) == []
    question = sops.add_comment(version, by=world.bea, kind="question", text="Why?")
    (item,) = comment_work(world.fenn)
    assert (item.kind, item.sentence) == ("comment", "1 comment waits for your answer.")
    assert comment_work(world.bea) == []
    sops.reply_to_comment(question, by=world.fenn, text="So that cells live.")
    assert comment_work(world.fenn) == []
    (item,) = comment_work(world.bea)
    assert item.sentence == "1 comment of yours was answered: resolve it, or ask on."
    assert item.url.endswith("/review/#comments")
    sops.resolve_comment(question, by=world.bea)
    assert comment_work(world.bea) == comment_work(world.jory) == []


@pytest.mark.once
def test_comments_cost_the_same_for_one_version_and_for_ten(world):
    costs = []
    assert world.fenn.roles  # read once for the life of the object
    for index in range(10):
        sops.add_comment(do.sent(world, title=f"Procedure {index}"), by=world.bea, kind="must_fix", text="Wait")
        if index in (0, 9):
            with CaptureQueriesContext(connection) as caught:
                assert len(comment_work(world.fenn)) == index + 1
            costs.append(len(caught))
    assert costs[0] == costs[1] <= 5


def test_what_is_printed_says_whose_page_it_was_and_when(world, as_):
    """On the screen it is hidden; a page without navigation would else not tell from where it comes."""
    said = page_text(as_(world.jory).get("/"))
    assert "Wintergreen Cell Therapy Programme · as Jory Pennyroyal saw it in Engraft on " in said
    assert "On paper it is not a controlled copy." in said
    assert 'class="printed"' not in Client().get("/login/").content.decode()
