"""Forms of controlled copies."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.trail.errors import Invalid
from qms.ui.fields import DayField
from sops.forms import present_people
from sops.listed_copies import listed
from sops.services import Holding
from sops.services.claims import LONGEST_NAME

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 3, 5, 50
IN_WORDS = _("Not a person: in words")


class HoldingRow(forms.Form):
    """One copy: a person, or a holder in words, and a place. A row left empty is no copy."""

    use_required_attribute = False
    holder = forms.ChoiceField(label=_("Held by"), required=False)
    name = forms.CharField(label=_("or in words"), max_length=80, required=False)
    place = forms.CharField(label=_("Place"), max_length=80, required=False)

    def __init__(self, *args: Any, people: dict[str, Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        names = [(key, str(person)) for key, person in people.items()]
        self.fields["holder"].choices = [("", IN_WORDS), *names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        holder, name, place = (given.get(field, "") for field in ("holder", "name", "place"))
        if place and not holder and not name:
            self.add_error("holder", _now("Choose a person, or say in words who holds it."))
        if holder and name:
            self.add_error("name", _now("Choose a person or write words, not both."))
        if (holder or name) and not place:
            self.add_error("place", _now("Say where it is kept."))
        return given

    def holding(self) -> Holding | None:
        """Return what the row asks for; None for an empty one."""
        given = self.cleaned_data
        if not given["place"]:
            return None
        return Holding(place=given["place"], holder=self.people.get(given["holder"]), name=given["name"])


class IssueForm(forms.Form):
    """Rows for up to 50 copies, and a list of up to 500. More rows come by a button, so it works without script."""

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_ROWS, initial=FIRST_ROWS)
    listed = forms.CharField(
        label=_("A list, for many"), required=False, max_length=60_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One line each: holder; place. With a third part, so many of them: Ring binder; Bench 2; 5."),
    )  # fmt: skip
    valid_until = DayField(
        label=_("Valid until"), required=False, help_text=_("Empty: as long as the version is in force.")
    )  # fmt: skip

    def __init__(self, data: "MultiValueDict[str, Any] | None" = None) -> None:
        adding = data is not None and "more" in data
        super().__init__(None if adding else data)
        self.people = {str(person.pk): person for person in present_people()}
        asked = _whole(data.get("rows")) if data is not None else FIRST_ROWS
        self.initial["rows"] = self.count = min(asked + (MORE_ROWS if adding else 0), MOST_ROWS)
        if adding and data is not None:
            self.initial.update((name, data.get(name, "")) for name in ("listed", "valid_until"))
        self.lines = [self._line(k, data, typed=adding) for k in range(self.count)]

    def _line(self, k: int, data: "MultiValueDict[str, Any] | None", *, typed: bool) -> HoldingRow:
        prefix = f"copy{k + 1}"
        if data is None or typed:
            found = {name: data.get(f"{prefix}-{name}", "") if data else "" for name in HoldingRow.base_fields}
            return HoldingRow(prefix=prefix, people=self.people, initial=found)
        return HoldingRow(data, prefix=prefix, people=self.people)

    def clean(self) -> dict[str, Any]:
        wrong = [str(k) for k, line in enumerate(self.lines, start=1) if not line.is_valid()]
        if wrong:
            raise forms.ValidationError(_now("Look at row %(rows)s.") % {"rows": ", ".join(wrong)})
        given = super().clean() or {}
        holdings = [holding for line in self.lines if (holding := line.holding())]
        try:
            holdings += listed(given.get("listed", ""), self.people.values())
        except Invalid as wrong:
            self.add_error("listed", str(wrong))
            return given
        if not holdings:
            raise forms.ValidationError(_now("Fill in at least one row: who holds the copy, and where."))
        return {"holdings": holdings, "valid_until": given.get("valid_until")}

    @property
    def is_full(self) -> bool:
        return self.count >= MOST_ROWS


def _whole(text: Any) -> int:
    return (
        min(max(int(text), 1), MOST_ROWS) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 4 else 1
    )


WAYS: list[tuple[str, Any]] = [
    ("Shredded", _("Shredded")), ("Confidential waste", _("Confidential waste of the ward")), ("Burned", _("Burned")),
    ("", _("Otherwise: in words")),
]  # fmt: skip
MOST_WORDS = 400


class HowDestroyed(forms.Form):
    how = forms.ChoiceField(label=_("How"), choices=WAYS, widget=forms.RadioSelect, required=False)
    words = forms.CharField(
        label=_("In words"), max_length=MOST_WORDS, required=False,
        help_text=_("Where, by whom, or in which other way. Kept in the trail."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        how = ", ".join(filter(None, (given.get("how", ""), given.get("words", "").strip())))
        if not how and not self.errors:
            self.add_error("how", _now("Choose how, or say it in words."))
        return {"how": how}


class Scanned(HowDestroyed):
    """What whoever holds a recalled paper says of it; who is logged in need not write a name."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, required=False,
        help_text=_("So that whoever issued the copy can ask you."),
    )  # fmt: skip
    field_order = ["how", "words", "name"]

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("name", "")).strip()
        if "name" in self.fields and not name:
            self.add_error("name", _now("Write your name."))
        return super().clean() | {"name": name}
