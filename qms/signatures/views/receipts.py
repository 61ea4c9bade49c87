"""Receipts: a signature as it stands for ever, what exactly was signed, and the remarks beside it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from qms.files.store import read
from qms.people.access import AuthenticatedRequest, anyone, needs
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, see_other
from qms.people.views.doors import FORM, next_page
from qms.signatures import services
from qms.signatures.forms import Mark
from qms.signatures.loaders import get_signature
from qms.signatures.models import Remark, Signature
from qms.signatures.onward import onward_from
from qms.signatures.presenters import receipt
from qms.signatures.views.ceremony import ceremony


@anyone
@FORM
def pledge(request: AuthenticatedRequest) -> HttpResponse:
    """/signatures/pledge/: signed once, before any other signature."""
    person, then = request.user.person, next_page(request)
    if services.has_pledged(person):
        return see_other(then)
    return ceremony(
        request, content=services.pledge_content(), act=lambda proof: services.pledge(by=person, proof=proof),
        record=person, back=resolve_url("home"), to=then,
        done=_("Signed and recorded. From now on your signatures in Engraft bind you."),
    )  # fmt: skip


@anyone
@require_safe
def signature(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/signatures/<id>/"""
    user = request.user
    found = receipt(get_signature(user, pk), user.person)
    context = {
        "receipt": found, "own": found.is_own, "onward": onward_from(found.signature) if found.is_own else None,
        "can_mark": not found.in_error and (found.is_own or user.may(May.MARK_SIGNATURES)),
        "can_accept": found.to_be_reviewed and not found.is_own and user.may(May.MARK_SIGNATURES),
    }  # fmt: skip
    return render(request, "signatures/receipt.html", context)


@anyone
@require_safe
def content(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/signatures/<id>/content/: the words that were signed, from the kept bytes."""
    found = receipt(get_signature(request.user, pk), request.user.person)
    return render(request, "signatures/content.html", {"receipt": found})


@anyone
@require_safe
def content_bytes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/signatures/<id>/content.json: the kept bytes themselves, whose SHA-256 the signature names."""
    found = get_signature(request.user, pk)
    name = f"{found.number}-{found.content_digest[:8]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(read(found.content_digest), content_type="application/json", headers=headers)


@anyone
@FORM
def mark(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/signatures/<id>/mark/: say that a signature was made in error."""
    act = Act(
        _("Mark a signature as made in error"), _("Mark as made in error"), resolve_url("signature", pk), "",
        _("The signature stays, and this stands beside it for ever. It undoes nothing: do that where it was signed."),
        "danger",
    )  # fmt: skip
    return _remark(request, pk, Remark.Kind.ERROR, act)


@needs(May.MARK_SIGNATURES)
@FORM
def accept(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/signatures/<id>/accept/: say that a signature made soon after a change at the account was looked at."""
    act = Act(
        _("Accept a signature"), _("Accept the signature"), resolve_url("signature", pk), "",
        _("The password or e-mail had changed on the day before. Ask the signer whether this signature is theirs."),
    )  # fmt: skip
    return _remark(request, pk, Remark.Kind.REVIEWED, act)


def _remark(request: AuthenticatedRequest, pk: int, kind: Remark.Kind, act: Act) -> HttpResponse:
    found = get_signature(request.user, pk)
    act = Act(act.title, act.button, act.back, found.number, act.lead, act.kind)

    def verb(reason: str) -> None:
        services.mark_signature(found, kind, by=request.user.person, reason=reason)

    return answer(request, Mark(given(request)), act, verb, done=_("Recorded beside the signature."))


@needs(May.MARK_SIGNATURES)
@require_safe
def review(request: AuthenticatedRequest) -> HttpResponse:
    """/signatures/review/: signatures that quality has yet to look at."""
    waiting = Signature.objects.filter(for_review=True, remarks=None).select_related("signer").order_by("-pk")
    return render(request, "signatures/review.html", {"page": Paginator(waiting, 50).get_page(request.GET.get("page"))})
