"""The form of a withdrawal: why, and what is used instead."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.models import User
from qms.trail.errors import Invalid
from sops.forms import SeenReason
from sops.models import Document
from sops.replacing import MOST_FOUND, looked_up, replacement_by

BY, NOTHING = "by", "nothing"


class Withdrawal(SeenReason):
    """Why, and what replaces it: found by number or words; where several match, one of them is chosen."""

    replaced = forms.ChoiceField(
        label=_("What is used instead?"), widget=forms.RadioSelect,
        choices=[(BY, _("Another document in force")), (NOTHING, _("Nothing replaces it"))],
    )  # fmt: skip
    search = forms.CharField(
        label=_("Number or words of the title"), required=False, max_length=100,
        help_text=_("Readers, holders of paper and whoever scans it are told its number."),
    )  # fmt: skip
    chosen = forms.ChoiceField(label=_("Several match"), required=False, widget=forms.RadioSelect)
    field_order = ["reason", "replaced", "search", "chosen", "revision"]

    def __init__(self, *args: Any, user: User, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.document = user, document
        words = str(self.data.get("search", "")).replace("\0", "").strip() if self.is_bound else ""
        self.found = looked_up(user, document, words) if words else []
        if len(self.found) > 1:
            self.fields["chosen"].choices = [  # type: ignore[attr-defined]
                (one.number, f"{one.number} {one.title}") for one in self.found
            ]  # fmt: skip
        else:
            del self.fields["chosen"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["replaced_by"] = ""
        if given.get("replaced") == BY:
            given["replaced_by"] = self._number(given)
        return given

    def _number(self, given: dict[str, Any]) -> str:
        words = str(given.get("search", "")).strip()
        if not words:
            self.add_error("search", _now("Write its number, or words of its title."))
        elif given.get("chosen"):
            return str(given["chosen"])
        elif len(self.found) == 1:
            return self.found[0].number
        elif self.found:
            more = _now("Choose one of them, or write more of its title.")
            self.add_error("chosen", more if len(self.found) == MOST_FOUND else _now("Choose one of them."))
        else:
            self.add_error("search", self._nothing(words))
        return ""

    def _nothing(self, words: str) -> str:
        try:
            replacement_by(self.user, self.document, words)
        except Invalid as why:
            return str(why)
        return _now("No document in force matches.")

    def on(self) -> dict[str, Any]:
        """Return what goes on to the page of signing."""
        given = self.cleaned_data
        return {
            "revision": given["revision"], "reason": given["reason"], "replaced": given["replaced"],
            "replaced_by": given["replaced_by"],
        }  # fmt: skip
