"""Forms of imports: which files, and what a person decides on them."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sops.forms import ImportedDocument, Seen
from sops.models import Import
from sops.services.imports import Choice
from sops.word.model import WordText

CHOICES = [
    (Import.Decision.ACCEPT, _("Accept all: the text as if everybody had agreed")),
    (Import.Decision.REJECT, _("Reject all: the text as it was before")),
    (Import.Decision.COMMENTS, _("Keep as comments: the text as it was before, with a “must fix” comment at each")),
]
MOST_AT_ONCE = 50


class _ManyInput(forms.FileInput):
    allow_multiple_selected = True


class WordFilesField(forms.FileField):
    """One or several files; their sizes and contents are judged one by one, so that one refusal stops no other."""

    widget = _ManyInput(attrs={"accept": ".docx,.dotx"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        if len(given) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("These are %(n)d files; %(most)d at once are the most.") % {"n": len(given), "most": MOST_AT_ONCE}
            )
        return [super(WordFilesField, self).clean(one, initial) for one in given]


class WordFiles(forms.Form):
    file = WordFilesField(
        label=_("Word files"), max_length=255, allow_empty_file=True,
        error_messages={"required": _("Choose a Word file first.")},
    )  # fmt: skip


class OneWordFile(forms.Form):
    file = forms.FileField(
        label=_("Word file"), max_length=255, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx,.dotx"}),
        error_messages={"required": _("Choose a Word file first.")},
    )  # fmt: skip


def too_large(size: int) -> str:
    """Return why a file of so many bytes is not read, "" where it is."""
    most = settings.UPLOAD_MAX_BYTES
    if size <= most:
        return ""
    return str(_("This file has %(size)d MB; %(most)d MB is the most. Make its pictures smaller and try again.")) % {
        "size": -(-size // (1024 * 1024)), "most": most // (1024 * 1024),
    }  # fmt: skip


class _Decisions(forms.Form):
    """What becomes of tracked changes and comments; each is asked only where the file has some."""

    tracked = forms.ChoiceField(
        label=_("Tracked changes"), choices=CHOICES, widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the tracked changes. They are not decided for you.")},
    )  # fmt: skip
    keeps_comments = forms.BooleanField(
        label=_("Comments of the file become comments on the draft"), required=False, initial=True,
        help_text=_("Otherwise they are only listed in the report of the import."),
    )  # fmt: skip

    def __init__(self, *args: Any, word: WordText, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not word.tracked.open:
            del self.fields["tracked"]
        if not any(mark.kind == "comment" for mark in word.marks):
            del self.fields["keeps_comments"]


def choice_of(values: dict[str, Any]) -> Choice:
    """Take the decisions out of the values of a form."""
    return Choice(values.pop("tracked", ""), values.pop("keeps_comments", True))


class CheckedDocument(_Decisions, ImportedDocument):
    field_order = ["title", "number", "n", "type", "facility", "owner", "tracked", "keeps_comments"]


class CheckedVersion(_Decisions, Seen):
    pass
