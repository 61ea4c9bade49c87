"""The HTML of a mail says what its text says, with a button for the address that the text ends with."""

from django.conf import settings
from django.core import mail

from qms.notifications.letter import parts_of
from qms.people import services
from qms.people.programme import moment_words
from qms.trail.outbox import run_all
from sops.dates import day_words
from tests import deviated as dev
from tests import documents as do
from tests.world import World

TEXT = f"""Dear Fenn,

Two are late:

* one
* two

    a reason

Open it:
{settings.SITE_URL}/documents/

-- 
Northmere, Engraft
{settings.SITE_URL}
"""  # noqa: W291


def test_each_paragraph_becomes_what_it_is() -> None:
    parts, foot = parts_of(TEXT)
    assert [(part.kind, part.lines) for part in parts] == [
        ("words", ["Dear Fenn,"]), ("words", ["Two are late:"]), ("list", ["one", "two"]), ("quote", ["a reason"]),
        ("link", ["Open it:"]),
    ]  # fmt: skip
    assert (parts[-1].words, parts[-1].url) == ("Open it", f"{settings.SITE_URL}/documents/")
    assert foot == f"Northmere, Engraft\n{settings.SITE_URL}"


def test_words_of_people_make_neither_a_foot_nor_a_button() -> None:
    said = TEXT.replace("a reason", "see\nhttps://elsewhere.example/\n-- \nno foot")
    parts, foot = parts_of(said)
    assert [part.kind for part in parts] == ["words", "words", "list", "quote", "link"]
    assert foot == f"Northmere, Engraft\n{settings.SITE_URL}"


def test_an_invitation_has_its_button_and_the_same_address_as_its_text(world: World) -> None:
    run_all()
    mail.outbox.clear()
    services.add_person(printed_name="Wren <b> Halloway", email="wren@engraft.example", by=world.marit)
    run_all()
    (sent,) = mail.outbox
    (link,) = [line for line in str(sent.body).split("\n") if line.startswith(f"{settings.SITE_URL}/")]
    html = str(sent.alternatives[0].content)
    assert f'<a class="go" href="{link}">Choose a password</a>' in html
    assert "Wren &lt;b&gt; Halloway" in html


def test_the_mail_of_an_approval_says_its_day_and_that_of_a_deviation_what_comes_next(world: World) -> None:
    version = do.in_force(world)
    one = dev.decide(dev.asked(version, world.fenn), world.thessaly)
    run_all()
    texts = {sent.subject: str(sent.body) for sent in mail.outbox if sent.to == ["fenn@engraft.example"]}
    approved = texts[f"{version.document}, version 1, is approved"]
    assert f"takes effect by itself on {day_words(version.effective_on)}" in approved
    decided = texts[f"{one}: Approved"]
    assert f"It may be done until {moment_words(one.expires_at)}" in decided
    assert f"{settings.SITE_URL}{one.get_absolute_url()}" in decided
