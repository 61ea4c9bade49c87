"""Documents for measuring: only in an installation made for nothing else, marked as such in its trail and its name."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from qms.people.models import Programme, User
from qms.trail.models import Event
from qms.trail.verify import verify
from sops.models import Document, Version
from sops.volume.texts import EVERYWHERE, own_word
from tests import documents as do
from tests.test_register import look


def seed(**more: object) -> dict:
    out = StringIO()
    call_command("seed_volume", as_json=True, stdout=out, **more)
    return json.loads(out.getvalue())


@pytest.fixture
def own_key(settings, tmp_path: Path, db: None) -> None:
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"


def test_it_fills_an_empty_installation_and_grows_it_to_the_number_asked_for(own_key, client):
    told = seed(documents=30)
    assert (told["documents"], told["facilities"]) == (30, 12)
    assert told["versions"] == Version.objects.count() > 30
    assert "PROVES NOTHING" in told["notice"]
    assert seed(documents=70)["documents"] == Document.objects.count() == 70
    assert seed(documents=70)["documents"] == 70
    facts = list(Event.objects.filter(name="programme.volume").values_list("label", flat=True))
    assert facts == ["qms.programme", "qms.programme"]
    assert Programme.objects.get().name == "For figures only: nothing here is proven"
    client.force_login(User.objects.get(email=told["logins"][0]["email"]))
    assert len(look(client)) == 50
    assert len(look(client, f"?q={EVERYWHERE}")) == 20
    assert len(look(client, f"?q={own_word(20)}")) == 10
    for version in Version.objects.filter(status="effective")[:3]:
        assert client.get(version.get_absolute_url()).status_code == 200
        assert client.get(version.document.get_absolute_url()).status_code == 200


def test_its_trail_does_not_verify(own_key):
    seed(documents=10)
    report = verify()
    assert not report.ok
    assert len(report.findings) + report.unlisted >= 10


def test_a_verb_goes_on_after_it(own_key):
    """Keys that were given by hand are not given again."""
    seed(documents=10)
    author = User.objects.get(email="author@figures.example").person
    version = do.services.create_document(
        by=author, type=do.sop_type(), facility=author.roles[0].facility, title="By a verb", blocks=do.TEXT
    )
    assert Document.objects.count() == 11
    assert version.pk == max(Version.objects.values_list("pk", flat=True))


def test_it_is_refused_where_people_work_and_in_production(world, settings):
    with pytest.raises(CommandError, match="serves Wintergreen Cell Therapy Programme"):
        seed(documents=10)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="refused in production"):
        seed(documents=10)
    assert not Document.objects.exists()
    assert not Event.objects.filter(name="programme.volume").exists()
