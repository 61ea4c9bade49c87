"""How long a ten-page PDF and a redline of 100 pages take. Needs no database."""

import os
import statistics
import time
from copy import deepcopy
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
django.setup()

from audits.demo.markup import blocks_of
from qms.pdf.document import PrintedDocument, document_pdf
from sops.blocks import Block
from sops.compare import compare
from sops.render import blocks_html, redline_html
from tests.texts import table

TEXT = Path(__file__).resolve().parent / "procedure.txt"


def long_text(times: int) -> list[Block]:
    """Return the demonstration's procedure, repeated as so many sections with words of their own."""
    source = TEXT.read_text(encoding="utf-8")
    return blocks_of("\n".join(source.replace("bag", f"bag {n}") for n in range(times)))


def median_of(act, rounds: int = 5) -> float:
    """Return the median of some runs in seconds, after one that is not counted."""
    act()
    times = []
    for _round in range(rounds):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def pdf_seconds(pages: int = 10) -> tuple[float, int]:
    """Return (seconds, pages) for a controlled PDF of about so many pages."""
    from qms.pdf.check import page_count  # noqa: PLC0415

    document = PrintedDocument(
        number="PROC-SOP-014", title="Thawing", version="8", status="Effective", programme="Bench", language="en-gb",
        body_html=str(blocks_html(long_text(round(pages * 0.85)), image_url=str)),
    )  # fmt: skip
    made = document_pdf(document, lambda digest: b"")
    return median_of(lambda: document_pdf(document, lambda digest: b""), rounds=3), page_count(made)


def redline_seconds() -> tuple[float, int, int]:
    """Return (seconds, blocks, changes) for two versions of about 100 pages, compared and written as HTML.

    Every seventh block is reworded, some went, some moved, and rows of a long table changed places.
    """
    rows = [[f"Bag {n}", f"Dewar {n % 7}", f"{n} minutes at most"] for n in range(200)]
    old = [*long_text(88), table(["Bag", "Place", "Limit"], *rows)]
    new = deepcopy(old)
    for index, block in enumerate(new):
        if index % 7 == 0 and "runs" in block:
            block["runs"] = [{"text": "Now: "}, *block["runs"]]
    del new[100:110]
    new[200:200] = [new.pop(1500), new.pop(1200)]
    new[-1]["rows"][20:20] = [new[-1]["rows"].pop(150), new[-1]["rows"].pop(120)]
    redline = compare(old, new)
    return median_of(lambda: redline_html(compare(old, new), image_url=str), rounds=5), len(old), len(redline.changes)
