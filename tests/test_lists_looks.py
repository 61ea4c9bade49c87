"""Finding and handling many documents in a real browser: at a desk, and on a phone in the dark; axe on each page."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from sops import services
from sops.models import Document, SavedView, TopicPart
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, outside_the_loop, visit
from tests.world import World

pytestmark = pytest.mark.journey


def go(page: Page, path: str) -> None:
    page.goto(ORIGIN + path)
    check(page)


def check(page: Page) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(f"main :is(a, button):text-is('{name}')").first.click()
    page.wait_for_load_state("load")
    check(page)


def words(page: Page) -> str:
    return " ".join(page.inner_text("main").split())


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_viewed_chosen_mapped_covered(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    first = do.in_force(world, title="First")
    refers = {"id": "b9", "kind": "paragraph", "runs": [{"text": "see", "link": f"doc:{first.document.number}"}]}
    second = do.in_force(world, title="Second", text=[*do.TEXT, refers, {**refers, "id": "b8", "runs": [
        {"text": "see", "link": "doc:LOST-1"}]}])  # fmt: skip
    services.take_over_topics(by=world.marit)
    with visit(browser, as_(world.marit), width=width, scheme=scheme) as page:
        save_a_view(page)
        give_both_away(page, world)
        go(page, f"{second.document.get_absolute_url()}map/")
        assert page.locator(".docmap svg").is_visible() == (width == 1440)
        assert "1 reference leads to nothing that is in force." in words(page)
        go(page, "/documents/references/")
        assert "LOST-1" in words(page)
        cover_a_topic(page, first.document)
        go(page, f"{first.document.get_absolute_url()}topics/")
        go(page, first.document.get_absolute_url())


def save_a_view(page: Page) -> None:
    go(page, "/documents/?status=effective")
    press(page, "Save this view")
    page.fill("#id_name", "What holds")
    page.check("#id_shared")
    press(page, "Save")
    assert page.locator("#views [aria-current=page]", has_text="What holds").count() == 1
    go(page, "/documents/views/")
    press(page, "Remove")
    press(page, "Bring back")
    with outside_the_loop():
        assert SavedView.objects.get().removed_at is None


def give_both_away(page: Page, world: World) -> None:
    go(page, "/documents/")
    press(page, "Choose several")
    for box in page.locator("td.sel input").all():
        box.check()
    press(page, "Go on with those ticked")
    assert "2 documents chosen" in words(page)
    assert not page.locator("#id_to_owner").is_visible()
    page.locator("[name=act][value=owner]").check()
    page.select_option("#id_to_owner", label="Bea Thistledown, Senior technician")
    press(page, "Show what changes")
    page.fill("#id_reason", "Fenn is on leave")
    press(page, "Change 2 documents")
    assert "2 documents have their new owner." in words(page)
    with outside_the_loop():
        assert {one.owner for one in Document.objects.select_related("owner")} == {world.bea}


def cover_a_topic(page: Page, document: Document) -> None:
    go(page, "/documents/topics/")
    page.locator("th a", has_text="Freezing and thawing").click()
    check(page)
    press(page, "Say what covers it in D")
    page.fill("#id_documents", document.number)
    press(page, "Save")
    assert "Covered" in words(page)
    with outside_the_loop():
        assert TopicPart.objects.get(topic__code="CRYO", part="D").coverage.count() == 1
