"""One real Word file and its real revision, carried by three people from the drop to the second version in force.

In a real Chromium, against the product as it is run (web and worker), at both widths; axe looks at every page.
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page

from qms.pdf.check import defects, page_count
from tests.axe import assert_accessible
from tests.browser import chromium
from tests.corpus import DATA
from tests.once import on_postgres
from tests.pdf_text import needs_poppler, pages_of
from tests.served import Served, served
from tests.world import PASSWORD

pytestmark = [pytest.mark.journey, needs_poppler]
FIRST, SECOND = DATA / "word" / "fieldbook-v1.docx", DATA / "word" / "fieldbook-v2.docx"
WIDTHS = [1440, 390] if os.environ.get("ENGRAFT_JOURNEYS") == "all" else [390] if on_postgres() else [1440]
AUTHOR, REVIEWER, APPROVER = "fenn@engraft.example", "bea@engraft.example", "thessaly@engraft.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Somebody:
    """A person at a browser of their own. `clicks` counts what they press; each page is looked at by axe."""

    seen: ClassVar[set[tuple[int, str]]] = set()

    def __init__(self, browser: Browser, site: Served, email: str, width: int) -> None:
        self.page: Page = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB").new_page()
        self.site, self.email, self.clicks = site, email, 0
        self.errors: list[str] = []
        self.width = width
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.open("/")
        self.page.fill("#id_email", email)
        self.page.fill("#id_password", PASSWORD)
        self.press("Log in")

    def open(self, path: str) -> None:
        self.page.goto(self.site.url + path)
        self.looked()

    def press(self, name: str | re.Pattern[str], role: str = "button") -> None:
        """Press a button or follow a link by its words, and look at where it leads."""
        self.clicks += 1
        found = self.page.get_by_role(role, name=name, exact=isinstance(name, str))  # type: ignore[arg-type]
        with self.page.expect_navigation():
            found.first.click()
        self.looked()

    def looked(self) -> None:
        """Let axe look at each kind of page once at each width: numbers in addresses make no new kind."""
        self.page.wait_for_load_state("load")
        kind = self.width, re.sub(r"\d+|[0-9a-f]{64}", "n", self.path())
        if kind not in self.seen:
            assert_accessible(self.page)
            self.seen.add(kind)
        assert not self.errors, self.errors

    def sees(self, words: str) -> None:
        assert words in " ".join(self.page.inner_text("main").split()), self.page.inner_text("main")[:1500]

    def sign(self) -> None:
        """Go through the ceremony: the pledge first where it was never given, the e-mail where a series begins."""
        for _page in range(2):
            pledging = "/pledge/" in self.page.url
            if self.page.locator("#id_email").count():
                self.page.fill("#id_email", self.email)
            self.page.fill("#id_password", PASSWORD)
            self.press("Sign")
            if not pledging:
                return
            if "/sign/" not in self.page.url:
                return

    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url).partition("?")[0]


def until(happens: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for the worker."""
    import time  # noqa: PLC0415

    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "the worker did not do it in time"
        time.sleep(0.5)


def pdf(person: Somebody, version: str) -> bytes:
    answer = person.page.request.get(f"{person.site.url}{version}pdf/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def bring_first(author: Somebody) -> str:
    """Drop the Word file, check what was read, make the draft; return the address of the version."""
    author.open("/documents/import/")
    author.page.set_input_files("input[type=file]", FIRST)
    author.press("Read the file")
    author.sees("Check what was read")
    author.page.select_option("#id_type", label="Standard operating procedure")
    author.press("Make the draft")
    assert re.fullmatch(r"/documents/PROC-SOP-001/v1/", author.path())
    return author.path()


def ask(author: Somebody) -> None:
    """Choose reviewer and approver, where their names can be chosen, and sign."""
    author.page.locator("[name=reviewers]").and_(author.page.get_by_label("Bea Thistledown")).check()
    author.page.locator("[name=approver]").and_(author.page.get_by_label("Dr Thessaly Quince")).check()
    author.press("Go on to sign")
    author.sign()


def send(author: Somebody, version: str) -> None:
    author.open(f"{version}send/")
    ask(author)
    if "/signatures/" not in author.path():  # the pledge led back to the page before
        author.open(f"{version}send/")
        ask(author)
    author.sees("I wrote this version")


def review(reviewer: Somebody, version: str) -> None:
    """Raise a must fix, find that it blocks signing, resolve it, sign."""
    reviewer.open(f"{version}review/?comment=b2#say")
    reviewer.page.select_option("#say select", label="Must fix")
    reviewer.page.fill("#say textarea", "Say which field book this means.")
    reviewer.press("Add comment")
    reviewer.sees("must fix")
    assert reviewer.page.get_by_role("button", name="Sign the review").get_attribute("aria-disabled") == "true"
    reviewer.press("Resolve")
    reviewer.press("Sign the review", "link")
    reviewer.sign()
    if "/signatures/" not in reviewer.path():
        reviewer.open(f"{version}review/")
        reviewer.press("Sign the review", "link")
        reviewer.sign()
    reviewer.sees("I have reviewed this version")


def approve(approver: Somebody, version: str, today: str) -> None:
    approver.open(f"{version}approve/")
    approver.page.fill("#id_effective_on", today)
    approver.press("Approve and sign")
    approver.sign()
    if "/signatures/" not in approver.path():
        approver.open(f"{version}approve/")
        approver.page.fill("#id_effective_on", today)
        approver.press("Approve and sign")
        approver.sign()
    approver.sees("I approve this version")


def check_pdf(data: bytes, n: int, words: list[str]) -> list[str]:
    pages = pages_of(data)
    assert len(pages) == page_count(data)
    assert defects(data) == []
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "PROC-SOP-001" in page
    whole = " ".join(pages)
    for word in words:
        assert word in whole, word
    last = pages[-1]
    for name in ("Fenn Mossgrove", "Bea Thistledown", "Dr Thessaly Quince"):
        assert name in last, last
    assert "I approve this version" in last
    assert "Draft" not in pages[0]
    assert f"{n}" in pages[0]
    return pages


# Both widths and both databases in each run of the suite; ENGRAFT_JOURNEYS=all walks all four ways.
@pytest.mark.parametrize("width", WIDTHS)
def test_a_word_file_and_its_revision_come_into_force(browser, tmp_path, width):
    """JOURNEY: import, review with a must fix, approval, force, PDF; the revision supersedes; the trail verifies."""
    with served(tmp_path, f"engraft_journey_{width}") as site:
        author, reviewer, approver = (Somebody(browser, site, email, width) for email in (AUTHOR, REVIEWER, APPROVER))
        first = bring_first(author)
        send(author, first)
        reviewer.open("/")
        reviewer.sees("PROC-SOP-001 v1")
        review(reviewer, first)
        approver.open("/")
        approver.sees("PROC-SOP-001 v1")
        today = approver.page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Europe/Paris'})")
        approve(approver, first, today)
        until(lambda: "Effective" in author.page.request.get(site.url + first).text())
        pages = check_pdf(pdf(author, first), 1, ["Field"])
        author.open(first)
        author.sees("Effective")

        author.open("/documents/PROC-SOP-001/import/")
        author.page.set_input_files("input[type=file]", SECOND)
        author.press("Read the file")
        assert author.page.locator("ins").count() > 0
        author.press("Make it the next version")
        second = "/documents/PROC-SOP-001/v2/"
        assert author.path() == second
        send(author, second)
        review(reviewer, second)
        approver.open(f"{second}approve/")
        assert approver.page.locator("ins, del").count() > 5
        approve(approver, second, today)
        until(lambda: "Obsolete" in author.page.request.get(site.url + first).text())
        newer = check_pdf(pdf(author, second), 2, ["Field"])
        assert newer != pages
        assert "Obsolete" in pages_of(pdf(author, first))[0]
        author.open("/documents/PROC-SOP-001/")
        author.sees("Obsolete")
        author.open("/documents/?q=field")
        author.sees("PROC-SOP-001")
        assert site.manage("seal_trail").returncode == 0
        verified = site.manage("verify_trail")
        assert verified.returncode == 0, verified.stdout + verified.stderr
