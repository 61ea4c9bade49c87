"""Forms of people and accounts. They check what was typed; whether it may be done, the verbs decide."""

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qms.people.models import Facility, Person, Programme
from qms.people.programme import today
from qms.people.queries import WHOLE
from qms.people.roles import ROLES

E_MAIL = _("E-mail")


def day_field(**options: Any) -> forms.DateField:
    """Return a field for a day; the browser shows its own calendar."""
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def reason_field(required: bool = True) -> forms.CharField:
    """Return the field for why something is done; it goes into the trail."""
    return forms.CharField(
        label=_("Reason"), required=required, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the trail with your name."),
    )  # fmt: skip


def email_field(label: Any = E_MAIL, autocomplete: str = "off", **options: Any) -> forms.EmailField:
    """Return the field for an e-mail."""
    return forms.EmailField(
        label=label, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": autocomplete}), **options
    )


def password_field(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    """Return the field for a password; spaces in it count."""
    return forms.CharField(
        label=label, strip=False, max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}), **options,
    )  # fmt: skip


class NewPassword(forms.Form):
    password = password_field(
        _("New password"), "new-password", help_text=_("12 characters or more, not a common one.")
    )
    again = password_field(
        _("The same once more"), "new-password", help_text=_("So that no slip of the fingers stays.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two are not the same. Write the password once more."))
        return given


class LogIn(forms.Form):
    email = email_field(autocomplete="username")
    password = password_field(_("Password"), "current-password")


class Forgot(forms.Form):
    email = email_field(autocomplete="username")


class ChangePassword(NewPassword):
    old = password_field(_("Present password"), "current-password")
    field_order = ["old", "password", "again"]


class OwnEmail(forms.Form):
    new_email = email_field(_("New e-mail"))
    password = password_field(_("Present password"), "current-password")


class Welcome(NewPassword):
    programme = forms.CharField(label=_("Name of the programme"), max_length=120)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), initial=settings.TIME_ZONE,
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())],
        help_text=_("Days and times of all records are shown in it."),
    )  # fmt: skip
    facility_name = forms.CharField(
        label=_("First facility"), max_length=120, help_text=_("E.g. Processing laboratory. Others are added later.")
    )
    facility_code = forms.CharField(
        label=_("Its code"), max_length=8, help_text=_("Begins the numbers of its documents, e.g. PROC.")
    )
    facility_part = forms.ChoiceField(
        label=_("Its part"), choices=Facility.Part, required=False, help_text=_("Of the standards that it follows.")
    )
    printed_name = forms.CharField(
        label=_("Your name"), max_length=120, help_text=_("As it is printed on what you sign.")
    )
    title = forms.CharField(
        label=_("Your position"), max_length=120, initial=_("Quality manager"), help_text=_("Shown with your name.")
    )
    email = email_field(_("Your e-mail"), "username", help_text=_("You log in with it."))
    field_order = [
        "programme", "time_zone", "facility_name", "facility_code", "facility_part",
        "printed_name", "title", "email", "password", "again",
    ]  # fmt: skip


class PersonFields(forms.Form):
    printed_name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As it is printed on what they sign, e.g. Dr Thessaly Quince.")
    )
    title = forms.CharField(label=_("Position"), max_length=120, required=False)
    joined_on = day_field(label=_("First day"), initial=today)


class NewPerson(PersonFields):
    email = email_field(
        required=False, help_text=_("An invitation goes there. Leave it empty for somebody without a log-in.")
    )


class ChangedPerson(PersonFields):
    reason = reason_field(required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class Invite(forms.Form):
    email = email_field(help_text=_("The invitation goes there, and they log in with it."))


def places() -> list[tuple[str, str | Promise]]:
    """Return for what a role can be given; nothing is chosen beforehand, the whole programme least of all."""
    open_ones = Facility.objects.filter(closed_on=None)
    return [("", ""), (WHOLE, _("Whole programme")), *((str(one.pk), one.name) for one in open_ones)]


class GiveRole(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", "")] + [(r.slug, r.word) for r in ROLES.values()])
    facility = forms.ChoiceField(label=_("For"), choices=places)
    from_date = day_field(label=_("First day"), initial=today)
    until_date = day_field(label=_("Last day"), required=False, help_text=_("Empty: until it is ended."))
    reason = reason_field(required=False)

    def clean_facility(self) -> Facility | None:
        chosen: str = self.cleaned_data["facility"]
        return None if chosen == WHOLE else Facility.objects.get(pk=chosen)


class EndRole(forms.Form):
    until_date = day_field(label=_("Last day"), required=False, help_text=_("Empty: the role ends at once."))
    reason = reason_field(required=False)


class Leaver(forms.Form):
    left_on = day_field(label=_("Last day"), initial=today)
    reason = reason_field(required=False)


class Reason(forms.Form):
    reason = reason_field()


class NewEmail(forms.Form):
    new_email = email_field(_("New e-mail"))
    reason = reason_field()


class NewFacility(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=8, help_text=_("Begins the numbers of its documents, e.g. PROC. It never changes.")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    part = forms.ChoiceField(label=_("Part"), choices=Facility.Part, required=False)


class ChangedFacility(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    part = forms.ChoiceField(label=_("Part"), choices=Facility.Part, required=False)
    reason = reason_field(required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


class CloseFacility(forms.Form):
    closed_on = day_field(label=_("Closed from"), initial=today)
    reason = reason_field()


class ProgrammeFields(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())],
    )
    reason = reason_field(required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput)


def person_values(person: Person) -> dict[str, Any]:
    """Return what the form for a person begins with."""
    names = ("printed_name", "title", "joined_on", "revision")
    return {name: getattr(person, name) for name in names}


def values_of(record: Facility | Programme) -> dict[str, Any]:
    """Return what the form for a facility or the programme begins with."""
    names = ("name", "part", "time_zone", "revision")
    return {name: getattr(record, name) for name in names if hasattr(record, name)}
