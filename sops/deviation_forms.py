"""Forms of planned deviations: asked for on a phone, said by word of mouth, done, refused, reviewed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.people.models import Person
from qms.people.programme import zone
from qms.trail import clock
from sops.forms import revision_field
from sops.services.deviations import LONGEST, Wish

NO_PATIENTS = _("No name of a patient or donor.")
HOURS: list[tuple[str, Any]] = [
    ("4", _("4 hours")), ("12", _("12 hours")), ("24", _("1 day")), ("72", _("3 days")), ("168", _("7 days")),
    ("720", _("30 days")),
]  # fmt: skip


def words_field(label: Any, missing: Any, *, hint: Any = "", rows: int = 2, **attributes: Any) -> forms.CharField:
    """Return a field for some sentences."""
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows, **attributes}), help_text=hint,
        error_messages={"required": missing},
    )  # fmt: skip


class DeviateForm(forms.Form):
    block = forms.ChoiceField(label=_("Which step"), required=False)
    text = words_field(_("What is done otherwise"), _("Say what is done otherwise."), hint=NO_PATIENTS)
    reason = words_field(_("Why"), _("Say why."))
    risk = words_field(
        _("Risk, and what is done about it"), _("Say what may happen, and what is done about it; or that nothing may.")
    )
    product = forms.CharField(
        label=_("Product code"), max_length=60, required=False, help_text=_("As on the label, where it is about one.")
    )
    hours = forms.TypedChoiceField(
        label=_("Expires in"), choices=HOURS, coerce=int, widget=forms.RadioSelect, initial="12"
    )  # fmt: skip

    def __init__(self, *args: Any, passages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"].choices = [("", _("The document as a whole")), *passages]  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """Return what is asked for."""
        return Wish(**self.cleaned_data)


class MomentField(forms.DateTimeField):
    """A moment in the programme's zone, given in the browser's own field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(zone()):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        return value.astimezone(zone()).replace(tzinfo=None) if timezone.is_aware(value) else value


class SaidForm(forms.Form):
    approver = forms.ChoiceField(label=_("Who said yes"))
    said_at = MomentField(label=_("When"), help_text=_("Day and hour in the programme's time."))
    revision = revision_field()

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["approver"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")), *((key, str(one)) for key, one in self.people.items()),
        ]  # fmt: skip
        self.initial.setdefault("said_at", clock.now())

    def clean_approver(self) -> Person:
        return self.people[self.cleaned_data["approver"]]


class DoneForm(forms.Form):
    done_at = MomentField(label=_("When it was done"), help_text=_("Day and hour in the programme's time."))
    revision = revision_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_at", clock.now())


class WhyForm(forms.Form):
    word = words_field(_("Why"), _("Write why. Who asked reads it."), hint=NO_PATIENTS, rows=3)
    revision = revision_field()


class ReviewForm(forms.Form):
    word = words_field(
        _("What quality says"), _("Write a word: whether it was right, and what follows."), hint=NO_PATIENTS, rows=3
    )
    occurrence = forms.BooleanField(label=_("To be reported as an occurrence"), required=False)
    revision = revision_field()
