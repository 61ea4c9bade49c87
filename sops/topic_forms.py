"""Forms of topics that need procedures."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.forms import reason_field
from qms.people.models import Facility, User
from sops.forms import revision_field
from sops.loaders import visible_documents
from sops.models import PARTS, Document, TopicPart

MOST_NUMBERS = 200


def part_words() -> list[tuple[str, Any]]:
    """Return the parts of the standard with their words."""
    return [(part, Facility.Part(part).label) for part in PARTS]


class _TopicFields(forms.Form):
    name = forms.CharField(label=_("Topic"), max_length=120)
    words = forms.CharField(
        label=_("What belongs to it"), max_length=300, required=False, help_text=_("In your own words, one sentence.")
    )
    parts = forms.MultipleChoiceField(
        label=_("Parts that need it"), choices=part_words, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip


class NewTopic(_TopicFields):
    code = forms.RegexField(
        r"^[A-Z][A-Z0-9-]*$", label=_("Code"), max_length=12, help_text=_("Capitals, e.g. LABELS. It stays as it is."),
        error_messages={"invalid": _("Use capitals and digits, e.g. LABELS.")},
    )  # fmt: skip
    field_order = ["code", "name", "words", "parts"]


class ChangedTopic(_TopicFields):
    is_closed = forms.BooleanField(
        label=_("Closed: no part needs it any more"), required=False,
        help_text=_("It leaves the table; what covered it stays on record."),
    )  # fmt: skip
    reason = reason_field()
    revision = revision_field()


class CellForm(forms.Form):
    """What covers a topic in one part: numbers of documents, or why the part does not need it."""

    documents = forms.CharField(
        label=_("Covered by"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000,
        help_text=_("Numbers of documents, apart by spaces, commas or lines."),
    )  # fmt: skip
    not_applicable = forms.CharField(
        label=_("Not applicable here, because"), required=False, max_length=300,
        help_text=_("E.g. “Photopheresis is not done”. Leave it empty where documents cover the topic."),
    )  # fmt: skip
    revision = revision_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_documents(self) -> list[Document]:
        numbers = list(dict.fromkeys(re.split(r"[\s,;]+", self.cleaned_data["documents"].strip())))
        numbers = [number for number in numbers if number][:MOST_NUMBERS]
        found = list(visible_documents(self.user).filter(number__in=numbers).order_by("number")) if numbers else []
        unknown = [number for number in numbers if number not in {one.number for one in found}]
        if unknown:
            raise forms.ValidationError(
                _now("No document has this number: %(numbers)s.") % {"numbers": ", ".join(unknown)}
            )
        return found


class CellChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.topic.name} ({obj.part})"


class DocumentTopics(forms.Form):
    """Which topics a document covers, in which parts."""

    cells = CellChoice(
        label=_("Covers"), queryset=TopicPart.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = TopicPart.objects.filter(is_asked=True, not_applicable="", topic__closed_at=None)
        ordered = asked.select_related("topic").order_by("topic__name", "pk")
        self.fields["cells"].queryset = ordered  # type: ignore[attr-defined]

    def clean_seen(self) -> list[int]:
        """Return the keys of the cells that the document covered when the page was made."""
        return [int(key) for key in self.cleaned_data["seen"].split() if key.isascii() and key.isdigit()]
