"""Forms of controlled copies."""

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from sops.forms import present_people
from sops.services import Holding
from sops.services.copies import MOST

FIRST_ROWS, MORE_ROWS = 3, 5
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
    """Rows for 1 to 50 copies. More rows come by a button that sends the form, so it works without script."""

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST, initial=FIRST_ROWS)

    def __init__(self, data: "MultiValueDict[str, Any] | None" = None) -> None:
        adding = data is not None and "more" in data
        super().__init__(None if adding else data)
        self.people = {str(person.pk): person for person in present_people()}
        asked = _whole(data.get("rows")) if data is not None else FIRST_ROWS
        self.initial["rows"] = self.count = min(asked + (MORE_ROWS if adding else 0), MOST)
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
        holdings = [holding for line in self.lines if (holding := line.holding())]
        if not holdings:
            raise forms.ValidationError(_now("Fill in at least one row: who holds the copy, and where."))
        return {"holdings": holdings}

    @property
    def is_full(self) -> bool:
        return self.count >= MOST


def _whole(text: Any) -> int:
    return min(max(int(text), 1), MOST) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 4 else 1


class HowDestroyed(forms.Form):
    how = forms.CharField(
        label=_("How"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: shredded in the laboratory. Kept in the trail with your name."),
    )  # fmt: skip
