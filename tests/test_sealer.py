"""Every event gets one place in the log, the root is signed, and the key has one way in."""

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from qms.people.models import Facility
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.errors import NotAllowed
from qms.trail.keys import _write, is_signed, make_first_key, make_key_if_missing, rotate_key, succession_text
from qms.trail.merkle import EMPTY_ROOT, leaf_hash, root_of
from qms.trail.models import Event, Leaf, Seal, SealKey, Unsealed
from qms.trail.sealer import Broken, seal, seal_text
from qms.trail.triggers import drop_triggers
from qms.trail.verify import verify


@pytest.fixture(autouse=True)
def key_file(settings: Any, tmp_path: Path) -> Path:
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"
    return settings.SEAL_KEY_FILE  # type: ignore[no-any-return]


def facility(code: str) -> Facility:
    made = Facility(code=code, name=f"Facility {code}")
    with change(by=SHELL, reason="set-up") as c:
        c.save(made)
        c.event("facility.create", made)
    return made


def rename(record: Facility, name: str) -> None:
    with change(by=SHELL, on=[record]) as c:
        record.name = name
        c.save(record)
        c.event("facility.rename", record)


@pytest.mark.django_db
def test_a_seal_signs_the_root_of_all_texts_in_order() -> None:
    make_first_key()
    facility("A")
    first = seal(timezone.now())
    facility("B")
    facility("C")
    second = seal(timezone.now())
    assert first is not None and second is not None
    leaves = [leaf_hash(text.encode()) for text in Event.objects.order_by("pk").values_list("text", flat=True)]
    assert list(Leaf.objects.order_by("position").values_list("position", flat=True)) == [0, 1, 2, 3]
    assert [(first.size, first.root), (second.size, second.root)] == [
        (2, root_of(leaves[:2]).hex()), (4, root_of(leaves).hex()),
    ]  # fmt: skip
    assert (first.previous, second.previous) == (None, first)
    public = SealKey.objects.get().public
    assert is_signed(public, first.signature, seal_text(2, first.root, EMPTY_ROOT.hex(), first.at, 1))
    assert is_signed(public, second.signature, seal_text(4, second.root, first.root, second.at, 1))
    assert not is_signed(public, second.signature, seal_text(4, second.root, EMPTY_ROOT.hex(), second.at, 1))
    assert not Unsealed.objects.exists()


@pytest.mark.django_db
def test_nothing_new_no_seal() -> None:
    make_first_key()
    assert seal(timezone.now()) is not None
    assert seal(timezone.now()) is None
    assert Seal.objects.count() == 1


@pytest.mark.django_db
def test_a_late_event_with_a_low_number_is_sealed_too() -> None:
    """Events commit in another order than they are numbered: sealing by "id above the last" would lose this one."""
    make_first_key()
    facility("A")
    late = Unsealed.objects.order_by("pk").first()
    assert late is not None
    Unsealed.objects.filter(pk=late.pk).delete()
    facility("B")
    seal(timezone.now())
    Unsealed.objects.create(event_id=late.pk)
    seal(timezone.now())
    numbers = list(Leaf.objects.order_by("position").values_list("event_id", flat=True))
    assert numbers == [late.pk + 1, late.pk + 2, late.pk]


@pytest.mark.django_db
def test_without_a_key_nothing_is_sealed_and_nothing_lost(key_file: Path) -> None:
    facility("A")
    with pytest.raises(NotAllowed, match="make_key"):
        seal(timezone.now())
    assert (Leaf.objects.count(), Unsealed.objects.count()) == (0, 1)
    make_first_key()
    key_file.unlink()
    with pytest.raises(NotAllowed, match="backup"):
        seal(timezone.now())
    assert (Leaf.objects.count(), Unsealed.objects.count()) == (0, 2)


@pytest.mark.django_db
def test_nothing_is_sealed_on_top_of_a_shortened_log() -> None:
    make_first_key()
    facility("A")
    seal(timezone.now())
    connection.check_constraints()
    drop_triggers()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM qms_leaf WHERE position = 1")
    facility("B")
    with pytest.raises(Broken, match="verify_trail"):
        seal(timezone.now())


@pytest.mark.django_db
def test_the_key_is_made_once_and_its_file_is_for_one_reader(key_file: Path) -> None:
    key = make_first_key()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700
    assert json.loads(Event.objects.get().text)["rows"][0]["fields"]["public"] == key.public
    with pytest.raises(NotAllowed, match="rotate"):
        make_first_key()
    assert make_key_if_missing() == (key, False)
    assert SealKey.objects.count() == 1


@pytest.mark.django_db
def test_a_key_file_that_is_already_there_is_never_overwritten(key_file: Path) -> None:
    _write(key_file, Ed25519PrivateKey.generate())
    before = key_file.read_bytes()
    with pytest.raises(NotAllowed, match="exists"):
        make_first_key()
    key, made = make_key_if_missing()
    assert made
    assert key.number == 1
    assert key_file.read_bytes() == before


@pytest.mark.django_db
def test_a_new_key_is_signed_by_the_old_one_and_seals_from_then_on(key_file: Path) -> None:
    first = make_first_key()
    seal(timezone.now())
    before = key_file.read_bytes()
    second = rotate_key()
    assert is_signed(first.public, second.signed_by_previous, succession_text(second, first))
    assert key_file.read_bytes() != before
    made = seal(timezone.now())
    assert made is not None
    assert made.key == second
    assert list(key_file.parent.iterdir()) == [key_file]
    assert verify().ok


@pytest.mark.django_db
def test_a_rotation_cut_short_after_its_commit_is_finished_by_the_sealer(
    key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_first_key()
    monkeypatch.setattr(Path, "replace", lambda self, target: None)
    rotate_key()
    monkeypatch.undo()
    made = seal(timezone.now())
    assert made is not None
    assert made.key_id == 2
    assert list(key_file.parent.iterdir()) == [key_file]


@pytest.mark.django_db
def test_the_commands_say_what_they_did_and_refuse_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="There is no key"):
        call_command("make_key", "--rotate")
    call_command("make_key", "--if-missing")
    call_command("make_key", "--if-missing")
    with pytest.raises(CommandError, match="There is a key already"):
        call_command("make_key")
    call_command("seal_trail")
    call_command("seal_trail")
    told = capsys.readouterr().out
    assert "Key 1 seals the trail from now on" in told
    assert "Key 1 is there." in told
    assert "Sealed 1 events. Root: " in told
    assert "Nothing new: no seal." in told


def until(stop: Flag, act: Callable[[int], None]) -> int:
    """Do it again and again until told to stop; return how often."""
    count = 0
    try:
        while not stop.is_set():
            act(count)
            count += 1
    finally:
        connections.close_all()
    return count


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_two_sealers_lose_no_event_and_break_nothing() -> None:
    make_first_key()
    records = [facility(f"F{number}") for number in range(8)]
    stop = Flag()
    connection.close()  # the pool has ten connections, one for each thread
    with ThreadPoolExecutor(10) as pool:
        writers = [
            pool.submit(until, stop, lambda count, record=record: rename(record, f"{count}"))  # type: ignore[misc]
            for record in records
        ]
        sealers = [pool.submit(until, stop, lambda count: seal(timezone.now()) and None) for _ in range(2)]
        stop.wait(10)
        stop.set()
        acts = sum(writer.result() for writer in writers)
        assert all(sealer.result() > 5 for sealer in sealers)
    seal(timezone.now())
    assert acts > 100
    assert Event.objects.count() == acts + 8 + 1 == Leaf.objects.count()
    assert Seal.objects.count() > 5
    report = verify()
    assert report.findings == []
    assert report.checked["events"] == acts + 9
