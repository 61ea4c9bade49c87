"""Forms of reading. Whether it may be done, the verbs decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.forms import reason_field
from qms.people.models import Facility
from qms.people.roles import ROLES


def _roles() -> list[tuple[str, Any]]:
    """Return all roles, those first that are given for one facility: nurses and technicians are asked most."""
    return [(role.slug, role.word) for role in sorted(ROLES.values(), key=lambda role: role.whole_programme)]


class MustRead(forms.Form):
    """Which role, where."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("Choose a role")), *_roles()])
    facility = forms.ModelChoiceField(
        label=_("Where they hold it"), queryset=Facility.objects.filter(closed_on=None), required=False,
        empty_label=_("Anywhere in the programme"),
    )  # fmt: skip

    def __init__(self, *args: Any, place: Facility | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facility"].initial = place


class TypeMustRead(forms.Form):
    """Which role, and where they hold it."""

    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("Choose a role")), *_roles()])
    everywhere = forms.TypedChoiceField(
        label=_("Where they hold it"), coerce=lambda given: given == "1", widget=forms.RadioSelect, initial="0",
        choices=[("0", _("At the facility of the document")), ("1", _("Anywhere in the programme"))],
    )  # fmt: skip


class EndRule(forms.Form):
    reason = reason_field()
