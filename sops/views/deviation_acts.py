"""What becomes of a planned deviation: decided, said by word of mouth, done, taken back, reviewed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from qms.people.access import AuthenticatedRequest, needs
from qms.people.models import Person
from qms.people.roles import May
from qms.people.views.acts import Act, answer, given, page, see_other
from qms.people.views.doors import FORM
from qms.signatures.proofs import Given
from qms.signatures.services import acting_role
from qms.signatures.views.ceremony import ceremony
from qms.trail import clock
from qms.trail.door import CHANGED_MEANWHILE
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.workflow.moves import Transition, refusal
from sops import services
from sops.deviating import REVIEW, SAID, TAKE_BACK, UNAPPROVED
from sops.deviation_forms import DoneForm, ReviewForm, SaidForm, WhyForm
from sops.deviation_signable import deviation_content
from sops.deviations import get_deviation
from sops.forms import Reason
from sops.models import Deviation
from sops.presenters.deviations import AT_ONCE, SIGNED, arrow_of


@needs(May.ASK_DEVIATIONS)
@FORM
def said(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/deviations/<id>/said/: who said yes, and when."""
    found = get_deviation(request.user, pk, may=May.ASK_DEVIATIONS)
    people = services.who_decides(found.facility_id, found.asked_by)
    form = SaidForm(given(request), people=people, initial={"revision": found.revision})
    lead = _("It is shown as verbal until it is signed on the next working day. Whoever you name is told at once.")
    closed = refusal(found, SAID, request.user.person)
    act = _page_of(found, _("Who approved it verbally?"), _("Record it"), closed, lead)
    return answer(
        request, form, act, lambda **kw: services.record_verbal(found, by=request.user.person, **kw),
        done=_("Recorded as verbal. Whoever said so is told and signs it."), record=found,
    )  # fmt: skip


@needs(May.ASK_DEVIATIONS)
@FORM
def done(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/deviations/<id>/done/: when it was done."""
    found = get_deviation(request.user, pk, may=May.ASK_DEVIATIONS)
    form = DoneForm(given(request), initial={"revision": found.revision})
    lead = _("Done before it was approved, or after it expired, it is recorded as done without approval and is to be "
             "reported as an occurrence.")  # fmt: skip
    closed = refusal(found, UNAPPROVED, request.user.person)
    act = _page_of(found, _("When was it done?"), _("Record it"), closed, lead)
    return answer(
        request, form, act, lambda **kw: services.record_done(found, by=request.user.person, **kw),
        done=_("Recorded. Quality reviews it."), record=found,
    )  # fmt: skip


@needs(May.ASK_DEVIATIONS)
@FORM
def take_back(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """/deviations/<id>/take-back/"""
    found = get_deviation(request.user, pk, may=May.ASK_DEVIATIONS)
    closed = refusal(found, TAKE_BACK, request.user.person)
    act = _page_of(found, _("Take it back?"), TAKE_BACK.word, closed, _("Nothing was done; nobody need decide."))
    return answer(
        request, Reason(given(request)), act,
        lambda reason: services.take_back_deviation(found, by=request.user.person, reason=reason),
        done=_("Taken back."),
    )  # fmt: skip


def _page_of(found: Deviation, title: str, button: Any, closed: str | None, lead: str) -> Act:
    return Act(title, button, found.get_absolute_url(), str(found), closed or lead)


@needs(May.READ_DOCUMENTS)
@FORM
def why(request: AuthenticatedRequest, pk: int, step: str) -> HttpResponse:
    """/deviations/<id>/why/<step>/: the word that is signed: of a refusal, of a review."""
    if step not in SIGNED or step in AT_ONCE:
        raise Http404
    found = get_deviation(request.user, pk)
    arrow = arrow_of(found, step)
    closed = refusal(found, arrow, request.user.person)
    if closed:
        raise NotAllowed(closed)
    kind = ReviewForm if arrow is REVIEW else WhyForm
    form = kind(given(request), initial={"revision": found.revision, "occurrence": found.occurrence})
    if form.is_bound and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if value}
        return see_other(f"{resolve_url('deviation-sign', pk, step)}?{urlencode(values)}")
    act = _page_of(found, str(arrow.word), _("Go on to sign"), None, "")
    return page(request, "people/act.html", {"form": form, "act": act}, form)


@needs(May.READ_DOCUMENTS)
@FORM
def sign(request: AuthenticatedRequest, pk: int, step: str) -> HttpResponse:
    """/deviations/<id>/sign/<step>/"""
    if step not in SIGNED:
        raise Http404
    found, person = get_deviation(request.user, pk), request.user.person
    arrow, word = arrow_of(found, step), request.GET.get("word", "").strip()
    flagged, revision = bool(request.GET.get("occurrence")), _whole(request.GET.get("revision", ""))
    if arrow.needs_reason and not word:
        raise Invalid(_("Write why. The reason is kept with the record."))
    if request.method == "GET":
        _check_open(found, arrow, request, revision)
    return ceremony(
        request, content=deviation_content(found, arrow, word=word, occurrence=flagged), record=found,
        act=_verb(found, arrow, person, revision, word, flagged), back=found.get_absolute_url(),
        done=_("Signed: %s.") % arrow.word, to=found.get_absolute_url(), text_url=found.version.get_absolute_url(),
        capacity=acting_role(person, arrow.may or May.READ_DOCUMENTS, found.facility_id, clock.now(), person.roles),
    )  # fmt: skip


def _check_open(found: Deviation, arrow: Transition, request: AuthenticatedRequest, revision: int) -> None:
    closed = refusal(found, arrow, request.user.person)
    if closed:
        raise NotAllowed(closed)
    if found.revision != revision:
        raise Stale(CHANGED_MEANWHILE)


def _verb(
    found: Deviation, arrow: Transition, person: Person, revision: int, word: str, flagged: bool
) -> Callable[[Given], None]:
    """Return what the signature brings about."""

    def act(proof: Given) -> None:
        if arrow is REVIEW:
            services.review_deviation(
                found, word=word, occurrence=flagged, proof=proof, by=person, revision=revision
            )  # fmt: skip
        else:
            services.decide_deviation(found, arrow, reason=word, proof=proof, by=person, revision=revision)

    return act


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(_("This address is not complete. Open the page of the deviation and begin from there."))
    return int(text)
