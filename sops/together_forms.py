"""The forms of an act on several documents."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.ui.fields import DayField
from sops.forms import CHOOSE, PersonChoice, present_people

ACT_WORDS = (
    ("owner", _("Give them to another owner")),
    ("reviewer", _("Ask somebody for their periodic reviews")),
    ("day", _("Give their periodic reviews another day")),
)


class What(forms.Form):
    """What is to be done, and with what: only the field that the act needs counts."""

    use_required_attribute = False
    act = forms.ChoiceField(label=_("What is to be done"), choices=ACT_WORDS, widget=forms.RadioSelect)
    to_owner = PersonChoice(
        label=_("New owner"), queryset=Person.objects.none(), empty_label=CHOOSE, required=False
    )  # fmt: skip
    to_reviewer = PersonChoice(
        label=_("Who reviews"), queryset=Person.objects.none(), empty_label=CHOOSE, required=False
    )  # fmt: skip
    to_day = DayField(label=_("New day of the review"), required=False)

    def __init__(self, *args: Any, reviewers: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_owner"].queryset = present_people()  # type: ignore[attr-defined]
        self.fields["to_reviewer"].queryset = present_people().filter(pk__in=reviewers)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = f"to_{given.get('act', '')}"
        if wanted in self.fields and not given.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, _("Choose one."))
        for name in {"to_owner", "to_reviewer", "to_day"} - {wanted}:
            self.errors.pop(name, None)
        return given

    @property
    def value(self) -> Any:
        """The person or the day that the act is done with."""
        return self.cleaned_data[f"to_{self.cleaned_data['act']}"]
