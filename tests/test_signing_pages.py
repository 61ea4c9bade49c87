"""The pages of signing: the ceremony, the pledge, receipts, remarks, deputations."""

import hashlib
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from qms.people.access import anyone
from qms.people.programme import today
from qms.signatures.content import Content
from qms.signatures.models import Deputation, Remark, Signature
from qms.signatures.services import has_pledged, sign
from qms.signatures.views import ceremony
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from tests.world import PASSWORD

TEXT = {"words": "as first written", "refuse": None}


def oath() -> Content:
    return Content(
        purpose="test.swear", language="en-gb", title="the oath of the tests", meaning="I have read it & mean <it>.",
        facts=(("Words", TEXT["words"]),), digests={"text": hashlib.sha256(TEXT["words"].encode()).hexdigest()},
    )  # fmt: skip


@anyone
def swear(request):
    person, content = request.user.person, oath()

    def act(proof):
        with change(by=person, on=[person]) as c:
            sign(c, person, content, by=person, proof=proof)
            if TEXT["refuse"]:
                raise TEXT["refuse"]("The rule says no.")
            c.event("signature.pledge", person)

    return ceremony(
        request, content=content, act=act, record=person, back="/help/", done="Sworn.", text_url="/help/#everybody",
        carried={"day": request.POST.get("day", "")} if request.POST.get("day") else None,
    )  # fmt: skip


urlpatterns = [path("swear/", swear), path("", include("qms.urls"))]
here = override_settings(ROOT_URLCONF=__name__)


@pytest.fixture(autouse=True)
def oath_page():
    TEXT.update(words="as first written", refuse=None)
    with here:
        yield


def pledged(client: Client, person) -> Client:
    page = client.get(reverse("pledge"))
    answer = client.post(reverse("pledge"), {**marks(page), "email": person.user.email, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def marks(page) -> dict[str, object]:
    form = page.context["form"]
    return {"digest": form["digest"].value(), "seen": form["seen"].value()}


def page_text(answer) -> str:
    return " ".join(answer.content.decode().split())


def signed() -> int:
    return Signature.objects.filter(purpose="test.swear").count()


def test_before_the_first_signature_comes_the_pledge_and_then_the_way_back(world, as_):
    client = as_(world.jory)
    answer = client.get("/swear/?day=2026-09-28")
    assert answer.status_code == 303
    assert answer["Location"] == f"{reverse('pledge')}?{urlencode({'next': '/swear/?day=2026-09-28'})}"
    page = client.get(answer["Location"])
    assert "binds me like one by my own hand" in page_text(page)
    answer = client.post(answer["Location"], {**marks(page), "email": world.jory.user.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/swear/?day=2026-09-28")
    assert has_pledged(world.jory)
    again = client.get(reverse("pledge"))
    assert (again.status_code, again["Location"]) == (303, "/")


def test_the_way_back_after_the_pledge_stays_on_this_site(world, as_):
    client = pledged(as_(world.jory), world.jory)
    answer = client.get(reverse("pledge"), {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_signing_takes_e_mail_and_password_first_and_then_the_password_alone(world, as_):
    """21 CFR 11.200(a)(1): all components at the first signing of a series, one at each further one."""
    client = as_(world.jory)
    page = client.get(reverse("pledge"))
    assert page.context["form"]["email"].value() is None
    assert world.jory.user.email not in page_text(page).split('<main class="main"')[1].split("data-session")[0]
    client = pledged(client, world.jory)
    page = client.get("/swear/")
    assert "email" not in page.context["form"].fields
    answer = client.post("/swear/", {**marks(page), "password": PASSWORD})
    made = Signature.objects.get(purpose="test.swear")
    assert (answer.status_code, answer["Location"]) == (303, reverse("signature", args=[made.pk]))
    assert (made.signer, made.method, made.meaning) == (world.jory, "password", "I have read it & mean <it>.")
    assert "Sworn." in page_text(client.get(answer["Location"]))


def test_the_page_shows_what_it_means_who_signs_and_the_digest(world, as_):
    page = pledged(as_(world.jory), world.jory).get("/swear/")
    text = page_text(page)
    for words in (
        "Sign the oath of the tests", "I have read it &amp; mean &lt;it&gt;.", "as first written", "Jory Pennyroyal",
        "Not Jory?", "/help/#everybody", 'href="/help/"', oath().digest[:4],
    ):  # fmt: skip
        assert words in text, words
    assert "no-store" in page["Cache-Control"]


def test_a_wrong_password_signs_nothing_loses_nothing_and_is_recorded(world, as_):
    client = pledged(as_(world.jory), world.jory)
    page = client.get("/swear/?day=1")
    answer = client.post("/swear/?day=1", {**marks(page), "password": "wrong", "day": "2026-09-28"})
    assert answer.status_code == 422
    assert "That password is not right. Nothing was signed." in page_text(answer)
    assert 'name="day" value="2026-09-28"' in page_text(answer)
    assert 'value="wrong"' not in page_text(answer)
    assert signed() == 0
    assert Event.objects.filter(name="signature.failed").count() == 1
    answer = client.post("/swear/?day=1", {**marks(answer), "password": PASSWORD})
    assert answer.status_code == 303


def test_the_e_mail_of_another_or_none_does_not_sign(world, as_):
    client = pledged(as_(world.jory), world.jory)
    session = client.session
    del session["signing_series"]
    session.save()
    page = client.get("/swear/")
    answer = client.post("/swear/", {**marks(page), "password": PASSWORD})
    assert (answer.status_code, signed()) == (422, 0)
    assert not Event.objects.filter(name="signature.failed").exists()
    answer = client.post("/swear/", {**marks(page), "password": PASSWORD, "email": world.bea.user.email})
    assert (answer.status_code, signed()) == (422, 0)
    assert Event.objects.filter(name="signature.failed").count() == 1


def test_a_text_that_changed_meanwhile_is_not_signed(world, as_):
    client = pledged(as_(world.jory), world.jory)
    page = client.get("/swear/")
    TEXT["words"] = "as changed by another"
    answer = client.post("/swear/", {**marks(page), "password": PASSWORD})
    assert (answer.status_code, signed()) == (409, 0)
    assert "The text changed since you opened it" in page_text(answer)


def test_sent_twice_it_is_signed_once_and_both_lead_to_the_receipt(world, as_):
    client = pledged(as_(world.jory), world.jory)
    sent = {**marks(client.get("/swear/")), "password": PASSWORD}
    first, second = client.post("/swear/", sent), client.post("/swear/", sent)
    assert (second.status_code, second["Location"], signed()) == (303, first["Location"], 1)
    TEXT["refuse"] = NotAllowed  # the state has moved on
    assert client.post("/swear/", {"digest": sent["digest"], "password": PASSWORD})["Location"] == first["Location"]


def test_opened_anew_the_page_says_that_this_was_signed_and_lets_sign_again(world, as_):
    """The same text may be asked again, e.g. after it was taken back and sent unchanged."""
    client = pledged(as_(world.jory), world.jory)
    client.post("/swear/", {**marks(client.get("/swear/")), "password": PASSWORD})
    page = client.get("/swear/")
    assert "You have signed exactly this before." in page_text(page)
    assert client.post("/swear/", {**marks(page), "password": PASSWORD}).status_code == 303
    assert signed() == 2


@pytest.mark.parametrize(("kind", "code"), [(NotAllowed, 409), (Stale, 409), (Invalid, 422)])
def test_a_refusal_of_the_act_shows_its_sentence_and_the_way_back(world, as_, kind, code):
    client = pledged(as_(world.jory), world.jory)
    page = client.get("/swear/")
    TEXT["refuse"] = kind
    answer = client.post("/swear/", {**marks(page), "password": PASSWORD})
    assert (answer.status_code, signed()) == (code, 0)
    assert "The rule says no." in page_text(answer)
    assert 'href="/help/"' in page_text(answer)


def test_fifteen_idle_minutes_end_the_series_but_not_the_log_in(world, as_):
    """21 CFR 11.200(a)(1)(i): only within one continuous period does one component do."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = pledged(as_(world.jory), world.jory)
        clock.shift(timedelta(minutes=14))
        page = client.get("/swear/")
        assert "email" not in page.context["form"].fields
        clock.shift(timedelta(minutes=16))
        answer = client.post("/swear/", {**marks(page), "password": PASSWORD})
        assert (answer.status_code, signed()) == (422, 0)
        assert "email" in answer.context["form"].fields


def test_another_person_in_the_same_browser_begins_a_series_of_their_own(world):
    client = Client()
    client.post(reverse("login"), {"email": world.jory.user.email, "password": PASSWORD})
    pledged(client, world.jory)
    client.post(reverse("logout"))
    client.post(reverse("login"), {"email": world.bea.user.email, "password": PASSWORD})
    page = client.get(reverse("pledge"))
    assert "email" in page.context["form"].fields


def test_a_post_without_a_digest_shows_the_page_and_carries_the_values(world, as_):
    client = pledged(as_(world.jory), world.jory)
    page = client.post("/swear/", {"day": "2026-09-28"})
    assert page.status_code == 200
    assert '<input type="hidden" name="day" value="2026-09-28">' in page_text(page)


def swear_in(client: Client) -> Signature:
    client.post("/swear/", {**marks(client.get("/swear/")), "password": PASSWORD})
    return Signature.objects.filter(purpose="test.swear").latest("pk")


def test_the_receipt_says_it_all_from_what_was_kept(world, as_):
    """21 CFR 11.50: printed name, date and time, meaning; 11.70: bound to the record."""
    client = pledged(as_(world.jory), world.jory)
    made = swear_in(client)
    text = page_text(client.get(reverse("signature", args=[made.pk])))
    for words in (
        "You have signed the oath of the tests", "Jory Pennyroyal", made.number, "Europe/Paris", "(UTC+", "password",
        "I have read it &amp; mean &lt;it&gt;.", made.content_digest[-4:], reverse("signature-content", args=[made.pk]),
    ):  # fmt: skip
        assert words in text, words
    page = page_text(client.get(reverse("signature-content", args=[made.pk])))
    assert "as first written" in page
    answer = client.get(reverse("signature-bytes", args=[made.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == made.content_digest
    assert json.loads(answer.content)["meaning"] == "I have read it & mean <it>."
    assert answer["Content-Disposition"].startswith("attachment")


def test_who_may_not_see_a_signature_finds_nothing(world, as_):
    made = swear_in(pledged(as_(world.jory), world.jory))
    for name in ("signature", "signature-content", "signature-bytes", "signature-mark"):
        address = reverse(name, args=[made.pk])
        assert as_(world.sorrel).get(address).status_code == 404, name
        assert Client().get(address).status_code == 303
    assert as_(world.fenn).get(reverse("signature", args=[made.pk])).status_code == 200


def test_a_signature_in_error_is_marked_by_its_signer_and_stays(world, as_):
    client = pledged(as_(world.jory), world.jory)
    made = swear_in(client)
    address = reverse("signature-mark", args=[made.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    answer = client.post(address, {"reason": "I took the wrong form"})
    assert answer.status_code == 303
    text = page_text(client.get(answer["Location"]))
    assert "Signed in error" in text
    assert "I took the wrong form" in text
    assert "sig-marked" in text
    assert client.post(address, {"reason": "Twice"}).status_code == 422
    assert Remark.objects.count() == 1
    assert Event.objects.filter(name="signature.mark", label="qms.signature", record_id=str(made.pk)).count() == 1


def test_others_do_not_mark_and_quality_does(world, as_):
    made = swear_in(pledged(as_(world.jory), world.jory))
    address = reverse("signature-mark", args=[made.pk])
    assert as_(world.fenn).post(address, {"reason": "Mine"}).status_code in (403, 422)
    assert Remark.objects.count() == 0
    assert as_(world.marit).post(address, {"reason": "Told by Jory"}).status_code == 303


def test_signatures_after_a_reset_wait_for_quality_and_are_accepted(world, as_):
    client = pledged(as_(world.jory), world.jory)
    world.jory.user.security_changed_at = timezone.now() - timedelta(hours=23)
    world.jory.user.save()
    made = swear_in(client)
    assert made.for_review
    quality = as_(world.marit)
    assert "1 signature is to be looked at." in page_text(quality.get("/"))
    assert made.number in page_text(quality.get(reverse("signatures-review")))
    assert as_(world.thessaly).get(reverse("signatures-review")).status_code == 403
    assert client.get(reverse("signature-accept", args=[made.pk])).status_code == 403
    answer = quality.post(reverse("signature-accept", args=[made.pk]), {"reason": "Jory confirms by phone"})
    assert answer.status_code == 303
    assert made.number not in page_text(quality.get(reverse("signatures-review")))
    assert "Looked at and accepted" in page_text(quality.get(answer["Location"]))


def given_deputation(world, client: Client, **more):
    held = world.thessaly.role_assignments.get()
    chosen = {"assignment": held.pk, "deputy": world.bea.pk, "from_date": today(), "until_date": today(), **more}
    return client.post(reverse("depute"), chosen)


def test_a_deputation_is_given_by_signature_lets_act_and_is_ended(world, as_):
    client = pledged(as_(world.thessaly), world.thessaly)
    answer = given_deputation(world, client, until_date=today() + timedelta(days=3))
    assert answer.status_code == 303
    address = answer["Location"]
    page = client.get(address)
    assert "Bea Thistledown acts for me in this role" in page_text(page)
    assert Deputation.objects.count() == 0
    sent = {**marks(page), "password": PASSWORD}
    answer = client.post(address, sent)
    deputation = Deputation.objects.get()
    assert answer["Location"] == reverse("signature", args=[deputation.signature_id])
    assert client.post(address, sent)["Location"] == answer["Location"]
    assert Deputation.objects.count() == 1
    assert "Bea Thistledown" in page_text(client.get(reverse("deputations")))
    assert "Dr Thessaly Quince" in page_text(as_(world.bea).get(reverse("deputations")))
    end = reverse("deputation-end", args=[deputation.pk])
    assert as_(world.fenn).get(end).status_code == 404
    assert as_(world.bea).post(end, {"reason": "No"}).status_code == 422
    assert client.post(end, {"reason": "Back early"}).status_code == 303
    assert Deputation.objects.get().ended_on == today()


def test_a_deputation_that_cannot_be_is_said_at_its_field_or_above(world, as_):
    client = pledged(as_(world.thessaly), world.thessaly)
    assert given_deputation(world, client, until_date=today() - timedelta(days=1)).status_code == 422
    assert given_deputation(world, client, from_date=today() - timedelta(days=1)).status_code == 422
    assert given_deputation(world, client, deputy=world.thessaly.pk).status_code == 422
    assert given_deputation(world, client, deputy=world.hale.pk).status_code == 422
    assert given_deputation(world, client, assignment=world.fenn.role_assignments.get().pk).status_code == 422
    assert client.get(reverse("deputation-sign")).status_code == 422
