"""The check before any parser: what passes, what is refused, and in which words."""

import io
import struct
import zipfile

import pytest

from qms.files import sniff
from qms.files.safe_zip import MAX_PARTS, read_parts
from qms.trail.errors import Invalid
from tests.word_files import document, docx, p, relations, types, zipped

GOOD = docx(p("Thaw at 37 degrees."))


def parts_with(**more):
    return {
        "[Content_Types].xml": types(),
        "_rels/.rels": relations(("main", "officeDocument", "word/document.xml")),
        "word/document.xml": document(p("text")),
        **more,
    }


def refusal(data):
    with pytest.raises(Invalid) as caught:
        read_parts(data)
    return str(caught.value)


def test_a_good_file_comes_out_part_by_part():
    parts = read_parts(GOOD)
    assert sorted(parts) == [
        "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml",
    ]  # fmt: skip
    assert "Thaw at 37 degrees." in parts["word/document.xml"].decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "old format (.doc)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"just text", "not a Word document"),
        (b"MZ" + GOOD, "not a Word document"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (GOOD + b"more", "damaged"),
        (zipped(parts_with(**{"word/vbaProject.bin": b"x"})), "macros"),
        (zipped(parts_with(**{"../../etc/passwd": b"x"})), "not built like"),
        (zipped(parts_with(**{"/etc/passwd": b"x"})), "not built like"),
        (zipped(parts_with(**{"C:/x": b"x"})), "not built like"),
        (zipped(parts_with(**{"a\\..\\b": b"x"})), "not built like"),
        (zipped(parts_with(**{"Word/Document.xml": b"x"})), "not built like"),
        (zipped(parts_with(**{f"x/{n}": b"" for n in range(MAX_PARTS)})), "4000 parts"),
    ],
)
def test_what_is_refused_is_told_with_what_to_do(data, words):
    assert words in refusal(data)


def test_a_damaged_part_is_seen_by_its_checksum():
    data = bytearray(GOOD)
    at = data.find(b"word/document.xml") + len(b"word/document.xml") + 20
    data[at] ^= 0xFF
    assert "damaged" in refusal(bytes(data))


def test_a_part_larger_than_declared_is_refused():
    data = bytearray(zipped(parts_with(**{"x.bin": b"0" * 100_000})))
    at = data.rfind(b"x.bin") - 46 + 24
    struct.pack_into("<L", data, at, 10)
    assert "damaged" in refusal(bytes(data))


def test_a_password_and_an_unusual_packing_are_refused():
    flagged = bytearray(GOOD)
    struct.pack_into("<H", flagged, flagged.rfind(b"word/document.xml") - 46 + 8, 1)
    assert "password" in refusal(bytes(flagged))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("word/document.xml", document(p("x")))
    assert "not built like" in refusal(out.getvalue())


def test_entries_that_share_bytes_are_refused():
    data = bytearray(zipped({"a.xml": b"<a/>", "b.xml": b"<b/>"}))
    struct.pack_into("<L", data, data.rfind(b"b.xml") - 46 + 42, 0)
    struct.pack_into("<L", data, data.rfind(b"b.xml") - 46 + 20, 200)
    assert refusal(bytes(data))


@pytest.mark.parametrize(
    "part",
    [
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x "ha">]><w>&x;</w>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []><w/>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []><w/>'.encode("utf-16-be"),
        '<?xml version="1.0" encoding="UTF-7"?><w/>',
        '<?xml version="1.0" encoding="UTF-8"?><w>Kälte</w>'.encode("latin-1"),
        "<w><open></w>",
        "<w>" + "<x>" * 300 + "</x>" * 300 + "</w>",
        f'<w a="{"A" * (2 << 20)}"/>',
        "<w>a\0b</w>",
        "<w>&#xD800;</w>",
    ],
)
def test_xml_that_is_not_plain_is_refused_in_any_part(part):
    assert refusal(zipped(parts_with(**{"docProps/core.xml": part})))


def test_there_is_no_rule_on_ratios():
    """An honest file may shrink 500 times: a long empty form does."""
    parts = read_parts(zipped(parts_with(**{"customXml/item1.xml": "<a>" + " " * 5_000_000 + "</a>"})))
    assert len(parts["customXml/item1.xml"]) == 5_000_007


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (GOOD, sniff.DOCX),
        (zipped({"a.txt": b"x"}), sniff.ZIP),
        (
            zipped({"[Content_Types].xml": types().replace("wordprocessingml.document", "spreadsheetml.sheet")}),
            sniff.XLSX,
        ),
        (b"%PDF-1.7\n", sniff.PDF),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0" + GOOD, "image/jpeg"),
        (b"GIF89a/*<script>", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\x01\0\0\0" + b"\0" * 36 + b" EMF", "image/emf"),
        (b"\xd7\xcd\xc6\x9a\0", "image/wmf"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"<!doctype html><script>", sniff.HTML),
        (b"Plain words.\n", sniff.TEXT),
        (b"\0\1\2\3", sniff.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", sniff.OLE),
    ],
)
def test_a_file_is_what_its_bytes_say(data, media_type):
    assert sniff.sniff(data) == media_type


def test_nothing_is_no_file():
    with pytest.raises(Invalid, match="empty"):
        sniff.sniff(b"")
