"""Asking, answering and reviewing in a real browser: by mouse at a desk, on a phone by the keyboard alone."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from qms.people.services import assign_role
from sops.models import Document
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, outside_the_loop, visit
from tests.world import PASSWORD, World

pytestmark = pytest.mark.journey
FOCUSED = "(document.activeElement.innerText || document.activeElement.ariaLabel || document.activeElement.id).trim()"
STEPS = 120
NUMBERS = re.compile(r"\d+|#.*")


class Hand:
    """Somebody at a page: presses links and buttons by the mouse, or by Tab and Enter alone."""

    def __init__(self, page: Page, *, keys: bool, seen: set[str]) -> None:
        self.page, self.keys, self.seen = page, keys, seen

    def open(self, path: str) -> None:
        self.page.goto(ORIGIN + path)
        self.look()

    def look(self) -> None:
        """Ask axe about each kind of page once."""
        kind = NUMBERS.sub("", self.page.url)
        if kind not in self.seen:
            assert_accessible(self.page)
        self.seen.add(kind)

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            if self.keys:
                self.reach(name)
                self.page.keyboard.press("Enter")
            else:
                self.page.locator(f"main :is(a, button):text-is('{name}')").first.click()
        self.page.wait_for_load_state("load")
        self.look()

    def reach(self, name: str) -> None:
        for _step in range(STEPS):
            if self.page.evaluate(FOCUSED) == name:
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"The keyboard does not come to {name!r}")

    def choose(self, field: str) -> None:
        if not self.keys:
            self.page.check(f"#{field}")
            return
        self.reach(field)
        self.page.keyboard.press("Space")

    def sign(self) -> None:
        if self.page.locator("#id_email").count():
            self.page.fill("#id_email", "fenn@engraft.example")
        self.page.fill("#id_password", PASSWORD)
        self.press("Sign")

    @property
    def words(self) -> str:
        return " ".join(self.page.inner_text("main").split())


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_asked_answered_reviewed(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    version, quiet = do.in_force(world), do.in_force(world, title="Labels")
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    do.given(world.fenn, do.send_content(version, [world.bea], world.thessaly))  # the pledge
    nurse, author, keys = as_(world.jory), as_(world.fenn), width == 390
    seen: set[str] = set()
    with visit(browser, nurse, width=width, scheme=scheme) as page:
        hand = Hand(page, keys=keys, seen=seen)
        hand.open(version.get_absolute_url())
        if keys:
            hand.press("Ask")
        else:
            page.locator("#block-b2").click()
            hand.press("Ask about this passage")
            assert page.input_value("#id_block") == "b2"
        page.keyboard.type("For how long?")  # the field has the focus
        hand.press("Send")
        assert "Sent to Fenn Mossgrove." in hand.words
        hand.open("/questions/?mine=1")
    with visit(browser, author, width=width, scheme=scheme) as page:
        hand = Hand(page, keys=keys, seen=seen)
        hand.open("/")
        hand.press("Answer")
        page.fill("#id_text", "Two minutes.")
        hand.press("Answer")
        assert "Answered. It stands beside the text" in hand.words
        review(hand, version.document, quiet.document)
    with visit(browser, nurse, width=width, scheme=scheme) as page:
        hand = Hand(page, keys=keys, seen=seen)
        hand.open(version.get_absolute_url())
        assert "For how long?" in hand.words
        assert "Two minutes." in hand.words
    with visit(browser, as_(world.marit), width=width, scheme=scheme) as page:
        hand = Hand(page, keys=keys, seen=seen)
        with outside_the_loop():
            key = Document.objects.get(pk=quiet.document_id).pk
        for path in (
            "/reviews/",
            "/reviews/?week=late",
            "/reviews/done/",
            f"/reviews/plan/?document={key}",
            "/questions/",
        ):
            hand.open(path)


def review(hand: Hand, document: Document, quiet: Document) -> None:
    """One review with a signal that gets its word, and one without: two clicks and a signature."""
    hand.open(f"/documents/{document.number}/periodic-review/")
    hand.press("Sign: no change …")
    assert "nothing is said yet of Question" in hand.words
    with outside_the_loop():
        key = f"question-{document.questions.get().pk}-answered"
    hand.choose(f"id_{key}-outcome_0")
    hand.press("Sign: no change …")
    assert "It stays in force without a change." in hand.words
    hand.sign()
    assert "Sign" in hand.words
    hand.open(f"/documents/{quiet.number}/")
    hand.press("Review it")
    hand.press("Sign: no change …")
    hand.sign()
    assert hand.page.url.startswith(f"{ORIGIN}/signatures/")
    with outside_the_loop():
        found = document.reviews.get()
        assert quiet.reviews.get().status == found.status == "no_change"
    hand.open(found.get_absolute_url())
    assert "Noted" in hand.words
