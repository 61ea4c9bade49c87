"""The kit in a real browser: accessible at both widths and in both themes, and each small help does what it says."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.axe import assert_accessible
from tests.browser import ORIGIN, visit
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.fixture
def marit(world: World) -> Client:
    client = Client()
    client.force_login(world.marit.user)
    return client


def opened(page: Page, path: str = "/ui/") -> Page:
    page.goto(ORIGIN + path)
    page.wait_for_load_state("load")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_every_part_is_accessible(marit: Client, browser: Browser, width: int, scheme: str) -> None:
    """WCAG 2.2 AA: axe finds nothing on the gallery, and it is not wider than the window."""
    with visit(browser, marit, width=width, scheme=scheme) as page:
        assert_accessible(opened(page))


def test_the_refusal_and_log_in_pages_are_accessible(marit: Client, browser: Browser) -> None:
    for client, path in [(marit, "/nowhere/"), (Client(), "/nowhere/"), (Client(), "/login/")]:
        with visit(browser, client, width=390) as page:
            assert_accessible(opened(page, path))


def test_an_open_menu_and_dialog_are_accessible_and_close(marit: Client, browser: Browser) -> None:
    with visit(browser, marit) as page:
        opened(page)
        page.locator("summary", has_text="Export").click()
        page.get_by_role("link", name="This list, CSV").wait_for()
        assert_accessible(page)
        page.keyboard.press("Escape")
        assert page.locator("details.menu[open]").count() == 0
        page.get_by_role("button", name="Withdraw …").click()
        page.get_by_role("dialog", name="Withdraw PROC-SOP-005?").wait_for()
        assert_accessible(page)
        page.get_by_role("button", name="Keep it in force").click()
        assert page.locator("dialog[open]").count() == 0


def test_the_theme_is_the_persons_choice_and_stays(marit: Client, browser: Browser) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with visit(browser, marit) as page:
        light = opened(page).evaluate(paper)
        page.get_by_role("button", name="Switch between light and dark").click()
        dark = page.evaluate(paper)
        assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 27, 28)")
        assert opened(page, "/account/").evaluate(paper) == dark


def test_fonts_and_icons_pass_the_policy(marit: Client, browser: Browser) -> None:
    with visit(browser, marit) as page:
        opened(page)
        assert page.evaluate("document.fonts.check('600 14px \"Plex Sans\"')")
        box = page.evaluate("document.querySelector('.side svg.icon use').getBBox().width")
        assert box > 0


def test_keys_move_in_a_register_and_never_in_a_field(marit: Client, browser: Browser) -> None:
    row = "document.activeElement.closest('[data-row]')?.querySelector('th').textContent ?? ''"
    with visit(browser, marit) as page:
        opened(page)
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.evaluate(row) == "COLL-SOP-008"
        page.keyboard.press("k")
        assert page.evaluate(row) == "CLIN-SOP-021"
        page.keyboard.press("/")
        page.keyboard.type("j/k")
        assert page.locator("#gallery-q").input_value() == "j/k"


def test_a_form_is_sent_once(marit: Client, browser: Browser) -> None:
    with visit(browser, marit) as page:
        opened(page)
        posts: list[str] = []
        page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
        with page.expect_request("**/account/stay/"):
            page.evaluate("""() => {
              const form = document.querySelector("form[action='/account/stay/']");
              form.requestSubmit();
              form.requestSubmit();
            }""")
        page.wait_for_timeout(300)
        assert posts == [f"{ORIGIN}/account/stay/"]


def test_the_words_under_a_date_follow_it(marit: Client, browser: Browser) -> None:
    with visit(browser, marit) as page:
        opened(page)
        page.locator("#id_effective_on").fill("2026-09-28")
        assert page.locator("[data-words-of=id_effective_on]").inner_text() == "Monday 28 September 2026"


def test_the_first_error_takes_the_focus(world: World, browser: Browser) -> None:
    with visit(browser, Client()) as page:
        opened(page, "/login/")
        page.evaluate("document.querySelectorAll('input').forEach((field) => field.removeAttribute('required'))")
        page.get_by_role("button", name="Log in").click()
        page.locator("[data-error-summary]:focus").wait_for()
        assert_accessible(page)


def test_one_is_warned_before_the_log_out_and_may_stay(marit: Client, browser: Browser) -> None:
    with visit(browser, marit) as page:
        page.clock.install()
        opened(page)
        page.clock.fast_forward(timedelta(minutes=27).total_seconds() * 1000)
        assert page.locator("#session[open]").count() == 0
        page.clock.fast_forward(61_000)
        page.get_by_role("dialog", name="You will be logged out soon").wait_for()
        page.get_by_role("button", name="Stay logged in").last.click()
        page.locator("#session:not([open])").wait_for(state="attached")


def test_what_was_typed_comes_back_after_the_log_in(marit: Client, browser: Browser, world: World) -> None:
    """A session time-out loses nothing typed, keeps no password, and gives it to nobody else."""
    with visit(browser, marit) as page:
        page.clock.install()
        opened(page)
        page.locator("#id_title").fill("Thawing at the bedside")
        page.locator("#id_facilities_1").check()
        page.locator("input[type=password]").fill("not to be kept")
        with time_machine.travel(timezone.now() + timedelta(minutes=31)):
            page.clock.fast_forward(timedelta(minutes=31).total_seconds() * 1000)
            page.wait_for_url("**/login/**")
            assert "not to be kept" not in page.evaluate("JSON.stringify(sessionStorage)")
            page.get_by_label("E-mail").fill("marit@engraft.example")
            page.get_by_label("Password").fill(world.password)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/ui/")
            page.get_by_text("What you typed before you were logged out is back").wait_for()
        assert page.locator("#id_title").input_value() == "Thawing at the bedside"
        assert page.locator("#id_facilities_1").is_checked()
        assert page.evaluate("sessionStorage.getItem('engraft-typed')") is None
