"""Pictures from strangers: the size is read from the header, then the whole picture is decoded once, or refused."""

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from qms.files.sniff import sniff
from qms.trail.errors import Invalid

MAX_PIXELS = 40_000_000
MAX_SIDE = 30_000
_SHOWN = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_TO_PNG = ("BMP", "TIFF")
DRAWINGS = ("image/emf", "image/wmf", "image/svg+xml")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Picture:
    """A picture that may be stored: `data` is what to store; sides in pixels, 0 for a drawing that is not shown."""

    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def is_shown(self) -> bool:
        """Say whether browsers and the PDF show it; EMF, WMF and SVG are kept as files only."""
        return self.media_type not in DRAWINGS


def inspect(data: bytes) -> Picture:
    """Return what to store for these bytes: BMP and TIFF become PNG, a photo loses the place where it was taken.

    Raises Invalid for bombs (over 40 megapixels), broken pictures and whatever is no picture.
    """
    media_type = sniff(data) if data else ""
    if media_type in DRAWINGS:
        return Picture(media_type, 0, 0, data)
    try:
        with Image.open(io.BytesIO(data), formats=[*_SHOWN, *_TO_PNG]) as image:
            return _decoded(image, data)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Invalid(_too_large()) from error
    except UnidentifiedImageError as error:
        raise Invalid(_("This is no picture that can be shown. Use PNG or JPEG.")) from error
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, TypeError, MemoryError, Warning) as error:
        raise Invalid(_("This picture is damaged. Save it again as PNG or JPEG and try once more.")) from error


def _too_large() -> str:
    return _("This picture has more than %(most)d megapixels. Make it smaller and try again.") % {
        "most": MAX_PIXELS // 1_000_000
    }


def _decoded(image: Image.Image, data: bytes) -> Picture:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Invalid(_too_large())
    kind = image.format or ""
    if kind == "PNG":
        _check_png(data)
    if kind in _TO_PNG:
        mode = image.mode if image.mode in ("1", "L", "P", "RGB", "RGBA") else "RGB"
        return _saved(image.convert(mode), "PNG")
    if kind == "JPEG" and ExifTags.Base.GPSInfo in image.getexif():
        return _saved(ImageOps.exif_transpose(image), "JPEG")
    image.draft(image.mode, (width // 8 or 1, height // 8 or 1))  # JPEG: reads the whole file at an eighth of the cost
    image.load()
    return Picture(_SHOWN[kind], width, height, data)


def _check_png(data: bytes) -> None:
    """Raise where a checksum is wrong or the end is missing: the decoder forgives both."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        image.verify()
    if b"IEND" not in data[-1024:]:
        raise OSError("The picture has no end.")


def _saved(image: Image.Image, kind: str) -> Picture:
    out = io.BytesIO()
    image.save(out, kind, **({"quality": 92} if kind == "JPEG" else {}))
    return Picture(_SHOWN[kind], *image.size, out.getvalue())
