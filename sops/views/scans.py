"""The address in the QR code of a controlled copy: open to whoever holds the paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from qms.people.access import public
from qms.people.lockout import is_guessing, record_guess
from qms.people.models import User
from qms.people.signing_in import address_of
from qms.ui.status import state
from sops.circulation import copy_of, note_sighting
from sops.loaders import visible_documents
from sops.models import Copy
from sops.presenters.copies import answer_of
from sops.services.claims import SAYABLE

GUESSES = "copy"


@public
@never_cache
@require_safe
def check(request: HttpRequest, token: str) -> HttpResponse:
    """/c/<token>: whether one may work by this paper. After many wrong codes an address waits."""
    address = address_of(request)
    known = isinstance(request.user, User)
    if not known and is_guessing(GUESSES, address):  # before the code is looked at: the answer tells nothing of it
        return unlisted(render(request, "sops/scan_wait.html", status=429))
    copy = copy_of(token)
    if copy is None:
        record_guess(GUESSES, address)
        return unlisted(render(request, "sops/scan_unknown.html", status=404))
    if request.method == "GET":
        note_sighting(copy)
    answer = answer_of(copy)
    context = {
        "copy": copy, "answer": answer, "word": state("paper", answer.key).word, "now": timezone.now(),
        "url": _document_url(request, copy), "token": token, "may_say": copy.status in SAYABLE,
        "claimed": copy.status in SAYABLE and copy.claimed_at is not None,
    }  # fmt: skip
    return unlisted(render(request, "sops/scan.html", context))


def _document_url(request: HttpRequest, copy: Copy) -> str:
    """Return the way to the document, for somebody logged in who sees it."""
    user = request.user
    if not isinstance(user, User) or not visible_documents(user).filter(pk=copy.document_id).exists():
        return ""
    return copy.document.get_absolute_url()


def unlisted(response: HttpResponse) -> HttpResponse:
    """Let no search engine list the page, and no other site learn its address."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
