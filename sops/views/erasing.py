"""Erasing the words of a question: why, then the signature; by two people."""

from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, needs
from qms.people.roles import May
from qms.people.views.acts import Act, given, page, see_other
from qms.people.views.doors import FORM
from qms.signatures.services import acting_role
from qms.signatures.views.ceremony import ceremony
from qms.trail import clock
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Payload
from sops import services
from sops.forms import Reason
from sops.inquiries import get_question
from sops.models import Question


@needs(May.ERASE_TEXTS)
@FORM
def erase(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/erase/: why its words are to be erased, or the way to agree."""
    found = _found(request, pk)
    if found.erasing is not None:
        return see_other(resolve_url("question-erase-sign", pk))
    form = Reason(given(request))
    if form.is_bound and form.is_valid():
        address = resolve_url("question-erase-sign", pk)
        return see_other(f"{address}?{urlencode({'reason': form.cleaned_data['reason']})}")
    act = Act(
        _("Erase the words of question %d?") % found.pk, _("Go on to sign"), found.get_absolute_url(), str(found),
        _("What was asked and answered is erased for good, once a second person has agreed with a signature. That it "
          "was there, when, and your reason stay: name nobody in the reason."), "danger",
    )  # fmt: skip
    return page(request, "people/act.html", {"form": form, "act": act}, form)


def _found(request: AuthenticatedRequest, pk: int) -> Question:
    found = get_question(request.user, pk, may=May.ERASE_TEXTS)
    if not Payload.objects.filter(pk=found.text).exclude(nonce=b"").exists():
        raise NotAllowed(_("The words of this question are erased already."))
    return found


@needs(May.ERASE_TEXTS)
@FORM
def sign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/questions/<id>/erase/sign/: the first signature asks, the second, by another person, erases."""
    found, person = _found(request, pk), request.user.person
    reason = services.reason_of(found) or request.GET.get("reason", "").strip()
    if not reason:
        raise Invalid(_("Write why. The reason is kept with the record."))
    if found.erasing is not None and found.erasing.signer_id == person.pk:
        raise NotAllowed(_("You asked for this yourself. Another person has to agree."))
    verb = services.ask_erasure if found.erasing is None else services.agree_erasure
    done = (
        _("Asked for. Another person who may erase has to agree.") if found.erasing is None else _("Erased for good.")
    )
    return ceremony(
        request, content=services.erasure_content(found, reason), record=found, back=found.get_absolute_url(),
        done=done,
        act=lambda proof: verb(found, by=person, reason=reason, proof=proof), to=found.get_absolute_url(),
        capacity=acting_role(person, May.ERASE_TEXTS, found.facility_id, clock.now(), person.roles),
    )  # fmt: skip
