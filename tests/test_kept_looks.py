"""Types, files kept as they are and publications of others in a real browser, wide and narrow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from qms.people.programme import today
from sops import services
from tests import documents as do
from tests import kept_files as files
from tests.browser import visit
from tests.looks import look
from tests.test_kinds import into_force, kept, outside
from tests.world import World
from training.defaults import require_of_type
from training.models import Reading
from training.reconcile import ask_readers
from training.services import require_reading

pytestmark = pytest.mark.journey


def opened(page: Page, path: str, name: str) -> str:
    """Open a page and judge it; return its words."""
    look(page, path, name)
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


def test_each_kind_of_page(
    world: World, addresses: dict[str, str], as_: Callable[[Person], Client], browser: Browser
) -> None:
    at = addresses
    with visit(browser, as_(world.fenn)) as page:
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
    with visit(browser, as_(world.bea)) as page:
        assert "Open the file" in opened(page, f"{at['review']}review/", "review")
    with visit(browser, as_(world.thessaly)) as page:
        assert "Read the file itself." in opened(page, at["reading"], "reading")
    with visit(browser, as_(world.marit)) as page:
        opened(page, "/documents/types/", "types")
        opened(page, "/documents/types/SOP/", "type")
        opened(page, "/documents/types/SOP/change/", "type-change")
        opened(page, "/documents/types/SOP/must-read/", "type-readers")
        opened(page, "/documents/types/add/", "type-add")
