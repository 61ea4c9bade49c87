"""Small files of our own, read once when the reading process starts: it opens no file later, code included."""

import io
import zipfile
from collections.abc import Mapping

import pikepdf


def sample_pdf(words: str = "Warm", pages: int = 1) -> bytes:
    """Return a PDF that says some words on each page."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for _page in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode("cp1252"))
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _zipped(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _types(part: str, kind: str) -> str:
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
        "</Types>"
    )


def relations(*pointers: tuple[str, str, str]) -> str:
    """Return the XML of relations: (id, last word of the kind, target); an address is an outside one."""
    outside = 'TargetMode="External" '
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}" {outside if ":" in target else ""}/>'
        for name, kind, target in pointers
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


WARM = '<c r="A1" t="inlineStr"><is><t>Warm</t></is></c>'


def sample_xlsx(cells: str = WARM, more: Mapping[str, str] | None = None) -> bytes:
    """Return a workbook of one sheet with these cells in its first row; `more` are parts beside or in place of its."""
    parts = {
        "[Content_Types].xml": _types("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet 1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1">{cells}</row></sheetData>'
        "</worksheet>",
    }
    return _zipped({**parts, **(more or {})})


WARM_UP = (sample_pdf(), sample_xlsx())
