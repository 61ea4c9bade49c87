"""Types, files kept as they are and publications of others in a real browser, wide and narrow."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from qms.people.programme import today
from sops import services
from tests import documents as do
from tests import kept_files as files
from tests.axe import assert_accessible
from tests.browser import ORIGIN, visit
from tests.test_kinds import into_force, kept, outside
from tests.world import World
from training.defaults import require_of_type
from training.models import Reading
from training.reconcile import ask_readers
from training.services import require_reading

pytestmark = pytest.mark.journey
PICTURES = os.environ.get("ENGRAFT_LOOK_AT", "")  # a folder for pictures, to look at them by eye


def opened(page: Page, path: str, name: str = "") -> str:
    """Open a page, look that it is accessible and not wider than the screen; return its words."""
    page.goto(ORIGIN + path)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    if PICTURES and name:
        page.screenshot(path=Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
    return " ".join(page.inner_text("main").split())


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def addresses(world: World) -> dict[str, str]:
    """A draft of a PDF, a workbook in review, a scan in force that is read, and a standard that was checked."""
    draft = kept(world)
    review = do.send(kept(world, files.workbook(), title="Dilution", code="WRK"), world)
    label = kept(world, files.brought(files.scanned_pdf(), "label.pdf"), title="Label of the bag", code="LBL")
    require_reading(label.document, "laboratory_director", by=world.marit)
    label = into_force(label, world)
    ask_readers(label)
    standard = into_force(outside(world), world)
    services.check_edition(
        standard.document, by=world.fenn, revision=None, next_on=today() + timedelta(days=30), note="Their web page"
    )
    require_of_type(do.sop_type(), "technician", everywhere=False, by=world.marit)
    return {
        "draft": draft.get_absolute_url(), "review": review.get_absolute_url(), "label": label.get_absolute_url(),
        "reading": Reading.objects.get().get_absolute_url(), "standard": standard.document.get_absolute_url(),
        "sop": do.draft(world).get_absolute_url(),
    }  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_each_kind_of_page(
    world: World, addresses: dict[str, str], as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    at = addresses
    with visit(browser, as_(world.fenn), width=width, scheme=scheme) as page:
        assert "macros" in opened(page, "/documents/new/file/", "new-file")
        assert "Where it lies" in opened(page, "/documents/new/outside/", "new-outside")
        assert "Words found in the file" in opened(page, at["draft"], "draft")
        page.get_by_text("Words found in the file").click()
        assert page.get_by_text("Checklist of the day").last.is_visible()
        opened(page, f"{at['draft']}material/", "material")
        page.fill("#id_title", "Checklist of each day")
        press(page, "Save")
        assert "Checklist of each day" in page.inner_text("h1")
        assert "No words were found" in opened(page, at["label"], "label")
        opened(page, at["label"].replace("v1/", ""), "label-document")
        opened(page, at["label"].replace("v1/", "file/"), "next-file")
        assert "8th edition" in opened(page, at["standard"], "standard")
        opened(page, f"{at['standard']}newer/", "newer")
        opened(page, f"{at['standard']}check/", "check")
        page.fill("#id_next_on", (today() + timedelta(days=90)).isoformat())
        press(page, "No newer edition")
        assert "Recorded: no newer edition." in page.inner_text("body")
        assert "Not in the text yet" in opened(page, f"{at['sop']}edit/", "sections")
        opened(page, f"{at['sop']}send/", "send")
        opened(page, "/documents/new/", "new")
    with visit(browser, as_(world.bea), width=width, scheme=scheme) as page:
        assert "Open the file" in opened(page, f"{at['review']}review/", "review")
    with visit(browser, as_(world.thessaly), width=width, scheme=scheme) as page:
        assert "Read the file itself." in opened(page, at["reading"], "reading")
    with visit(browser, as_(world.marit), width=width, scheme=scheme) as page:
        opened(page, "/documents/types/", "types")
        opened(page, "/documents/types/SOP/", "type")
        opened(page, "/documents/types/SOP/change/", "type-change")
        opened(page, "/documents/types/SOP/must-read/", "type-readers")
        opened(page, "/documents/types/add/", "type-add")
