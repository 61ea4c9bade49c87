"""Makes small Word files for tests: a few parts in a zip."""

import io
import zipfile

from sops.blocks import labels, text_of, walk
from sops.word.reader import read_word
from tests.corpus import DATA

FILES = DATA / "word"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def types(main: str = _MAIN) -> str:
    """Return the list of content types with this type of the main part."""
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def relations(*items: tuple[str, str, str]) -> str:
    """Return a part of relationships (id, kind, target); a target with "://" is external."""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    lines = [
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"/>' if "://" in target else "/>")
        for name, kind, target in items
    ]
    return f'{_HEAD}<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'


def document(inner: str) -> str:
    """Return a document part with this body."""
    return f"{_HEAD}<w:document {W} {R}><w:body>{inner}</w:body></w:document>"


def p(text: str, style: str = "", more: str = "") -> str:
    """Return a paragraph; `more` goes into its properties."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{named}{more}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: list[str]) -> str:
    """Return a table of texts."""
    cells = ["".join(f"<w:tc>{p(text)}</w:tc>" for text in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Return a zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(inner: str, *related: tuple[str, str, str | bytes], external: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """Return a Word file with this body; `related` are (kind, name in word/, data), their ids are r1, r2 ..."""
    links = [(f"r{n}", kind, name) for n, (kind, name, _data) in enumerate(related, 1)]
    return zipped({
        "[Content_Types].xml": types(),
        "_rels/.rels": relations(("main", "officeDocument", "word/document.xml")),
        "word/document.xml": document(inner),
        "word/_rels/document.xml.rels": relations(*links, *external),
        **{f"word/{name}": data for _kind, name, data in related},
    })  # fmt: skip


STYLES = (
    f"<w:styles {W}>"
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Kapitel"/><w:basedOn w:val="H1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Deep"><w:name w:val="Own deep"/>'
    '<w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Cap"><w:name w:val="caption"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Warn"><w:name w:val="Warnung"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Step"><w:name w:val="Step"/>'
    '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style></w:styles>'
)


def level(number, kind, text, more=""):
    """Return one level of a list."""
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/>{more}'
        f'<w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
    + level(0, "decimal", "%1.", '<w:pStyle w:val="Step"/>') + level(1, "lowerLetter", "%2)")
    + level(2, "decimal", "%1.%2.%3")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="1">' + level(0, "bullet", "-") + level(1, "ordinal", "%2")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)  # fmt: skip


def read(inner, *related, **options):
    """Read a body with the styles and lists above; `related` are further parts, the first has the id r3."""
    return read_word(
        docx(inner, ("styles", "styles.xml", STYLES), ("numbering", "numbering.xml", NUMBERING), *related), **options
    )


def step(text, number=1, at=0):
    """Return a paragraph of a list."""
    return p(text, more=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')


def kinds(text):
    """Return the kinds of what was lost."""
    return [loss.kind for loss in text.losses]


def numbered(text):
    """Return (printed number, words) of every block."""
    shown = labels(text.blocks)
    return [(shown.get(block["id"], ""), text_of(block)) for block in walk(text.blocks) if block["kind"] != "table"]
