"""XML from strangers: no document type, no entity, a known encoding, bounded depth and attributes, no network."""

import re
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from qms.trail.errors import Invalid

MAX_ATTRIBUTE = 1024 * 1024  # characters
_ENCODINGS = {"utf-8", "utf-16", "utf8", "utf16", "us-ascii", "ascii"}
_DECLARED = re.compile(r"\A\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(data: bytes) -> Any:
    """Return the root element of a part that `check_xml` let pass; raise Invalid where it is not well formed."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(_unreadable()) from error


def check_xml(name: str, data: bytes) -> None:
    """Raise Invalid unless the part `name` is XML that is safe to parse; an empty part is let pass."""
    if not data.strip():
        return
    text = _decoded(data)
    if _FORBIDDEN.search(text):
        raise Invalid(
            _("This file contains definitions (DOCTYPE) that Word never writes. Save it again in Word as .docx.")
        )
    root = parse(data)
    if len(data) > MAX_ATTRIBUTE and any(len(v) > MAX_ATTRIBUTE for e in root.iter() for v in e.attrib.values()):
        raise Invalid(_unreadable())


def _unreadable() -> str:
    return _("A part of this file cannot be read. Open it in Word, save it again as .docx, and upload it once more.")


def _decoded(data: bytes) -> str:
    """Return the text by the encoding that the bytes show and declare; both have to be on the list."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\0" in data[:4]:
        raise Invalid(_unreadable())  # UTF-16 or UTF-32 without a mark: parsers disagree about it
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(_unreadable()) from error
    declared = _DECLARED.match(text)
    if declared and declared[1].lower() not in _ENCODINGS:
        raise Invalid(_unreadable())
    return text
