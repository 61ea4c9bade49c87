"""Accounts: invitation, passwords, e-mail, closing. Each verb happens, is recorded, tells the person, and refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from qms.notifications.mail import message_id, written
from qms.people import services
from qms.people.models import Person, User
from qms.people.signing_in import WrongPassword
from qms.people.tokens import Purpose, make_token, read_token
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event, Outbox
from tests.trail_of import carry_out_outbox, last_event, refused
from tests.world import PASSWORD, World

NEW = "eleven-loud-geese"
HERE = "192.0.2.7"


def sent(world: World) -> list[EmailMessage]:
    """Return the mails that the last act asked for."""
    Outbox.objects.filter(made_at__lt=Event.objects.latest("pk").at).delete()
    mail.outbox.clear()
    carry_out_outbox()
    return list(mail.outbox)


def wren(world: World) -> Person:
    return services.add_person(printed_name="Wren Halloway", by=world.marit)


def link_in(message: EmailMessage) -> str:
    return next(word for word in message.body.split() if word.startswith("http") and "/login" not in word)


def test_invitation(world: World) -> None:
    person = wren(world)
    user = services.invite(person, email="Wren@engraft.example", by=world.sorrel)
    assert not user.has_usable_password()
    assert last_event()[:2] == ("account.invite", "Sorrel Dunnock")
    (message,) = sent(world)
    assert message.to == ["Wren@engraft.example"]
    token = link_in(message).rstrip("/").rsplit("/", 1)[1]
    services.accept_invitation(token, password=NEW)
    assert last_event()[:2] == ("account.accept", "Wren Halloway")
    assert User.objects.get(person=person).check_password(NEW)
    with refused("This link has been used", NotAllowed):
        services.accept_invitation(token, password=PASSWORD)


def test_no_link_that_serves_is_stored(world: World) -> None:
    """Whoever reads the outbox or the trail gets in nowhere."""
    services.invite(wren(world), email="wren@engraft.example", by=world.sorrel)
    row = Outbox.objects.latest("pk")
    assert set(row.args) == {"name", "template", "to", "address", "one_time", "facts"}
    assert row.args["facts"] == {}


def test_a_second_invitation_replaces_the_first(world: World) -> None:
    person = wren(world)
    first = make_token(services.invite(person, email="wren@engraft.example", by=world.marit), Purpose.INVITATION)
    second = make_token(services.invite(person, by=world.marit), Purpose.INVITATION)
    assert read_token(first, Purpose.INVITATION) is None
    assert read_token(second, Purpose.INVITATION).person == person


def test_an_invitation_ends_after_its_days_and_serves_nothing_else(world: World) -> None:
    token = make_token(services.invite(wren(world), email="w@engraft.example", by=world.marit), Purpose.INVITATION)
    assert read_token(token, Purpose.RESET) is None
    assert read_token(token[:-1] + "x", Purpose.INVITATION) is None
    with time_machine.travel(timezone.now() + timedelta(days=settings.INVITATION_DAYS, seconds=2)):
        assert read_token(token, Purpose.INVITATION) is None


def test_invitation_refusals(world: World) -> None:
    new = wren(world)
    with refused("belongs to another account", Invalid):
        services.invite(new, email="FENN@engraft.example", by=world.marit)
    with refused("has an account already", NotAllowed):
        services.invite(world.fenn, by=world.marit)
    with refused("has left", NotAllowed):
        services.invite(world.hale, by=world.marit)
    with refused("You may not manage people", NotAllowed):
        services.invite(new, email="wren@engraft.example", by=world.fenn)
    services.assign_role(new, "laboratory_director", world.proc, by=world.marit)
    with refused("may more than you", NotAllowed):
        services.invite(new, email="wren@engraft.example", by=world.sorrel)
    for email in ("no mail", "", "a@b"):
        with refused("E-mail", Invalid):
            services.invite(new, email=email, by=world.marit)


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "at least 12"), ("1q2w3e4r5t6y", "too common"), ("wren-halloway!", "too similar")],
)
def test_weak_passwords_are_refused(world: World, password: str, words: str) -> None:
    user = services.invite(wren(world), email="wren@engraft.example", by=world.marit)
    with refused(words, Invalid):
        services.accept_invitation(make_token(user, Purpose.INVITATION), password=password)


def test_change_password(world: World) -> None:
    services.change_password(world.fenn.user, old=PASSWORD, new=NEW, address=HERE)
    assert last_event()[:2] == ("account.password_change", "Fenn Mossgrove")
    assert User.objects.get(person=world.fenn).check_password(NEW)
    (message,) = sent(world)
    assert (message.subject, message.to) == ("Your password was changed", ["fenn@engraft.example"])


def test_change_password_refusals(world: World) -> None:
    with refused("do not match", WrongPassword):
        services.change_password(world.fenn.user, old="wrong", new=NEW, address=HERE)
    with refused("at least 12", Invalid):
        services.change_password(world.fenn.user, old=PASSWORD, new="short", address=HERE)


def test_reset_by_mail_tells_and_ends_every_session(world: World, as_: Callable[[Person], Client]) -> None:
    elsewhere = as_(world.fenn)
    services.request_password_reset("FENN@engraft.example")
    mail.outbox.clear()
    carry_out_outbox()
    assert Event.objects.filter(name="account.password_reset_ask").count() == 1
    message = next(one for one in mail.outbox if one.subject == "A new password for Engraft")
    token = link_in(message).rstrip("/").rsplit("/", 1)[1]
    services.reset_password(token, password=NEW)
    assert last_event()[0] == "account.password_reset"
    user = User.objects.get(person=world.fenn)
    assert user.check_password(NEW)
    assert user.security_changed_at is not None
    assert [one.subject for one in sent(world)] == ["Your password was changed"]
    assert elsewhere.post("/account/stay/").status_code == 303
    with refused("This link has been used", NotAllowed):
        services.reset_password(token, password=PASSWORD)


def test_a_reset_leaves_the_same_traces_whether_or_not_there_is_an_account(world: World) -> None:
    carry_out_outbox()
    mail.outbox.clear()
    for email in ("nobody@engraft.example", "hale@engraft.example"):
        services.request_password_reset(email)
        assert Outbox.objects.get().task == "people.reset_asked"
        before = Event.objects.count()
        carry_out_outbox()
        assert (mail.outbox, Event.objects.count()) == ([], before)


def test_asked_for_a_reset_many_times_one_mail_goes(world: World) -> None:
    carry_out_outbox()
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(3):
            services.request_password_reset("fenn@engraft.example")
    assert Outbox.objects.count() == 1


def test_a_reset_link_ends_after_an_hour_and_with_a_log_in(world: World, client: Client) -> None:
    user = User.objects.get(person=world.fenn)
    token = make_token(user, Purpose.RESET)
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT + 2)):
        assert read_token(token, Purpose.RESET) is None
    client.force_login(user)
    assert read_token(token, Purpose.RESET) is None


def test_own_email_with_the_password(world: World) -> None:
    user = world.fenn.user
    services.change_own_email(user, new_email="moss@engraft.example", password=PASSWORD, address=HERE)
    assert last_event()[0] == "account.email_change"
    assert "moss@" not in Event.objects.latest("pk").text
    assert User.objects.get(person=world.fenn).email == "moss@engraft.example"
    assert sorted(one.to[0] for one in sent(world)) == ["fenn@engraft.example", "moss@engraft.example"]
    with refused("do not match", WrongPassword):
        services.change_own_email(user, new_email="x@engraft.example", password="wrong", address=HERE)


def test_anothers_email_takes_two_persons(world: World) -> None:
    wish = services.request_email_change(world.fenn, new_email="moss@engraft.example", by=world.sorrel, reason="Lost")
    assert last_event()[:2] == ("account.email_ask", "Sorrel Dunnock")
    assert User.objects.get(person=world.fenn).email == "fenn@engraft.example"
    with refused("second person", NotAllowed):
        services.confirm_email_change(wish, by=world.sorrel)
    with refused("You may not manage people", NotAllowed):
        services.confirm_email_change(wish, by=world.bea)
    services.confirm_email_change(wish, by=world.marit)
    assert last_event()[:2] == ("account.email_change", "Marit Oakenshaw")
    user = User.objects.get(person=world.fenn)
    assert (user.email, user.security_changed_at is None) == ("moss@engraft.example", False)
    with refused("done, too old, or replaced", NotAllowed):
        services.confirm_email_change(wish, by=world.marit)


def test_email_change_refusals(world: World) -> None:
    ask = {"by": world.sorrel, "reason": "Lost"}
    with refused("belongs to another", Invalid):
        services.request_email_change(world.fenn, new_email="Bea@engraft.example", **ask)
    with refused("already", Invalid):
        services.request_email_change(world.fenn, new_email="FENN@engraft.example", **ask)
    with refused("Write why", Invalid):
        services.request_email_change(world.fenn, new_email="m@engraft.example", by=world.sorrel, reason="")
    with refused("your own", NotAllowed):
        services.request_email_change(world.sorrel, new_email="s@engraft.example", **ask)
    first = services.request_email_change(world.fenn, new_email="a@engraft.example", **ask)
    second = services.request_email_change(world.fenn, new_email="b@engraft.example", **ask)
    with refused("replaced", NotAllowed):
        services.confirm_email_change(first, by=world.marit)
    with (
        time_machine.travel(timezone.now() + timedelta(days=settings.INVITATION_DAYS, seconds=2)),
        refused("too old", NotAllowed),
    ):
        services.confirm_email_change(second, by=world.marit)


def test_closing_and_opening_an_account(world: World, as_: Callable[[Person], Client]) -> None:
    elsewhere = as_(world.fenn)
    assert elsewhere.post("/account/stay/").status_code == 204
    services.deactivate_account(world.fenn, by=world.sorrel, reason="Long leave")
    assert last_event()[0] == "account.deactivate"
    assert elsewhere.post("/account/stay/").status_code == 303
    services.activate_account(world.fenn, by=world.sorrel, reason="Back")
    assert [one.subject for one in sent(world)] == ["Your account is open again"]
    with refused("is open", NotAllowed):
        services.activate_account(world.fenn, by=world.sorrel, reason="Back")
    with refused("Nobody closes their own", NotAllowed):
        services.deactivate_account(world.sorrel, by=world.sorrel, reason="Test")
    with refused("Write why", Invalid):
        services.deactivate_account(world.fenn, by=world.sorrel, reason="")
    with refused("has left", NotAllowed):
        services.activate_account(world.hale, by=world.marit, reason="Back")


def test_mails_have_text_and_html_absolute_links_and_one_id(world: World) -> None:
    services.invite(wren(world), email="wren@engraft.example", by=world.marit)
    name = Outbox.objects.latest("pk").args["name"]
    (message,) = sent(world)
    assert message.extra_headers["Message-ID"] == message_id(name) == message_id(name)
    assert link_in(message).startswith(f"{settings.SITE_URL}/invitation/")
    assert message.body.startswith("Dear Wren Halloway,")
    html = message.alternatives[0].content
    assert f'href="{settings.SITE_URL}/invitation/' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "template", ["invitation", "password_reset", "password_changed", "email_changed", "email_asked", "locked",
                 "account_opened"],
)  # fmt: skip
def test_every_mail_says_its_subject_and_escapes_nothing_in_text(world: World, template: str) -> None:
    subject, text = written(f"people/{template}", {"person": world.fenn, "programme": None, "by": "O’Hara & Sons"})
    assert subject
    assert "\n" not in subject
    assert "&amp;" not in text
