"""Mails go through the outbox: a server that is down loses none, and none goes twice."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from qms.people import services
from qms.trail.models import Outbox
from qms.trail.outbox import run_all
from tests.world import World


def test_a_mail_server_that_is_down_loses_no_mail(world: World, settings: Settings) -> None:
    run_all()
    person = services.add_person(printed_name="Wren Halloway", email="wren@engraft.example", by=world.marit)
    settings.EMAIL_BACKEND, works = "django.core.mail.backends.smtp.EmailBackend", settings.EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nothing listens there
    assert run_all()["failed"] == 1
    row = Outbox.objects.get(args__to=person.pk)
    assert (row.done_at, "refused" in row.last_error) == (None, True)
    settings.EMAIL_BACKEND = works
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert run_all()["done"] == 1
        assert not run_all()
    assert [sent.to for sent in mail.outbox] == [["wren@engraft.example"]]


def test_the_page_says_that_the_mail_follows(world: World, settings: Settings, as_) -> None:
    person = services.add_person(printed_name="Wren Halloway", email="wren@engraft.example", by=world.marit)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    run_all()
    assert "The mail follows as soon as it does" in as_(world.marit).get(f"/people/{person.pk}/").content.decode()


def test_a_forgotten_password_goes_all_the_way_by_the_worker(world: World) -> None:
    run_all()
    mail.outbox.clear()
    services.request_password_reset("fenn@engraft.example")
    assert run_all()["done"] == 2
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["fenn@engraft.example"], "A new password for Engraft")
    ]  # fmt: skip


def test_a_person_without_an_account_gets_no_mail_and_stops_nothing(world: World) -> None:
    run_all()
    person = services.add_person(printed_name="Wren Halloway", by=world.marit)
    user = services.invite(person, email="wren@engraft.example", by=world.marit)
    user.delete()
    mail.outbox.clear()
    assert run_all()["done"] == 1
    assert mail.outbox == []
