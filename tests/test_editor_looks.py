"""The editor in a real browser: by keyboard alone, without a connection, two at once; axe at 1440 and 390 px."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from qms.trail.models import Event
from sops import services
from sops.blocks import Block, text_of
from sops.bodies import read_body
from sops.models import Version, WorkingText
from sops.references import to_document
from tests import documents as do
from tests.axe import assert_accessible
from tests.browser import ORIGIN, outside_the_loop, visit
from tests.texts import bullet, cell, footnote, heading, para, run, step, table
from tests.world import World

pytestmark = pytest.mark.journey
SHOTS = os.environ.get("ENGRAFT_SHOTS", "")
TEXT = [
    heading("Objective"), para([run("To thaw cells "), run("quickly", "bold"), run(".")]), heading("Thawing"),
    step("Lower the bag into the bath."), bullet("at 37 °C\nand not above", 1), step("Take it out."),
    para("If the bag leaks, stop.", role="warning"), para("A note.", role="note"), para("Words.", role="quote"),
    table(["What", "Limit"], [cell("Bath", colspan=2)], [cell("Room"), cell()]), footnote("1", "Of the bath."),
    para([run("See "), run("the page", "italic", link="https://x.example/a"), run(".")]),
]  # fmt: skip
As = Callable[[Any], Client]


def write(page: Page, version: Version) -> None:
    page.goto(f"{ORIGIN}/documents/{version.document.number}/v{version.n}/write/")
    page.locator("[data-editor][data-ready] .ProseMirror").wait_for()


def saved(page: Page) -> None:
    page.locator("[data-editor-state][data-state=ok]").wait_for()


def state(page: Page) -> str:
    return page.locator("[data-editor-state]").inner_text()


def words(version: Version) -> list[str]:
    return [text_of(block) for block in blocks_of(version)]


def blocks_of(version: Version) -> list[Block]:
    with outside_the_loop():
        return read_body(do.fresh(version).body)


def look(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_with_all_kinds_of_passages(world: World, as_: As, browser: Browser, width: int, scheme: str) -> None:
    """Every kind is shown, and comes back as it was, to the letter; the dialogs are accessible too."""
    target = do.withdraw(do.in_force(world, title="Freezing"), world).document
    strange = [
        {"id": "odd", "kind": "table", "header_rows": 0, "rows": [[cell("a", rowspan=3)], [cell("b"), cell("c")]]}
    ]
    see = para([run("See "), run(target.number, link=to_document(target.number)), run(".")])
    version = do.draft(world, text=[*TEXT, *strange, see])
    client = as_(world.fenn)
    with visit(browser, client, width=width, scheme=scheme) as page:
        write(page, version)
        assert page.evaluate(
            "JSON.stringify(editor.memory(editor.values.blocks)(editor.view.state.doc))"
        ) == page.evaluate("JSON.stringify(editor.values.blocks)")
        assert "Kept as it is" in page.locator(".in-opaque").inner_text()
        assert "Freezing" in page.locator(".in-ref").inner_text()
        assert page.locator("[data-editor-troubles]").inner_text() == f"{target.number} is withdrawn."
        assert page.locator("[data-no]").first.get_attribute("data-no") == "1"
        look(page, "write")
        write(page, version)  # anew: what axe tries is reported late, and would be taken for ours
        page.locator("[data-tool=refer]").click()
        page.locator("#refer [aria-busy=false] button").first.wait_for()
        look(page, "write-refer")
        write(page, version)
        page.evaluate(PASTE, WORD)
        page.locator("#pasted[open]").wait_for()
        look(page, "write-pasted")


def test_by_keyboard_alone(world: World, as_: As, browser: Browser) -> None:
    """Tab into the tools and the text and out of it, styles, a step, a table, a reference, save, undo: no mouse."""
    other = do.in_force(world, title="Freezing").document
    version = do.draft(world, text=[])
    events = Event.objects.count()
    client = as_(world.fenn)
    with visit(browser, client) as page:
        write(page, version)
        page.locator("#style").focus()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className.includes('ProseMirror')")
        keys = page.keyboard
        keys.type("Aim")
        keys.press("Control+Shift+1")
        keys.press("Enter")
        keys.type("1. Take it out.")
        keys.press("Enter")
        keys.type("Put it ")
        keys.press("Control+b")
        keys.type("down")
        keys.press("Control+b")
        keys.press("Enter")
        keys.press("Enter")
        keys.type("Careful.")
        keys.press("Control+Shift+6")
        keys.press("Enter")
        keys.type("See ")
        keys.press("Alt+Shift+R")
        page.locator("#refer[open] input").wait_for()
        keys.type("freez")
        page.locator(f"#refer [aria-busy=false] li:only-child:has-text('{other.number}')").wait_for()
        keys.press("ArrowDown")
        keys.press("Enter")
        page.locator("#refer").wait_for(state="hidden")
        keys.type(".")
        keys.press("Escape")
        assert page.evaluate("document.activeElement.id") == "style"
        while page.evaluate("document.activeElement.dataset.tool") != "table":
            keys.press("ArrowRight")
        keys.press("Enter")
        keys.type("What")
        keys.press("Tab")
        assert not page.evaluate("document.activeElement.className.includes('ProseMirror')")
        keys.press("Shift+Tab")
        keys.press("Control+s")
        saved(page)
        assert state(page).startswith("Saved in the draft")
        assert words(version)[:5] == ["Aim", "Take it out.", "Put it down", "Careful.", f"See {other.number}."]
        keys.press("Control+z")
        keys.press("Control+y")
    blocks = read_body(do.fresh(version).body)
    assert [(one["kind"], one.get("role"), one.get("level")) for one in blocks[:4]] == [
        ("heading", None, 1), ("item", None, 0), ("item", None, 0), ("paragraph", "warning", None),
    ]  # fmt: skip
    assert blocks[2]["runs"][1] == run("down", "bold")
    assert (blocks[5]["kind"], blocks[5]["header_rows"], text_of(blocks[5]).split("\t")[0]) == ("table", 1, "What")
    assert Event.objects.filter(name="version.write").count() == 1
    assert Event.objects.count() == events + 1


def test_words_are_kept_without_a_connection_and_sent_when_it_is_back(world: World, as_: As, browser: Browser) -> None:
    number = do.in_force(world, title="Freezing").document.number
    version = do.draft(world, text=[*TEXT, para(f"As in {number}.")])
    client = as_(world.fenn)
    with visit(browser, client) as page:
        write(page, version)
        page.context.set_offline(True)
        page.route("**/words/", lambda route: route.abort())
        page.locator(".ProseMirror p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(" Offline words.")
        page.locator("[data-editor-state][data-state=bad]").wait_for()
        assert state(page) == "Not saved: no connection. Your words are kept in this browser."
        assert page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('engraft-words '))")
        look(page, "write-offline")
        page.context.set_offline(False)
        page.reload()
        page.locator("[data-editor-found]:not([hidden])").wait_for()
        assert "Offline words." in page.locator(".ProseMirror").inner_text()
        page.unroute("**/words/")
        page.locator("[data-editor-save]").click()
        saved(page)
        assert not page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('engraft-words '))")
        page.get_by_role("button", name=f"Make it a reference: {number}").click()
        page.locator(f".in-ref:has-text('{number} Freezing')").wait_for()
    assert "To thaw cells quickly. Offline words." in words(version)
    assert blocks_of(version)[-1]["runs"][1] == run(number, link=to_document(number))
    assert not WorkingText.objects.exists()


def test_two_at_once_lose_nothing_and_are_told(world: World, as_: As, browser: Browser) -> None:
    version = do.draft(world, text=TEXT)
    client = as_(world.fenn)
    with visit(browser, client) as page:
        write(page, version)
        page.locator(".ProseMirror p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(" Mine.")
        theirs = [
            *TEXT[:1],
            para("x") | {"id": TEXT[1]["id"], "runs": [run("Theirs.")]},
            *TEXT[2:],
            para("New of theirs."),
        ]
        with outside_the_loop():
            services.save_text(do.fresh(version), by=world.bea, revision=None, blocks=theirs)
        page.keyboard.press("Control+s")
        saved(page)
        told = page.locator("[data-editor-merged]")
        assert "Bea Thistledown" in told.inner_text()
        assert "Both texts stand here" in told.inner_text()
        assert {"Theirs.", "To thaw cells quickly. Mine.", "New of theirs."} <= set(words(version))
        shown = page.evaluate("JSON.stringify(editor.view.state.doc.content.content.map((node) => node.attrs.id))")
        assert shown.count('"') // 2 == len(words(version))
        look(page, "write-merged")
        page.get_by_role("link", name="Read", exact=True).click()
        page.wait_for_url(f"**/documents/{version.document.number}/v1/")


PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "plain words");
  editor.view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
WORD = """<html><head><style>p { color: red }</style></head><body>
<h1 style='color:#123456'>1 Thawing</h1>
<p class=MsoNormal style='background:yellow'>Take <b>two</b> bags<a class=msocomanchor href="#_msocom_1">[a1]</a> out
 <del>now</del><ins>later</ins>.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.<i>&nbsp; </i></span>First</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>·</span>Point</p>
<ul><li>One<ol><li>Inner</li></ol></li></ul>
<img src="https://elsewhere.example/x.png" onerror="alert(1)"><script>alert(1)</script>
<a href="javascript:alert(1)">bad link</a> <a href="https://x.example/">good</a>
<table><tr><th>H</th></tr><tr><td style='color:red'>c<p>d</td></tr></table>
<div style='mso-element:comment-list'><p>Comment text</p></div></body></html>"""


def test_what_is_pasted_is_cleaned_and_shown_before_it_is_kept(world: World, as_: As, browser: Browser) -> None:
    version = do.draft(world, text=[])
    client = as_(world.fenn)
    with visit(browser, client) as page:
        write(page, version)
        page.locator(".ProseMirror").click()
        page.evaluate(PASTE, WORD)
        dialog = page.locator("#pasted[open]")
        dialog.wait_for()
        left = dialog.locator("[data-left]").inner_text()
        for part in ("Colours", "Comments (2)", "outside", "Scripts", "Tracked deletions: left out (1): “now”",
                     "Tracked insertions", "Links that lead nowhere"):  # fmt: skip
            assert part in left, (part, left)
        assert not page.evaluate("editor.view.state.doc.textContent")
        dialog.locator("[data-keep]").click()
        page.keyboard.press("Control+s")
        saved(page)
        blocks = blocks_of(version)
        assert [(one["kind"], text_of(one)) for one in blocks] == [
            ("heading", "1 Thawing"), ("paragraph", "Take two bags out later."), ("item", "First"), ("item", "Point"),
            ("item", "One"), ("item", "Inner"), ("paragraph", "bad link good"), ("table", "H\nc d"),
        ]  # fmt: skip
        assert [("number" in one, one["level"]) for one in blocks[2:6]] == [
            (True, 0),
            (False, 1),
            (False, 0),
            (True, 1),
        ]
        assert blocks[6]["runs"][-1] == run("good", link="https://x.example/")
        page.keyboard.press("Control+z")
        assert not page.evaluate("editor.view.state.doc.textContent")


def test_a_log_out_saves_first_and_leaves_nothing_in_the_browser(world: World, as_: As, browser: Browser) -> None:
    version = do.draft(world, text=TEXT)
    client = as_(world.fenn)
    with visit(browser, client) as page:
        page.goto(f"{ORIGIN}/documents/")
        page.evaluate("localStorage.setItem('engraft-words 999 X-1 v1', '{}'); localStorage.setItem('other', '1')")
        write(page, version)
        page.locator(".ProseMirror p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(" Last words.")
        page.locator(".top-tools details summary").click()
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/login/")
        assert not page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('engraft-words '))")
    assert "To thaw cells quickly. Last words." in words(version)
    assert not WorkingText.objects.exists()


def test_where_ones_words_are_stays_in_sight_on_a_phone(world: World, as_: As, browser: Browser) -> None:
    version = do.draft(world, text=[para("Words.") for _ in range(60)])
    with visit(browser, as_(world.fenn), width=390) as page:
        write(page, version)
        page.mouse.wheel(0, 2000)
        page.wait_for_function("scrollY > 1000")
        line = page.locator(".in-state").bounding_box()
        bar = page.locator(".top").bounding_box()
        assert line is not None
        assert bar is not None
        assert line["y"] == bar["y"] + bar["height"] == 52
