"""Who gets where: pages of people and accounts with every role, and the marks that say so."""

from collections.abc import Callable

import pytest
from django.http import Http404
from django.test import Client
from django.urls import get_resolver, reverse

from qms.people import urls
from qms.people.access import ANYONE, PUBLIC, load, require, to_login
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.actor import SYSTEM
from qms.trail.errors import NotAllowed
from tests.world import World

As = Callable[[Person], Client]
MANAGERS = {"quality_manager", "administrator"}
SEERS = MANAGERS | {"laboratory_director", "author", "reviewer", "inspector"}


def address(name: str, world: World) -> str:
    pattern = next(one for one in urls.urlpatterns if one.name == name)
    about = world.bea
    values = {
        "pk": world.aph.pk if name.startswith("facility") else about.pk,
        "role": about.role_assignments.get().pk, "token": "none",
    }  # fmt: skip
    wanted = pattern.pattern.converters
    return reverse(name, kwargs={key: values[key] for key in wanted})


def test_every_view_says_who_may() -> None:
    for pattern in urls.urlpatterns:
        assert isinstance(getattr(pattern.callback, "may", None), May) or pattern.callback.may in {ANYONE, PUBLIC}


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_every_page_with_every_role(world: World, as_: As, pattern: object) -> None:
    """Pages answer 403 to who lacks the permission, by GET and by POST, and never to who has it."""
    name, mark = pattern.name, pattern.callback.may  # type: ignore[attr-defined]
    path = address(name, world)
    if mark in {PUBLIC, ANYONE}:
        return
    for role, person in world.people.items():
        client = as_(person)
        allowed = role in (SEERS if mark == May.SEE_PEOPLE else MANAGERS)
        for answer in (client.get(path), client.post(path)):
            assert (answer.status_code != 403) == allowed, (role, name, answer.status_code)


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_strangers_are_sent_to_the_log_in(world: World, client: Client, pattern: object) -> None:
    path = address(pattern.name, world)  # type: ignore[attr-defined]
    if pattern.callback.may == PUBLIC:  # type: ignore[attr-defined]
        return
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 303
        assert answer["Location"].startswith("/login/?next=")
    answer = client.get(path, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/login/?next=")


def test_the_refusal_is_a_sentence(world: World, as_: As) -> None:
    answer = as_(world.jory).get("/people/add/")
    assert answer.status_code == 403
    assert "You may not manage people, roles and accounts" in answer.content.decode()


def test_staff_see_themselves_and_nobody_else(world: World, as_: As) -> None:
    client = as_(world.jory)
    assert client.get(f"/people/{world.jory.pk}/").status_code == 200
    assert client.get(f"/people/{world.bea.pk}/").status_code == 404
    assert client.get("/people/999999/").status_code == 404


def test_emails_are_for_who_manages_people(world: World, as_: As) -> None:
    page = f"/people/{world.bea.pk}/"
    assert "bea@engraft.example" in as_(world.sorrel).get(page).content.decode()
    assert "bea@engraft.example" not in as_(world.fenn).get(page).content.decode()


def test_load_tells_not_there_from_not_allowed(world: World) -> None:
    everybody = Person.objects.all()
    assert load(everybody, pk=world.bea.pk) == world.bea
    with pytest.raises(Http404):
        load(everybody, pk=999999)
    with pytest.raises(NotAllowed, match="not do this"):
        load(everybody, allowed=lambda person: person.title == "Nurse", pk=world.bea.pk)


def test_require_reads_the_roles_afresh(world: World) -> None:
    require(world.fenn, May.DRAFT_DOCUMENTS, May.READ_DOCUMENTS)
    require(SYSTEM, May.DRAFT_DOCUMENTS)
    with pytest.raises(NotAllowed, match="You may not write documents"):
        require(world.jory, May.READ_DOCUMENTS, May.DRAFT_DOCUMENTS)
    with pytest.raises(NotAllowed):
        require(world.hale, May.READ_DOCUMENTS)


def test_the_marks_are_reachable_from_the_whole_site() -> None:
    assert get_resolver().reverse_dict.getlist("login")
    assert callable(to_login)
