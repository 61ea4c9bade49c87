"""Small pieces of WordprocessingML as text, everything escaped."""

import re
from xml.sax.saxutils import escape, quoteattr

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PIECES = re.compile(r"(\n|\t)")


def clean(text: str) -> str:
    """Return the text without what no XML may hold."""
    return _NOT_XML.sub("", text)


def content(text: str) -> str:
    """Return text for between two tags."""
    return escape(clean(text))


def value(text: str) -> str:
    """Return text as an attribute with its quotation marks."""
    return quoteattr(clean(text))


def text_pieces(text: str) -> str:
    """Return the inside of a run: its words, line ends and tabs."""
    signs = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = (piece for piece in _PIECES.split(text) if piece)
    return "".join(signs.get(piece) or f'<w:t xml:space="preserve">{content(piece)}</w:t>' for piece in pieces)
