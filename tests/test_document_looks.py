"""Documents in a real browser: nothing that axe finds, at 1440 and 390 px, light and dark; writing with htmx."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser

from qms.people.models import Person
from qms.people.programme import today
from sops import services
from sops.bodies import read_body
from tests import documents as do
from tests.browser import ORIGIN, visit
from tests.looks import look
from tests.texts import bullet, heading, para, run, step, table
from tests.word_files import FILES
from tests.world import World

pytestmark = pytest.mark.journey
TEXT = [
    heading("Objective"), para([run("To thaw cells "), run("quickly", "bold"), run(".")]), heading("Thawing"),
    step("Lower the bag into the bath."), bullet("at 37 °C"), step("Take it out when a piece of ice is left."),
    para("If the bag leaks, stop.", role="warning"), table(["What", "Limit"], ["Bath", "36 to 38 °C"]),
]  # fmt: skip

ALIKE = {"register-none", "register-filtered", "redline", "version-new", "edit-new", "discard", "document-import"}
"""Pages that share their parts with another one of the list: looked at in one width."""


def test_pages_of_documents(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    """Every page of documents that differs in shape."""
    first = do.in_force(world, text=TEXT)
    second = services.start_version(first.document, by=world.fenn)
    text = [
        *TEXT[:3],
        step("Lower the bag into the bath, slowly."),
        *TEXT[4:7],
        table(["What", "Limit"], ["Bath", "37 °C"]),
    ]
    services.save_text(second, by=world.fenn, revision=None, blocks=text, summary="Slower, after a leak.")
    second = do.send(do.fresh(second), world)
    comment = services.add_comment(second, by=world.bea, kind="must_fix", text="How slowly?", block=text[3]["id"])
    services.reply_to_comment(comment, by=world.fenn, text="10 seconds.")
    services.add_comment(second, by=world.bea, kind="question", text="On the whole?")
    draft = do.draft(world, title="Storage", text=TEXT)
    waits = do.reviewed(world, title="Freezing", text=TEXT)
    client, thessaly = as_(world.bea), as_(world.thessaly)
    word = SimpleUploadedFile("tracked.docx", (FILES / "rp034-deleted-cells-tracked.docx").read_bytes())
    check = client.post("/documents/import/", {"file": word}).headers["Location"]
    one, two, three = (f"/documents/{version.document.number}/v{version.n}/" for version in (first, second, draft))
    paths = {
        "register": "/documents/", "register-none": "/documents/?q=zzz",
        "register-filtered": "/documents/?status=draft",
        "new": "/documents/new/", "import": "/documents/import/", "import-check": check,
        "document": f"/documents/{first.document.number}/?on={today()}", "version": one, "version-new": two,
        "redline": f"{two}redline/", "review": f"{two}review/", "review-say": f"{two}review/?comment={TEXT[1]['id']}",
        "edit": f"{three}edit/", "edit-passage": f"{three}edit/?block={TEXT[1]['id']}",
        "edit-table": f"{three}edit/?block={TEXT[7]['id']}", "edit-new": f"{three}edit/?after={TEXT[3]['id']}",
        "send": f"{three}send/", "discard": f"{three}discard/",
        "document-import": check.replace("/documents/import/", f"/documents/{draft.document.number}/import/"),
    }  # fmt: skip
    with visit(browser, client) as page:
        for name, path in paths.items():
            look(page, path, name, on_phone=name not in ALIKE)
    with visit(browser, thessaly) as page:
        look(page, f"/documents/{waits.document.number}/v1/approve/", "approve")
        look(page, f"{one}withdraw/", "withdraw")


def test_types(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    client = as_(world.marit)
    with visit(browser, client) as page:
        look(page, "/documents/types/", "types")


def test_a_passage_opens_in_its_place_and_is_saved(
    world: World, as_: Callable[[Person], Client], browser: Browser
) -> None:
    """htmx opens the one passage; the caret stands in it; saving comes back to it."""
    draft = do.draft(world, text=TEXT)
    name = TEXT[1]["id"]
    client = as_(world.fenn)
    with visit(browser, client) as page:
        page.goto(f"{ORIGIN}/documents/{draft.document.number}/v1/edit/")
        page.locator(f"#edit-{name} a.btn").click()
        field = page.locator(f"#edit-{name} textarea")
        field.wait_for()
        assert field.input_value() == "To thaw cells **quickly**."
        assert page.evaluate("document.activeElement.name") == "text"
        field.fill("To thaw cells *slowly*.")
        page.locator(f"#edit-{name} button.btn-primary").click()
        page.wait_for_url(f"**/edit/#block-{name}")
        page.goto(f"{ORIGIN}/documents/{draft.document.number}/v1/")
        assert page.locator(f"#block-{name} em").inner_text() == "slowly"
    assert read_body(do.fresh(draft).body)[1]["runs"][1] == run("slowly", "italic")


def test_the_register_narrows_while_one_types(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    """The list changes without a new page, and the address says what is shown."""
    for title in ("Freezing", "Thawing"):
        do.draft(world, title=title)
    client = as_(world.fenn)
    with visit(browser, client) as page:
        page.goto(f"{ORIGIN}/documents/")
        page.evaluate("window.samePage = true")
        page.locator("main [name=q]").press_sequentially("freez")
        page.wait_for_url("**q=freez*")
        page.locator("#results tbody tr:only-child").wait_for()
        assert page.evaluate("window.samePage")
