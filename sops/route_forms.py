"""Forms of the route: what is chosen at sending, who is asked instead, and what a type of documents proposes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.people.forms import reason_field
from qms.people.models import Facility, Person
from sops.forms import revision_field
from sops.models import Step, Version, Weight
from sops.routing import (
    DAYS,
    SLOTS,
    TYPE_ROLES,
    Plan,
    Seat,
    Stage,
    facilities_of,
    type_words,
    urgent_plan,
)

Choices = list[tuple[str, str]]
LABELS = {
    "reviewers": _("Reviewers"),
    "reviewers_then": _("Then they review"),
    "approver": _("Approvers"),
    "approver_then": _("Then they approve"),
}
CHOOSE_REVIEWERS, CHOOSE_APPROVER = _("Choose at least one reviewer."), _("Choose who approves.")


class Slots(forms.Form):
    """The stages of a route as checkboxes: by name and by role; `…_needed` says how many suffice."""

    days = forms.IntegerField(
        label=_("Days to answer"), min_value=1, max_value=120, required=False,
        help_text=_("After so many days each who is asked is reminded; counted from their turn."),
    )  # fmt: skip

    def offer(self, choices: Mapping[str, Choices]) -> None:
        """Add the fields of the stages with what can be chosen for each kind."""
        for slot, kind in SLOTS:
            self.fields[slot] = forms.MultipleChoiceField(
                label=LABELS[slot], choices=choices[kind], required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"{slot}_needed"] = forms.IntegerField(
                label=_("How many suffice"), min_value=1, max_value=20, required=False,
                help_text=_("Empty: all of them sign."), widget=forms.NumberInput(attrs={"class": "short"}),
            )  # fmt: skip

    @property
    def stages(self) -> list[tuple[str, Any, Any, bool]]:
        """Return (name, its field, how many suffice, whether it may stay closed) for each stage."""
        shown = []
        for slot, _kind in SLOTS:
            field = self[slot]
            is_second = slot.endswith("_then") and not field.value() and not field.errors
            shown.append((slot, field, self[f"{slot}_needed"], is_second))
        return shown


class Send(Slots):
    weight = forms.ChoiceField(
        label=_("Kind of change"), choices=Weight.choices, widget=forms.RadioSelect,
        help_text=_(
            "Major: everybody who must read it is asked. Minor: whoever has signed the version before is not asked "
            "again; the approver agrees to that. Urgent: no review; the director and quality sign, in force today."
        ),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why it is minor, or urgent"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For a minor or an urgent change: it is a part of what is signed, and everybody reads it."),
    )  # fmt: skip
    revision = revision_field()

    def __init__(
        self, *args: Any, version: Version, people: Mapping[str, Sequence[Person]], roles: Mapping[str, Sequence[Seat]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.version = version
        if not version.document.versions.exclude(effective_at=None).exists():
            known = [(value, word) for value, word in Weight.choices if value != Weight.MINOR]
            self.fields["weight"].choices = known  # type: ignore[attr-defined]
        self._seats = {
            kind: {seat.code: seat for seat in (*(Seat(person) for person in people[kind]), *roles[kind])}
            for kind in Step.Kind.values
        }
        self.offer(
            {kind: [(code, seat_label(seat)) for code, seat in self._seats[kind].items()] for kind in self._seats}
        )

        self._mark_what_is_needed()

    def _mark_what_is_needed(self) -> None:
        """What is left away in an address means the usual: major, two weeks. An urgent change has one way only."""
        for name in ("weight", "days"):
            self.fields[name].required = not self.is_bound
        urgent = self.is_bound and self.data.get("weight") == Weight.URGENT
        for slot, said in (("reviewers", CHOOSE_REVIEWERS), ("approver", CHOOSE_APPROVER)):
            self.fields[slot].required = not urgent
            self.fields[slot].error_messages["required"] = said

    def clean_weight(self) -> str:
        return str(self.cleaned_data["weight"] or Weight.MAJOR)

    @property
    def plan(self) -> Plan:
        """Return what was chosen; an urgent change has one way only."""
        given = self.cleaned_data
        reason, days = given["reason"].strip(), given["days"] or DAYS
        if given["weight"] == Weight.URGENT:
            return urgent_plan(facilities_of(self.version.document), reason)
        stages = tuple(
            Stage(kind, tuple(self._seats[kind][code] for code in given[slot]), given[f"{slot}_needed"] or 0)
            for slot, kind in SLOTS
            if given[slot]
        )
        return Plan(stages, given["weight"], reason, days)

    @property
    def query(self) -> list[tuple[str, Any]]:
        """Return what was chosen for the address of the signing page."""
        given = self.cleaned_data
        urgent = given["weight"] == Weight.URGENT
        found = [] if urgent else [(slot, code) for slot, _kind in SLOTS for code in given[slot]]
        found += [] if urgent else [(f"{s}_needed", given[f"{s}_needed"]) for s, _kind in SLOTS if given[f"{s}_needed"]]
        more = {"weight": given["weight"], "reason": given["reason"], "days": given["days"] or DAYS}
        plainly = {"weight": Weight.MAJOR, "reason": "", "days": DAYS}
        return [*found, *((name, value) for name, value in more.items() if value != plainly[name])]


def seat_label(seat: Seat) -> str:
    """Return how a choice names a seat: a person with their position; of a role, that any of its holders signs."""
    if seat.person is None:
        return str(_("Whoever is: %(role)s") % {"role": seat})
    return f"{seat.person.printed_name}, {seat.person.title}" if seat.person.title else seat.person.printed_name


class AskSomebody(forms.Form):
    """Who is asked in the place of another, or in addition."""

    kind = forms.ChoiceField(label=_("Asked to"), choices=Step.Kind.choices, widget=forms.RadioSelect)
    seat = forms.ChoiceField(label=_("Who is asked"))
    reason = reason_field()

    def __init__(self, *args: Any, seats: Iterable[Seat], with_kind: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._seats = {seat.code: seat for seat in seats}
        field = self.fields["seat"]
        field.choices = [("", _("Choose")), *((code, seat_label(seat)) for code, seat in self._seats.items())]  # type: ignore[attr-defined]
        if not with_kind:
            del self.fields["kind"]

    def clean_seat(self) -> Seat:
        return self._seats[self.cleaned_data["seat"]]


class TypeRoute(Slots):
    """The route that a type proposes at sending."""

    revision = revision_field()

    def __init__(self, *args: Any, people: Mapping[str, Sequence[Person]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer({
            kind: [(code, type_words(code)) for code in TYPE_ROLES[kind]]
            + [(str(person.pk), seat_label(Seat(person))) for person in people[kind]]
            for kind in (Step.Kind.REVIEW, Step.Kind.APPROVE)
        })  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for slot, _kind in SLOTS:
            needed, seats = given.get(f"{slot}_needed"), given.get(slot) or []
            has_each = any(code.endswith("@each") for code in seats)
            if needed and needed > len(seats) and not has_each:
                self.add_error(f"{slot}_needed", _("Fewer are asked than should sign. Ask more, or let fewer suffice."))
        return given

    @property
    def route(self) -> dict[str, Any]:
        """Return the route as a type keeps it."""
        given = self.cleaned_data
        found: dict[str, Any] = {"days": given["days"] or DAYS}
        for slot, _kind in SLOTS:
            if given[slot]:
                found[slot] = {"seats": given[slot], "needed": given[f"{slot}_needed"] or 0}
        return found


class Serves(forms.Form):
    """The other facilities that work by a document."""

    facilities = forms.ModelMultipleChoiceField(
        label=_("Works by it too"), queryset=Facility.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their people see it as those of its own facility do; the director of each signs its versions."),
    )  # fmt: skip
    reason = reason_field()
    revision = revision_field()

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facilities"].queryset = others  # type: ignore[attr-defined]
