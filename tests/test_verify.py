"""verify_trail names what was altered, removed, inserted or reordered behind the program's back, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from qms.files.models import StoredFile
from qms.people.models import Facility
from qms.signatures.models import Signature
from qms.trail.keys import make_first_key
from qms.trail.merkle import leaf_hash
from qms.trail.models import Event, Leaf, Seal
from qms.trail.sealer import newest_seal, seal
from qms.trail.verify import note_verification, verify, verify_new_and_a_thirtieth
from tests.tampered import A_DAY, cover_up, key, path_of, rename, sealed, sql, uncover, unguarded
from tests.world import World

__all__ = ["key", "sealed", "unguarded"]


def found() -> set[tuple[str, str]]:
    """Return (kind, what) of everything that a full verification names."""
    cover_up()
    return {(finding.kind, finding.what) for finding in verify().findings}


def renamings(world: World) -> list[int]:
    """Return the numbers of the six events that renamed PROC; sealed together."""
    numbers = Event.objects.filter(name="facility.rename", record_id=str(world.proc.pk)).order_by("pk")
    return list(numbers.values_list("pk", flat=True))


def place(number: int) -> int:
    return Leaf.objects.get(event_id=number).position


def test_an_honest_trail_verifies_and_says_what_is_not_proven_yet(sealed: World) -> None:
    """The report counts what it looked at: a check that looks at nothing would find nothing."""
    report = verify()
    assert report.findings == []
    assert report.unsealed == 2
    assert report.checked["events"] == Event.objects.count()
    assert report.checked["leaves"] == report.size == Event.objects.count() - 2
    assert report.checked["seals"] == 4
    assert report.checked["files"] == StoredFile.objects.count() > 0
    assert report.checked["signature rows"] == 1
    assert report.checked["rows"] > 20
    assert report.checked["history rows"] > 30
    newest = newest_seal()
    assert newest is not None
    assert report.root == newest.root


@pytest.mark.django_db
def test_an_empty_trail_verifies() -> None:
    assert verify().ok


Deed = Callable[[World], set[tuple[str, str]]]


def event_text(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[2]
    sql("UPDATE qms_event SET text = replace(text, 'Laboratory 2', 'Laboratory X') WHERE id = %s", number)
    return {("event altered", f"qms.event {number}")}


def event_column(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[2]
    sql("UPDATE qms_event SET by_name = 'Somebody Else' WHERE id = %s", number)
    return {("event altered", f"qms.event {number}")}


def event_moment(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[2]
    sql("UPDATE qms_event SET at = '2020-01-01 00:00:00+00:00' WHERE id = %s", number)
    return {("event altered", f"qms.event {number}")}


def unsealed_event(world: World) -> set[tuple[str, str]]:
    number = Event.objects.latest("pk").pk
    sql("UPDATE qms_event SET reason = 'a better one' WHERE id = %s", number)
    return {("event altered", f"qms.event {number}")}


def text_with_a_name_twice(world: World) -> set[tuple[str, str]]:
    number = Event.objects.latest("pk").pk
    sql('UPDATE qms_event SET text = \'{"name":"x",\' || substr(text, 2) WHERE id = %s', number)
    return {("event altered", f"qms.event {number}")}


def subject(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[1]
    sql("DELETE FROM qms_subject WHERE event_id = %s", number)
    return {("event altered", f"qms.event {number}")}


def event_gone(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[2]
    sql("DELETE FROM qms_subject WHERE event_id = %s", number)
    sql("DELETE FROM qms_event WHERE id = %s", number)
    return {("event removed", f"qms.event {number}"), ("history inserted", revision(world.proc, 4))}


def event_and_leaf_gone(world: World) -> set[tuple[str, str]]:
    number = renamings(world)[2]
    at = place(number)
    sql("DELETE FROM qms_leaf WHERE event_id = %s", number)
    return {("event removed", f"qms.leaf {at}"), *event_gone(world)} - {("event removed", f"qms.event {number}")}


def last_sealed_gone(world: World) -> set[tuple[str, str]]:
    last = Leaf.objects.latest("position")
    sql("DELETE FROM qms_leaf WHERE position = %s", last.position)
    sql("DELETE FROM qms_subject WHERE event_id = %s", last.event_id)
    sql("DELETE FROM qms_event WHERE id = %s", last.event_id)
    return {("event removed", f"qms.leaf {last.position}"), ("history inserted", revision(world.aph, 5))}


def unsealed_event_gone(world: World) -> set[tuple[str, str]]:
    number = Event.objects.latest("pk").pk
    for table, column in (("subject", "event_id"), ("event", "id")):
        sql(f"DELETE FROM qms_{table} WHERE {column} = %s", number)
    return {("event removed", f"qms.event {number}"), ("history inserted", revision(world.clin, 3))}


def forged(world: World) -> int:
    """Insert an event that tells of nothing, with an honest face."""
    text = Event.objects.get(pk=renamings(world)[0]).text
    parts = {**json.loads(text), "rows": [], "also": []}
    fresh = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    columns = "name, label, record_id, at, by_name, reason"
    sql(
        f"INSERT INTO qms_event (id, {columns}, by_id, text) "
        f"SELECT 9999, {columns}, by_id, %s FROM qms_event WHERE id = %s",
        fresh, renamings(world)[0],
    )  # fmt: skip
    return 9999


def event_inserted(world: World) -> set[tuple[str, str]]:
    return {("event inserted", f"qms.event {forged(world)}")}


def event_and_leaf_inserted(world: World) -> set[tuple[str, str]]:
    number = forged(world)
    digest = leaf_hash(Event.objects.get(pk=number).text.encode()).hex()
    sql("INSERT INTO qms_leaf (position, event_id, digest) VALUES (%s, %s, %s)", Leaf.objects.count(), number, digest)
    return {("event inserted", f"qms.event {number}")}


def events_swapped_in_the_log(world: World) -> set[tuple[str, str]]:
    one, other = renamings(world)[1], renamings(world)[4]
    at, there = place(one), place(other)
    for column, value, position in (("event_id", -1, at), ("event_id", one, there), ("event_id", other, at)):
        sql(f"UPDATE qms_leaf SET {column} = %s WHERE position = %s", value, position)
    return {("events swapped", f"qms.event {one}"), ("events swapped", f"qms.event {other}")}


def events_swapped_with_their_leaves(world: World) -> set[tuple[str, str]]:
    one, other = renamings(world)[1], renamings(world)[4]
    at, there = place(one), place(other)
    for position, number in ((-1, one), (at, other), (there, one)):
        sql("UPDATE qms_leaf SET position = %s WHERE event_id = %s", position, number)
    return {("events swapped", f"qms.event {other}")}


def texts_swapped(world: World) -> set[tuple[str, str]]:
    one, other = renamings(world)[1], renamings(world)[4]
    texts = [Event.objects.get(pk=one).text, Event.objects.get(pk=other).text]
    sql("UPDATE qms_event SET text = %s WHERE id = %s", texts[1], one)
    sql("UPDATE qms_event SET text = %s WHERE id = %s", texts[0], other)
    return {("events swapped", f"qms.event {one}"), ("events swapped", f"qms.event {other}")}


def leaf_digest(world: World) -> set[tuple[str, str]]:
    at = place(renamings(world)[3])
    sql("UPDATE qms_leaf SET digest = %s WHERE position = %s", "ab" * 32, at)
    return {("leaf altered", f"qms.leaf {at}")}


def leaf_nonsense(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_leaf SET digest = 'nonsense' WHERE position = 3")
    return {("leaf altered", "qms.leaf 3")}


def event_and_leaf_digest(world: World) -> set[tuple[str, str]]:
    """A forger who computes the leaf anew, but has no key."""
    number = renamings(world)[2]
    event_text(world)
    digest = leaf_hash(Event.objects.get(pk=number).text.encode()).hex()
    sql("UPDATE qms_leaf SET digest = %s WHERE event_id = %s", digest, number)
    first, last = place(renamings(world)[0]), place(renamings(world)[5])
    return {("log altered", f"qms.leaf {first} to {last}"), ("history altered", revision(world.proc, 4))}


def revision(facility: Facility, number: int) -> str:
    return f"qms.facility {facility.pk} revision {number}"


def history_row(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_historicalfacility SET name = 'x' WHERE id = %s AND revision = 3", world.proc.pk)
    return {("history altered", revision(world.proc, 3))}


def history_moment(world: World) -> set[tuple[str, str]]:
    sql(
        "UPDATE qms_historicalfacility SET history_date = '2020-01-01 00:00:00+00:00' WHERE id = %s AND revision = 3",
        world.proc.pk,
    )
    return {("history altered", revision(world.proc, 3))}


def history_author(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_historicalfacility SET history_user_id = 1 WHERE id = %s AND revision = 3", world.proc.pk)
    return {("history altered", revision(world.proc, 3))}


def history_gone(world: World) -> set[tuple[str, str]]:
    sql("DELETE FROM qms_historicalfacility WHERE id = %s AND revision = 3", world.proc.pk)
    return {("history removed", revision(world.proc, 3))}


def history_inserted(world: World) -> set[tuple[str, str]]:
    columns = "id, code, name, part, history_date, history_type"
    sql(
        f"INSERT INTO qms_historicalfacility (revision, {columns}) "
        f"SELECT 0, {columns} FROM qms_historicalfacility WHERE id = %s AND revision = 3",
        world.proc.pk,
    )
    return {("history inserted", revision(world.proc, 0))}


def history_doubled(world: World) -> set[tuple[str, str]]:
    columns = "id, revision, code, name, part, history_date, history_type, history_change_reason"
    sql(
        f"INSERT INTO qms_historicalfacility ({columns}) "
        f"SELECT {columns} FROM qms_historicalfacility WHERE id = %s AND revision = 3",
        world.proc.pk,
    )
    return {("history inserted", revision(world.proc, 3))}


def live_row(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_person SET printed_name = 'Dr Nobody' WHERE id = %s", world.fenn.pk)
    return {("row altered", f"qms.person {world.fenn.pk}")}


def live_row_and_history(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_person SET printed_name = 'Dr Nobody' WHERE id = %s", world.fenn.pk)
    sql("UPDATE qms_historicalperson SET printed_name = 'Dr Nobody' WHERE id = %s", world.fenn.pk)
    return {("history altered", f"qms.person {world.fenn.pk} revision 1")}


def live_row_inserted(world: World) -> set[tuple[str, str]]:
    sql("INSERT INTO qms_facility (id, revision, code, name, part) VALUES (777, 1, 'X', 'X', '')")
    return {("row inserted", "qms.facility 777")}


def live_row_gone(world: World) -> set[tuple[str, str]]:
    sql("DELETE FROM qms_roleassignment WHERE person_id = %s", world.ivo.pk)
    rows = sql("SELECT id FROM qms_historicalroleassignment WHERE person_id = %s", world.ivo.pk)
    return {("row removed", f"qms.roleassignment {rows[0][0]}")}


def signature(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_signature SET printed_name = 'Dr Nobody'")
    return {("signature altered", f"qms.signature {Signature.objects.get().pk}")}


def signature_gone(world: World) -> set[tuple[str, str]]:
    pk = Signature.objects.get().pk
    sql("DELETE FROM qms_signature")
    return {("signature removed", f"qms.signature {pk}")}


def signature_inserted(world: World) -> set[tuple[str, str]]:
    columns = ", ".join(field.column for field in Signature._meta.concrete_fields if field.column != "id")
    sql(f"INSERT INTO qms_signature (id, {columns}) SELECT 555, {columns} FROM qms_signature")
    return {("signature inserted", "qms.signature 555")}


def seal_column(column: str, value: str) -> Deed:
    def deed(world: World) -> set[tuple[str, str]]:
        size = Seal.objects.order_by("size")[1].size
        sql(f"UPDATE qms_seal SET {column} = %s WHERE size = %s", value, size)
        return {("seal altered", f"qms.seal {size}")}

    deed.__name__ = f"seal_{column}"
    return deed


def seal_gone(world: World) -> set[tuple[str, str]]:
    seals = list(Seal.objects.order_by("size"))
    sql("DELETE FROM qms_seal WHERE size = %s", seals[1].size)
    return {("seal altered", f"qms.seal {seals[2].size}")}


def newest_seal_gone(world: World) -> set[tuple[str, str]]:
    seals = list(Seal.objects.order_by("size"))
    sql("DELETE FROM qms_seal WHERE size = %s", seals[3].size)
    left = Leaf.objects.filter(position__gte=seals[2].size).values_list("event_id", flat=True)
    return {("event inserted", f"qms.event {number}") for number in left}


def another_key(world: World) -> set[tuple[str, str]]:
    sql("UPDATE qms_sealkey SET public = %s", "ab" * 32)
    seals = {("seal altered", f"qms.seal {size}") for size in Seal.objects.values_list("size", flat=True)}
    return {("row altered", "qms.sealkey 1"), *seals}


def smuggled_key(world: World) -> set[tuple[str, str]]:
    sql(
        "INSERT INTO qms_sealkey (number, public, made_at, signed_by_previous) "
        "VALUES (2, %s, '2026-01-01 00:00:00+00:00', '')", "ab" * 32,
    )  # fmt: skip
    return {("key altered", "qms.sealkey 2")}


def stored_bytes(world: World) -> set[tuple[str, str]]:
    digest = StoredFile.objects.order_by("pk")[0].pk
    path_of(digest).chmod(0o600)
    path_of(digest).write_bytes(b"other words")
    return {("file altered", f"qms.storedfile {digest}")}


def stored_bytes_gone(world: World) -> set[tuple[str, str]]:
    digest = StoredFile.objects.order_by("pk")[0].pk
    path_of(digest).unlink()
    return {("file altered", f"qms.storedfile {digest}")}


DEEDS: list[Deed] = [
    event_text, event_column, event_moment, unsealed_event, text_with_a_name_twice, subject,
    event_gone, event_and_leaf_gone, last_sealed_gone, unsealed_event_gone, event_inserted, event_and_leaf_inserted,
    events_swapped_in_the_log, events_swapped_with_their_leaves, texts_swapped,
    leaf_digest, leaf_nonsense, event_and_leaf_digest,
    history_row, history_moment, history_author, history_gone, history_inserted, history_doubled,
    live_row, live_row_and_history, live_row_inserted, live_row_gone,
    signature, signature_gone, signature_inserted,
    seal_column("root", "ab" * 32), seal_column("signature", "ab" * 64), seal_column("at", "2020-01-01 00:00:00+00:00"),
    seal_column("frontier", "[]"), seal_gone, newest_seal_gone, another_key, smuggled_key,
    stored_bytes, stored_bytes_gone,
]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_each_deed_is_named_and_nothing_else(unguarded: World, deed: Deed) -> None:
    expected = deed(unguarded)
    assert found() == expected
    with pytest.raises(SystemExit) as end:
        call_command("verify_trail", "--json")
    assert end.value.code == 1


def test_a_missing_trigger_is_named(sealed: World) -> None:
    uncover()
    kinds = {finding.kind for finding in verify().findings}
    assert kinds == {"trigger missing"}


def test_a_root_that_was_kept_outside_is_found_in_the_log_or_missed(sealed: World) -> None:
    for made in Seal.objects.all():
        assert verify((made.size, made.root)).ok
    newest = newest_seal()
    assert newest is not None
    between = (newest.size - 1, "cd" * 32)
    for outside in [between, (newest.size, "cd" * 32), (newest.size + 100, newest.root), (1, newest.root)]:
        report = verify(outside)
        assert [(finding.kind, finding.what) for finding in report.findings] == [
            ("root unknown", f"root at {outside[0]}")
        ]


def test_a_whole_log_that_was_made_anew_with_another_key_is_missed_only_outside(sealed: World, settings: Any) -> None:
    """What an administrator can do who holds the database and makes a key of his own; only an outside root tells."""
    newest = newest_seal()
    assert newest is not None
    outside = (newest.size, newest.root)
    uncover()
    for table in ("seal", "leaf"):
        sql(f"DELETE FROM qms_{table}")
    number = Event.objects.get(name="key.make").pk
    sql("DELETE FROM qms_sealkey")
    for statement in ("DELETE FROM qms_unsealed WHERE event_id = %s", "DELETE FROM qms_event WHERE id = %s"):
        sql(statement, number)
    sql("DELETE FROM qms_unsealed")
    settings.SEAL_KEY_FILE = settings.SEAL_KEY_FILE.with_name("other.pem")
    make_first_key()
    sql(
        "INSERT INTO qms_unsealed (event_id) SELECT id FROM qms_event "
        "WHERE id NOT IN (SELECT event_id FROM qms_unsealed)"
    )
    seal(timezone.now())
    cover_up()
    assert verify().ok
    assert [finding.kind for finding in verify(outside).findings] == ["root unknown"]


def test_after_a_restore_the_lost_range_is_reported_as_such(sealed: World) -> None:
    """The first event names the last root known outside; another root of the lost range is no proof of forgery."""
    newest = newest_seal()
    assert newest is not None
    lost, other = (newest.size + 7, "cd" * 32), (newest.size + 3, "ef" * 32)
    with pytest.raises(CommandError, match="nothing of"):
        call_command("after_restore", size=newest.size, root=newest.root)
    with pytest.raises(CommandError, match="64 hexadecimal"):
        call_command("after_restore", size=lost[0], root="x")
    call_command("after_restore", size=lost[0], root=lost[1].upper())
    number = Event.objects.latest("pk").pk
    report = verify(lost)
    assert report.ok
    assert report.notes == [
        f"A backup was restored: the events that once stood at {newest.size} to {newest.size + 6} are lost "
        f"(event {number}; the root at {newest.size + 7} was {lost[1]})."
    ]
    (finding,) = verify(other).findings
    assert finding.kind == "root unknown"
    assert f"a restore lost (event {number})" in finding.sentence


def test_the_command_tells_people_and_machines(sealed: World, capsys: pytest.CaptureFixture[str]) -> None:
    newest = newest_seal()
    assert newest is not None
    call_command("verify_trail", size=newest.size, root=newest.root)
    told = capsys.readouterr().out
    assert "Not proven yet: 2 events wait for the next seal." in told
    assert f"The log of the first {newest.size} events has the root that was kept outside." in told
    assert told.endswith("All of it is what it was.\n")
    call_command("verify_trail", "--json")
    report = json.loads(capsys.readouterr().out)
    assert (report["ok"], report["size"], report["root"], report["unsealed"]) == (True, newest.size, newest.root, 2)


@pytest.mark.parametrize(
    "given", [{"size": 3}, {"root": "ab" * 32}, {"size": 0, "root": "ab" * 32}, {"size": 1, "root": "x"}]
)
@pytest.mark.django_db
def test_half_an_outside_root_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="64 hexadecimal digits"):
        call_command("verify_trail", **given)


def test_a_night_looks_at_all_that_is_new(sealed: World) -> None:
    report = verify_new_and_a_thirtieth(A_DAY)
    assert report.ok
    assert report.checked["events"] == Event.objects.count()
    note_verification(report)
    seal(timezone.now())
    again = verify_new_and_a_thirtieth(A_DAY)
    assert again.ok
    assert 0 < again.checked["events"] < Event.objects.count()


def test_thirty_nights_look_at_everything(unguarded: World) -> None:
    """A deed in the old part of the log, of a history, and of the live rows is found on one of thirty nights."""
    cover_up()
    note_verification(verify())
    seal(timezone.now())
    uncover()
    expected = event_text(unguarded) | live_row(unguarded) | history_gone(unguarded) | stored_bytes(unguarded)
    expected |= signature(unguarded)
    cover_up()
    found_in_all: set[tuple[str, str]] = set()
    for number in range(30):
        report = verify_new_and_a_thirtieth(A_DAY.fromordinal(A_DAY.toordinal() + number))
        found_in_all |= {(finding.kind, finding.what) for finding in report.findings}
    assert found_in_all == expected


def test_a_night_finds_a_deed_among_what_is_new_at_once(unguarded: World) -> None:
    cover_up()
    note_verification(verify())
    rename(unguarded.clin, "Ward 7")
    seal(timezone.now())
    uncover()
    sql("UPDATE qms_facility SET name = 'x' WHERE id = %s", unguarded.clin.pk)
    cover_up()
    kinds = {(finding.kind, finding.what) for finding in verify_new_and_a_thirtieth(A_DAY).findings}
    assert kinds == {("row altered", f"qms.facility {unguarded.clin.pk}")}
