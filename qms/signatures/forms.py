"""Forms of signing. They check what was typed; whether it may be signed, the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.forms import day_field, email_field, password_field, reason_field
from qms.people.models import Person, RoleAssignment
from qms.people.presenters import where
from qms.people.programme import today
from qms.signatures.deputations import check_deputation
from qms.signatures.models import Deputation
from qms.trail.errors import Refused


class Confirm(forms.Form):
    """Who one is: the e-mail only for the first signature of a series. `seen` is the newest signature of before."""

    email = email_field(_("Your e-mail"), help_text=_("The one you log in with."))
    password = password_field(_("Password"), "current-password")
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, series: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if series:
            del self.fields["email"]


class Mark(forms.Form):
    reason = reason_field()


class Depute(forms.Form):
    """Whom one lets act in which own role, from when to when."""

    assignment = forms.ModelChoiceField(label=_("Your role"), queryset=RoleAssignment.objects.none(), empty_label=None)
    deputy = forms.ModelChoiceField(
        label=_("Who acts for you"), queryset=Person.objects.none(), empty_label=_("Choose a person")
    )
    from_date = day_field(label=_("First day"), initial=today)
    until_date = day_field(label=_("Last day"))

    def __init__(self, *args: Any, giver: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.giver = giver
        own: Any = self.fields["assignment"]
        own.queryset = giver.role_assignments.on(today()).select_related("facility")
        own.label_from_instance = lambda held: f"{held.definition.word}, {where(held)}"
        others: Any = self.fields["deputy"]
        others.queryset = Person.objects.filter(left_on=None, user__is_active=True).exclude(pk=giver.pk)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                check_deputation(Deputation(**given), by=self.giver, day=today())
            except Refused as refused:
                raise forms.ValidationError(str(refused)) from refused
        return given


class EndDeputation(forms.Form):
    reason = reason_field()
