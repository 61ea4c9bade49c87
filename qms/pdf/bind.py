"""A PDF that is kept as it is, bound behind its cover: each of its pages stands on a leaf with our header and footer.

A page that fits is shown in its own size, a larger one smaller. What is bound is no longer tagged, so the whole claims
PDF/A-3b where the kept file is PDF/A with colours like ours, and nothing otherwise.
"""

import contextlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

MILLIMETRE = 72 / 25.4
SIDE, HEAD, FOOT = 12 * MILLIMETRE, 27 * MILLIMETRE, 26 * MILLIMETRE  # the margins of a leaf in static/print/print.css
UPRIGHT, LANDSCAPE = "upright", "landscape"


@dataclass(frozen=True)
class Leaves:
    """The pages of a kept PDF: how each lies, and whether the file is PDF/A in a way that stays when it is bound."""

    lying: tuple[str, ...]
    is_archive: bool


def leaves_of(data: bytes) -> Leaves:
    """Return how the pages of a PDF lie."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return Leaves(tuple(map(_lies, pdf.pages)), _is_archive(pdf))


def _lies(page: Any) -> str:
    left, low, right, high = (float(edge) for edge in page.trimbox)
    width, height = right - left, high - low
    return LANDSCAPE if (width > height) != (_turned(page.obj) % 180 == 90) else UPRIGHT


def _turned(node: Any) -> int:
    """Return by how many degrees a page is turned; pages take that over from what they stand in."""
    for _level in range(20):
        if node is None or "/Rotate" in node:
            break
        node = node.get("/Parent")
    return int(node.get("/Rotate")) if node is not None and "/Rotate" in node else 0


def _is_archive(pdf: Any) -> bool:
    """Say whether the file claims PDF/A and means its colours as three numbers, as our output intent does."""
    with contextlib.suppress(Exception):  # whatever is wrong with a stranger's metadata: it claims nothing then
        with pdf.open_metadata() as xmp:
            claims = xmp.get("pdfaid:part") in ("1", "2", "3")
        intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
        return claims and bool(intents) and int(intents[0].DestOutputProfile.get("/N", 0)) == 3
    return False


def bound(cover: bytes, kept: bytes, *, is_archive: bool) -> bytes:
    """Return the cover with the pages of the kept PDF laid on its last leaves, of which it has one for each."""
    with pikepdf.open(BytesIO(cover)) as whole, pikepdf.open(BytesIO(kept)) as file:
        with contextlib.suppress(pikepdf.PdfError):  # what was typed into a form stays to be seen
            file.generate_appearance_streams()
            file.flatten_annotations("print")
        leaves = list(whole.pages)[-len(file.pages) :]
        mode = whole.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply))
        for number, (leaf, page) in enumerate(zip(leaves, file.pages, strict=True), start=1):
            _lay(whole, leaf, page, number, mode)
        _claim(whole, is_archive=is_archive)
        out = BytesIO()
        whole.save(out, deterministic_id=True, force_version=whole.pdf_version, fix_metadata_version=False)
    return out.getvalue()


def _lay(whole: Any, leaf: Any, page: Any, number: int, mode: Any) -> None:
    """Lay a page on its leaf like ink on paper: a mark across the leaf shows through what is white on the page."""
    form = whole.copy_foreign(page.as_form_xobject())
    form.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency, CS=pikepdf.Name.DeviceRGB, I=True)
    name, ink = pikepdf.Name(f"/EngraftKept{number}"), pikepdf.Name("/EngraftInk")
    leaf.add_resource(form, pikepdf.Name.XObject, name)
    leaf.add_resource(mode, pikepdf.Name.ExtGState, ink)
    left, low, right, high = (float(edge) for edge in leaf.mediabox)
    room = pikepdf.Rectangle(left + SIDE, low + FOOT, right - SIDE, high - HEAD)
    placed = leaf.calc_form_xobject_placement(form, name, room, allow_shrink=True, allow_expand=False)
    leaf.contents_add(b"q ", prepend=True)
    leaf.contents_add(b"Q /Artifact BMC q /EngraftInk gs " + placed + b" Q EMC")


def _claim(whole: Any, *, is_archive: bool) -> None:
    with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        if is_archive:
            xmp["pdfaid:conformance"] = "B"
        else:
            del xmp["pdfaid:conformance"], xmp["pdfaid:part"]
