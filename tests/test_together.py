"""One act on several documents: previewed, done for all or for none, one event each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.people import services as people
from qms.people.programme import today
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event, Outbox
from sops import services
from sops.models import Document, PeriodicReview
from sops.services import Seen
from tests import documents as do
from tests.pdf_text import pages_of

REASON = "Fenn leaves the laboratory"


def printed(answer) -> str:
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(" ".join(pages_of(answer.content)).split())


def words(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return " ".join(answer.content.decode().split())


def seen(*documents: Document) -> list[Seen]:
    return [Seen(one, one.revision) for one in Document.objects.filter(pk__in=[each.pk for each in documents])]


def draft(world, title: str, at=None) -> Document:
    return services.create_document(
        by=world.marit, type=do.sop_type(), facility=at or world.proc, title=title, blocks=do.TEXT
    ).document


@pytest.fixture
def three(world) -> list[Document]:
    """Two in force and a draft, all of PROC; the one in force is Fenn's."""
    return [do.in_force(world, title="A").document, do.in_force(world, title="B").document, draft(world, "C")]


def address(documents, act: str, value: object) -> str:
    chosen = "&".join(f"document={one.number}" for one in documents)
    return f"/documents/together/?{chosen}&act={act}&to_{act}={value}"


def told(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="seen" value="')[1:]]


def test_another_owner_for_all_that_are_not_theirs_already(world, as_, three):
    client = as_(world.marit)
    before = Event.objects.count()
    url = address(three, "owner", world.marit.pk)
    page = words(client.get(url))
    assert "2 documents change" in page
    assert "1 document is left out" in page
    assert "Stands so already." in page
    assert "<del>Fenn Mossgrove</del>" in page
    assert Event.objects.count() == before
    answer = client.post(url, {"seen": told(page), "reason": REASON})
    assert answer.status_code == 303, answer.content.decode()
    assert {one.owner_id for one in Document.objects.all()} == {world.marit.pk}
    events = Event.objects.filter(name="document.change")
    assert [(one.reason, one.by_name) for one in events] == [(REASON, "Marit Oakenshaw")] * 2
    assert len({one.at for one in events}) == 1, "one act, one moment"
    assert "2 documents have their new owner." in words(client.get(answer["Location"]))


def test_changed_since_the_preview_is_named_and_nothing_is_done(world, as_, three):
    client = as_(world.marit)
    url = address(three, "owner", world.bea.pk)
    shown = told(words(client.get(url)))
    services.change_document(three[1], by=world.marit, revision=None, owner=world.thessaly, reason="Meanwhile")
    page = words(client.post(url, {"seen": shown, "reason": REASON}), 422)
    assert f"Changed since you looked: {three[1].number}. Nothing was done for any document" in page
    assert Document.objects.filter(owner=world.bea).count() == 0
    assert client.post(url, {"seen": told(page), "reason": REASON}).status_code == 303
    assert Document.objects.filter(owner=world.bea).count() == 3


def test_what_cannot_be_done_leaves_nothing(world, three):
    elsewhere = draft(world, "Elsewhere", world.aph)
    before = Event.objects.count()
    with pytest.raises(NotAllowed, match="Nothing was done for any"):
        services.give_to_owner(seen(*three, elsewhere), world.bea, by=world.fenn, reason=REASON)
    with pytest.raises(Invalid, match="has left"):
        services.give_to_owner(seen(*three), world.hale, by=world.marit, reason=REASON)
    with pytest.raises(Invalid, match="Write why"):
        services.give_to_owner(seen(*three), world.bea, by=world.marit, reason=" ")
    with pytest.raises(Invalid, match="1 to 200"):
        services.give_to_owner([], world.bea, by=world.marit, reason=REASON)
    with pytest.raises(NotAllowed, match="no role that allows this here"):
        services.ask_for_reviews(seen(*three[:2]), world.jory, by=world.marit, reason=REASON)
    with pytest.raises(NotAllowed, match="Only what is in force is reviewed"):
        services.ask_for_reviews(seen(*three), world.bea, by=world.marit, reason=REASON)
    assert Event.objects.count() == before
    assert not PeriodicReview.objects.exists()


def test_reviews_are_asked_for_in_one_mail(world, as_, three):
    client = as_(world.marit)
    url = address(three, "reviewer", world.bea.pk)
    page = words(client.get(url))
    assert "Nothing of it is in force: there is nothing to review." in page
    assert client.post(url, {"seen": told(page), "reason": REASON}).status_code == 303
    assert [one.reviewer for one in PeriodicReview.objects.all()] == [world.bea] * 2
    assert Event.objects.filter(name="review.ask", reason=REASON).count() == 2
    mail = Outbox.objects.get(key__contains="asked_for_periodic_reviews")
    assert mail.args["facts"]["count"] == 2
    shown = [Seen(one, one.revision, 0) for one in Document.objects.filter(pk__in=[one.pk for one in three[:2]])]
    with pytest.raises(Stale, match=three[0].number):
        services.ask_for_reviews(shown, world.thessaly, by=world.marit, reason=REASON)
    assert "Stands so already." in words(client.get(url))


def test_no_day_beyond_the_period_without_the_right(world, as_, three):
    late = (three[0].review_due or today()) + timedelta(days=40)
    by_director = as_(world.thessaly)
    page = words(by_director.get(address(three, "day", late.isoformat())))
    assert page.count("By the period of its type it is due by") == 2
    assert "Nothing would change." in page
    sooner = late - timedelta(days=90)
    url = address(three, "day", sooner.isoformat())
    page = words(by_director.get(url))
    assert by_director.post(url, {"seen": told(page), "reason": REASON}).status_code == 303
    assert Document.objects.filter(review_due=sooner).count() == 2
    url = address(three, "day", late.isoformat())
    quality = as_(world.marit)
    assert quality.post(url, {"seen": told(words(quality.get(url))), "reason": REASON}).status_code == 303
    assert Event.objects.filter(name="review.defer").count() == 2
    assert "This day has passed." in words(quality.get(address(three, "day", "2020-01-01")))


def test_boxes_stand_there_only_for_who_may_and_all_that_match_can_be_chosen(world, as_, three, monkeypatch):
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    box = 'type="checkbox" name="document"'
    assert box in words(as_(world.fenn).get("/documents/?choose=1"))
    assert box not in words(as_(world.fenn).get("/documents/"))
    assert box not in words(as_(world.jory).get("/documents/?choose=1"))
    assert as_(world.jory).get("/documents/together/").status_code == 403
    client = as_(world.fenn)
    assert "No document is chosen" in words(client.get("/documents/together/"), 422)
    page = words(client.get("/documents/together/?all=1&status=effective"))
    assert "2 documents chosen" in page
    assert "Choose one." in words(client.get("/documents/together/?all=1&act=owner"))
    monkeypatch.setattr("sops.views.together.MOST", 1)
    assert "More than 1 documents match" in words(client.get("/documents/together/?all=1"), 422)


def test_a_list_of_what_to_print(world, as_, three):
    chosen = "&".join(f"document={one.number}" for one in three)
    text = printed(as_(world.fenn).get(f"/documents/together/?{chosen}&act=print"))
    for said in ("To be printed", three[0].number, "not to be printed", "Printed, and where it was put"):
        assert said in text, said


@pytest.mark.once
def test_the_preview_costs_the_same_for_two_and_for_thirty(world, as_, three):
    client = as_(world.marit)

    def cost() -> list[int]:
        found = []
        for act, value in (("owner", world.bea.pk), ("reviewer", world.bea.pk), ("day", today().isoformat())):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(f"/documents/together/?all=1&act={act}&to_{act}={value}").status_code == 200
            found.append(len(caught))
        return found

    cost()
    few = cost()
    for n in range(25):
        draft(world, f"More {n}")
    assert cost() == few
