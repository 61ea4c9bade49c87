"""A real browser without a server: Chromium asks, the test client answers, in the test's own transaction."""

import json
import shutil
from asyncio import AbstractEventLoop
from asyncio.events import _get_running_loop, _set_running_loop
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route, sync_playwright

from qms.ui.sheets import MAIN, joined

ORIGIN = "http://localhost"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
MEDIA = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}

BLOCKED = """window.blocked = [];
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) => {
  blocked.push(`${violatedDirective} ${blockedURI}`);
});"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium, the shell without a window where it is there: a third faster. Nothing is downloaded."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file. Between visits Django sees nothing of Playwright's loop."""
    with chromium() as started, outside_the_loop():
        yield started


@contextmanager
def visit(browser: Browser, client: Client, *, width: int = 1440, scheme: str = "light") -> Iterator[Page]:
    """Open a page whose requests `client` answers; fails on any script error. What the policy blocks, axe.py finds."""
    with in_loop(browser._loop):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
        )
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.add_init_script(BLOCKED)
        page.route("**/*", lambda route: answer(route, client))
        try:
            yield page
        finally:
            context.close()
    assert not wrong, wrong


@contextmanager
def in_loop(loop: AbstractEventLoop | None) -> Iterator[None]:
    """Say which event loop runs in this thread: Playwright needs its own to be seen."""
    before = _get_running_loop()
    _set_running_loop(loop)
    try:
        yield
    finally:
        _set_running_loop(before)


@contextmanager
def outside_the_loop() -> Iterator[None]:
    """Hide Playwright's event loop from Django, which would refuse to work or open a second connection in it."""
    with in_loop(None):
        yield


@cache
def one_sheet() -> str:
    """Return the style sheet as production has it."""
    return joined(lambda name: Path(str(finders.find(name))).read_text())


def answer(route: Route, client: Client) -> None:
    """Answer one request of the browser by the test client, a static file from its folder."""
    request = route.request
    parts = urlsplit(request.url)
    if parts.path == f"/static/{MAIN}":
        route.fulfill(body=one_sheet(), content_type="text/css")
        return
    if parts.path.startswith("/static/"):
        found = finders.find(parts.path.removeprefix("/static/"))
        route.fulfill(path=found, content_type=MEDIA[parts.path.rsplit(".", 1)[-1]]) if found else route.abort()
        return
    sent: dict[str, Any] = {"headers": {**request.headers, "host": "localhost"}}
    if request.method == "POST":
        sent |= {"data": request.post_data_buffer or b"", "content_type": request.headers.get("content-type", "")}
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    with outside_the_loop():
        response = client.generic(request.method, target, **sent)
        if 300 <= response.status_code < 400 and not request.is_navigation_request():
            response = client.get(response["Location"], headers=sent["headers"])
    if 300 <= response.status_code < 400:  # the browser would follow by itself, past this route
        onward = f"<!doctype html><script>location.replace({json.dumps(response['Location'])})</script>"
        route.fulfill(content_type="text/html", body=onward)
        return
    headers = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    route.fulfill(status=response.status_code, headers=headers, body=response.content)
