"""The parts of a Word file that we write, and the zip around them; the same text gives the same bytes."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from sops.blocks import Block
from sops.word.out.notes import is_endnote
from sops.word.out.styles import styles
from sops.word.out.text import Body
from sops.word.out.xml import HEAD, OFFICE, R, W, content, value

_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp",
               "image/tiff": "tif"}  # fmt: skip
_RIGHT_TO_LEFT = ("ar", "he", "fa", "ur")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KINDS = ("styles", "numbering", "footnotes", "endnotes", "header")
_LONG_AGO = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Copy:
    """What a working copy says of itself: to people in its page header, to us in its properties.

    `text` is the digest of the text that it was made of, `revision` that of the version then.
    """

    notice: str
    title: str = ""
    programme: str = ""
    version: str = ""
    text: str = ""
    revision: int = 0
    language: str = "en"


def write_word(blocks: list[Block], copy: Copy, read_file: Callable[[str], bytes]) -> bytes:
    """Return the Word file of a text; `read_file` gives the bytes of a picture by its digest."""
    body = Body(blocks, bidi=copy.language.split("-")[0] in _RIGHT_TO_LEFT)
    notes = {kind: _notes(body, kind) for kind in ("footnote", "endnote")}  # before the links are asked for
    pictures = {digest: f"media/{digest}.{_EXTENSIONS[kind]}" for digest, kind in body.pictures.items()}
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(pictures),
        "_rels/.rels": _relations([
            ("rMain", f"{OFFICE}/officeDocument", "word/document.xml", False),
            ("rCore", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml", False),
            ("rCustom", f"{OFFICE}/custom-properties", "docProps/custom.xml", False),
        ]),
        "docProps/core.xml": _core(copy), "docProps/custom.xml": _custom(copy),
        "word/document.xml": f"{HEAD}<w:document {W} {R}><w:body>{body.inner}{_SECTION}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations([
            *((f"r{kind}", f"{OFFICE}/{kind}", f"{kind}.xml", False) for kind in _KINDS),
            *((f"rPic{digest}", f"{OFFICE}/image", name, False) for digest, name in pictures.items()),
            *_links(body),
        ]),
        "word/styles.xml": styles(copy.language), "word/numbering.xml": body.lists.part(),
        "word/header.xml": _header(copy.notice),
    }  # fmt: skip
    for kind, part in notes.items():
        parts |= {f"word/{kind}s.xml": part, f"word/_rels/{kind}s.xml.rels": _relations(_links(body))}
    return _zipped(parts | {f"word/{name}": read_file(digest) for digest, name in pictures.items()})


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def _links(body: Body) -> list[tuple[str, str, str, bool]]:
    return [(name, f"{OFFICE}/hyperlink", address, True) for address, name in body.links.items()]


def _relations(items: list[tuple[str, str, str, bool]]) -> str:
    mode = {True: ' TargetMode="External"', False: ""}
    lines = [
        f'<Relationship Id="{name}" Type="{kind}" Target={value(target)}{mode[outside]}/>'
        for name, kind, target, outside in items
    ]
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _types(pictures: dict[str, str]) -> str:
    kinds = {extension: kind for kind, extension in _EXTENSIONS.items()}
    used = {name.rpartition(".")[2] for name in pictures.values()}
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    defaults |= {extension: kinds[extension] for extension in sorted(used)}
    overrides = {
        "word/document.xml": f"{_WORD}.document.main+xml",
        **{f"word/{kind}.xml": f"{_WORD}.{kind}+xml" for kind in _KINDS},
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    }
    lines = [f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in defaults.items()]
    lines += [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()]
    return f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">{"".join(lines)}</Types>'


def _core(copy: Copy) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{content(copy.title)}</dc:title><dc:creator>{content(copy.programme)}</dc:creator>"
        "</cp:coreProperties>"
    )


def _custom(copy: Copy) -> str:
    said = {"Engraft version": copy.version, "Engraft text": copy.text, "Engraft revision": str(copy.revision),
            "Engraft notice": copy.notice}  # fmt: skip
    office = "http://schemas.openxmlformats.org/officeDocument/2006"
    lines = [
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}">'
        f"<vt:lpwstr>{content(text)}</vt:lpwstr></property>"
        for n, (name, text) in enumerate(said.items(), 2)
    ]
    return (
        f'{HEAD}<Properties xmlns="{office}/custom-properties" xmlns:vt="{office}/docPropsVTypes">'
        f"{''.join(lines)}</Properties>"
    )


def _header(notice: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{content(notice)}</w:t></w:r>'
    return f'{HEAD}<w:hdr {W} {R}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{run}</w:p></w:hdr>'


def _notes(body: Body, kind: str) -> str:
    """Return the part of footnotes or endnotes, the two lines that Word draws between text and notes first."""
    lines = [
        f'<w:{kind} w:type="{name}" w:id="{n}"><w:p><w:r><w:{name}/></w:r></w:p></w:{kind}>'
        for n, name in ((-1, "separator"), (0, "continuationSeparator"))
    ]
    own = f'<w:r><w:rPr><w:rStyle w:val="{kind.capitalize()}Reference"/></w:rPr><w:{kind}Ref/></w:r>'
    for note in body.notes.placed:
        if is_endnote(note["label"]) == (kind == "endnote"):
            words = f'<w:p><w:pPr><w:pStyle w:val="NoteText"/></w:pPr>{own}{body.words(note["runs"])}</w:p>'
            lines.append(f'<w:{kind} w:id="{body.notes.number(note)}">{words}</w:{kind}>')
    return f"{HEAD}<w:{kind}s {W} {R}>{''.join(lines)}</w:{kind}s>"


_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rheader"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1700" w:right="1134" w:bottom="1134" w:left="1361" w:header="600" w:footer="600" w:gutter="0"/>'
    "</w:sectPr>"
)
