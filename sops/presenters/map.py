"""The map of a document in words and lines, and the list of references that lead nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from qms.ui.options import Option
from sops.map import LOST, Asked, Map, Reference, lost_because
from sops.models import Citation, Status
from sops.presenters.register import options_of

WIDE, BOX, ROW, GAP = 1000, 270, 54, 14
MOST_DRAWN = 12  # on each side; the lists have all


@dataclass(frozen=True)
class Box:
    """A document of the drawing: where its corner is, and the line to the one in the middle."""

    x: int
    y: int
    number: str
    title: str
    kind: str
    line: str = ""

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def number_y(self) -> int:
        return self.y + 21

    @property
    def title_y(self) -> int:
        return self.y + 41


@dataclass(frozen=True)
class Drawing:
    """Who refers to the document at the left, what it refers to at the right; `left_out` have no room in it."""

    width: int
    height: int
    boxes: list[Box]
    left_out: int
    box_width: int = BOX
    box_height: int = ROW


def drawing(number: str, title: str, of: Map) -> Drawing | None:
    """Return the drawing of a map, None of an empty one."""
    if not of.cites and not of.cited_in:
        return None
    left, right = of.cited_in[:MOST_DRAWN], of.cites[:MOST_DRAWN]
    height = max(len(left), len(right), 1) * (ROW + GAP) - GAP + 4
    centre = Box((WIDE - BOX) // 2, (height - ROW) // 2, number, _short(title), "own")
    boxes = [centre, *_column(left, 2, centre, height), *_column(right, WIDE - BOX - 2, centre, height)]
    left_out = len(of.cited_in) + len(of.cites) - len(left) - len(right)
    return Drawing(WIDE, height, boxes, left_out)


def _column(references: Sequence[Reference], x: int, centre: Box, height: int) -> list[Box]:
    top = (height - len(references) * (ROW + GAP) + GAP) // 2
    middle = centre.y + ROW // 2
    found = []
    for place, one in enumerate(references):
        y = top + place * (ROW + GAP)
        here = y + ROW // 2
        line = _curve(x + BOX, here, centre.x, middle) if x < centre.x else _curve(centre.x + BOX, middle, x, here)
        kind = "lost" if one.lost else "coming" if one.version and one.status != Status.EFFECTIVE else "plain"
        found.append(Box(x, y, one.number, _short(one.title or lost_word(one.lost)), kind, line))
    return found


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    half = (x + to_x) // 2
    return f"M{x} {y}C{half} {y} {half} {to_y} {to_x - 7} {to_y}"


def _short(title: str) -> str:
    return Truncator(title).chars(36)


def lost_word(reason: str) -> str:
    """Return what is wrong with a reference, in words."""
    return {
        "unknown": _("no document has this number"), "withdrawn": _("withdrawn"), "discarded": _("discarded"),
        "waiting": _("not in force yet"),
    }.get(reason, "")  # fmt: skip


@dataclass(frozen=True)
class Lost:
    """One reference that leads nowhere."""

    citation: Citation
    reason: str
    word: str


def lost_rows(citations: Sequence[Citation]) -> list[Lost]:
    """Return references with what is wrong with each."""
    return [Lost(one, reason := lost_because(one), lost_word(reason)) for one in citations]


def lost_menus(asked: Asked, facilities: list[tuple[int, str]]) -> list[tuple[str, str, list[Option]]]:
    """Return (word, name, options) of each filter of the list."""
    states = (("force", _("In force")), ("coming", _("On its way")))
    return [
        (_("Leads to"), "lost", [Option(one, lost_word(one), on=one in asked.reasons) for one in LOST]),
        (_("Facility"), "facility", options_of(facilities, asked.facilities)),
        (_("Text"), "state", [Option(one, word, on=one in asked.states) for one, word in states]),
    ]


def lost_head() -> list[str]:
    """Return the heads of the exported list."""
    return [_("Document"), _("Title"), _("Version"), _("Status"), _("Refers to"), _("What is wrong"), _("Owner"),
            _("Facility")]  # fmt: skip


def lost_line(citation: Citation) -> list[str]:
    """Return one reference as cells."""
    version = citation.version
    document = version.document
    return [
        document.number, document.title, str(version.n), version.status_word, citation.number,
        lost_word(lost_because(citation)), document.owner.printed_name, document.facility.name,
    ]  # fmt: skip
