"""Words for the changes of a redline, and the changes of a draft as the page shows them that asks why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sops.compare import Change, Redline
from sops.compare.places import blocks_of_changes
from sops.models import Why
from sops.render import ImageURL, redline_parts
from sops.whys import by_change

Typed = Mapping[str, tuple[str, str]]  # by the id of a block: what was typed and not saved


def op_word(op: str) -> str:
    """Return what happened, in one word."""
    return {
        "insert": _("Added"), "delete": _("Removed"), "move": _("Moved"), "format": _("Formatting"),
    }.get(op, _("Changed"))  # fmt: skip


@dataclass(frozen=True)
class WhyField:
    """One reason in its field; `stored` is what somebody else saved meanwhile, where that says something else."""

    block: str
    text: str = ""
    origin: str = ""
    stored: str = ""


@dataclass(frozen=True)
class AskedWhy:
    """A change with the fields of its reasons, most often one."""

    change: Change
    what: str
    fields: list[WhyField]


@dataclass
class ChangedPart:
    """A stretch of the redline and the changes in it; the same change is asked about once."""

    htmls: list[SafeString] = field(default_factory=list)
    asked: list[AskedWhy] = field(default_factory=list)


def changed_parts(
    redline: Redline, images: ImageURL, whys: Iterable[Why], typed: Typed, among: range
) -> list[ChangedPart]:
    """Return what changed, the changes with numbers in `among` alone, each with fields for why."""
    asked = _asked(redline, list(whys), typed)
    found: list[ChangedPart] = []
    seen: set[int] = set()
    for diff, html in redline_parts(redline, image_url=images):
        numbers = [diff.change, *(row.change for row in diff.rows)]
        here = list(dict.fromkeys(number for number in numbers if number is not None and number in among))
        if not here:
            continue
        if not found or not seen.intersection(here):
            found.append(ChangedPart())
        found[-1].htmls.append(html)
        found[-1].asked += [asked[number] for number in here if number not in seen]
        seen |= set(here)
    return found


def _asked(redline: Redline, whys: list[Why], typed: Typed) -> dict[int, AskedWhy]:
    places, said = blocks_of_changes(redline), by_change(redline, whys)
    found = {}
    for change in redline.changes:
        kept = {why.block: why for why in said.get(change.number, [])}
        names = [name for name in places[change.number] if name in kept or name in typed] or places[change.number][:1]
        fields = [why_field(name, kept.get(name), typed) for name in names]
        found[change.number] = AskedWhy(change, op_word(change.op), fields)
    return found


def why_field(name: str, kept: Why | None, typed: Typed) -> WhyField:
    """Return a field: with what was typed before it was refused, else with what is stored."""
    text, origin = (kept.text, kept.origin) if kept else ("", "")
    words = typed.get(name, ("", ""))
    if not words[0].strip() or words == (text, origin):
        return WhyField(name, text, origin)
    return WhyField(name, words[0], words[1], stored=text)
