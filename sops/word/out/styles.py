"""The styles of the Word files that we write. None of paragraphs sets bold or italics: it would be read as marks."""

from sops.word.out.xml import HEAD, W, value

_SIZES = (32, 28, 24, 22, 22, 22)  # of headings, in half points


def styles(language: str) -> str:
    """Return the part of styles for a text in this language."""
    made = [
        _paragraph("Normal", "Normal", '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/>', default=True),
        *(_heading(level, size) for level, size in enumerate(_SIZES, 1)),
        _paragraph("Caption", "caption", "<w:keepNext/>", '<w:color w:val="42514E"/><w:sz w:val="20"/>'),
        _paragraph("Quote", "Quote", '<w:ind w:left="567" w:right="567"/>'),
        _paragraph("EngraftNote", "Note", _boxed("7C8A87")),
        _paragraph("EngraftWarning", "Warning", _boxed("B01F19")),
        _paragraph("NoteText", "footnote text", '<w:spacing w:after="0"/>', '<w:sz w:val="18"/>'),
        _paragraph("Header", "header", _rule("bottom", "13211F"), '<w:sz w:val="18"/>'),
        _character("Hyperlink", "Hyperlink", '<w:color w:val="0B5A61"/><w:u w:val="single"/>'),
        _character("EngraftCode", "Code", '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>'),
        _character("FootnoteReference", "footnote reference", '<w:vertAlign w:val="superscript"/>'),
        _character("EndnoteReference", "endnote reference", '<w:vertAlign w:val="superscript"/>'),
    ]
    letters = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/><w:sz w:val="22"/>'
    usual = f"<w:rPrDefault><w:rPr>{letters}<w:lang w:val={value(language)}/></w:rPr></w:rPrDefault>"
    return f"{HEAD}<w:styles {W}><w:docDefaults>{usual}</w:docDefaults>{''.join(made)}</w:styles>"


def _paragraph(name: str, called: str, properties: str, looks: str = "", *, default: bool = False) -> str:
    usual, based = (' w:default="1"', "") if default else ("", '<w:basedOn w:val="Normal"/>')
    return (
        f'<w:style w:type="paragraph"{usual} w:styleId="{name}"><w:name w:val="{called}"/>{based}<w:qFormat/>'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{looks}</w:rPr></w:style>"
    )


def _heading(level: int, size: int) -> str:
    properties = f'<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>'
    return _paragraph(f"Heading{level}", f"heading {level}", properties, f'<w:b/><w:sz w:val="{size}"/>')


def _character(name: str, called: str, looks: str) -> str:
    return f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{called}"/><w:rPr>{looks}</w:rPr></w:style>'


def _boxed(colour: str) -> str:
    return _rule("left", colour, 24) + '<w:ind w:left="284"/>'


def _rule(side: str, colour: str, width: int = 6) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{width}" w:space="6" w:color="{colour}"/></w:pBdr>'
