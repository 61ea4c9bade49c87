"""Form fields of the interface, and what Django's own say when they are left empty."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WHEN_EMPTY: dict[type[forms.Field], Any] = {
    forms.Field: _("Fill this in."),
    forms.ChoiceField: _("Choose one."),
    forms.ModelChoiceField: _("Choose one."),
    forms.MultipleChoiceField: _("Choose at least one."),
    forms.ModelMultipleChoiceField: _("Choose at least one."),
    forms.FileField: _("Choose a file."),
    forms.BooleanField: _("Tick this to go on."),
}


def say_what_to_do() -> None:
    """Let required fields say what to do instead of “This field is required.”; called once, when the app is ready."""
    for kind, words in WHEN_EMPTY.items():
        kind.default_error_messages = {**kind.default_error_messages, "required": words}


class DayField(forms.DateField):
    """A date, given in the browser's own date field; the page repeats it in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
