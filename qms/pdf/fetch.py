"""What a PDF may be made of: our own style sheets and fonts, and stored pictures by their digest. Nothing else."""

import re
from io import BytesIO
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _
from PIL import Image, ImageFile
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from qms.pdf.files import ReadFile
from qms.trail.errors import Invalid, Refused

STATIC = re.compile(r"static:((?:print|vendor/fonts)/[\w/-]+\.(css|ttf|woff2))", re.ASCII)
STORED = re.compile(r"file-store:([0-9a-f]{64})")
MEDIA_TYPES = {"css": "text/css", "ttf": "font/ttf", "woff2": "font/woff2"}
PICTURES = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
MAX_PIXELS = 40_000_000
BROKEN = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)

# The library switches this on for the whole process; half a picture would pass as a whole one, here and at upload.
ImageFile.LOAD_TRUNCATED_IMAGES = False


class OutsideFetch(Refused):
    """The text asks for something from outside while it is printed."""


class OwnFetcher(URLFetcher):  # type: ignore[misc]
    """Gives our own files and refuses all else. `problems` keeps every refusal, because the library may swallow it."""

    def __init__(self, read_file: ReadFile) -> None:
        super().__init__(allowed_protocols=("static", "file-store"), allow_redirects=False, fail_on_errors=True)
        self.problems: list[Exception] = []
        self._read_file = read_file

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the bytes behind one of our own addresses; the library's way to the network is never called."""
        try:
            data, media_type = self._own(url)
        except Exception as problem:
            self.problems.append(problem)
            raise FatalURLFetchingError(url[:80]) from problem
        return URLFetcherResponse(url, data, {"Content-Type": media_type})

    def _own(self, url: str) -> tuple[bytes, str]:
        if stored := STORED.fullmatch(url):
            return printable(self._read_file(stored[1]))
        static = STATIC.fullmatch(url)
        found = finders.find(static[1]) if static else None
        if static is None or found is None:
            raise OutsideFetch(
                _("The text asks for %(address)s while it is printed. Nothing is fetched from outside. Remove it.")
                % {"address": url[:80]}
            )
        return Path(found).read_bytes(), MEDIA_TYPES[static[2]]


def printable(data: bytes) -> tuple[bytes, str]:
    """Return the picture and its media type, in RGB or grey as PDF/A with our output intent asks for.

    Raises Invalid for what is no picture, a damaged one, or one of more than 40 megapixels: a picture that silently
    stays away would make a different document.
    """
    try:
        with Image.open(BytesIO(data), formats=PICTURES) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Invalid(_("A picture has more than 40 megapixels. Make it smaller."))
            picture.load()
            if picture.mode not in ("CMYK", "YCbCr", "LAB", "HSV"):
                return data, Image.MIME[str(picture.format)]
            out = BytesIO()
            picture.convert("RGB").save(out, "PNG")
            return out.getvalue(), "image/png"
    except BROKEN as broken:
        raise Invalid(_("A picture cannot be printed. Save it as PNG or JPEG and put it in again.")) from broken
