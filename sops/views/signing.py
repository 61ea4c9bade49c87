"""The way to the signing page: what is signed, by which verb, from what the page before put into the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Person
from qms.people.programme import today
from qms.people.roles import May
from qms.people.views.acts import see_other
from qms.people.views.doors import FORM
from qms.signatures.content import Content
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role
from qms.signatures.views.ceremony import ceremony
from qms.trail.door import CHANGED_MEANWHILE
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.workflow.moves import Transition, refusal
from sops import services, signable
from sops.ending_forms import NOTHING
from sops.loaders import get_version
from sops.models import Version, Weight
from sops.presenters.steps import url_of
from sops.printing import signatures_of
from sops.replacing import replacement_by
from sops.seats import capacity, seats_of, steps_of
from sops.services.plans import check_plan
from sops.views.routes import send_form
from sops.workflow import APPROVE, CANCEL, REVIEW, SEND, WITHDRAW


@dataclass(frozen=True)
class Signing:
    """What is signed, what the signature brings about, and the sentence about it afterwards."""

    content: Content
    act: Callable[[Given], object]
    done: str


@needs(May.REVIEW_DOCUMENTS)
@FORM
def sign(request: AuthenticatedRequest, number: str, n: int, step: str) -> HttpResponse:
    """/documents/<number>/v<n>/sign/<step>/"""
    if step not in STEPS:
        raise Http404
    transition, page, prepare = STEPS[step]
    found = get_version(request.user, number, n, may=transition.may, along=("document",))
    revision = _whole(request, "revision")
    if request.method == "GET":
        closed = refusal(found, transition, request.user.person)
        if closed:
            return _closed(request, found, transition, closed)
        if found.revision != revision:
            raise Stale(CHANGED_MEANWHILE)
    this = prepare(request, found, revision)
    return ceremony(
        request, content=this.content, act=this.act, record=found, back=url_of(page, found), done=this.done,
        text_url=found.get_absolute_url(), capacity=_capacity(request.user.person, transition, found),
    )  # fmt: skip


def _closed(request: AuthenticatedRequest, found: Version, transition: Transition, why: str) -> HttpResponse:
    """Say why nothing is to be signed; whoever has signed already (back button, old tab) is shown that signature."""
    mine = [one for one in signatures_of(found) if one.signer_id == request.user.person_id]
    done = next((one for one in reversed(mine) if one.purpose == transition.name), None)
    if done is None:
        raise NotAllowed(why)
    messages.info(request, _("You have signed this already. Nothing was signed a second time."))
    return see_other(resolve_url("signature", done.pk))


def _capacity(person: Person, transition: Transition, found: Version) -> tuple[str, str]:
    """Return the role in which the person signs, and on whose behalf, as the signature will say it."""
    if transition.may is None:
        return "", ""
    if transition in (REVIEW, APPROVE) and (seats := seats_of(found, person, steps_of(found))):
        return capacity(seats[0], person, found.places)
    return acting_role(person, transition.may, found.facility_id, timezone.now(), person.roles)


def _whole(request: AuthenticatedRequest, name: str) -> int:
    value = request.GET.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid(_("This address is not complete. Open the page of the version and begin from there."))
    return int(value)


def _send(request: AuthenticatedRequest, found: Version, revision: int) -> Signing:
    form = send_form(request.GET, found)
    if not form.is_valid():
        raise Invalid(_("Choose the people again: somebody cannot be asked any more."))
    plan = form.plan
    if request.method == "GET":
        check_plan(found, plan)
    asked = "; ".join(str(stage) for stage in plan.stages)
    return Signing(
        signable.plan_content(found, plan),
        lambda proof: services.send_on_route(found, by=request.user.person, revision=revision, plan=plan, proof=proof),
        _("Signed and sent. %(version)s goes to: %(asked)s.") % {"version": found, "asked": asked},
    )


def _review(request: AuthenticatedRequest, found: Version, revision: int) -> Signing:
    return Signing(
        signable.review_content(found),
        lambda proof: services.sign_review(found, by=request.user.person, revision=revision, proof=proof),
        _("Your review of %s is signed. Once enough reviewers have signed, the approver is asked.") % found,
    )


def _approve(request: AuthenticatedRequest, found: Version, revision: int) -> Signing:
    try:
        day = date.fromisoformat(request.GET.get("effective_on", ""))
    except ValueError as wrong:
        raise Invalid(_("Choose the day on which it takes effect.")) from wrong
    if request.method == "GET":
        services.check_day(found, day, today())
    if found.weight == Weight.MINOR and request.GET.get("agree") != "1":
        raise Invalid(_("Say on the page of approval that you agree that nobody has to be trained anew."))
    return Signing(
        signable.approve_content(found, day),
        lambda proof: services.approve_version(
            found, by=request.user.person, revision=revision, effective_on=day, proof=proof
        ),
        _("Signed and recorded. %(version)s takes effect on %(day)s.")
        % {"version": found, "day": date_format(day, "j F Y")},
    )


def _reason(request: AuthenticatedRequest) -> str:
    reason = request.GET.get("reason", "").strip()
    if not reason:
        raise Invalid(_("Write why. The reason is kept with the record."))
    return reason


def _cancel(request: AuthenticatedRequest, found: Version, revision: int) -> Signing:
    reason = _reason(request)
    return Signing(
        signable.cancel_content(found, reason),
        lambda proof: services.cancel_approval(
            found, by=request.user.person, revision=revision, reason=reason, proof=proof
        ),
        _("The approval is cancelled. %s is a draft again.") % found,
    )


def _withdraw(request: AuthenticatedRequest, found: Version, revision: int) -> Signing:
    reason, number = _reason(request), request.GET.get("replaced_by", "").strip()
    if not number and request.GET.get("replaced") != NOTHING:
        raise Invalid(_("Say what is used instead, or that nothing replaces it."))
    replacement = replacement_by(request.user, found.document, number) if number else None
    return Signing(
        signable.withdraw_content(found, reason, replacement),
        lambda proof: services.withdraw_document(
            found, by=request.user.person, revision=revision, reason=reason, proof=proof, replacement=replacement
        ),
        _("%s is withdrawn from now on. Take printed copies out of use.") % found.document,
    )


Prepare = Callable[[AuthenticatedRequest, Version, int], Signing]
STEPS: dict[str, tuple[Transition, str, Prepare]] = {
    "send": (SEND, "version-send", _send),
    "review": (REVIEW, "version-review", _review),
    "approve": (APPROVE, "version-approve", _approve),
    "cancel": (CANCEL, "version", _cancel),
    "withdraw": (WITHDRAW, "version", _withdraw),
}
