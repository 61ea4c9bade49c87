"""axe-core over a page: WCAG 2.2 A and AA and axe's best practices, nothing wider than the window, and
nothing that the content policy had to block."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def source() -> str:
    """Return axe-core. It is evaluated, because the content policy blocks script tags."""
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()


def assert_accessible(page: Page) -> None:
    """Fail with rule, element and reason for everything that axe finds, and if the page scrolls sideways."""
    blocked = page.evaluate("window.blocked ?? []")  # before axe, which tries styles of its own
    assert not blocked, blocked
    if not page.evaluate("'axe' in window"):  # a page that is judged twice has it already
        page.evaluate(source())
    shown = page.viewport_size
    if shown:  # as tall as the page, so that no fixed bar lies over what it would not hide
        height = page.evaluate("Math.min(document.documentElement.scrollHeight, 16000)")
        page.set_viewport_size({"width": shown["width"], "height": max(height, shown["height"])})
    # It would fetch the style sheet anew for one rule, on the orientation of a phone, which nothing here restricts.
    ask = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})"
    found = page.evaluate(ask, RULES)
    if shown:
        page.set_viewport_size(shown)
    page.evaluate("window.blocked = []")
    lines = [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'][:300]}"
        for violation in found["violations"]
        for node in violation["nodes"][:5]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        lines.append(f"{wide} px wider than the window: {page.evaluate(WIDE)}")
    assert not lines, "\n".join(lines)


WIDE = """() => [...document.querySelectorAll("body *")].filter((part) =>
  part.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && part.checkVisibility()
  && !part.closest(".scroll-x, .views, .tbl")).slice(0, 5).map((part) => `${part.tagName}.${part.className}`)"""
