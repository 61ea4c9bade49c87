"""The check before any parser: opens an Office file (a zip of XML parts) or says in one sentence why not.

What passes is read once, counted while reading, and handed on as bytes by name, so that no later reader can take
another part of the same file for the document. There is no rule on ratios: honest files reach 200:1.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.files.safe_xml import check_xml
from qms.trail.errors import Invalid

MAX_PARTS = 4_000
MAX_PART = 100 * 1024 * 1024  # bytes of one part, unpacked
MAX_TOTAL = 400 * 1024 * 1024  # bytes of all parts, unpacked
_CHUNK = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Program:
    """In whose words a file is refused: the program that makes such files, what it calls them, and their ending."""

    name: str
    thing: str
    ending: str

    def said(self, sentence: str) -> str:
        """Return a sentence with these words in it."""
        return sentence % {"program": self.name, "thing": self.thing, "ending": self.ending}


WORD = Program("Word", "Word document", ".docx")


def read_parts(data: bytes, program: Program = WORD) -> dict[str, bytes]:
    """Return {part name: bytes} of an Office file that is safe to parse; raise Invalid with what to do otherwise."""
    _check_first_bytes(data, program)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, archive.start_dir, program)
            parts = dict(_unpacked(archive, entries))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise Invalid(_damaged(program)) from error
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in parts):
        raise Invalid(
            program.said(
                _("This file contains macros. Save it in %(program)s as a %(thing)s (%(ending)s) and upload that file.")
            )
        )
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels")):
            _check_part(name, part, program)
    return parts


def _check_part(name: str, part: bytes, program: Program) -> None:
    try:
        check_xml(name, part)
    except Invalid as refused:
        raise (refused if program is WORD else Invalid(_unsafe(program))) from refused


def _damaged(program: Program) -> str:
    return program.said(
        _(
            "This file is damaged or incomplete. Open it in %(program)s, save it again as %(ending)s, "
            "and upload it once more."
        )
    )


def _unsafe(program: Program) -> str:
    return program.said(
        _(
            "This file is not built like a %(thing)s. Open it in %(program)s, save it again as %(ending)s, "
            "and try once more."
        )
    )


def _locked(program: Program) -> str:
    return program.said(
        _("This file is protected by a password. Remove the password in %(program)s and upload it again.")
    )


def _check_first_bytes(data: bytes, program: Program) -> None:
    """Refuse, each in its own words, what people most often upload in place of a Word document."""
    if not data:
        raise Invalid(_("This file is empty. Choose the Word document again."))
    if data.startswith(_OLE):
        raise Invalid(_ole_sentence(data))
    if data.startswith(b"%PDF-"):
        raise Invalid(_("This is a PDF, not a Word document. Upload the Word file (.docx) it was made from."))
    if data.startswith(b"{\\rtf"):
        raise Invalid(_("This is an RTF file. Open it in Word, save it as .docx, and upload that file."))
    if data[30:38] == b"mimetype" and b"opendocument" in data[38:90]:
        raise Invalid(_("This is an OpenDocument file. Open it in Word, save it as .docx, and upload that file."))
    if not data.startswith(b"PK\x03\x04"):
        raise Invalid(_("This is not a Word document. Open it in Word, save it as .docx, and upload that file."))
    if data[-22:-18] != b"PK\x05\x06" or data[-2:] != b"\0\0":
        raise Invalid(_damaged(program))


def _ole_sentence(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _locked(WORD)
    if "WordDocument".encode("utf-16-le") in data:
        return _(
            "This is a Word file of the old format (.doc). Open it in Word, save it as .docx, and upload that file."
        )
    return _("This is an Office file of an old format. Save it in its program in the new format and upload that file.")


def _check_entries(entries: list[zipfile.ZipInfo], start_dir: int, program: Program) -> None:
    if len(entries) > MAX_PARTS:
        raise Invalid(
            _("This file has more than %(most)d parts. Split the document and try again.") % {"most": MAX_PARTS}
        )
    if len({entry.filename.casefold() for entry in entries}) != len(entries):
        raise Invalid(_unsafe(program))  # two readers would take different parts for the same one
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise Invalid(_locked(program))
    if not all(map(_is_plain, entries)):
        raise Invalid(_unsafe(program))
    sizes = [entry.file_size for entry in entries]
    if max(sizes, default=0) > MAX_PART or sum(sizes) > MAX_TOTAL:
        raise Invalid(_too_large())
    _check_spans(entries, start_dir, program)


def _too_large() -> str:
    return _("This file unpacks to more than %(most)d MB. Make its pictures smaller or split it, and try again.") % {
        "most": MAX_TOTAL // 1024 // 1024
    }


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Say whether the name stays inside, the packing is stored or deflated, and it is no symbolic link."""
    name = entry.orig_filename
    climbs = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
    printable = all(ord(char) >= 32 for char in name)
    packed = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return not climbs and printable and packed and not stat.S_ISLNK(entry.external_attr >> 16)


def _check_spans(entries: list[zipfile.ZipInfo], start_dir: int, program: Program) -> None:
    """Refuse entries that share bytes, bytes before the first entry, and entries inside the directory."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise Invalid(_unsafe(program))
        end = entry.header_offset + 30 + len(entry.orig_filename.encode("utf-8", "replace")) + entry.compress_size
    if end > start_dir:
        raise Invalid(_unsafe(program))


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each part, counting while reading; a wrong size or checksum raises BadZipFile."""
    total = 0
    for entry in entries:
        if entry.is_dir():
            continue
        pieces, size = [], 0
        with archive.open(entry) as handle:
            while piece := handle.read(_CHUNK):
                size, total = size + len(piece), total + len(piece)
                if size > MAX_PART or total > MAX_TOTAL:
                    raise Invalid(_too_large())
                pieces.append(piece)
        if size != entry.file_size:
            raise zipfile.BadZipFile(entry.filename)
        yield entry.filename, b"".join(pieces)
