"""A small sealed trail with a signature, a stored file and a payload, and ways to tamper with it by SQL."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from qms.people.models import Facility, Person
from qms.signatures.content import Content
from qms.signatures.models import Signature
from qms.signatures.proofs import reauthenticate
from qms.signatures.services import pledge, pledge_content, sign
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.keys import make_first_key
from qms.trail.models import Seal
from qms.trail.sealer import seal
from qms.trail.triggers import drop_triggers, install_triggers
from tests.world import World

A_DAY = date(2026, 9, 14)


def sql(statement: str, *args: Any) -> list[tuple[Any, ...]]:
    """Do to the database what an administrator could do."""
    with connection.cursor() as cursor:
        cursor.execute(statement, args)
        return list(cursor.fetchall()) if cursor.description else []


def rename(facility: Facility, name: str) -> int:
    """Give a facility another name through the door; return the number of the event."""
    with change(by=SHELL, reason="moved house", on=[facility]) as c:
        facility.name = name
        c.save(facility)
        return int(c.event("facility.rename", facility, also=[facility.__class__(pk=99)]).pk)


def sign_pledge(person: Person) -> Signature:
    """Let somebody of the world sign that signatures bind."""
    given = reauthenticate(
        person.user, session="s", digest=pledge_content().digest, password="seven-quiet-owls", email=person.user.email
    )
    return pledge(by=person, proof=given)


def content_for_erasing() -> Content:
    return Content(purpose="payload.erase", language="en-gb", title="Erase", meaning="I ask that this is erased.")


def sign_erasing(person: Person, record: Facility) -> Signature:
    """Let somebody sign that a text of this record is erased."""
    content = content_for_erasing()
    given = reauthenticate(
        person.user, session="s", digest=content.digest, password="seven-quiet-owls", email=person.user.email
    )
    with change(by=person) as c:
        signature = sign(c, record, content, by=person, proof=given)
        c.event("payload.ask", record)
    return signature


@pytest.fixture
def key(settings: Any, tmp_path: Path, db: None) -> None:
    """A key of the test's own."""
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    make_first_key()


@pytest.fixture
def sealed(world: World, key: None) -> Iterator[World]:
    """Four seals over the world: its making, a signature, and two renamings; the last two events are not sealed."""
    seal(timezone.now())
    sign_pledge(world.marit)
    seal(timezone.now())
    for number in range(6):
        rename(world.proc, f"Laboratory {number}")
    seal(timezone.now())
    for number in range(4):
        rename(world.aph, f"Apheresis {number}")
    seal(timezone.now())
    rename(world.clin, "Ward 5")
    rename(world.clin, "Ward 6")
    assert Seal.objects.count() == 4
    yield world


@pytest.fixture
def unguarded(sealed: World) -> Iterator[World]:
    """The same, open to one who dropped the triggers, did the deed, and put them back."""
    uncover()
    if connection.vendor == "postgresql":
        sql("SET session_replication_role = replica")
    yield sealed
    if connection.vendor == "postgresql":
        sql("SET session_replication_role = origin")
    connection.set_rollback(True)  # or the test's end would check the links that were cut


def uncover() -> None:
    """Drop the triggers, as one would before a deed."""
    _settle_checks()
    drop_triggers()


def cover_up() -> None:
    """Put the triggers back, so that only the deed itself is left to be found."""
    _settle_checks()
    install_triggers()


def _settle_checks() -> None:
    """PostgreSQL alters no table while checks of its links are still due."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def path_of(digest: str) -> Path:
    """Return where a stored file lies."""
    return Path(default_storage.path(f"{digest[:2]}/{digest[2:4]}/{digest}"))
