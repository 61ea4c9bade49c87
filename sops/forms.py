"""Forms of documents. They check what was typed; whether it may be done, the verbs decide."""

import re
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from qms.people.forms import reason_field
from qms.people.models import Facility, Person
from qms.people.programme import today
from qms.people.roles import May
from qms.ui.fields import DayField
from sops.models import Body, Comment, DocumentType, Weight
from sops.panels import Outlook

CHOOSE = _("Choose")
TAKEN_BY_PAGES = {"as-of", "new", "import", "imports", "references", "together", "topics", "types", "views"}
DAYS_TO_READ = timedelta(days=14)


def revision_field() -> forms.IntegerField:
    """Return the hidden field with the revision that the person saw."""
    return forms.IntegerField(widget=forms.HiddenInput)


def facilities_for(person: Person, *permissions: May) -> QuerySet[Facility]:
    """Return the open facilities in which a person may do one of these."""
    found = Facility.objects.filter(closed_on=None)
    places = [person.facilities_where(permission) for permission in permissions]
    if any(place is None for place in places):
        return found
    return found.filter(pk__in={key for place in places if place for key in place})


def present_people() -> QuerySet[Person]:
    """Return everybody who has not left."""
    return Person.objects.filter(left_on=None).order_by("printed_name")


class NewDocument(forms.Form):
    """A new document whose text is written here; `bodies` are what the types that it offers are made of."""

    bodies: ClassVar[tuple[str, ...]] = (Body.TEXT, Body.EITHER)
    type = forms.ModelChoiceField(label=_("Type"), queryset=DocumentType.objects.all(), empty_label=CHOOSE)
    facility = forms.ModelChoiceField(label=_("Facility"), queryset=Facility.objects.none(), empty_label=CHOOSE)
    title = forms.CharField(label=_("Title"), max_length=200)
    number = forms.CharField(
        label=_("Number"), max_length=60, required=False, help_text=_("Leave it empty for the next free number.")
    )

    def __init__(self, *args: Any, places: QuerySet[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].queryset = places  # type: ignore[attr-defined]
        if len(only := places[:2]) == 1 and not self.initial.get("facility"):
            self.initial["facility"] = only[0].pk
        kinds = DocumentType.objects.filter(closed_at=None, body__in=self.bodies).select_related("scheme")
        self.fields["type"].queryset = kinds  # type: ignore[attr-defined]
        if len(one := kinds[:2]) == 1 and not self.initial.get("type"):
            self.initial["type"] = one[0].pk

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        if number and (not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", number) or number.lower() in TAKEN_BY_PAGES):
            raise forms.ValidationError(_("Use letters, digits, hyphens and points, e.g. PROC-SOP-014."))
        return number


class ImportedDocument(NewDocument):
    n = forms.IntegerField(
        label=_("Version"), min_value=1, max_value=999, initial=1,
        help_text=_("The number of this version. The next one counts on from it."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none(), empty_label=CHOOSE)
    field_order = ["title", "number", "n", "type", "facility", "owner"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = present_people()  # type: ignore[attr-defined]


class Owner(forms.Form):
    owner = forms.ModelChoiceField(label=_("New owner"), queryset=Person.objects.none(), empty_label=CHOOSE)
    reason = reason_field()
    revision = revision_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = present_people()  # type: ignore[attr-defined]


class Reason(forms.Form):
    reason = reason_field()


class SeenReason(Reason):
    revision = revision_field()


class Seen(forms.Form):
    revision = revision_field()


class Facts(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("What changed and why"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers, reviewers and the signatures see it: what is different from the version before."),
    )  # fmt: skip
    revision = revision_field()


class Passage(forms.Form):
    """One passage of a text; `text` is kept to the last space, so that what was not changed is not changed."""

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea, max_length=100_000)
    style = forms.CharField(required=False, max_length=20)
    level = forms.IntegerField(required=False, min_value=1, max_value=9)
    revision = revision_field()


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.printed_name}, {obj.title}" if obj.title else str(obj.printed_name)


def not_past(day: date) -> None:
    """Refuse a day that has passed, and say from when on one can choose."""
    if day < today():
        raise forms.ValidationError(
            _now("%(day)s has passed. Choose %(today)s or a later day.")
            % {"day": date_format(day, "j F Y"), "today": date_format(today(), "j F Y")}
        )


class EffectiveDay(forms.Form):
    effective_on = DayField(
        label=_("Takes effect on"), validators=[not_past],
        help_text=_("Fourteen days are usual, so that everybody can read it first."),
    )  # fmt: skip
    agree = forms.BooleanField(label=_("I agree that nobody has to be trained anew for this minor change."))
    revision = revision_field()

    def __init__(self, *args: Any, weight: str, outlook: Outlook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outlook = outlook
        if weight != Weight.MINOR:
            del self.fields["agree"]
        if weight == Weight.URGENT:
            self.fields["effective_on"].widget = forms.HiddenInput()


class Remark(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Comment.Kind.choices)
    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Write the comment.")},
    )  # fmt: skip
    block = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class Answer(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the answer.")},
    )  # fmt: skip
