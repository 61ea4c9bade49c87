"""How a run looks: its emphasis, its font where that matters, and whether Word hides it from the reader."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from sops.word.reading import Reading
from sops.word.xml import Element, attr, child, is_on, local, val

_SWITCHES = (("b", "bold"), ("i", "italic"), ("strike", "strike"), ("dstrike", "strike"))
_RAISED = {"superscript": "sup", "subscript": "sub"}
_QUIET = ("", "auto", "000000", "FFFFFF", "ffffff", "none")
_CODE_FONTS = ("courier", "consolas", "menlo", "monaco")


class Look(NamedTuple):
    """The look of one run; `hidden` is the kind of loss where its words are hidden in Word, else ""."""

    marks: list[str]
    font: str
    hidden: str


def look_of(run: Element, reading: Reading, paragraph_style: str, is_heading: bool) -> Look:
    """Return the look of a w:r, styles included; a heading is bold by itself and tells nothing by it."""
    properties = child(run, "rPr")
    style = val(properties, "rStyle")
    styles = [style] if is_heading else [style, paragraph_style]
    direct = {} if properties is None else {local(e): e for e in properties}
    marks = {mark for name, mark in _SWITCHES if _is_switched(name, direct, styles, reading)}
    if is_heading:
        marks.discard("bold")
    underline = attr(direct.get("u"), "val") or reading.styles.value(style, "u")
    if underline not in ("", "none"):
        marks.add("underline")
    raised = attr(direct.get("vertAlign"), "val") or reading.styles.value(style, "vertAlign")
    if raised in _RAISED:
        marks.add(_RAISED[raised])
    font = attr(direct.get("rFonts"), "ascii") or attr(direct.get("rFonts"), "hAnsi")
    if (style and reading.styles.is_code(style)) or font.lower().startswith(_CODE_FONTS):
        marks.add("code")
    _count_colours(direct, reading)
    if is_on(direct.get("rtl")):
        reading.losses.count(
            "right-to-left", _("Marks of writing from right to left are not kept; the letters set the direction.")
        )
    return Look(sorted(marks), font, _hidden(run, direct, [style, paragraph_style], reading))


def _is_switched(name: str, direct: dict[str, Element], styles: list[str], reading: Reading) -> bool:
    if name in direct:
        return is_on(direct[name])
    return any(style and reading.styles.switch(style, name) for style in styles)


def _count_colours(direct: dict[str, Element], reading: Reading) -> None:
    coloured = attr(direct.get("color"), "val") not in _QUIET and "rStyle" not in direct
    if coloured or attr(direct.get("highlight"), "val") not in _QUIET:
        reading.losses.count("colour", _("Colours of letters and highlighting are not kept; the words are."))


def _hidden(run: Element, direct: dict[str, Element], styles: list[str], reading: Reading) -> str:
    if _is_switched("vanish", direct, styles, reading):
        return "hidden text"
    if attr(direct.get("color"), "val").upper() == "FFFFFF" and not _is_on_ground(run, direct, reading):
        return "white text"
    return ""


def _is_on_ground(run: Element, direct: dict[str, Element], reading: Reading) -> bool:
    """Say whether white letters stand on a colour: of the run, its paragraph or cell, a table style, a drawn shape."""
    if reading.table_style or "highlight" in direct or "shd" in direct:
        return True
    for e in run.iterancestors():
        name = local(e)
        if name == "txbxContent" or child(e, f"{name}Pr", "shd") is not None:
            return True
    return False
