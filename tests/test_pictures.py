"""Pictures from strangers: kept, made into PNG, stripped of the place, or refused before they take memory."""

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image

from qms.files.pictures import inspect
from qms.trail.errors import Invalid
from tests.corpus import ROOT, needs_corpus


def picture(kind, size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, 1).save(out, kind, **options)
    return out.getvalue()


def png_of(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_pictures_that_browsers_show_are_kept_byte_by_byte(kind, media_type):
    data = picture(kind)
    found = inspect(data)
    assert (found.media_type, found.width, found.height, found.data) == (media_type, 40, 30, data)
    assert found.is_shown


@pytest.mark.parametrize(("kind", "mode"), [("BMP", "RGB"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("TIFF", "L")])
def test_old_kinds_become_png(kind, mode):
    found = inspect(picture(kind, mode=mode))
    assert (found.media_type, found.width, found.height) == ("image/png", 40, 30)
    assert Image.open(io.BytesIO(found.data)).format == "PNG"


def test_a_photo_loses_the_place_where_it_was_taken_and_stays_upright():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # lies on its side
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    found = inspect(picture("JPEG", exif=exif))
    assert (found.width, found.height) == (30, 40)
    assert not dict(Image.open(io.BytesIO(found.data)).getexif())


def test_a_bomb_is_refused_by_its_header():
    with pytest.raises(Invalid, match="40 megapixels"):
        inspect(png_of(30_000, 30_000))
    with pytest.raises(Invalid, match="40 megapixels"):
        inspect(png_of(8_000, 5_001))
    with pytest.raises(Invalid):
        inspect(png_of(40_000, 10))


@pytest.mark.parametrize(
    "data", [b"", b"<html><script>alert(1)</script>", b"%PDF-1.7", picture("PNG")[:60], png_of(400, 400)]
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(Invalid):
        inspect(data)


def test_drawings_are_kept_as_files_and_not_shown():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    found = inspect(svg)
    assert (found.media_type, found.is_shown, found.data) == ("image/svg+xml", False, svg)


@needs_corpus
@pytest.mark.parametrize("name", ["picture-bomb.png", "picture-rgba.png", "picture-truncated.png"])
def test_hostile_pictures_are_refused(name):
    with pytest.raises(Invalid):
        inspect((ROOT / "hostile" / name).read_bytes())
