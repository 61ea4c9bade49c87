"""Files that are kept as they are: good ones, and those that have to be refused, made here."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from sops.kept.model import KeptText
from sops.kept.reader import read_kept
from sops.kept.samples import relations, sample_pdf, sample_xlsx
from sops.services import Brought

_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAW = "http://schemas.openxmlformats.org/drawingml/2006/main"


def brought(data: bytes, name: str) -> Brought:
    """Return a file as a form gives it, read here and not in a process of its own."""
    return Brought(data, read_kept(data), name)


def form_pdf(words: str = "Checklist of the day", pages: int = 1) -> Brought:
    return brought(sample_pdf(words, pages), "checklist.pdf")


def workbook(first: str = "Volume in mL", formula: str = "B1*2") -> Brought:
    return brought(sheet(first, formula), "dilution.xlsx")


def sheet(first: str = "Volume in mL", formula: str = "B1*2", more: dict[str, str] | None = None) -> bytes:
    cells = (
        f'<c r="A1" t="inlineStr"><is><t>{first}</t></is></c><c r="B1"><v>12.5</v></c>'
        f'<c r="C1"><f>{formula}</f><v>25</v></c>'
    )
    return sample_xlsx(cells, more)


def slides() -> bytes:
    """Return a presentation of two slides, the first with notes of its speaker."""

    def slide(words: str) -> str:
        return f'<p:sld xmlns:p="{_SLIDES}" xmlns:a="{_DRAW}"><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:sld>'

    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'presentationml.presentation.main+xml"/></Types>'
    )
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return sample_xlsx(more={
        "[Content_Types].xml": types,
        "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_SLIDES}" {space}><p:sldIdLst><p:sldId id="1" r:id="r2"/>'
        '<p:sldId id="2" r:id="r1"/></p:sldIdLst></p:presentation>',
        "ppt/_rels/presentation.xml.rels": relations(("r1", "slide", "slides/b.xml"), ("r2", "slide", "slides/a.xml")),
        "ppt/slides/a.xml": slide("First of all"), "ppt/slides/b.xml": slide("And then"),
        "ppt/slides/_rels/a.xml.rels": relations(("n", "notesSlide", "../notes.xml")),
        "ppt/notes.xml": slide("Say it slowly"),
    })  # fmt: skip


def with_in(**root: pikepdf.Object) -> bytes:
    """Return a PDF whose root holds these entries."""
    with pikepdf.open(io.BytesIO(sample_pdf())) as pdf:
        for name, value in root.items():
            pdf.Root[Name(f"/{name}")] = value
        return _saved(pdf)


def _saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def locked_pdf(owner_only: bool = False) -> bytes:
    """Return a PDF with a password, or one that opens without and only forbids printing."""
    with pikepdf.open(io.BytesIO(sample_pdf())) as pdf:
        return _saved(pdf, encryption=pikepdf.Encryption(owner="owl", user="" if owner_only else "owl"))


def scripted_pdf() -> bytes:
    return with_in(OpenAction=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def launching_pdf() -> bytes:
    return with_in(OpenAction=Dictionary(S=Name.Launch, F="calc.exe"))


def carrying_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(sample_pdf())) as pdf:
        pdf.attachments["more.txt"] = b"unseen"
        return _saved(pdf)


def xfa_pdf() -> bytes:
    return with_in(AcroForm=Dictionary(Fields=Array([]), XFA=Array(["template", "x"])))


def blank_pdf(pages: int = 1) -> bytes:
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        return _saved(pdf)


def scanned_pdf() -> bytes:
    """Return a PDF of a picture alone."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        grey = pikepdf.Stream(
            pdf, b"\x80" * 64, Type=Name.XObject, Subtype=Name.Image, Width=8, Height=8, BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
        )  # fmt: skip
        page.obj.Resources = Dictionary(XObject=Dictionary(Im1=grey))
        page.obj.Contents = pdf.make_stream(b"q 400 0 0 400 100 300 cm /Im1 Do Q")
        return _saved(pdf)


def bomb_pdf() -> bytes:
    """Return a PDF of a page whose drawing is 70 MB of spaces, packed into little."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.obj.Contents = pdf.make_stream(b" " * (70 * 1024 * 1024))
        return _saved(pdf)


def label_pdf(words: str = "Patient and product") -> bytes:
    """Return a PDF of a label, 100 by 50 mm."""
    with pikepdf.open(io.BytesIO(sample_pdf(words))) as pdf:
        pdf.pages[0].mediabox = Array([0, 690, 283, 832])
        return _saved(pdf)


def text_of(read: KeptText) -> list[str]:
    return ["".join(run["text"] for run in block["runs"]) for block in read.blocks]
