"""Forms of questions: asked by a reader, reported from paper, answered, merged, handled by a draft."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sops.forms import revision_field
from sops.models import Question
from sops.services.questions import LONGEST, LONGEST_NAME

NO_PATIENTS = _("No names of patients or donors, please: an answer is read by everybody who reads the document.")
KINDS: list[tuple[str, Any]] = [
    (Question.Kind.QUESTION, _("I have a question")),
    (Question.Kind.PROBLEM, _("Something is wrong, or cannot be done as it is written")),
]


def text_field(label: Any, missing: Any, *, rows: int = 4, **attributes: Any) -> forms.CharField:
    """Return a field for words of up to 4000 characters."""
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows, **attributes}),
        error_messages={"required": missing},
    )  # fmt: skip


class AskForm(forms.Form):
    block = forms.ChoiceField(label=_("About"), required=False)
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect, initial=KINDS[0][0])
    text = text_field(_("Your words"), _("Write what you want to know."), autofocus=True)

    def __init__(self, *args: Any, passages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"].choices = [("", _("The document as a whole")), *passages]  # type: ignore[attr-defined]
        self.fields["text"].help_text = NO_PATIENTS


class ReportForm(forms.Form):
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect, initial=KINDS[0][0])
    text = text_field(_("Your words"), _("Write what is unclear, or what is wrong."))
    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, required=False,
        help_text=_("May be left empty. With it somebody can come back to you."),
    )  # fmt: skip

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = NO_PATIENTS
        if known:
            del self.fields["name"]


class AnswerForm(forms.Form):
    text = text_field(_("Answer"), _("Write the answer."))
    revision = revision_field()


class CloseForm(forms.Form):
    text = text_field(_("Why it is closed without an answer"), _("Write why."), rows=2)
    revision = revision_field()


class AgainForm(forms.Form):
    text = text_field(_("What is still unclear"), _("Write what is still unclear."), rows=3)
    revision = revision_field()


class MergeForm(forms.Form):
    other = forms.ChoiceField(label=_("It asks the same as"))
    revision = revision_field()

    def __init__(self, *args: Any, others: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [("", _("Choose")), *others]  # type: ignore[attr-defined]


class HandleForm(forms.Form):
    dealt = forms.TypedChoiceField(
        label=_("Does this draft deal with it?"), choices=[("1", _("Yes")), ("0", _("No"))],
        coerce=lambda value: value == "1",
    )  # fmt: skip
    word = forms.CharField(label=_("In a word"), max_length=300, required=False)
