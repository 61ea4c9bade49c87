"""Blocks as paragraphs, tables and pictures of Word."""

from collections.abc import Callable, Iterator
from typing import Any

from sops.blocks import LINK, REFERENCE, Block
from sops.compare.grid import Placed, place
from sops.references import passage_in, references
from sops.word.out.lists import Lists
from sops.word.out.notes import Notes, is_endnote
from sops.word.out.xml import text_pieces, value

Run = dict[str, Any]
ROLES = {"warning": "EngraftWarning", "note": "EngraftNote", "caption": "Caption", "quote": "Quote"}
MARKS = {
    "bold": "<w:b/>", "italic": "<w:i/>", "strike": "<w:strike/>", "underline": '<w:u w:val="single"/>',
    "sub": '<w:vertAlign w:val="subscript"/>', "sup": '<w:vertAlign w:val="superscript"/>',
}  # fmt: skip
ORDER = ("bold", "italic", "strike", "underline", "sub", "sup")  # of the elements in w:rPr, by the schema
_EMU = 9525  # in a pixel of 1/96 inch


class Body:
    """The body in the making: blocks in, XML out; pictures and links are collected for the relationships."""

    def __init__(self, blocks: list[Block], *, bidi: bool) -> None:
        self.lists, self.notes = Lists(blocks), Notes(blocks)
        self.links: dict[str, str] = {}  # address: id of its relationship
        self.pictures: dict[str, str] = {}  # digest: media type
        self._bidi, self._drawn = "<w:bidi/>" if bidi else "", 0
        wanted = dict.fromkeys(passage_in(run["link"]) for _block, run in references(blocks))
        self._places = {name: n for n, name in enumerate(filter(None, wanted))}  # passages that are referred to
        self.inner = "".join(self._blocks([block for block in blocks if block["kind"] != "footnote"]))
        self.inner += "".join(self._paragraph("", self._mark(note)) for note in self.notes.left())

    def _blocks(self, blocks: list[Block]) -> Iterator[str]:
        before = ""
        for block in blocks:
            if before == block["kind"] == "table":
                yield "<w:p/>"  # else Word makes one table of two
            before = block["kind"]
            yield _WRITERS[before](self, block)

    def _paragraph(self, properties: str, inner: str) -> str:
        return f"<w:p><w:pPr>{properties}{self._bidi}</w:pPr>{inner}</w:p>"

    def _passage(self, block: Block, properties: str) -> str:
        words, n = self.words(block["runs"]), self._places.get(block["id"])
        if n is not None:
            words = f'<w:bookmarkStart w:id="{n}" w:name="{_anchor(n)}"/>{words}<w:bookmarkEnd w:id="{n}"/>'
        return self._paragraph(properties, words)

    def _heading(self, block: Block) -> str:
        style = f'<w:pStyle w:val="Heading{block["level"]}"/>'
        return self._passage(block, style + (self._number(block) if "number" in block else ""))

    def _text(self, block: Block) -> str:
        role = block.get("role")
        return self._passage(block, f'<w:pStyle w:val="{ROLES[role]}"/>' if role else "")

    def _item(self, block: Block) -> str:
        return self._passage(block, self._number(block))

    def _number(self, block: Block) -> str:
        number, level = self.lists.place(block)
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    def words(self, runs: list[Run]) -> str:
        """Return the runs of a paragraph."""
        made = ""
        for kind, piece in self.notes.pieces(runs):
            made += self._mark(piece, piece["label"]) if kind == "note" else self._run(piece)
        return made

    def _mark(self, note: Block, label: str = "") -> str:
        """Return the mark of a note; without a label it is one that nobody sees."""
        name = "endnote" if is_endnote(note["label"]) else "footnote"
        style = f'<w:rPr><w:rStyle w:val="{name.capitalize()}Reference"/></w:rPr>'
        unseen = "" if label else ' w:customMarkFollows="1"'
        return f'<w:r>{style}<w:{name}Reference{unseen} w:id="{self.notes.number(note)}"/></w:r>'

    def _run(self, run: Run) -> str:
        link, marks = run.get("link", ""), run.get("marks", [])
        style = "EngraftCode" if "code" in marks else "Hyperlink" if link else ""
        own = "".join(MARKS[mark] for mark in ORDER if mark in marks)
        looks = (f'<w:rStyle w:val="{style}"/>' if style else "") + own
        made = f"<w:r>{f'<w:rPr>{looks}</w:rPr>' if looks else ''}{text_pieces(run['text'])}</w:r>"
        if REFERENCE.match(link):
            anchor = _anchor(self._places.get(passage_in(link)))
            return f'<w:hyperlink w:anchor="{anchor}" w:tooltip={value(link)}>{made}</w:hyperlink>'
        if LINK.match(link):
            name = self.links.setdefault(link, f"rLink{len(self.links) + 1}")
            return f'<w:hyperlink r:id="{name}">{made}</w:hyperlink>'
        return made

    def _image(self, block: Block) -> str:
        self.pictures[block["digest"]] = block["media_type"]
        self._drawn += 1
        return self._paragraph("", _drawing(block, self._drawn))

    def _table(self, table: Block) -> str:
        rows = place(table)
        width = max((cell.end for row in rows for cell in row), default=1)
        grid = f'<w:gridCol w:w="{9000 // width}"/>' * width
        inner = "".join(self._row(row, cells, table) for row, cells in enumerate(_with_covered(rows)))
        return f"<w:tbl>{TABLE}<w:tblGrid>{grid}</w:tblGrid>{inner}</w:tbl>"

    def _row(self, row: int, cells: "list[tuple[Placed, bool]]", table: Block) -> str:
        head = "<w:trPr><w:tblHeader/></w:trPr>" if row < table["header_rows"] else ""
        inner = "".join(self._cell(cell, is_first) for cell, is_first in cells)
        return f"<w:tr>{head}{inner or '<w:tc><w:p/></w:tc>'}</w:tr>"  # Word opens no row without a cell

    def _cell(self, cell: Placed, is_first: bool) -> str:
        span = cell.end - cell.start
        wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        merge = ('<w:vMerge w:val="restart"/>' if is_first else "<w:vMerge/>") if cell.height > 1 else ""
        blocks = cell.cell["blocks"] if is_first else []
        inner = "".join(self._blocks(blocks))
        end = "" if blocks and blocks[-1]["kind"] != "table" else "<w:p/>"  # Word wants one at the end
        return f"<w:tc><w:tcPr>{wide}{merge}</w:tcPr>{inner}{end}</w:tc>"


def _anchor(n: int | None) -> str:
    """Return the name of the place that a reference leads to; one to another document leads nowhere in Word.

    What it refers to is its tooltip, by which it is a reference again when the file comes back.
    """
    return "_engraft" if n is None else f"_engraft{n}"


def _with_covered(rows: list[list[Placed]]) -> Iterator[list[tuple[Placed, bool]]]:
    """Yield each row with the cells that reach into it from above, (cell, whether it begins here), left to right."""
    reaching: list[tuple[Placed, int]] = []
    for r, row in enumerate(rows):
        reaching = [(cell, until) for cell, until in reaching if until > r]
        here = [(cell, False) for cell, _until in reaching] + [(cell, True) for cell in row]
        yield sorted(here, key=lambda one: one[0].start)
        reaching += [(cell, r + cell.height) for cell in row if cell.height > 1]


def _drawing(block: Block, n: int) -> str:
    alt = f'id="{n}" name="{block["digest"][:12]}" descr={value(block["alt"])}'
    size = f'cx="{block["width"] * _EMU}" cy="{block["height"] * _EMU}"'
    draw = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{draw}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr {alt}/><a:graphic xmlns:a="{draw}/main"><a:graphicData uri="{draw}/picture">'
        f'<pic:pic xmlns:pic="{draw}/picture"><pic:nvPicPr><pic:cNvPr {alt}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="rPic{block["digest"]}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _border(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7C8A87"/>'


TABLE = (
    '<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
    + "".join(map(_border, ("top", "left", "bottom", "right", "insideH", "insideV")))
    + "</w:tblBorders></w:tblPr>"
)
_WRITERS: dict[str, Callable[[Body, Block], str]] = {
    "heading": Body._heading, "paragraph": Body._text, "item": Body._item, "image": Body._image, "table": Body._table,
}  # fmt: skip
