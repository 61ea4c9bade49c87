"""A planned deviation in a real browser: asked for on a phone, approved on one, done, and on the register."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, visit
from tests.world import PASSWORD, World

pytestmark = pytest.mark.journey


def press(page: Page, name: str, role: str = "link") -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
    page.wait_for_load_state("load")
    assert_accessible(page)


def opened(page: Page, path: str) -> str:
    page.goto(ORIGIN + path)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return " ".join(page.inner_text("main").split())


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_asked_on_a_phone_approved_and_done(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    version = do.in_force(world)
    do.given(world.thessaly, do.send_content(version, [world.bea], world.thessaly))  # the pledge
    asker, director = as_(world.fenn), as_(world.thessaly)
    with visit(browser, asker, width=width, scheme=scheme) as page:
        opened(page, version.get_absolute_url())
        press(page, "Deviate")
        page.select_option("#id_block", "b3")
        for field, words in (("text", "Bath at 39"), ("reason", "Broken"), ("risk", "None"), ("product", "Odo Fern")):
            page.fill(f"#id_{field}", words)
        press(page, "Ask", "button")
        assert "Write the code of the product" in page.inner_text("main")
        page.fill("#id_product", "W12 26 000017")
        press(page, "Ask", "button")
        assert "Not approved." in page.inner_text("main")
        here = page.url.removeprefix(ORIGIN)
    with visit(browser, director, width=width, scheme=scheme) as page:
        assert "asks to do otherwise" in opened(page, "/")
        opened(page, here)
        press(page, "Approve and sign")
        page.fill("#id_email", "thessaly@engraft.example")
        page.fill("#id_password", PASSWORD)
        press(page, "Sign", "button")
        assert "Approved until it expires." in page.inner_text("main")
    with visit(browser, asker, width=width, scheme=scheme) as page:
        opened(page, here)
        press(page, "Done …")
        press(page, "Record it", "button")
        assert "Quality reviews it." in page.inner_text("main")
        assert "1 deviation" in opened(page, "/deviations/?status=done")
        opened(page, "/deviations/?q=nothing")
        opened(page, "/documents/PROC-SOP-001/")
