"""The redline and the reasons of changes in a real browser: nothing that axe finds, at 1440 and 390 px."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from qms.people.models import Person
from sops import services
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, visit
from tests.test_redline_pages import NEW, two_versions
from tests.test_word_back import SECONDS, TEXT, bring, said, word_with, words
from tests.world import World

pytestmark = pytest.mark.journey
SHOTS = os.environ.get("ENGRAFT_SHOTS", "")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_change_its_reason_and_where_both_are_read(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    first, second = two_versions(world)
    services.say_why(second, {NEW[3]["id"]: ("Bags were still frozen.", "INC-2026-0001")}, by=world.fenn, revision=None)
    number = first.document.number
    with visit(browser, as_(world.fenn), width=width, scheme=scheme) as page:
        page.goto(f"{ORIGIN}/documents/{number}/v2/changes/")
        look(page, "changes", width)
        page.get_by_label("Why change 2 (added)?").fill("The label came off in the bath.")
        page.get_by_role("button", name="Save the reasons").click()
        page.get_by_text("1 reason is saved.").wait_for(timeout=60_000)
        assert page.get_by_label("Why change 2 (added)?").input_value() == "The label came off in the bath."
        page.goto(f"{ORIGIN}/documents/{number}/redline/?old=1&new=2")
        look(page, "redline", width)
        page.get_by_label("From").select_option("2")
        page.get_by_role("button", name="Compare").click()
        page.get_by_text("Nothing changed.").wait_for(timeout=60_000)
        page.goto(f"{ORIGIN}/documents/{number}/v2/review/")
        look(page, "review-whys", width)
    assert {why.text for why in do.fresh(second).whys.all()} >= {"The label came off in the bath."}


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_a_word_file_comes_back_to_a_draft_that_somebody_wrote_in(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    draft, client = do.draft(world, text=TEXT), as_(world.fenn)
    data = word_with(client, draft, ("Take it out after 60 seconds.", "Take it out after 90 seconds."))
    theirs = [*TEXT[:2], said("Take it out after 45 seconds.", SECONDS), *TEXT[3:]]
    services.save_text(draft, by=world.bea, revision=None, blocks=theirs)
    path = bring(client, draft, data)
    with visit(browser, client, width=width, scheme=scheme) as page:
        page.goto(f"{ORIGIN}{draft.get_absolute_url()}")
        look(page, "version-word", width)
        page.goto(f"{ORIGIN}{path}")
        look(page, "word-back", width)
        page.get_by_role("button", name="Replace the text of draft 1").click()
        page.get_by_text("has the text of the file.").wait_for(timeout=60_000)
    assert len(words(draft)) == len(TEXT) + 1


def look(page: object, name: str, width: int) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)  # type: ignore[attr-defined]
    assert_accessible(page)  # type: ignore[arg-type]
