"""The ceremony of signing: what, what it means, who, and the proof of it. One page for everything that is signed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache

from qms.people.access import AuthenticatedRequest
from qms.people.signing_in import address_of
from qms.people.views.acts import see_other
from qms.signatures import series
from qms.signatures.content import Content, read_content
from qms.signatures.forms import Confirm
from qms.signatures.models import Signature
from qms.signatures.presenters import digest_lines
from qms.signatures.proofs import Given, reauthenticate
from qms.signatures.services import PLEDGE
from qms.trail.door import key_of
from qms.trail.errors import Invalid, NotAllowed, Refused


@dataclass(frozen=True)
class Ceremony:
    """One page of signing; see `ceremony`. `content` is read back from the very bytes that would be kept."""

    request: AuthenticatedRequest
    content: Content
    act: Callable[[Given], object]
    record: models.Model
    back: str
    done: str
    text_url: str = ""
    to: str = ""
    capacity: tuple[str, str] = ("", "")
    carried: Mapping[str, str] = field(default_factory=dict)


@never_cache
def ceremony(
    request: AuthenticatedRequest, *, content: Content, act: Callable[[Given], object], record: models.Model,
    back: str, done: str, text_url: str = "", to: str = "", capacity: tuple[str, str] = ("", ""),
    carried: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """Show the page of signing, or sign.

    `act` is called with the proof and must open the door and sign `content` on `record`; `back` is the page to return
    to without signing, `done` the sentence that says what is true now, `text_url` shows what `content` speaks of,
    `capacity` is (role, on whose behalf) as `acting_role` gives it. It ends on the receipt, or on the page `to`.
    Send `request` here again with the same query: the form goes to the same address. `carried` are further values
    that the view needs again; they travel as hidden fields, and a POST without `digest` shows the page as a GET does.
    """
    this = Ceremony(
        request,
        read_content(content.text.encode()),
        act,
        record,
        back,
        done,
        text_url,
        to,
        capacity,
        dict(carried or {}),
    )
    sent = request.method == "POST" and "digest" in request.POST
    pledged, before = _before(this)
    if content.purpose != PLEDGE and not pledged:
        here = request.get_full_path() if request.method == "GET" else back
        return see_other(f"{resolve_url('pledge')}?{urlencode({'next': here})}")
    return _sign(this, before) if sent else _first(this, before)


def _first(this: Ceremony, before: Signature | None) -> HttpResponse:
    marks = {"digest": this.content.digest, "seen": before.pk if before else 0}
    return _page(this, Confirm(series=series.is_running(this.request), initial=marks), before)


def _sign(this: Ceremony, before: Signature | None) -> HttpResponse:
    request = this.request
    if request.POST["digest"] != this.content.digest:
        return render(request, "signatures/changed.html", {"ceremony": this}, status=409)
    form = Confirm(request.POST, series=series.is_running(request))
    if not form.is_valid():
        return _receipt(this, form) or _page(this, form, before, 422)
    twin = _receipt(this, form)
    if twin is not None:
        return twin
    try:
        proof = _prove(this, form)
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return _page(this, form, before, 422)
    return _act(this, form, proof)


def _prove(this: Ceremony, form: Confirm) -> Given:
    given = form.cleaned_data
    return reauthenticate(
        this.request.user, session=this.request.session.session_key or "", digest=this.content.digest,
        password=given["password"], email=given.get("email"), address=address_of(this.request),
    )  # fmt: skip


def _act(this: Ceremony, form: Confirm, proof: Given) -> HttpResponse:
    try:
        this.act(proof)
    except Refused as refused:
        # Sent twice at once: the first of the two has signed.
        code = 422 if isinstance(refused, Invalid) else 409
        context = {"ceremony": this, "sentence": str(refused)}
        return _receipt(this, form) or render(this.request, "signatures/refused.html", context, status=code)
    series.begin(this.request)
    messages.success(this.request, this.done)
    return see_other(this.to) if this.to else _receipt(this, form) or see_other(this.back)


def _receipt(this: Ceremony, form: Confirm) -> HttpResponse | None:
    """Return the way to the receipt, if this very page has led to a signature already."""
    try:
        seen = int(form.data.get("seen") or 0)
    except ValueError:
        seen = 0
    made = _mine(this).filter(_exactly(this), pk__gt=seen).first()
    return see_other(resolve_url("signature", made.pk)) if made else None


def _mine(this: Ceremony) -> "models.QuerySet[Signature]":
    return Signature.objects.filter(signer=this.request.user.person).order_by("-pk")


def _exactly(this: Ceremony) -> models.Q:
    """Signatures on exactly this; on any record, where it is yet to be made."""
    same = models.Q(purpose=this.content.purpose, content_digest=this.content.digest)
    label, key = key_of(this.record)
    return same if this.record.pk is None else same & models.Q(label=label, record_id=key)


def _before(this: Ceremony) -> tuple[bool, Signature | None]:
    """Return whether this person has pledged, and their newest signature on exactly this; in one query."""
    found = list(_mine(this).filter(models.Q(purpose=PLEDGE) | _exactly(this)))
    made = next((one for one in found if one.content_digest == this.content.digest), None)
    return any(one.purpose == PLEDGE for one in found), made


def _page(this: Ceremony, form: Confirm, before: Signature | None, code: int = 200) -> HttpResponse:
    person = this.request.user.person
    role, behalf = this.capacity
    context = {
        "ceremony": this, "content": this.content, "form": form, "person": person,
        "role": role or person.title, "behalf": behalf,
        "first_name": person.printed_name.removeprefix("Dr ").split(" ")[0],
        "digests": digest_lines(this.content), "before": before,
    }  # fmt: skip
    return render(this.request, "signatures/sign.html", context, status=code)
