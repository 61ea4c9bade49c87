"""One shape for every page that asks for an act: a form, one verb, and back with a sentence that says what is true."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from qms.trail.errors import Refused, Stale

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


def carry_out(form: forms.Form, verb: Callable[..., Any]) -> bool:
    """Call the verb with the form's values. Return whether it was done; a refusal becomes an error of the form.

    A stale record is left to the page for it, which keeps what was typed.
    """
    if not form.is_valid():
        return False
    try:
        verb(**form.cleaned_data)
    except Stale:
        raise
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


def answer(
    request: HttpRequest, form: forms.Form, act: Act, verb: Callable[..., Any], *, done: Words, to: str = ""
) -> HttpResponse:
    """Show the form, or carry it out and go to `to` (default: back) with the sentence `done`."""
    if form.is_bound and carry_out(form, verb):
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
