"""The route in a real browser: a parallel route to effect at both widths, nothing that axe finds, once by keys."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people import services as people
from qms.people.models import Person
from qms.signatures.services import has_pledged
from sops import services
from sops.models import Status, Version
from sops.routing import Seat, Stage, urgent_plan
from sops.seats import DIRECTOR
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, outside_the_loop, visit
from tests.test_document_looks import TEXT
from tests.test_routes import approve, plan, seats, send
from tests.texts import para
from tests.world import PASSWORD, World, add
from training.services import require_reading

pytestmark = pytest.mark.journey
SHOTS = os.environ.get("ENGRAFT_SHOTS", "")
As = Callable[[Person], Client]


def look(page: Page, name: str) -> None:
    """Take a picture where one is wanted, and let axe judge what is shown."""
    if SHOTS:
        width = page.viewport_size["width"]  # type: ignore[index]
        page.screenshot(path=Path(SHOTS) / f"route-{name}-{width}.png", full_page=True)
    assert_accessible(page)


def sign(page: Page, person: Person) -> None:
    """Give e-mail and password on the page of signing."""
    with outside_the_loop():
        email = person.user.email
    if page.locator("#id_email").count():
        page.fill("#id_email", email)
    page.fill("#id_password", PASSWORD)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url("**/signatures/**")


def all_pledge(*signers: Person) -> None:
    for one in signers:
        if not has_pledged(one):
            do.given(one, do.send_content(Version.objects.first(), [one], one))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_parallel_route_to_effect(world: World, as_: As, browser: Browser, width: int, scheme: str) -> None:
    """Chosen by name, role and quorum; a comment, a reminder, somebody else asked with a reason; approved, in force."""
    ada = add(world.marit, "Ada Sedge", "Technician")
    people.assign_role(ada, "author", world.proc, by=world.marit)
    first = do.in_force(world, text=TEXT)
    require_reading(first.document, "nurse", world.clin, by=world.marit)
    version = services.start_version(first.document, by=world.fenn)
    text = [*TEXT[:3], para("Lower the bag into the bath, slowly."), *TEXT[4:]]
    services.save_text(version, by=world.fenn, revision=None, blocks=text, summary="Slower, after a leak.")
    all_pledge(world.fenn, world.bea, world.marit, world.thessaly)
    fenn, bea, marit, thessaly = (as_(one) for one in (world.fenn, world.bea, world.marit, world.thessaly))
    at, day = f"{ORIGIN}/documents/{version.document.number}/v2/", do.today().isoformat()
    with visit(browser, fenn, width=width, scheme=scheme) as page:
        page.goto(f"{at}send/")
        look(page, "send")
        for name in ("Bea Thistledown, Senior technician", "Ada Sedge, Technician", "Marit Oakenshaw, Quality manager"):
            page.get_by_role("group", name="Reviewers", exact=True).get_by_label(name).check()
        page.locator("#id_reviewers_needed").fill("2")
        page.get_by_role("group", name="Approvers", exact=True).get_by_label("Whoever is: Director").check()
        page.get_by_role("button", name="Go on to sign").click()
        page.wait_for_url("**/sign/send/**")
        look(page, "send-sign")
        sign(page, world.fenn)
        page.goto(f"{at}route/")
        page.get_by_role("button", name="Remind").click()
        page.get_by_text("people are reminded by mail").wait_for()
        look(page, "route")
        page.get_by_role("link", name="Ask somebody else than Ada Sedge").click()
        page.wait_for_url("**/route/*/")
        page.get_by_label("Who is asked").select_option(label="Dr Thessaly Quince, Laboratory director")
        page.locator("#id_reason").fill("Ada is at the other site this week")
        look(page, "instead")
        page.get_by_role("button", name="Ask instead").click()
        page.wait_for_url("**/route/")
        page.get_by_text("No longer asked").wait_for()
    for client, person in ((bea, world.bea), (marit, world.marit)):
        with visit(browser, client, width=width, scheme=scheme) as page:
            page.goto(f"{at}review/")
            page.get_by_role("link", name="Sign the review").first.click()
            page.wait_for_url("**/sign/review/**")
            sign(page, person)
    with visit(browser, thessaly, width=width, scheme=scheme) as page:
        page.goto(f"{at}approve/")
        look(page, "approve")
        page.locator("#id_effective_on").fill(day)
        page.get_by_role("button", name="Approve and sign").first.click()
        page.wait_for_url("**/sign/approve/**")
        sign(page, world.thessaly)
        with outside_the_loop():
            services.make_effective(do.fresh(version))
        page.goto(at)
        look(page, "in-force")
    assert do.fresh(version).status == Status.EFFECTIVE


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_pages_beside_the_route(world: World, as_: As, browser: Browser, width: int, scheme: str) -> None:
    """An urgent change with its notice, a minor one, who is not here, the route of a type, who works by a document."""
    first = do.in_force(world, text=TEXT)
    version = services.start_version(first.document, by=world.fenn)
    text = [*TEXT[:3], para("Lower the bag into the bath, slowly."), *TEXT[4:]]
    services.save_text(version, by=world.fenn, revision=None, blocks=text, summary="Slower, after a leak.")
    version = send(do.fresh(version), urgent_plan([world.proc], "Two bags burst this week."), world)
    minor = services.start_version(do.in_force(world, title="Storage", text=TEXT).document, by=world.fenn)
    minor = send(minor, plan(world, weight="minor", reason="A comma."), world)
    stuck = send(do.draft(world, title="Freezing"), plan(world, Stage("review", seats(world.bea, world.marit))), world)
    marit, fenn, thessaly = as_(world.marit), as_(world.fenn), as_(world.thessaly)
    urgent = f"{ORIGIN}/documents/{version.document.number}/v2/"
    with visit(browser, thessaly, width=width, scheme=scheme) as page:
        page.goto(f"{urgent}approve/")
        look(page, "urgent-approve")
        with outside_the_loop():
            approve(version, world.thessaly)
            services.make_effective(approve(do.fresh(version), world.marit))
        page.goto(f"{urgent}notice/")
        look(page, "notice")
    people.end_role(world.bea.role_assignments.get(), by=world.marit)
    paths = {
        "minor": f"/documents/{minor.document.number}/v2/review/", "not-here": f"/documents/{stuck.document.number}/",
        "serves": f"/documents/{stuck.document.number}/serves/", "my-work": "/",
        "ask-one-more": f"/documents/{stuck.document.number}/v1/route/ask/",
    }  # fmt: skip
    with visit(browser, fenn, width=width, scheme=scheme) as page:
        for name, path in paths.items():
            page.goto(ORIGIN + path)
            look(page, name)
    types = f"{ORIGIN}/documents/types/SOP/route/"
    with visit(browser, marit, width=width, scheme=scheme) as page:
        page.goto(types)
        look(page, "type")


def test_a_route_is_chosen_and_sent_by_the_keyboard_alone(world: World, as_: As, browser: Browser) -> None:
    version = do.draft(world, text=TEXT)
    all_pledge(world.fenn)
    client, email = as_(world.fenn), world.fenn.user.email
    reviewer, director = world.bea.pk, Seat(role=DIRECTOR, facility=world.proc).code

    def tab_to(page: Page, selector: str) -> None:
        for _press in range(120):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by the tabulator")

    where = f"{ORIGIN}/documents/{version.document.number}/v1/send/"
    with visit(browser, client) as page:
        page.goto(where)
        tab_to(page, f"input[name=reviewers][value='{reviewer}']")
        page.keyboard.press("Space")
        tab_to(page, f"input[name=approver][value='{director}']")
        page.keyboard.press("Space")
        tab_to(page, "main form button.btn-primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign/send/**")
        tab_to(page, "#id_email")
        page.keyboard.type(email)
        tab_to(page, "#id_password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/signatures/**")
    assert do.fresh(version).status == Status.IN_REVIEW
