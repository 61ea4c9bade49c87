"""Reading and signing in a real browser: nothing that axe finds, the hand's way on a phone counted in clicks."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people import services as people
from qms.people.models import Person
from qms.people.programme import today
from qms.trail import outbox
from tests import documents as do
from tests import readings as read
from tests.browser import ORIGIN, visit
from tests.looks import judge_here, look
from tests.texts import bullet, heading, para, run, step, table
from tests.world import PASSWORD, World
from training.models import Reading, ReadingRule

pytestmark = pytest.mark.journey
OLD = [
    heading("Objective"), para([run("To thaw cells "), run("quickly", "bold"), run(".")]), heading("Thawing"),
    step("Lower the bag into the bath."), bullet("at 37 °C"), step("Take it out when a piece of ice is left."),
    step("Carry it to the ward."), para("If the bag leaks, stop.", role="warning"), heading("Limits"),
    table(["What", "Limit"], ["Bath", "36 to 38 °C"]), para("Ask the director in doubt."),
]  # fmt: skip


def changed() -> list:
    text = [dict(block) for block in OLD]
    text[3] = step("Lower the bag into the bath, slowly, and count to ten.") | {"id": OLD[3]["id"]}
    text[7] = para("If the bag leaks, stop and call 2222.", role="warning") | {"id": OLD[7]["id"]}
    text[10] = para("Ask the director on call in doubt.") | {"id": OLD[10]["id"]}
    return text


@pytest.fixture
def ward(world: World) -> dict[str, str]:
    """Jory signed version 1 of the first; version 2 is approved for a day ahead; a second document is new for her."""
    one = read.asked(world, text=OLD)
    read.sign(read.reading_of(world.jory, one))
    two = read.approved_next(one, world, changed(), summary="Slower, after a leak.", on=today() + timedelta(days=2))
    other = read.asked(world, title="Recognising infusion reactions", text=OLD)
    number = one.document.number
    return {
        "number": number, "one": f"/reading/{read.reading_of(world.jory, one).pk}/",
        "two": f"/reading/{read.reading_of(world.jory, two).pk}/", "document": f"/documents/{number}/",
        "other": f"/reading/{read.reading_of(world.jory, other).pk}/", "v1": f"/documents/{number}/v1/",
        "v2": f"/documents/{number}/v2/",
    }  # fmt: skip


def test_pages_of_reading(
    world: World, ward: dict[str, str], as_: Callable[[Person], Client], browser: Browser
) -> None:
    """Every page of reading, for who reads and for who answers for it."""
    two = ward["two"]
    nurse = {
        "work": "/", "changes": two, "marked": f"{two}?show=marked", "clean": f"{two}?show=clean",
        "whole": ward["other"], "signed": ward["one"], "record": "/reading/",
    }  # fmt: skip
    rule = ReadingRule.objects.get(document__number=ward["number"])
    waits = do.reviewed(world, title="Washing", text=OLD)
    people.assign_role(world.bea, "nurse", world.clin, by=world.marit)
    outbox.run_all()
    quality = {
        "document": ward["document"], "must-read": f"{ward['document']}must-read/",
        "end": f"{ward['document']}must-read/{rule.pk}/end/", "readers": f"{ward['v2']}readers/",
        "readers-signed": f"{ward['v1']}readers/?show=signed", "of-person": f"/people/{world.jory.pk}/reading/",
        "person": f"/people/{world.jory.pk}/",
    }  # fmt: skip
    jory, marit, bea, thessaly = (as_(one) for one in (world.jory, world.marit, world.bea, world.thessaly))
    with visit(browser, jory) as page:
        for name, path in nurse.items():
            look(page, path, name)
    with visit(browser, marit) as page:
        for name, path in quality.items():
            look(page, path, name)
    with visit(browser, bea) as page:
        look(page, ward["document"], "own")
    with visit(browser, thessaly) as page:
        look(page, f"/documents/{waits.document.number}/v1/approve/", "approve")


def test_a_nurse_signs_two_versions_on_a_phone(
    world: World, ward: dict[str, str], as_: Callable[[Person], Client], browser: Browser
) -> None:
    """From My work to signed in three clicks at most, and from there to the next one signed in three."""
    clicks: list[str] = []
    client = as_(world.jory)

    def click(page: Page, role: str, name: str) -> None:
        button = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
        button.wait_for()
        box, shown = button.bounding_box(), page.viewport_size
        assert box and shown and box["height"] >= 44, (name, box)
        assert box["y"] >= 0 and box["y"] + box["height"] <= shown["height"], f"{name} is not in reach: {box}"
        button.click()
        clicks.append(name)

    with visit(browser, client, width=390, scheme="light") as page:
        page.goto(f"{ORIGIN}/")
        begin = time.perf_counter()
        click(page, "link", "Read and sign")
        page.wait_for_url("**/reading/*/")
        click(page, "link", "Sign")
        page.wait_for_url("**/sign/*")
        page.get_by_label("E-mail").fill("jory@engraft.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        click(page, "button", "Sign")
        page.wait_for_url("**/signatures/*/")
        first, before = time.perf_counter() - begin, len(clicks)
        assert before <= 3, clicks
        judge_here(page, "receipt")
        begin = time.perf_counter()
        page.get_by_role("link", name="Read the next one (1 left)").scroll_into_view_if_needed()
        click(page, "link", "Read the next one (1 left)")
        page.wait_for_url("**/reading/*/")
        click(page, "link", "Sign")
        page.wait_for_url("**/sign/*")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        click(page, "button", "Sign")
        page.wait_for_url("**/signatures/*/")
        second = time.perf_counter() - begin
        assert len(clicks) - before <= 3, clicks
        page.get_by_text("All read: nothing else waits for you to read.").wait_for()
        judge_here(page, "receipt-last")
    assert not Reading.objects.open().filter(person=world.jory, version__n=2).exists()
    assert Reading.objects.filter(person=world.jory, signature__isnull=False).count() == 3
    print(f"\nOn a phone: {before} clicks and {first:.1f} s, then {len(clicks) - before} clicks and {second:.1f} s.")


def test_the_keys_go_from_change_to_change(
    world: World, ward: dict[str, str], as_: Callable[[Person], Client], browser: Browser
) -> None:
    """n and p, as the buttons do; without a key nothing is hidden."""
    client = as_(world.jory)
    with visit(browser, client) as page:
        page.goto(f"{ORIGIN}{ward['two']}?show=marked")
        at = lambda: page.evaluate("document.activeElement.dataset.change")  # noqa: E731
        seen = []
        for key in ("n", "n", "n", "n", "p"):
            page.keyboard.press(key)
            seen.append(at())
        assert seen == ["1", "2", "3", "3", "2"]
        assert page.locator("[data-at]").inner_text() == "2 / 3"
        page.get_by_role("button", name="Next change").click()
        assert at() == "3"
        page.goto(f"{ORIGIN}{ward['two']}?show=clean")
        assert page.get_by_role("button", name="Next change").count() == 0
