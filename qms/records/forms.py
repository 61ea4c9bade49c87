"""The filter over the trail of the programme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.forms import day_field
from qms.people.models import Person
from qms.records.queries import Filters
from qms.records.registry import event_families, event_sentences, record_kinds


def _choices(words: dict[str, Any]) -> list[tuple[str, str]]:
    return [("", str(_("All"))), *sorted(((key, str(word)) for key, word in words.items()), key=lambda pair: pair[1])]


class TrailFilter(forms.Form):
    """Who, what, on which kind of record, from which day to which."""

    who = forms.ModelChoiceField(
        label=_("Who"), queryset=Person.objects.order_by("printed_name", "pk"), required=False, empty_label=_("All")
    )
    what = forms.ChoiceField(label=_("What"), required=False, choices=lambda: _choices(event_families))
    kind = forms.ChoiceField(label=_("Record"), required=False, choices=lambda: _choices(record_kinds))
    since = day_field(label=_("From"), required=False)
    until = day_field(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first. Choose a later one."))
        return given

    @property
    def filters(self) -> Filters:
        """What to look for; nothing is narrowed by a value that is wrong."""
        given = self.cleaned_data
        family = given.get("what")
        names = tuple(name for name in event_sentences if family and name.startswith(f"{family}."))
        who = given.get("who")
        return Filters(
            who=who.pk if who else None, names=names, label=given.get("kind") or "",
            since=given.get("since"), until=given.get("until"),
        )  # fmt: skip
