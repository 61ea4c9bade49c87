"""What documents of the demonstration are made of that are no texts: PDFs, a workbook, a publication of others."""

import io
from collections.abc import Sequence
from typing import Any

import pikepdf

from audits.demo.scripts import Script
from qms.people.models import Person
from sops.kept.reader import read_kept
from sops.kept.samples import sample_xlsx
from sops.models import Document, Version
from sops.services import (
    Brought,
    EditionFacts,
    begin_edition,
    create_document,
    document_of_file,
    keep_file,
)

SIZES = {"pdf": (595, 842), "label": (283, 170)}  # points: A4, and a label of 100 by 60 mm
TOP, LINE = 60, 18


def is_text(script: Script) -> bool:
    """Return whether a document is written here, as most are."""
    return not {"made", "edition"} & script.facts.keys()


def first_version(script: Script, by: Person, **fields: Any) -> Version:
    """Make a document of its first file, or of the first edition."""
    if "edition" in script.facts:
        return create_document(by=by, edition=_edition(script, 1), **fields)
    return document_of_file(_file(script, 1), by=by, **fields)


def next_version(script: Script, n: int, document: Document, by: Person) -> Version:
    """Start version `n` with its file or edition."""
    if "edition" in script.facts:
        return begin_edition(document, _edition(script, n), by=by, note="Announced in their newsletter")
    return keep_file(document, _file(script, n), by=by)


def _edition(script: Script, n: int) -> EditionFacts:
    names = [name.strip() for name in script.facts["edition"].split("|")]
    return EditionFacts(names[n - 1], script.facts["issuer"], script.facts["address"])


def _file(script: Script, n: int) -> Brought:
    made, lines = script.facts["made"], script.lines_of(n)
    data = _workbook(lines) if made == "xlsx" else _pdf(lines, SIZES[made])
    return Brought(data, read_kept(data), f"{script.name}.{'xlsx' if made == 'xlsx' else 'pdf'}")


def _pdf(lines: Sequence[str], size: tuple[int, int]) -> bytes:
    """Return pages with these lines, "# " before a heading; a line of "---" begins a page."""
    with pikepdf.new() as pdf:
        fonts = pikepdf.Dictionary({name: pdf.make_indirect(_font(face)) for name, face in FACES.items()})
        for page_lines in _pages(lines):
            page = pdf.add_blank_page(page_size=size)
            page.obj.Resources = pikepdf.Dictionary(Font=fonts)
            page.obj.Contents = pdf.make_stream(_drawn(page_lines, size[1]).encode("cp1252", "replace"))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


FACES = {"/F1": "Helvetica", "/F2": "Helvetica-Bold"}


def _font(face: str) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name(f"/{face}"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip


def _pages(lines: Sequence[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    for line in lines:
        if line == "---":
            pages.append([])
        else:
            pages[-1].append(line)
    return pages


def _drawn(lines: Sequence[str], height: int) -> str:
    top = min(TOP, height // 6)
    words = [f"BT {LINE} TL 1 0 0 1 {top} {height - top} Tm"]
    for line in lines:
        face = "/F2 13" if line.startswith("# ") else "/F1 10"
        text = line.removeprefix("# ").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        words.append(f"{face} Tf ({text}) Tj T*")
    return "\n".join([*words, "ET"])


def _workbook(lines: Sequence[str]) -> bytes:
    """Return a workbook of one row of cells, " | " between them; "=" begins a formula, with its value after "→"."""
    cells = [cell.strip() for line in lines for cell in line.split("|")]
    return sample_xlsx("".join(_cell(place, text) for place, text in enumerate(cells)))


def _cell(place: int, text: str) -> str:
    name = f"{chr(ord('A') + place)}1"
    if not text.startswith("="):
        return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'
    formula, _arrow, value = text.removeprefix("=").partition("→")
    return f'<c r="{name}"><f>{formula.strip()}</f><v>{value.strip()}</v></c>'
