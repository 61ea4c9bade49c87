"""No template carries a style, a script or a handler, every icon is in the sprite, what is vendored is what it says."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAGES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.parts[len(ROOT.parts) + 1] != "mail"]
SCREENS = [path for path in PAGES if path.relative_to(ROOT / "templates").parts[0] not in ("print", "mail")]
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a script without src": re.compile(r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*application/json)", re.I),
    "hx-on": re.compile(r"\bhx-on\b", re.I),
    "a value to evaluate": re.compile(r"""(?:hx-vals|hx-headers|hx-vars)\s*=\s*["']?\s*(?:js|javascript):""", re.I),
    "a javascript address": re.compile(r"""=\s*["']?\s*javascript:""", re.I),
    "another host's file": re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*[\"']https?:", re.I),
}
DIGEST = re.compile(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", re.M)


def without_tags(text: str) -> str:
    """Return a template without its own tags: `{% when at style="zone" %}` is no style attribute."""
    return re.sub(r"{%.*?%}|{#.*?#}", "", text, flags=re.S)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_is_clean(path: Path) -> None:
    text = without_tags(path.read_text())
    assert [words for words, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">', "<style>p{}</style>", '<a onclick="x()">', "<script>x()</script>",
        '<p hx-on:click="x">',
        """<a hx-vals='js:{a: 1}'>""", '<a href="javascript:x()">', '<script src="https://cdn.example/x.js"></script>',
    ],
)  # fmt: skip
def test_the_check_sees_each_of_them(bad: str) -> None:
    assert any(pattern.search(without_tags(bad)) for pattern in FORBIDDEN.values())


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons/icons.svg").read_text()))


def used_icons() -> set[str]:
    """Return the icons named in templates, in the vocabulary and in Python tags."""
    named = re.compile(r"""{% icon "([^"]+)"|\bicon="([^"]+)"|State\("([^"]+)"|NavEntry\([^,]+, [^,]+, "([^"]+)\"""")
    files = [*SCREENS, *(ROOT / "qms").rglob("*.py"), *(ROOT / "sops").rglob("*.py")]
    return {name for path in files for found in named.findall(path.read_text()) for name in found if name}


def test_every_icon_is_in_the_sprite() -> None:
    used = used_icons()
    assert {"checkbox", "circle-check", "download", "menu-2"} <= used
    assert used - sprite() == set()


def test_what_is_vendored_is_what_it_says() -> None:
    folder = ROOT / "static" / "vendor"
    listed = dict(DIGEST.findall((folder / "VENDOR.md").read_text()))
    fonts = {f"fonts/{path.name}" for path in (folder / "fonts").iterdir()}
    assert fonts <= listed.keys()
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


def test_no_style_sheet_or_script_of_ours_needs_what_the_policy_forbids() -> None:
    for path in [*(ROOT / "static/css").rglob("*.css"), *(ROOT / "static/js").rglob("*.js")]:
        text = path.read_text()
        assert not re.search(r"https?://|\beval\(|new Function|innerHTML|\.style\.", text), path.name


def test_scripts_stay_small() -> None:
    lines = {path.name: len(path.read_text().splitlines()) for path in (ROOT / "static/js").glob("*.js")}
    assert lines["app.js"] <= 150
    assert max(lines.values()) <= 150
