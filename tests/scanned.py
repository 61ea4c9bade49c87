"""Reads the QR codes of a printed page, as a phone does: the page is drawn, and the picture is read."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zxingcpp
from PIL import Image

from qms.files.store import read
from sops.models import Copy

needs_pictures = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="NO pdftoppm: install poppler-utils")


def codes_of(data: bytes, *, pages: int = 0) -> list[str]:
    """Return what the QR codes of a PDF say, page by page, at the resolution of a poor print; `pages` 0: all."""
    last = ["-l", str(pages)] if pages else []
    with TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "100", "-gray", *last, "-", f"{folder}/page"], input=data, check=True)
        found = []
        for path in sorted(Path(folder).iterdir()):
            with Image.open(path) as picture:
                found += [code.text for code in zxingcpp.read_barcodes(picture)]
    return found


def token_of(copy: Copy) -> str:
    """Return the token that the paper of a copy carries."""
    return codes_of(read(copy.pdf), pages=1)[0].rpartition("/")[2]
