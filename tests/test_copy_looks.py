"""A controlled copy in a real browser: issued at a desk, scanned by a stranger with a phone, recalled, scanned."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from qms.trail import outbox
from sops.models import Copy
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, outside_the_loop, visit
from tests.scanned import needs_pictures, token_of
from tests.world import World

pytestmark = [pytest.mark.journey, needs_pictures]
LIST = "/documents/PROC-SOP-001/copies/"


def press(page: Page, name: str, role: str = "button") -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
    page.wait_for_load_state("load")


def opened(page: Page, path: str) -> str:
    page.goto(ORIGIN + path)
    assert_accessible(page)
    return " ".join(page.inner_text("main").split())


def issue(page: Page, world: World) -> None:
    """Fill one row wrongly, mend it, add rows, and let the worker make the PDFs while the page looks again."""
    page.goto(ORIGIN + LIST)
    press(page, "Issue copies", "link")
    page.select_option("#id_copy1-holder", label="Jory Pennyroyal")
    page.fill("#id_copy2-name", "Ring binder")
    press(page, "Issue copies")
    assert "Say where it is kept" in page.inner_text("main")
    assert_accessible(page)
    page.fill("#id_copy1-place", "Ward, treatment room")
    page.fill("#id_copy2-place", "Bench 2")
    press(page, "Add rows")
    assert page.locator(".holding").count() == 8
    assert page.input_value("#id_copy2-place") == "Bench 2"
    press(page, "Issue copies")
    assert "2 copies are being made." in page.inner_text("main")
    with outside_the_loop():
        outbox.run_all()
    page.get_by_text("In use").first.wait_for(timeout=15_000)  # by itself
    assert_accessible(page)
    assert "being made" not in page.inner_text("#copies")


@pytest.mark.parametrize(("desk", "scheme"), [(1440, "light"), (390, "dark")])
def test_issued_scanned_recalled(
    world: World, as_: Callable[[Person], Client], desk: int, scheme: str, browser: Browser
) -> None:
    do.in_force(world)
    client = as_(world.fenn)
    with visit(browser, client, width=desk, scheme=scheme) as page:
        issue(page, world)
    with outside_the_loop():
        token = token_of(Copy.objects.get(n=1))
    with visit(browser, Client(), width=390, scheme=scheme) as phone:
        words = opened(phone, f"/c/{token}")
        assert words.startswith("In force Version 1 is in force since")
        assert "Jory" not in words
        assert phone.locator("a[href*=documents]").count() == 0
        assert opened(phone, "/c/nonsense").startswith("No copy has this code")
    with visit(browser, client, width=desk, scheme=scheme) as page:
        page.goto(ORIGIN + LIST)
        page.locator("summary", has_text="Record").first.click()
        press(page, "Recall", "link")
        assert_accessible(page)
        page.fill("#id_reason", "Coffee over page 2")
        press(page, "Recall")
        assert "1 recalled copy is not back." in page.inner_text("main")
        for path in ("/copies/", "/copies/?q=nothing", "/documents/PROC-SOP-001/", "/"):
            opened(page, path)
    with visit(browser, Client(), width=390, scheme=scheme) as phone:
        words = opened(phone, f"/c/{token}")
        assert re.match(r"Recalled Copy 1 is recalled since .* Do not work by this paper\.", words)
        phone.emulate_media(media="print")
        assert phone.get_by_role("heading", level=1).is_visible()
        phone.emulate_media(media="screen")
        press(phone, "I have destroyed it", "link")
        assert_accessible(phone)
        press(phone, "It is destroyed")
        assert "Write your name." in phone.inner_text("main")
        phone.check("#id_how_0")
        phone.fill("#id_name", "Odo Zanthorn")
        press(phone, "It is destroyed")
        assert "Received" in phone.inner_text("main")
        assert_accessible(phone)
    with visit(browser, client, width=desk, scheme=scheme) as page:
        opened(page, LIST)
        assert "Odo Zanthorn, an unknown holder, says: destroyed" in page.inner_text("main")
        page.locator("summary", has_text="Record").first.click()
        press(page, "Confirm that it is destroyed")
        assert "Copy 1 is recorded as destroyed." in page.inner_text("body")
