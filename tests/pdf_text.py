"""Reads words and colours of a PDF with poppler's tools; tests that need them skip where they are absent."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="NO pdftotext: install poppler-utils")


def pages_of(data: bytes) -> list[str]:
    """Return the text of each page, its spaces and line ends as single spaces."""
    pages = _pdftotext(data).split("\f")
    return [" ".join(page.split()) for page in pages[:-1]]


def words_of(data: bytes) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield each word with its right and bottom edge and the width and height of its page, in points."""
    width = height = 0.0
    for line in _pdftotext(data, "-bbox").splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height = float(page[1]), float(page[2])
        elif word := re.search(r'xMax="(-?[\d.]+)" yMax="(-?[\d.]+)">(.*)</word>', line):
            yield unescape(word[3]), float(word[1]), float(word[2]), width, height


def colours_of(data: bytes) -> list[set[tuple[int, int, int]]]:
    """Return the colours that stand on each page, as it is seen."""
    with TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "60", "-png", "-", f"{folder}/page"], input=data, check=True)
        return [_colours(page) for page in sorted(Path(folder).iterdir())]


def _colours(page: Path) -> set[tuple[int, int, int]]:
    with Image.open(page) as picture:
        found = picture.convert("RGB").getcolors(picture.width * picture.height)
    return {colour for _count, colour in found}


def _pdftotext(data: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()
