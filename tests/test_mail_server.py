"""A real mail server: the reminder arrives, its link leads to the task; a bad day loses nothing and doubles nothing."""

import email
import email.message
import email.policy
import os
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from qms.notifications.reminders import remind
from qms.people import services
from qms.people.programme import today
from qms.trail.models import Outbox
from qms.trail.outbox import run_all
from tests import documents as do
from tests.axe import source
from tests.browser import ORIGIN, chromium, visit
from tests.nights import Things, at, things
from tests.world import PASSWORD, World

__all__ = ["things"]
SHOTS = os.environ.get("ENGRAFT_SHOTS", "")


class Box:
    """Keeps what arrives. With `drops` it takes a mail and ends the line before it says so."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.drops = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        if self.drops:
            self.drops -= 1
            server.transport.abort()
        return "250 taken"

    def to(self, address: str) -> list[email.message.EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def box(settings: Any, world: World) -> Iterator[Box]:
    """A mail server on a port of its own, after the mails of the world's beginning went elsewhere."""
    run_all()
    kept = Box()
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.SITE_URL = "127.0.0.1", controller.port, ORIGIN
    yield kept
    controller.stop()


def part(mail: email.message.EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.journey
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_the_review_reminder_leads_to_the_task_after_the_log_in(world: World, box: Box, kind: str) -> None:
    version = do.in_force(world)
    run_all()
    box.mails.clear()
    with time_machine.travel(at(version.document.review_due - timedelta(days=30), 3), tick=False):
        remind(today())
        run_all()
        (mail,) = box.to("fenn@engraft.example")
        assert mail["Auto-Submitted"] == "auto-generated"
        text = part(mail, kind)
        (link,) = set(re.findall(rf"{ORIGIN}/documents/[^\s\"<]+", text))
        with chromium() as browser, visit(browser, Client(), width=390) as page:
            page.goto(link)
            page.get_by_label("E-mail").fill("fenn@engraft.example")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(link)
            assert page.get_by_role("heading", level=1).inner_text() == f"Periodic review: {version.document.title}"


def test_a_server_that_is_down_loses_nothing(world: World, box: Box, things: Things, settings: Any) -> None:
    works, settings.EMAIL_PORT = settings.EMAIL_PORT, 9  # nobody listens there
    things.add(world.fenn, "DOC-1", today())
    remind(today())
    assert run_all()["failed"] == 1
    settings.EMAIL_PORT = works
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert run_all()["done"] == 1
    assert len(box.to("fenn@engraft.example")) == 1


def test_a_server_that_takes_the_mail_and_drops_the_line_shows_the_reader_one(
    world: World, box: Box, things: Things
) -> None:
    box.drops = 2
    things.add(world.fenn, "DOC-1", today())
    remind(today())
    for minutes in range(4):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            run_all()
    arrived = box.to("fenn@engraft.example")
    assert len(arrived) == 3
    assert len({mail["Message-ID"] for mail in arrived}) == 1
    assert not Outbox.objects.filter(done_at=None).exists()


def test_an_address_that_is_refused_stays_and_holds_up_nobody_else(
    world: World, box: Box, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("fenn"):
            return "550 no such box"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    monkeypatch.setattr(Box, "handle_RCPT", staticmethod(refuse), raising=False)
    for person in (world.fenn, world.bea):
        things.add(person, "DOC-1", today())
    remind(today())
    assert run_all() == {"done": 1, "failed": 1}
    assert len(box.to("bea@engraft.example")) == 1
    assert "SMTPRecipientsRefused" in Outbox.objects.get(done_at=None).last_error


@pytest.mark.journey
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (700, "dark")])
def test_the_mail_reads_well(world: World, box: Box, things: Things, width: int, scheme: Any) -> None:
    """Nothing wider than the window, no image, nothing to load; the text has the same links as the HTML."""
    quiet = services.add_person(printed_name="Tansy Quill", title="Nurse", by=world.marit)
    services.assign_role(quiet, "nurse", world.clin, by=world.marit)
    run_all()
    box.mails.clear()
    for number, days in (("PROC-SOP-014", -9), ("PROC-SOP-021", 0), ("PROC-FRM-003", 5), ("QM-POL-001", 50)):
        things.add(world.marit, number, today() + timedelta(days=days))
    things.add(quiet, "CLIN-SOP-007", today() + timedelta(days=1))
    remind(today())
    run_all()
    (mail,) = box.to("marit@engraft.example")
    html, text = part(mail, "html"), part(mail, "plain")
    links = re.findall(r'href="([^"]+)"', html)
    assert set(links) == set(re.findall(rf"{ORIGIN}/\S*", text))
    assert len(links) == 6
    assert not re.search(r"<(img|script|link|iframe)\b", html)
    assert max(len(line) for line in text.splitlines()) < 200
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.set_content(html)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/digest-{width}.png", full_page=True)
            (Path(SHOTS) / "digest.txt").write_text(f"Subject: {mail['Subject']}\n\n{text}")
        assert_readable(page)


def assert_readable(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(source())
    found = page.evaluate("axe.run(document, {runOnly: ['color-contrast', 'link-name', 'html-has-lang']})")
    assert [violation["id"] for violation in found["violations"]] == []
