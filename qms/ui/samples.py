"""What the gallery shows: invented records, a form in order and a form with every error."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.ui.fields import DayField
from qms.ui.options import Option

DIGEST = "9f3c71aa02be4d18c6e58b907712e3fd51a80c6bd94e2f37aa106e8c43b597d2"
TOKENS = (
    "paper", "canvas", "sunk", "raised", "ink", "ink-2", "ink-3", "rule", "rule-2", "field", "brand", "brand-tint",
    "ok", "ok-tint", "go", "go-tint", "warn", "warn-tint", "bad", "bad-tint", "idle", "idle-tint",
)  # fmt: skip
OPTIONS = [
    Option("SOP", _("Procedure"), 168, on=True),
    Option("WI", _("Work instruction"), 41),
    Option("FRM", _("Form")),
]
WRONG = {"wrong-title": "", "wrong-effective_on": "2020-09-12", "wrong-language": "", "wrong-reason": "so"}


class SampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label=_("Title"), help_text=_("As it stands on the first page."))
    effective_on = DayField(label=_("Takes effect on"))
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2}), required=False, min_length=5)
    language = forms.ChoiceField(label=_("Language"), choices=[("", "…"), ("en", "English"), ("fr", "français")])
    kind = forms.ChoiceField(
        label=_("Kind of change"),
        choices=[("text", _("The text changes")), ("none", _("Periodic review, nothing changed"))],
        widget=forms.RadioSelect, required=False,
    )  # fmt: skip
    facilities = forms.MultipleChoiceField(
        label=_("Facilities"),
        choices=[("CLIN", _("Clinical unit")), ("PROC", _("Processing laboratory"))],
        widget=forms.CheckboxSelectMultiple,
    )
    tell = forms.BooleanField(
        label=_("Tell the reviewers by mail"), required=False, help_text=_("At once, one mail each.")
    )
    picture = forms.FileField(label=_("Word file"), required=False)

    def clean_effective_on(self) -> date:
        day: date = self.cleaned_data["effective_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        return day


def sample() -> dict[str, Any]:
    """Return the moments and the digest that the examples use."""
    today = timezone.localdate()
    return {
        "at": datetime(2026, 9, 14, 8, 16, 42, tzinfo=UTC),
        "day": date(2026, 9, 14),
        "soon": today + timedelta(days=3),
        "late": today - timedelta(days=5),
        "digest": DIGEST,
    }


def icon_names() -> list[str]:
    """Return the names of the sprite's icons."""
    sprite = Path(settings.BASE_DIR) / "static" / "icons" / "icons.svg"
    return re.findall(r'<symbol id="([^"]+)"', sprite.read_text())
