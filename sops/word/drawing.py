"""Pictures, text boxes, shapes, charts and embedded objects: shown, kept as words, or named and held a place for."""

import re

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.blocks import Block
from sops.word.alternative import chosen
from sops.word.losses import quote
from sops.word.package import Relation
from sops.word.reading import Reading
from sops.word.xml import Element, attr, child, find, local, number, relation, words

_EMU = 9525  # in a pixel of 1/96 inch
_MOST = 2_000  # pixels of a side as shown
_POINTS = re.compile(r"(width|height):\s*([\d.]+)(pt|in|cm|mm|px)")
_PIXELS = {"pt": 96 / 72, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "px": 1.0}


def drawing_blocks(reading: Reading, e: Element) -> list[Block]:
    """Return the blocks that a w:drawing, w:pict or w:object stands for, in the order of the file."""
    name = local(e)
    if name in _HANDLERS:
        return _HANDLERS[name](reading, e)
    if name == "AlternateContent":
        e = chosen(e)
    if (name == "wsp" and child(e, "txbx") is None) or name in ("line", "polyline", "curve"):
        reading.losses.count(
            "drawing", _("Lines, arrows and shapes without words are not shown. Insert the drawing as a picture.")
        )
    blocks: list[Block] = []
    for part in e:
        blocks += drawing_blocks(reading, part)
    return blocks


def _picture(reading: Reading, e: Element) -> list[Block]:
    """Return the picture of an a:blip or v:imagedata."""
    linked, embedded = relation(e, "link", "href"), relation(e, "embed", "id", "pict")
    target = reading.relation(embedded or linked)
    alt = _description(e)
    if target is None or target.external or (linked and not embedded):
        outside = target.target if target is not None else ""
        return [reading.placeholder("linked picture", _missing(alt, outside))]
    data = reading.package.part(target.target)
    if data is None:
        return [reading.placeholder("picture", _("A picture is missing in the Word file."))]
    return [_shown(reading, e, data, alt)]


def _missing(alt: str, outside: str) -> str:
    if outside:
        return _("A picture is only linked, not in the Word file (%(where)s). Insert it and import again.") % {
            "where": outside[:200]
        }
    return _("A picture is missing in the Word file.") + (f" {quote(alt)}" if alt else "")


def _shown(reading: Reading, e: Element, data: bytes, alt: str) -> Block:
    try:
        digest, picture = reading.keep_picture(data)
    except Invalid as refusal:
        return reading.placeholder(
            "picture", _("A picture of the Word file cannot be shown. %(why)s") % {"why": refusal}
        )
    if not picture.is_shown:
        kind = picture.media_type.removeprefix("image/").removesuffix("+xml").upper()
        return reading.placeholder(
            "drawing",
            _("A drawing of the kind %(kind)s is not shown here. Insert it as PNG.%(alt)s")
            % {"kind": kind, "alt": f" {quote(alt)}" if alt else ""},
        )
    if not alt:
        reading.losses.count(
            "picture without description", _("Pictures have no description for people who do not see them.")
        )
    if any(number(v) for v in child_attributes(e.getparent(), "srcRect")):
        reading.losses.count("cropped picture", _("A picture that is cropped in Word is shown whole."))
    if any(True for _e in find(e, "svgBlip")):
        reading.losses.count("drawing", _("A drawing (SVG) is kept as the picture that Word made of it."))
    width, height = _size(e, picture.width, picture.height)
    return {
        "id": reading.new_id(), "kind": "image", "digest": digest, "media_type": picture.media_type, "alt": alt,
        "width": width, "height": height,
    }  # fmt: skip


def child_attributes(e: Element, name: str) -> list[str]:
    """Return all attribute values of a child."""
    found = child(e, name)
    return [] if found is None else [str(v) for v in found.attrib.values()]


def _description(e: Element) -> str:
    """Return the alternative text that is nearest to a picture; names like "Picture 1" are none."""
    for up in e.iterancestors():
        name = local(up)
        if name in ("pic", "inline", "anchor"):
            about = child(up, "nvPicPr", "cNvPr") if name == "pic" else child(up, "docPr")
            text = attr(about, "descr") or attr(about, "title")
        elif name in ("shape", "rect"):
            text = attr(up, "alt")
        else:
            continue
        if text.strip():
            return " ".join(text.split())[:1000]
    return ""


def _size(e: Element, width: int, height: int) -> tuple[int, int]:
    """Return the size in pixels as Word shows the picture, its own size where Word does not say."""
    wide, high = float(width), float(height)
    for up in e.iterancestors():
        name = local(up)
        if name in ("wgp", "grpSp", "group"):
            break  # the frame is that of the whole group
        if name in ("inline", "anchor"):
            extent = child(up, "extent")
            wide, high = number(attr(extent, "cx")) / _EMU or wide, number(attr(extent, "cy")) / _EMU or high
            break
        if name in ("shape", "rect"):
            sides = {side: float(size) * _PIXELS[unit] for side, size, unit in _POINTS.findall(attr(up, "style"))}
            wide, high = sides.get("width", wide), sides.get("height", high)
            break
    scale = min(1.0, _MOST / max(wide, high, 1))
    return max(1, round(wide * scale)), max(1, round(high * scale))


def _text_box(reading: Reading, e: Element) -> list[Block]:
    reading.losses.count(
        "text box",
        _("The words of text boxes follow the paragraph where the box is fixed; frame and place are not kept."),
    )
    return reading.blocks_of(reading, e)


def _word_art(reading: Reading, e: Element) -> list[Block]:
    text = attr(e, "string").strip()
    if not text:
        return []
    reading.losses.name(
        "drawing", _("Letters drawn as a picture are kept as text: %(words)s.") % {"words": quote(text)}
    )
    return [{"id": reading.new_id(), "kind": "paragraph", "runs": [{"text": text}]}]


def _chart(reading: Reading, e: Element) -> list[Block]:
    target = reading.relation(relation(e, "id"))
    return [
        reading.placeholder(
            "chart", _("A chart is not shown here. Insert it as a picture.") + _words_in(reading, target)
        )
    ]


def _smart_art(reading: Reading, e: Element) -> list[Block]:
    target = reading.relation(relation(e, "dm"))
    return [
        reading.placeholder(
            "SmartArt", _("A SmartArt drawing is not shown here. Insert it as a picture.") + _words_in(reading, target)
        )
    ]


def _words_in(reading: Reading, target: Relation | None) -> str:
    """Return the words of a drawing's own part as a sentence."""
    tree = None if target is None or target.external else reading.package.tree(target.target)
    found = [] if tree is None else [w for p in find(tree, "p") if (w := words(p))]
    return " " + _("Its words: %(words)s.") % {"words": "; ".join(found)[:20_000]} if found else ""


def _object(reading: Reading, e: Element) -> list[Block]:
    """Name an embedded or linked object; its preview picture, where there is one, is read beside it."""
    target = reading.relation(relation(e, "id"))
    values = {"kind": attr(e, "ProgID") or _("unknown program"), "where": "" if target is None else target.target[:200]}
    if target is not None and target.external:
        sentence = _("An object (%(kind)s) is only linked: %(where)s. It is not fetched.") % values
    else:
        sentence = _("An embedded object (%(kind)s) is not kept. Attach it as a file of its own.") % values
    if any(True for _e in find(e.getparent(), "imagedata", "blip")):
        reading.losses.name("embedded object", sentence)
        return []
    return [reading.placeholder("embedded object", sentence)]


def _control(reading: Reading, e: Element) -> list[Block]:
    return [
        reading.placeholder(
            "form control", _("A form control (ActiveX) is not kept: %(name)s.") % {"name": attr(e, "name")}
        )
    ]


def _ink(reading: Reading, e: Element) -> list[Block]:
    return [reading.placeholder("drawing", _("Handwriting (ink) is not shown here. Insert it as a picture."))]


_HANDLERS = {
    "blip": _picture, "imagedata": _picture, "txbxContent": _text_box, "textpath": _word_art, "chart": _chart,
    "relIds": _smart_art, "OLEObject": _object, "control": _control, "contentPart": _ink,
}  # fmt: skip
