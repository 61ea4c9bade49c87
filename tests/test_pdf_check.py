"""The assertions about a PDF see what they are there to see."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from qms.pdf.check import defects
from qms.pdf.render import make_pdf

GOOD = make_pdf('<p><a href="https://example.org/">x</a></p>', title="T", language="en", author="A")


def _saved(change: Callable[[Any], None], **options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD)) as pdf:
        change(pdf)
        pdf.save(out, **options)
    return out.getvalue()


def _drop(name: str) -> Callable[[Any], None]:
    return lambda pdf: pdf.Root.__delitem__(name)


def _claim_less(pdf: Any) -> None:
    with pdf.open_metadata() as xmp:
        xmp["pdfaid:conformance"] = "B"


def _another_title(pdf: Any) -> None:
    pdf.docinfo["/Title"] = "Another"


def _script(pdf: Any) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _launch(pdf: Any) -> None:
    pdf.pages[0].Annots[0].A = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="x.exe")


def _not_printed(pdf: Any) -> None:
    pdf.pages[0].Annots[0].F = 2


def _fonts_outside(pdf: Any) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            del thing["/FontFile2"]


def _no_letters(pdf: Any) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and "/ToUnicode" in thing:
            del thing["/ToUnicode"]


def _inks(pdf: Any) -> None:
    picture = pikepdf.Stream(
        pdf, b"\0\0\0\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1,
        ColorSpace=pikepdf.Name.DeviceCMYK, BitsPerComponent=8,
    )  # fmt: skip
    pdf.pages[0].Resources.XObject.Spoilt = pdf.make_indirect(picture)


def test_what_we_make_is_without_defects() -> None:
    assert defects(GOOD) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_drop("/OutputIntents"), "There is no output intent"),
        (_drop("/StructTreeRoot"), "The text is not tagged"),
        (_drop("/Lang"), "The language is not named"),
        (_drop("/Metadata"), "The metadata does not claim"),
        (_claim_less, "The metadata does not claim"),
        (_another_title, "The title is missing or not the same"),
        (_script, "The file contains scripts"),
        (_launch, "Page 1 has an annotation that does more than link"),
        (_not_printed, "Page 1 has an annotation that is not printed"),
        (_fonts_outside, "is not embedded"),
        (_no_letters, "has no way back to letters"),
        (_inks, "A picture has CMYK colours"),
    ],
)
def test_each_defect_is_named(change: Callable[[Any], None], sentence: str) -> None:
    found = defects(_saved(change))
    assert any(sentence in defect for defect in found), found


def test_an_encrypted_file_is_named() -> None:
    data = _saved(lambda pdf: None, encryption=pikepdf.Encryption(owner="x", user="", R=6))
    assert "The file is encrypted." in defects(data)


def test_a_file_of_an_older_version_is_named() -> None:
    assert "The file is of PDF version 1.4, not 1.7." in defects(GOOD.replace(b"%PDF-1.7", b"%PDF-1.4", 1))


@pytest.mark.parametrize("data", [b"", b"no PDF", GOOD[:200]])
def test_what_is_no_pdf_is_named(data: bytes) -> None:
    assert len(defects(data)) == 1
    assert "no readable PDF" in defects(data)[0]
