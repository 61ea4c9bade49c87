"""While a PDF is made nothing is fetched from outside: a listener proves it; and pictures are whole or refused."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from qms.files.store import Altered
from qms.pdf.check import defects
from qms.pdf.fetch import OutsideFetch
from qms.pdf.files import no_files
from qms.pdf.render import make_pdf
from qms.trail.errors import Invalid

DIGEST = "a" * 64
PICTURE = f'<p><img src="file-store:{DIGEST}" alt="A bag"></p>'

REFUSED = {
    "picture": '<img src="http://HOST/x.png">',
    "picture in svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="http://HOST/x"/></svg>',
    "import": '<style>@import url("http://HOST/x.css");</style>',
    "background": "<style>p { background: url(http://HOST/x.png) }</style><p>x</p>",
    "content": '<style>p::before { content: url("http://HOST/x.png") }</style><p>x</p>',
    "list": '<ul style="list-style-image: url(http://HOST/x.png)"><li>x</li></ul>',
    "font": "<style>@font-face { font-family: F; src: url(http://HOST/x.woff2) } p { font-family: F }</style><p>x</p>",
    "style sheet": '<link rel="stylesheet" href="http://HOST/x.css">',
    "object": '<object data="http://HOST/x.svg" type="image/svg+xml"></object>',
    "embed": '<embed src="http://HOST/x.svg" type="image/svg+xml">',
    "attachment": '<a rel="attachment" href="http://HOST/x">x</a>',
    "attachment of the page": '<link rel="attachment" href="http://HOST/x">',
    "base": '<base href="http://HOST/"><img src="x.png">',
    "no scheme": '<img src="//HOST/x.png">',
    "ftp": '<img src="ftp://HOST/x.png">',
    "file": '<img src="file:///etc/passwd">',
    "file as attachment": '<link rel="attachment" href="file:///etc/passwd">',
    "file as style": '<style>@import "file:///etc/passwd";</style>',
    "data": '<img src="data:image/png;base64,iVBORw0KGgo=">',
    "relative": '<img src="x.png">',
    "way out of the folder": '<link rel="stylesheet" href="static:print/../../../etc/passwd.css">',
    "other folder": '<link rel="stylesheet" href="static:css/app.css">',
    "missing font": "<style>@font-face { font-family: F; src: url(static:print/none.ttf) } p { font: 1em F }</style>"
    "<p>x</p>",
    "digest that is none": '<img src="file-store:../../x">',
}
IGNORED = {
    "use in svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><use href="http://HOST/x#a"/></svg>',
    "style in svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>@import "http://HOST/";</style>'
    '<rect width="9" height="9"/></svg>',
    "frame": '<iframe src="http://HOST/x"></iframe>',
    "script": '<script src="http://HOST/x.js"></script>',
    "film": '<video src="http://HOST/x" poster="http://HOST/y"></video><audio src="http://HOST/z"></audio>',
    "link": '<a href="http://HOST/x">A link is no fetch</a>',
    "icon": '<link rel="icon" href="http://HOST/x"><link rel="preload" as="style" href="http://HOST/y">',
    "refresh": '<meta http-equiv="refresh" content="0; url=http://HOST/x">',
    "form": '<form action="http://HOST/x"><input type="image" src="http://HOST/y"></form>',
}


@pytest.fixture
def host() -> Iterator[str]:
    """Listen at a port of this machine and fail the test when anybody comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.settimeout(0.05)
        with pytest.raises(TimeoutError):
            listener.accept()


def _made(html: str, read_file=no_files) -> bytes:  # type: ignore[no-untyped-def]
    return make_pdf(html, title="T", language="en", author="A", read_file=read_file)


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_be_fetched_is_refused_in_words(host: str, name: str) -> None:
    with pytest.raises(OutsideFetch, match="Nothing is fetched from outside"):
        _made(REFUSED[name].replace("HOST", host))


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_not_printed_is_not_fetched(host: str, name: str) -> None:
    assert _made(IGNORED[name].replace("HOST", host)).startswith(b"%PDF")


def _picture(mode: str, kind: str) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (60, 40), 100 if mode in ("L", "I;16", "P", "1") else (200, 40, 40, 255)[: len(mode)]).save(
        out, kind
    )
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGB", "PNG"), ("RGBA", "PNG"), ("L", "PNG"), ("I;16", "PNG"), ("P", "GIF"), ("CMYK", "JPEG"), ("RGB", "WEBP"),
     ("CMYK", "TIFF")],
)  # fmt: skip
def test_a_stored_picture_is_printed_in_colours_that_are_defined(mode: str, kind: str) -> None:
    data = _made(PICTURE, {DIGEST: _picture(mode, kind)}.__getitem__)
    assert defects(data) == []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        shown = [x for x in pdf.objects if isinstance(x, pikepdf.Stream) and x.get("/Width") == 60]
        assert shown
        assert {str(x.ColorSpace) for x in shown} <= {"/DeviceRGB", "/DeviceGray"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        _picture("RGB", "PNG")[:60],
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF",
    ],
)
def test_a_picture_that_cannot_be_printed_stops_the_print(data: bytes) -> None:
    """A procedure without its picture is another procedure."""
    with pytest.raises(Invalid, match="A picture cannot be printed"):
        _made(PICTURE, {DIGEST: data}.__getitem__)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(Invalid):
        _made(PICTURE, {DIGEST: out.getvalue()}.__getitem__)


def test_the_refusal_of_the_store_comes_through() -> None:
    def altered(digest: str) -> bytes:
        raise Altered(f"File {digest[:8]} was altered.")

    with pytest.raises(Altered, match="was altered"):
        _made(PICTURE, altered)


def test_a_text_without_pictures_cannot_ask_for_one(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="asks for one"):
        _made(PICTURE)
