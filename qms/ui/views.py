"""The gallery of the parts, and the pages of Django's own refusals."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from qms.people.access import needs
from qms.people.roles import May
from qms.ui import samples
from qms.ui.refusals import refuse
from qms.ui.status import STATUS


@needs(May.MANAGE_FACILITIES)
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every part in every state: the manual, the design review and the test page in one."""
    messages.success(request, _("This is a message after an act: what is now true, and what happens next."))
    given: dict[str, Any] = {
        "status": STATUS,
        "icons": samples.icon_names(),
        "tokens": samples.TOKENS,
        "options": samples.OPTIONS,
        "sample": samples.sample(),
        "form": samples.SampleForm(),
        "wrong": samples.SampleForm(samples.WRONG, prefix="wrong"),
        "page": Paginator(range(214), 21).get_page(request.GET.get("page")),
    }
    return render(request, "ui/gallery.html", given)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be understood, and 413 for what is too large."""
    return refuse(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the sentence of the refusal."""
    return refuse(request, 403, str(exception) if isinstance(exception, PermissionDenied) else "")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404. Django's own text names patterns and is not shown; a sentence of ours is."""
    path = isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], dict)
    return refuse(request, 404, "" if path or exception is None else str(exception))
