"""Forms of periodic reviews."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.forms import reason_field
from qms.people.models import Person
from qms.ui.fields import DayField
from sops.forms import PersonChoice
from sops.models import Document, Judgement


class SignalForm(forms.Form):
    """What one signal means. Empty is allowed here: a review is done in more than one sitting."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=_("What of it"), choices=Judgement.Outcome.choices, widget=forms.RadioSelect, required=False
    )
    word = forms.CharField(
        label=_("In a word"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("outcome") == Judgement.Outcome.REVISE and not given.get("word", "").strip():
            self.add_error("word", _("Write why it has to be revised."))
        if given.get("word", "").strip() and not given.get("outcome"):
            self.add_error("outcome", _("Choose one."))
        return given


class ReviewerForm(forms.Form):
    reviewer = PersonChoice(label=_("Who reviews"), queryset=Person.objects.none(), empty_label=_("Choose"))

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [person.pk for person in people]
        self.fields["reviewer"].queryset = Person.objects.filter(pk__in=keys)  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """The new day of one review, in a row of its own."""

    use_required_attribute = False
    day = DayField(label=_("New day"))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, document: Document, day: date) -> None:
        super().__init__(data, prefix=f"d{document.pk}", initial={"day": day, "revision": document.revision})


class WhyForm(forms.Form):
    reason = reason_field()
