"""Looking at a page as both of its readers see it: at a desk by day, on a phone by night."""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.axe import assert_accessible
from tests.browser import ORIGIN

SHOTS = os.environ.get("ENGRAFT_SHOTS", "")
VIEWS = ((1440, "light"), (390, "dark"))


def look(page: Page, path: str, name: str, *, on_phone: bool = True) -> None:
    """Open a page, and judge it."""
    found = page.goto(ORIGIN + path)
    assert found is not None and found.status < 500, (path, found)
    judge(page, name, on_phone=on_phone)


def judge(page: Page, name: str, *, on_phone: bool = True) -> None:
    """Fail for what axe finds in either of the two, or what is wider than the window; the window is left as it was.

    Opened once: what differs between the two is all in the style sheet.
    """
    before = page.viewport_size
    for width, scheme in VIEWS[: 1 + on_phone]:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        judge_here(page, name)
    page.set_viewport_size(before)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="null")


def judge_here(page: Page, name: str) -> None:
    """Judge a page in the window that it is in."""
    if SHOTS:
        width = page.viewport_size["width"]  # type: ignore[index]
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    assert_accessible(page)
