"""The frame around each page is written once for those who see the same: never that of another person or page."""

import re

from django.test import Client
from django.urls import reverse

from qms.people import services as people


def frame(page):
    return page[: page.index('<main class="main"')] + page[page.index("</main>") :]


def current(page):
    return re.findall(r'<a href="([^"]+)" aria-current="page">', frame(page))


def test_each_person_and_page_has_its_own(world, as_):
    seen = {}
    for person in (world.marit, world.fenn, world.jory, world.marit):
        for url in (reverse("home"), reverse("register")):
            page = as_(person).get(url).content.decode()
            assert f"<b>{person.printed_name}</b>" in frame(page)
            assert person.user.email in frame(page)
            assert set(current(page)) == {url}
            others = {world.marit, world.fenn, world.jory} - {person}
            assert not any(other.printed_name in frame(page) for other in others)
            seen[person.printed_name, url] = re.findall(r'href="([^"]+)"', frame(page))
    assert reverse("people") in seen["Marit Oakenshaw", "/"]
    assert reverse("people") not in seen["Jory Pennyroyal", "/"]


def test_a_new_name_or_role_is_there_on_the_next_page(world, as_):
    client = as_(world.jory)
    client.get("/")
    people.change_person(
        world.jory,
        by=world.marit,
        joined_on=world.jory.joined_on,
        printed_name="Jory Pennyroyal-Vane",
        title="Nurse",
        reason="Married",
    )
    people.assign_role(world.jory, "author", world.clin, by=world.marit)
    page = client.get("/").content.decode()
    assert "<b>Jory Pennyroyal-Vane</b>" in frame(page)
    assert reverse("people") in frame(page)


def test_the_log_out_carries_the_token_of_its_page(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.fenn.user)
    tokens = set()
    for _twice in range(2):
        page = client.get("/").content.decode()
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', frame(page))
        tokens.add(token)
    assert len(tokens) == 2
    assert client.post(reverse("logout"), {"csrfmiddlewaretoken": "token-of-this-page"}).status_code == 403
    assert client.post(reverse("logout"), {"csrfmiddlewaretoken": token}).status_code == 303
