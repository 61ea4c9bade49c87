"""Several documents, topics and views changed by two people at once: on PostgreSQL, with real threads."""

import pytest
from django.db import connection

from qms.people.models import Person
from qms.trail.errors import Invalid, Stale
from qms.trail.models import Event
from sops import services
from sops.models import Document, SavedView, TopicPart
from sops.services import Seen
from sops.services.saved_views import MOST_VIEWS
from tests import documents as do
from tests import world as worlds
from tests.test_races import at_once, refusals

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("races are proven on PostgreSQL")


@pytest.fixture
def world(transactional_db):
    return worlds.build()


def test_two_acts_on_the_same_documents_never_mix_and_never_wait_for_each_other(world):
    """The same documents in opposite order: one act is done for all, the other for none, and it names them."""
    for title in "ABCD":
        do.draft(world, title=title)
    for _round in range(3):
        seen = [Seen(one, one.revision) for one in Document.objects.order_by("number")]
        again = [Seen(one, one.revision) for one in Document.objects.order_by("-number")]

        def act(rows: list[Seen], owner: Person):
            by = Person.objects.get(pk=world.marit.pk)
            return lambda: services.give_to_owner(rows, owner, by=by, reason="Leave")

        results = at_once(act(seen, world.bea), act(again, world.thessaly))
        [refused] = refusals(results)
        assert isinstance(refused, Stale)
        assert seen[0].document.number in str(refused)
        assert len({one.owner_id for one in Document.objects.all()}) == 1
    assert Event.objects.filter(name="document.change").count() == 3 * 4


def test_two_who_settle_a_topic_at_once(world):
    topic = services.add_topic("CRYO", "Freezing", by=world.marit, parts=["D"])
    documents = [do.draft(world, title=title).document for title in "AB"]

    def act(document: Document):
        cell = TopicPart.objects.select_related("topic").get(topic=topic)
        by = Person.objects.get(pk=world.marit.pk)
        return lambda: services.settle_cell(cell, [document], by=by, revision=cell.topic.revision)

    results = at_once(*(act(one) for one in documents))
    on = TopicPart.objects.get().coverage.filter(is_on=True)
    assert len(refusals(results)) + on.count() == len(documents)
    assert on.count() == 1


def test_one_too_many_view_is_one_too_many_for_two_at_once(world):
    for n in range(MOST_VIEWS - 1):
        services.save_view(f"View {n}", "q=1", by=world.fenn)

    def act(name: str):
        by = Person.objects.get(pk=world.fenn.pk)
        return lambda: services.save_view(name, "q=1", by=by)

    [refused] = refusals(at_once(act("One"), act("Other")))
    assert isinstance(refused, Invalid)
    assert SavedView.objects.count() == MOST_VIEWS
