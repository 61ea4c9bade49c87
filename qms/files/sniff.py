"""What a file is, by its bytes and never by its name: a table of signatures, then a look inside."""

import io
import re
import zipfile

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PDF, ZIP, OLE = "application/pdf", "application/zip", "application/x-ole-storage"
TEXT, HTML, UNKNOWN = "text/plain", "text/html", "application/octet-stream"

_SIGNATURES = (
    (0, b"%PDF-", PDF),
    (0, b"PK\x03\x04", ZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (40, b" EMF", "image/emf"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (0, b"\x01\x00\x09\x00\x00\x03", "image/wmf"),
    (0, b"{\\rtf", "application/rtf"),
)
_OFFICE = ((b"wordprocessingml", DOCX), (b"ms-word", DOCX), (b"spreadsheetml", XLSX), (b"presentationml", PPTX))
_SVG = re.compile(rb"\A(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.DOTALL)
_HTML = re.compile(rb"\A(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|script)[\s>]", re.IGNORECASE)


def sniff(data: bytes) -> str:
    """Return the media type of these bytes, "application/octet-stream" where unknown; raise Invalid where empty."""
    if not data:
        raise Invalid(_("This file is empty. Choose it again."))
    for offset, signature, media_type in _SIGNATURES:
        if data.startswith(signature, offset):
            return _in_zip(data) if media_type == ZIP else media_type
    if _SVG.match(data[:4096]):
        return "image/svg+xml"
    if _HTML.match(data[:4096]):
        return HTML
    return TEXT if _is_text(data) else UNKNOWN


def _is_text(data: bytes) -> bool:
    head = data[:4096]
    return b"\0" not in head and not any(byte < 9 or 13 < byte < 27 for byte in head)


def _in_zip(data: bytes) -> str:
    """Say which Office format the zip holds by its list of content types, of which at most 1 MiB is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("[Content_Types].xml") as handle:
            types = handle.read(1024 * 1024)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        return ZIP
    main = re.search(rb"ContentType\s*=\s*[\"']([^\"']*)\.main\+xml", types)
    found = main[1] if main else b""
    return next((media_type for sign, media_type in _OFFICE if sign in found), ZIP)
