"""Topics that need procedures: taken over, changed, covered, not applicable; each recorded, each refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from sops import services
from sops.coverage import matrix
from sops.models import Coverage, Topic, TopicPart
from sops.proposed_topics import PROPOSED
from tests import documents as do


def words(answer, status: int = 200) -> str:
    assert answer.status_code == status, (answer.status_code, answer.get("Location"))
    return " ".join(answer.content.decode().split())


@pytest.fixture
def topic(world) -> Topic:
    return services.add_topic("CRYO", "Freezing and thawing", by=world.marit, parts=["C", "D"], words="To the bedside.")


def cell(topic: Topic, part: str = "D") -> TopicPart:
    return TopicPart.objects.select_related("topic").get(topic=topic, part=part)


def states(user) -> dict[str, dict[str, str]]:
    return {row.topic.code: {one.part: one.state for one in row.cells if one} for row in matrix(user)}


def test_the_proposed_topics_are_taken_over_once(world, as_):
    client = as_(world.marit)
    assert "Take over the proposed topics" in words(client.get("/documents/topics/"))
    assert "has not said yet" in words(as_(world.fenn).get("/documents/topics/"))
    assert client.post("/documents/topics/take-over/").status_code == 303
    assert Topic.objects.count() == len(PROPOSED) == 35
    assert Event.objects.filter(name="topic.add").count() == len(PROPOSED)
    with pytest.raises(Invalid, match="there already"):
        services.take_over_topics(by=world.marit)
    with pytest.raises(NotAllowed):
        services.take_over_topics(by=world.thessaly)
    assert all(len(name) <= 120 and len(about) <= 300 for _code, name, about, _parts in PROPOSED)


def test_a_cell_is_covered_by_what_is_in_force(world, as_, topic):
    """Nothing, only a draft, covered, only withdrawn: what the table says follows the documents."""
    version = do.draft(world)
    number = version.document.number
    assert states(world.marit.user) == {"CRYO": {"C": "nothing", "D": "nothing"}}
    client = as_(world.marit)
    address = "/documents/topics/CRYO/D/"
    revision = Topic.objects.get().revision
    page = words(client.post(address, {"documents": f"{number}, NOT-1", "revision": revision}), 422)
    assert "No document has this number: NOT-1." in page
    assert client.post(address, {"documents": f" {number}\n{number}", "revision": revision}).status_code == 303
    event = Event.objects.get(name="topic.cover")
    assert f'"documents":"{number}"' in event.text
    assert states(world.marit.user)["CRYO"]["D"] == "draft"
    force = do.approve(do.review(do.send(version, world), world), world)
    services.make_effective(force)
    assert states(world.marit.user)["CRYO"]["D"] == "covered"
    table = words(client.get("/documents/topics/?state=nothing&part=C"))
    assert "1 topic" in table
    assert number in table
    assert "No topic matches" in words(client.get("/documents/topics/?state=withdrawn"))
    assert f"CRYO,Freezing and thawing,D,Covered,{number}," in b"".join(
        client.get("/documents/topics/?format=csv")
    ).decode()  # fmt: skip
    do.withdraw(do.fresh(force), world)
    assert states(world.marit.user)["CRYO"]["D"] == "withdrawn"
    services.settle_cell(cell(topic), [], by=world.marit, revision=None)
    assert Event.objects.filter(name="topic.uncover").count() == 1
    assert [row.is_on for row in Coverage.objects.all()] == [False]
    assert states(world.marit.user)["CRYO"]["D"] == "nothing"


def test_not_applicable_needs_a_reason_and_no_documents(world, as_, topic):
    version = do.draft(world)
    one = cell(topic, "C")
    with pytest.raises(Invalid, match="Either documents"):
        services.settle_cell(one, [version.document], by=world.marit, revision=None, not_applicable="Not done")
    services.settle_cell(one, [], by=world.marit, revision=None, not_applicable="Nothing is frozen there")
    assert states(world.marit.user)["CRYO"]["C"] == "exempt"
    assert Event.objects.get(name="topic.exempt").reason == "Nothing is frozen there"
    assert "Nothing is frozen there" in words(as_(world.ivo).get("/documents/topics/CRYO/"))
    with pytest.raises(Invalid, match="Nothing changed"):
        services.settle_cell(one, [], by=world.marit, revision=None, not_applicable="Nothing is frozen there")
    services.settle_cell(one, [version.document], by=world.marit, revision=None)
    assert states(world.marit.user)["CRYO"]["C"] == "draft"


def test_refused_are_others_the_stale_and_what_is_closed(world, topic):
    version, before = do.draft(world), Topic.objects.get().revision
    events = Event.objects.count()
    with pytest.raises(NotAllowed):
        services.settle_cell(cell(topic), [version.document], by=world.thessaly, revision=None)
    with pytest.raises(NotAllowed):
        services.cover_with(version.document, [cell(topic)], by=world.fenn)
    with pytest.raises(Invalid, match="already"):
        services.add_topic("CRYO", "Again", by=world.marit, parts=["D"])
    with pytest.raises(Invalid, match="Choose the parts"):
        services.add_topic("NEW", "New", by=world.marit, parts=["X"])
    assert Event.objects.count() == events
    changed = {"name": "Freezing", "words": "", "parts": ["D"], "reason": "C never froze"}
    services.change_topic(topic, by=world.marit, revision=before, is_closed=False, **changed)
    with pytest.raises(Stale):
        services.change_topic(Topic.objects.get(), by=world.marit, revision=before, is_closed=False, **changed)
    with pytest.raises(NotAllowed, match="not asked of this part"):
        services.settle_cell(cell(topic, "C"), [version.document], by=world.marit, revision=None)
    assert list(states(world.marit.user)["CRYO"]) == ["D"]
    services.change_topic(Topic.objects.get(), by=world.marit, revision=None, is_closed=True, **changed)
    assert states(world.marit.user) == {}


def test_the_page_of_a_document_says_which_topics_it_covers(world, as_, topic):
    version = do.in_force(world)
    client, address = as_(world.marit), version.document.get_absolute_url()
    assert "It stands for no topic" in words(client.get(address))
    other = services.add_topic("LABELS", "Labels", by=world.marit, parts=["D"])
    chosen = [cell(topic).pk, cell(other).pk]
    assert client.post(f"{address}topics/", {"cells": chosen}).status_code == 303
    assert Event.objects.filter(name="topic.cover").count() == 2
    page = words(client.get(address))
    assert '<a href="/documents/topics/CRYO/">Freezing and thawing</a> <span class="muted">D</span>' in page
    assert "Freezing and thawing" in words(as_(world.fenn).get(address))
    assert as_(world.fenn).get(f"{address}topics/").status_code == 403
    fewer = {"cells": chosen[1:]}
    assert "Somebody changed meanwhile" in words(client.post(f"{address}topics/", fewer), 422)
    shown = words(client.get(f"{address}topics/")).split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"{address}topics/", {**fewer, "seen": shown}).status_code == 303
    assert "Nothing changed" in words(client.post(f"{address}topics/", {**fewer, "seen": str(chosen[1])}), 422)
    assert [row.cell.topic.code for row in Coverage.objects.filter(is_on=True)] == ["LABELS"]


def test_documents_of_other_facilities_are_counted_and_not_named(world, as_, topic):
    there = services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Elsewhere", blocks=do.TEXT
    )
    services.settle_cell(cell(topic, "C"), [there.document], by=world.marit, revision=None)
    page = words(as_(world.fenn).get("/documents/topics/"))
    assert "1 of another facility" in page
    assert there.document.number not in page
    assert there.document.number in words(as_(world.ivo).get("/documents/topics/"))


@pytest.mark.once
def test_the_table_costs_the_same_for_one_and_for_thirty(world, as_, topic):
    client, version = as_(world.marit), do.draft(world)
    services.settle_cell(cell(topic), [version.document], by=world.marit, revision=None)

    def cost() -> list[int]:
        found = []
        for address in ("/documents/topics/", "/documents/topics/CRYO/", version.document.get_absolute_url()):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address).status_code == 200
            found.append(len(caught))
        return found

    cost()
    few = cost()
    for n in range(30):
        more = services.add_topic(f"T{n}", f"Topic {n}", by=world.marit, parts=["B", "D"])
        services.settle_cell(cell(more), [version.document], by=world.marit, revision=None)
    assert cost() == few
