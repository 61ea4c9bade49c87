"""Signing, trail and work in a real browser: nothing that axe finds, and the button is where the hand is."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people.models import Person
from qms.signatures.models import Remark, Signature
from qms.signatures.services import mark_signature
from tests import documents as do
from tests.browser import ORIGIN, visit
from tests.looks import VIEWS, judge, judge_here, look
from tests.world import PASSWORD, World

pytestmark = pytest.mark.journey
ALIKE = {"trail-none", "trail-wrong", "trail-record", "review-none", "depute"}
"""Pages that share their parts with another one of the list: looked at in one width."""


def test_pages_of_quality(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    version = do.reviewed(world)
    made = Signature.objects.filter(signer=world.bea).latest("pk")
    mark_signature(made, Remark.Kind.ERROR, by=world.bea, reason="I opened the wrong version")
    paths = {
        "home-empty": "/", "help": "/help/", "trail": "/trail/", "trail-none": "/trail/?what=key",
        "trail-wrong": "/trail/?since=2026-09-02&until=2026-09-01",
        "trail-record": f"/trail/sops.version/{version.pk}/", "receipt-marked": f"/signatures/{made.pk}/",
        "content": f"/signatures/{made.pk}/content/", "review-none": "/signatures/review/",
        "deputations": "/account/deputations/", "depute": "/account/deputations/give/",
    }  # fmt: skip
    client = as_(world.marit)
    with visit(browser, client) as page:
        for name, path in paths.items():
            look(page, path, name, on_phone=name not in ALIKE)
        page.goto(f"{ORIGIN}/trail/sops.version/{version.pk}/")
        for summary in page.locator("main ol details summary").all():
            summary.click()
        judge(page, "trail-record-open")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_from_my_work_to_the_receipt(
    world: World, as_: Callable[[Person], Client], width: int, scheme: str, browser: Browser
) -> None:
    """A first signature ever: the pledge, a wrong password, then the review itself, with the password alone."""
    version = do.sent(world)
    address = f"/documents/{version.document.number}/v1/sign/review/?revision={version.revision}"
    client = as_(world.bea)
    with visit(browser, client, width=width, scheme=scheme) as page:
        page.goto(f"{ORIGIN}/")
        judge_here(page, "home")
        page.goto(ORIGIN + address)
        page.get_by_role("heading", name="Sign the pledge before a first signature").wait_for()
        judge_here(page, "pledge")
        button_is_on_the_first_screen(page)
        page.get_by_label("Your e-mail").fill("bea@engraft.example")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_text("That password is not right. Nothing was signed.").first.wait_for()
        judge_here(page, "pledge-wrong")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_role("heading", name="Sign PROC-SOP-001, version 1").wait_for()
        assert page.get_by_label("Your e-mail").count() == 0
        judge_here(page, "sign")
        button_is_on_the_first_screen(page)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign", exact=True).click()
        page.get_by_role("heading", name="You have signed PROC-SOP-001, version 1").wait_for()
        judge_here(page, "receipt")
        page.go_back()
        assert page.get_by_label("Password").count() == 0 or page.get_by_label("Password").input_value() == ""


def button_is_on_the_first_screen(page: Page) -> None:
    """On a phone of 844 px, whose lowest bar is the quick navigation; meaning and button are both seen."""
    page.evaluate("scrollTo(0, 0)")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 844})  # type: ignore[index]
    bar = page.locator(".botbar").bounding_box()
    lowest = bar["y"] if bar else 844
    for part in (page.locator(".oath"), page.get_by_role("button", name="Sign", exact=True)):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= lowest
