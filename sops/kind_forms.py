"""Forms of types, of files that are kept as they are, and of publications of others."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.numbering.models import NumberingScheme
from qms.numbering.services import check_pattern
from qms.people.forms import reason_field
from qms.people.programme import today
from qms.trail.errors import Invalid
from qms.ui.fields import DayField
from sops.forms import Facts, NewDocument, revision_field
from sops.import_forms import too_large
from sops.models import Body, DocumentType
from sops.services import Brought, EditionFacts
from sops.word.sandbox import read_kept_safely

PATTERN = "{facility}-{type}-{n:03d}"
ENDINGS = ".pdf,.xlsx,.pptx,.docx"


class _TypeFields(forms.Form):
    """What a type says, apart from its numbers."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("E.g. Standard operating procedure."))
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, required=False, help_text=_("One sentence, for who chooses a type.")
    )
    body = forms.ChoiceField(label=_("Made of"), choices=Body.choices, widget=forms.RadioSelect, initial=Body.EITHER)
    review_months = forms.IntegerField(
        label=_("Months between reviews"), min_value=1, max_value=120, initial=24,
        help_text=_("For publications of others: until the next look for a newer edition."),
    )  # fmt: skip
    retention_years = forms.IntegerField(
        label=_("Years kept after it is obsolete"), min_value=1, max_value=200, required=False, initial=10,
        help_text=_("Empty: for as long as the programme exists."),
    )  # fmt: skip
    sections = forms.CharField(
        label=_("Sections that each text needs"), required=False, max_length=4000, strip=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("One a line, other words for it after a slash. Authors are told which of them are missing."),
    )  # fmt: skip


class NewType(_TypeFields):
    code = forms.RegexField(
        r"^[A-Z0-9]+$", label=_("Code"), max_length=8, help_text=_("A part of the numbers, e.g. SOP."),
        error_messages={"invalid": _("Use capitals and digits, e.g. SOP.")},
    )  # fmt: skip
    scheme = forms.ModelChoiceField(
        label=_("Numbers"), queryset=NumberingScheme.objects.all(), required=False,
        empty_label=_("By the new pattern below"), help_text=_("As another type, or by a pattern of its own."),
    )  # fmt: skip
    pattern = forms.CharField(
        label=_("New pattern"), max_length=60, required=False,
        help_text=_("With {facility}, {type} and {n:03d}, e.g. {facility}-{type}-{n:03d} gives PROC-SOP-014."),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if DocumentType.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a type with this code already."))
        if code in ("ADD", "NEW"):
            raise forms.ValidationError(_("This word is taken by a page. Choose another code."))
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("scheme"):
            try:
                check_pattern(given.get("pattern") or "")
            except Invalid as wrong:
                self.add_error("pattern", str(wrong))
        return given


class ChangedType(_TypeFields):
    is_closed = forms.BooleanField(
        label=_("No new documents of this type"), required=False, help_text=_("Those that there are go on as before.")
    )
    reason = reason_field()
    revision = revision_field()


class KeptFileField(forms.FileField):
    """A file that is kept as it is; it is read and judged here, and comes out as what may be stored."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("File"))
        options.setdefault("help_text", _("PDF, Excel, PowerPoint or Word; without macros, scripts or a password."))
        super().__init__(
            max_length=255, allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ENDINGS}), **options
        )

    def clean(self, data: Any, initial: Any = None) -> Brought | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if why := too_large(file.size):
            raise forms.ValidationError(why)
        content = file.read()
        try:
            brought = Brought(content, read_kept_safely(content), file.name)
            brought.check_name()
        except Invalid as refused:
            raise forms.ValidationError(str(refused)) from refused
        return brought


class NewFile(NewDocument):
    bodies: ClassVar[tuple[str, ...]] = (Body.FILE, Body.EITHER)
    file = KeptFileField()
    field_order = ["title", "file", "type", "facility", "number"]


class NextFile(forms.Form):
    file = KeptFileField()


class _EditionFields(forms.Form):
    """What is told of an edition; `edition` in the values is these facts together."""

    edition = forms.CharField(label=_("Edition"), max_length=80, help_text=_("E.g. 8th edition, or version 3.1."))
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    issued_on = DayField(label=_("Published on"), required=False)
    address = forms.CharField(
        label=_("Where it lies"), max_length=500,
        help_text=_("A web address, or a place: “Ring binder, quality office”."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        parts = [given.pop(name, "") for name in ("edition", "issuer", "address", "issued_on")]
        if all(parts[:3]):
            given["edition"] = EditionFacts(*parts)
        return given


class NewOutside(_EditionFields, NewDocument):
    bodies: ClassVar[tuple[str, ...]] = (Body.OUTSIDE,)
    file = KeptFileField(required=False, help_text=_("If we may keep it; otherwise its address is enough."))
    field_order = ["title", "edition", "issuer", "issued_on", "address", "file", "type", "facility", "number"]


class Newer(_EditionFields):
    file = KeptFileField(required=False, help_text=_("If we may keep it; otherwise its address is enough."))
    note = forms.CharField(label=_("Where you looked"), max_length=500, required=False)
    field_order = ["edition", "issued_on", "issuer", "address", "file", "note"]


class Material(Facts):
    """What is written of a draft that is a file."""

    file = KeptFileField(required=False, label=_("Another file"), help_text=_("Empty: the file stays as it is."))
    field_order = ["title", "summary", "file", "revision"]


class OutsideMaterial(_EditionFields, Material):
    field_order = ["title", "edition", "issuer", "issued_on", "address", "file", "summary", "revision"]


def _after_today(day: date) -> None:
    if day <= today():
        raise forms.ValidationError(_("Choose a day after today."))


class Checked(forms.Form):
    note = forms.CharField(
        label=_("Where you looked"), max_length=500, required=False, help_text=_("E.g. the issuer's web page.")
    )
    next_on = DayField(label=_("Next check"), validators=[_after_today])
    revision = revision_field()
