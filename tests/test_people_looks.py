"""People and accounts in a real browser: nothing that axe finds, at 1440 and 390 px, light and dark."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.people import services
from qms.people.models import Person
from qms.people.tokens import Purpose, make_token
from tests.browser import ORIGIN, visit
from tests.looks import judge, look
from tests.world import PASSWORD, World

pytestmark = pytest.mark.journey
SHAPES = {"people", "people-none", "person", "person-left", "role-add", "role-end", "facilities", "account"}
"""One page of each shape; the other acts share their template and are looked at in one width."""


def test_pages_of_a_manager(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    """Every page of people, facilities and one's own account."""
    new = services.add_person(
        printed_name="Wren Halloway", title="Physician", email="wren@engraft.example", by=world.sorrel
    )
    services.assign_role(world.fenn, "technician", world.proc, by=world.marit)
    wrong = services.assign_role(world.fenn, "nurse", world.clin, by=world.marit)
    services.end_role(wrong, by=world.marit, reason="Wrong person")
    services.request_email_change(world.fenn, new_email="moss@engraft.example", by=world.sorrel, reason="New name")
    held = world.fenn.role_assignments.first()
    paths = {
        "people": "/people/", "people-none": "/people/?q=zzz", "person-add": "/people/add/",
        "person": f"/people/{world.fenn.pk}/", "person-invited": f"/people/{new.pk}/",
        "person-left": f"/people/{world.hale.pk}/", "person-change": f"/people/{world.fenn.pk}/change/",
        "role-add": f"/people/{world.fenn.pk}/roles/add/", "leave": f"/people/{world.fenn.pk}/leave/",
        "role-end": f"/people/{world.fenn.pk}/roles/{held.pk}/end/", "invite": f"/people/{new.pk}/invite/",
        "email": f"/people/{world.bea.pk}/email/", "facilities": "/facilities/", "facility-add": "/facilities/add/",
        "facility-close": f"/facilities/{world.aph.pk}/close/", "programme": "/programme/change/",
        "account": "/account/", "password": "/account/password/", "own-email": "/account/email/",
    }  # fmt: skip
    client = as_(world.marit)
    with visit(browser, client) as page:
        for name, path in paths.items():
            look(page, path, name, on_phone=name in SHAPES)


def test_pages_outside(world: World, client: Client, browser: Browser) -> None:
    """Log-in with an error, forgotten password, invitation, dead link; then in and out."""
    new = services.add_person(printed_name="Wren Halloway", email="wren@engraft.example", by=world.sorrel)
    token = make_token(new.user, Purpose.INVITATION)
    with visit(browser, client) as page:
        look(page, "/login/", "login")
        page.get_by_label("E-mail").fill("fenn@engraft.example")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
        page.get_by_text("do not match an open account").wait_for()
        judge(page, "login-wrong")
        look(page, "/password/forgot/", "forgot")
        page.get_by_label("E-mail").fill("fenn@engraft.example")
        page.get_by_role("button", name="Mail me a link").click()
        page.get_by_role("heading", name="Look into your mailbox").wait_for()
        judge(page, "forgot-sent")
        look(page, "/invitation/none/", "link-dead")
        look(page, f"/invitation/{token}/", "invitation")
        page.goto(f"{ORIGIN}/login/?next=/account/")
        page.get_by_label("E-mail").fill("fenn@engraft.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Your account").wait_for()


@pytest.mark.django_db
def test_first_run_in_the_browser(client: Client, browser: Browser) -> None:
    with visit(browser, client) as page:
        look(page, "/welcome/", "welcome")
        set_up(page, again="another-quiet-owl")
        page.get_by_text("The two are not the same").first.wait_for()
        judge(page, "welcome-wrong")
        set_up(page, again=PASSWORD)
        page.get_by_text("Your programme is ready").wait_for()
        judge(page, "welcome-done")


def set_up(page: Page, again: str) -> None:
    page.goto(f"{ORIGIN}/welcome/")
    for name, value in {
        "programme": "Larch Hill Cell Therapy", "facility_name": "Processing laboratory", "facility_code": "PROC",
        "printed_name": "Marit Oakenshaw", "email": "marit@engraft.example", "password": PASSWORD, "again": again,
    }.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Set up and log in").click()


def test_the_list_narrows_without_a_reload(world: World, as_: Callable[[Person], Client], browser: Browser) -> None:
    client = as_(world.marit)
    with visit(browser, client) as page:
        page.goto(f"{ORIGIN}/people/")
        page.evaluate("window.untouched = true")
        page.get_by_label("Search by name or position").fill("moss")
        page.get_by_text("1 person").wait_for()
        assert page.get_by_role("link", name="Bea Thistledown").count() == 0
        page.get_by_label("Search by name or position").fill("")
        page.get_by_label("Role").select_option("nurse")
        page.get_by_role("link", name="Jory Pennyroyal").wait_for()
        page.get_by_text("1 person").wait_for()
        assert page.evaluate("window.untouched")
        assert "role=nurse" in page.url
