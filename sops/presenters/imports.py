"""Imports in words: where one stands among those that came with it, the lines of the list."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from qms.ui.options import Option, View
from sops.imports import Asked, came_with
from sops.models import Import


@dataclass(frozen=True)
class Walk:
    """The way through files that came at once: this is file `place` of `total`."""

    files: list[Import]
    place: int

    @property
    def total(self) -> int:
        return len(self.files)


def walk_of(row: Import) -> Walk | None:
    """Return the way through the files that came with this one, None where it came alone."""
    files = came_with(row)
    return Walk(files, [one.pk for one in files].index(row.pk) + 1) if len(files) > 1 else None


def view_tabs(asked: Asked) -> list[View]:
    """Return the views of the list: all, with losses, refused, waiting."""
    outcome = asked.outcomes if len(asked.outcomes) == 1 else []
    plain = not asked.outcomes and not asked.losses
    here = reverse("imports")
    return [
        View(_("All"), here, plain),
        View(_("With losses"), f"{here}?losses=1", asked.losses and not outcome),
        View(_("Refused"), f"{here}?outcome=refused", outcome == ["refused"]),
        View(_("Waiting to be checked"), f"{here}?outcome=waiting", outcome == ["waiting"]),
    ]


def outcome_options(asked: Asked) -> list[Option]:
    """Return the outcomes to filter by."""
    return [Option(one.value, str(one.label), on=one.value in asked.outcomes) for one in Import.Outcome]
