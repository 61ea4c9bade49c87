"""One shape for every page that asks for an act: a form, one verb, and back with a sentence that says what is true."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qms.people.programme import moment_words
from qms.trail.door import key_of
from qms.trail.errors import Refused, Stale
from qms.trail.guard import Controlled
from qms.trail.models import Event

Words = str | Promise


@dataclass(frozen=True)
class Act:
    """What the page of an act says: its title and button, what happens, and where it came from."""

    title: Words
    button: Words
    back: str
    back_word: Words
    lead: Words = ""
    kind: str = "primary"


def carry_out(form: forms.Form, verb: Callable[..., Any], record: Controlled | None = None) -> bool:
    """Call the verb with the form's values. Return whether it was done; a refusal becomes an error of the form.

    Where `record` changed meanwhile the form keeps what was typed, says who changed what, and may be sent again.
    """
    if not form.is_valid():
        return False
    try:
        verb(**form.cleaned_data)
    except Stale as stale:
        form.add_error(None, " ".join([str(stale), *changed_meanwhile(record, form)]))
        return False
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def changed_meanwhile(record: Controlled | None, form: forms.Form) -> list[str]:
    """Return sentences on the newest change of the record, and let the form go on from there."""
    if record is None or "revision" not in form.fields:
        return []
    record.refresh_from_db()
    form.data = {**form.data.dict(), "revision": str(record.revision)}  # type: ignore[attr-defined]
    label, key = key_of(record)
    event = Event.objects.filter(label=label, record_id=key).latest("pk")
    now = form.fields.keys() & {field.name for field in record._meta.concrete_fields} - {"revision"}
    stands = "; ".join(f"{form.fields[name].label}: {getattr(record, name)}" for name in form.fields if name in now)
    return [
        _("%(who)s changed it on %(at)s.") % {"who": event.by_name, "at": moment_words(event.at)},
        _("It now says: %s.") % stands,
        _("What you typed is kept below: save it again if it should replace this."),
    ]


def answer(
    request: HttpRequest, form: forms.Form, act: Act, verb: Callable[..., Any], *,
    done: Words, to: str = "", record: Controlled | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the form, or carry it out and go to `to` (default: back) with the sentence `done`."""
    if form.is_bound and carry_out(form, verb, record):
        messages.success(request, str(done))
        return see_other(to or act.back)
    return page(request, "people/act.html", {"form": form, "act": act}, form)


def page(request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form) -> HttpResponse:
    """Show a page with a form: 422 when it was sent and refused."""
    return render(request, template, context, status=422 if form.is_bound else 200)


def see_other(address: str) -> HttpResponse:
    """Answer 303: the act is done, look there."""
    return HttpResponse(status=303, headers={"Location": address})


def given(request: HttpRequest) -> Any:
    """Return what was sent, or None: for the first argument of a form."""
    return request.POST if request.method == "POST" else None
