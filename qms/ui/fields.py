"""Form fields of the interface."""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A date, given in the browser's own date field; the page repeats it in words."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
