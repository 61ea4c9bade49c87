"""A document is withdrawn with a reason, and with what is used instead, or that nothing is."""

import pytest
from django.test import Client

from qms.files.store import read
from qms.people.services import assign_role
from qms.signatures.content import read_content
from qms.signatures.models import Signature
from qms.trail import outbox
from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event, Outbox
from sops import services
from sops.models import Document, Version
from sops.replacing import instead_of
from sops.services import Holding
from sops.signable import withdraw_content
from tests import documents as do
from tests.scanned import needs_pictures, token_of
from tests.test_copies import issued
from tests.world import World


def withdraw(version: Version, world: World, instead: Document | None) -> Version:
    content = withdraw_content(version, "Merged", instead)
    services.withdraw_document(
        version, by=world.thessaly, revision=None, reason="Merged", proof=do.given(world.thessaly, content),
        replacement=instead,
    )  # fmt: skip
    return do.fresh(version)


def test_it_is_recorded_signed_and_told_what_to_use_instead(world: World) -> None:
    old, new = do.in_force(world), do.in_force(world, title="Thawing and washing")
    issued(old, world.marit, Holding(place="Ward", holder=world.jory))
    gone = withdraw(old, world, new.document)
    assert gone.replaced_by == new.document
    signature = Signature.objects.get(purpose="version.withdraw")
    content = read_content(read(signature.content_digest))
    assert content.facts[-1] == ("Replaced by", "PROC-SOP-002 Thawing and washing")
    assert content.digest == signature.content_digest
    assert Event.objects.get(name="version.withdraw").subjects.filter(record_id=str(new.document_id)).exists()
    mails = Outbox.objects.filter(task="mail.send", args__template="sops/copies_recalled")
    assert {mail.args["facts"]["instead"] for mail in mails} == {"Use PROC-SOP-002 instead."}


def test_not_itself_and_not_what_is_not_in_force(world: World) -> None:
    old, draft = do.in_force(world), do.draft(world, title="Labels")
    with pytest.raises(Invalid, match="does not replace itself"):
        withdraw(old, world, old.document)
    with pytest.raises(NotAllowed, match="Nothing of PROC-SOP-002 is in force"):
        withdraw(old, world, draft.document)
    assert do.fresh(old).status == "effective"
    assert withdraw(old, world, None).replaced_by is None


def test_a_chain_of_withdrawn_documents_leads_to_the_one_in_force(world: World) -> None:
    first, second, third = (do.in_force(world, title=title) for title in ("One", "Two", "Three"))
    first = withdraw(first, world, second.document)
    second = withdraw(second, world, third.document)
    assert instead_of(first).number == "PROC-SOP-003"
    third = withdraw(third, world, None)
    assert instead_of(first).number == "PROC-SOP-003"  # whose own page says that nothing replaces it
    assert instead_of(third).words == "Nothing replaces it."


@needs_pictures
def test_readers_and_strangers_are_told_the_number_and_more_only_who_sees_it(world: World, as_) -> None:
    old = do.in_force(world)
    new = do.in_force(world, title="Secret washing")
    copy = issued(old, world.marit)[0]
    token = token_of(copy)
    withdraw(old, world, new.document)
    scan = Client().get(f"/c/{token}").content.decode()
    assert "Use PROC-SOP-002 instead." in scan
    assert "Secret" not in scan
    assert instead_of(do.fresh(old), world.jory.user).title == ""  # who does not see it is told its number alone
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    for path in ("/documents/PROC-SOP-001/", "/documents/PROC-SOP-001/v1/"):
        assert "Use PROC-SOP-002, Secret washing, instead" in as_(world.jory).get(path).content.decode()


def test_readers_are_mailed(world: World) -> None:
    old, new = do.in_force(world), do.in_force(world, title="Washing")
    assign_role(world.jory, "nurse", world.proc, by=world.marit)
    from training.services import require_reading  # noqa: PLC0415

    require_reading(old.document, "nurse", world.proc, by=world.marit)
    outbox.run_all()
    withdraw(old, world, new.document)
    for _again in range(2):
        outbox.run_all()
    mails = Outbox.objects.filter(task="mail.send", args__template="training/withdrawn")
    assert [(mail.args["to"], mail.args["facts"]["instead"]) for mail in mails] == [
        (world.jory.pk, "Use PROC-SOP-002 instead.")
    ]


def test_the_form_finds_by_number_and_by_words_and_refuses_the_rest(world: World, as_) -> None:
    do.in_force(world)
    do.in_force(world, title="Washing by hand")
    do.in_force(world, title="Washing by machine")
    services.create_document(by=world.fenn, type=do.sop_type(), facility=world.proc, title="Draft", blocks=do.TEXT)
    client, path = as_(world.thessaly), "/documents/PROC-SOP-001/v1/withdraw/"
    revision = Version.objects.get(document__number="PROC-SOP-001").revision

    def send(**given: str):
        return client.post(path, {"reason": "Merged", "revision": revision, "replaced": "by", **given})

    for given, words in (
        ({"search": ""}, "Write its number, or words of its title."),
        ({"search": "PROC-SOP-001"}, "does not replace itself"),
        ({"search": "PROC-SOP-004"}, "is not in force"),
        ({"search": "washing"}, "Choose one of them."),
        ({"replaced": ""}, "Choose one."),
    ):
        answer = send(**given)
        assert answer.status_code == 422, given
        assert words in answer.content.decode(), given
    for given, number in (
        ({"search": "proc-sop-002"}, "PROC-SOP-002"), ({"search": "washing machine"}, "PROC-SOP-003"),
        ({"search": "washing", "chosen": "PROC-SOP-003"}, "PROC-SOP-003"),
    ):  # fmt: skip
        answer = send(**given)
        assert answer.status_code == 303, given
        assert f"replaced_by={number}" in answer["Location"]
        shown = client.get(answer["Location"], follow=True).content.decode()
        assert number in shown or "pledge" in shown.lower() or "binds" in shown
    assert "replaced=nothing" in send(replaced="nothing")["Location"]
    assert client.get(f"/documents/PROC-SOP-001/v1/sign/withdraw/?revision={revision}&reason=x").status_code == 422
