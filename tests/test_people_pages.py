"""The pages of people, facilities and accounts: what they show, and what they do with what is sent."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qms.people import services
from qms.people.models import Facility, Person, RoleAssignment, User
from qms.people.programme import today
from qms.people.tokens import Purpose, make_token
from qms.trail.models import Outbox
from tests.world import World

As = Callable[[Person], Client]


def names(answer: object) -> list[str]:
    return [row["person"].printed_name for row in answer.context["rows"]]  # type: ignore[attr-defined]


def test_the_list_and_its_filters(world: World, as_: As) -> None:
    client = as_(world.marit)
    assert "Hale Wintergreen" not in names(client.get("/people/"))
    assert names(client.get("/people/?standing=left")) == ["Hale Wintergreen"]
    assert len(names(client.get("/people/?standing=all"))) == 8
    assert names(client.get("/people/?q=MOSS")) == ["Fenn Mossgrove"]
    assert names(client.get(f"/people/?facility={world.clin.pk}")) == ["Jory Pennyroyal"]
    assert names(client.get("/people/?facility=whole&role=inspector")) == ["Ivo Larkspur"]
    assert names(client.get(f"/people/?role=author&facility={world.proc.pk}")) == ["Bea Thistledown", "Fenn Mossgrove"]


@pytest.mark.parametrize(
    "query", ["facility=x'%3B--", "facility=99999999999999999999", "role=emperor", "page=zz", "standing=x"]
)
def test_odd_filters_find_nothing_or_everybody_and_never_fail(world: World, as_: As, query: str) -> None:
    assert as_(world.marit).get(f"/people/?{query}").status_code == 200


def test_an_empty_result_offers_a_way_on(world: World, as_: As) -> None:
    assert "Nobody found" in as_(world.marit).get("/people/?q=zzz").content.decode()


def test_the_list_reads_as_much_for_thirty_as_for_one(world: World, as_: As) -> None:
    client = as_(world.marit)
    client.get("/people/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get("/people/")
        counts.append(len(few))
        for number in range(30):
            person = services.add_person(printed_name=f"Person {number}", by=world.marit)
            services.assign_role(person, "nurse", world.clin, by=world.marit)
    assert counts[0] == counts[1]


def test_add_person_with_an_invitation(world: World, as_: As) -> None:
    sent = {"printed_name": "Wren Halloway", "title": "Nurse", "joined_on": today(), "email": "wren@engraft.example"}
    answer = as_(world.sorrel).post("/people/add/", sent)
    person = Person.objects.get(printed_name="Wren Halloway")
    assert (answer.status_code, answer["Location"]) == (303, f"/people/{person.pk}/")
    assert User.objects.get(person=person).email == "wren@engraft.example"
    assert Outbox.objects.filter(args__template="people/invitation", args__to=person.pk).exists()


def test_a_taken_email_adds_nobody(world: World, as_: As) -> None:
    before = Person.objects.count()
    sent = {"printed_name": "Wren Halloway", "joined_on": today(), "email": "FENN@engraft.example"}
    answer = as_(world.sorrel).post("/people/add/", sent)
    assert answer.status_code == 422
    assert "belongs to another account" in answer.content.decode()
    assert Person.objects.count() == before


def test_person_acts(world: World, as_: As) -> None:
    client, page = as_(world.marit), f"/people/{world.jory.pk}/"
    given = client.post(page + "roles/add/", {"role": "author", "facility": world.clin.pk, "from_date": today()})
    assert (given.status_code, given["Location"]) == (303, page)
    held = RoleAssignment.objects.get(person=world.jory, role="author")
    assert client.post(f"{page}roles/{held.pk}/end/", {"reason": "Test"}).status_code == 303
    assert client.post(page + "account/close/", {"reason": "Long leave"}).status_code == 303
    assert client.post(page + "account/open/", {"reason": "Back"}).status_code == 303
    assert client.post(page + "leave/", {"left_on": today()}).status_code == 303
    assert client.post(page + "return/", {"reason": "Back"}).status_code == 303
    shown = client.get(page).content.decode()
    assert "Document author" in shown
    assert "Taken back" in shown


def test_a_refusal_of_a_verb_comes_back_in_the_form(world: World, as_: As) -> None:
    client = as_(world.sorrel)
    answer = client.post(
        f"/people/{world.jory.pk}/roles/add/", {"role": "author", "facility": "whole", "from_date": today()}
    )
    assert answer.status_code == 422
    assert "may more than you" in answer.content.decode()


def test_somebody_elses_role_is_not_found_on_this_page(world: World, as_: As) -> None:
    held = RoleAssignment.objects.get(person=world.fenn)
    assert as_(world.marit).post(f"/people/{world.bea.pk}/roles/{held.pk}/end/").status_code == 404


def test_a_stale_form_says_who_changed_what_and_keeps_what_was_typed(world: World, as_: As) -> None:
    page = f"/people/{world.fenn.pk}/change/"
    old = {"printed_name": "F. Mossgrove", "joined_on": world.fenn.joined_on, "revision": world.fenn.revision}
    services.change_person(
        world.fenn, printed_name="Fenn Mossgrove", title="Head technician", joined_on=world.fenn.joined_on,
        by=world.sorrel,
    )  # fmt: skip
    answer = as_(world.marit).post(page, old)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Sorrel Dunnock changed it on" in shown
    assert "Head technician" in shown
    assert 'value="F. Mossgrove"' in shown
    again = {**old, "revision": answer.context["form"]["revision"].value()}
    assert as_(world.marit).post(page, again).status_code == 303
    assert Person.objects.get(pk=world.fenn.pk).printed_name == "F. Mossgrove"


def test_email_change_by_two_on_the_page(world: World, as_: As) -> None:
    page = f"/people/{world.fenn.pk}/"
    asked = as_(world.sorrel).post(page + "email/", {"new_email": "moss@engraft.example", "reason": "Lost"})
    assert asked.status_code == 303
    assert "Somebody else who manages people confirms it" in as_(world.sorrel).get(page).content.decode()
    wish = services.open_email_change(world.fenn.user)
    for person, sentence in (
        (world.sorrel, "A second person confirms this"),
        (world.marit, "logs in with the new e-mail now"),
    ):
        client = as_(person)
        assert client.post(page + "email/confirm/", {"wish": wish.pk})["Location"] == page
        assert sentence in client.get(page).content.decode()
    assert User.objects.get(person=world.fenn).email == "moss@engraft.example"


def test_a_waiting_invitation_is_said(world: World, as_: As) -> None:
    person = services.add_person(printed_name="Wren Halloway", by=world.marit)
    services.invite(person, email="wren@engraft.example", by=world.marit)
    page = f"/people/{person.pk}/"
    assert "is not sent yet" not in as_(world.marit).get(page).content.decode()
    Outbox.objects.filter(args__to=person.pk).update(tries=2, last_error="Connection refused")
    assert "is not sent yet" in as_(world.marit).get(page).content.decode()
    assert as_(world.marit).post(page + "invite/").status_code == 303


def test_facility_pages(world: World, as_: As) -> None:
    client = as_(world.sorrel)
    assert client.post("/facilities/add/", {"code": "mar", "name": "Marrow theatre", "part": "CM"}).status_code == 303
    made = Facility.objects.get(code="MAR")
    sent = {"name": "Theatre 2", "part": "CM", "revision": made.revision}
    assert client.post(f"/facilities/{made.pk}/change/", sent).status_code == 303
    assert client.post(f"/facilities/{made.pk}/close/", {"closed_on": today(), "reason": "Moved"}).status_code == 303
    shown = client.get("/facilities/").content.decode()
    assert "Theatre 2" in shown
    assert client.post("/facilities/add/", {"code": "mar", "name": "Again", "part": "CM"}).status_code == 422


def test_changing_the_programme_is_seen_at_once(
    world: World, as_: As, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    client = as_(world.marit)
    form = client.get("/programme/change/").context["form"]
    sent = {"name": "Larch Hill", "time_zone": "Asia/Tokyo", "revision": form["revision"].value()}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/programme/change/", sent).status_code == 303
    assert cache.get("qms.people.programme") is None or cache.get("qms.people.programme").name == "Larch Hill"
    assert "Asia/Tokyo" in client.get("/facilities/").content.decode()


def test_invitation_page_lets_in(world: World, client: Client) -> None:
    person = services.add_person(printed_name="Wren Halloway", by=world.marit)
    token = make_token(services.invite(person, email="w@engraft.example", by=world.marit), Purpose.INVITATION)
    page = client.get(f"/invitation/{token}/")
    assert "w@engraft.example" in page.content.decode()
    weak = client.post(f"/invitation/{token}/", {"password": "short", "again": "short"})
    assert weak.status_code == 422
    assert "at least 12" in weak.content.decode()
    sent = {"password": "eleven-loud-geese", "again": "eleven-loud-geese"}
    assert client.post(f"/invitation/{token}/", sent).status_code == 303
    assert client.get("/account/").status_code == 200
    assert client.post(f"/invitation/{token}/", sent).status_code == 410


def test_a_role_is_for_a_chosen_place(world: World, as_: As) -> None:
    client, page = as_(world.marit), f"/people/{world.jory.pk}/roles/add/"
    assert client.post(page, {"role": "author", "from_date": today()}).status_code == 422
    assert client.post(page, {"role": "author", "facility": "77777", "from_date": today()}).status_code == 422
    assert client.post(page, {"role": "author", "facility": "whole", "from_date": today()}).status_code == 303
    assert RoleAssignment.objects.get(person=world.jory, role="author").facility is None
