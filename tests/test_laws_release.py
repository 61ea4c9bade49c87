"""The day of a version and the bytes it names, attacked: failing neighbours, clocks, full disks, missing pictures."""

import logging
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from qms.files.models import StoredFile
from qms.files.store import NotStored, exists, read
from qms.people.programme import today
from qms.signatures.models import Proof, Signature
from qms.trail.errors import Invalid
from qms.trail.models import Event
from sops import services, tasks
from sops.models import Document, Rendering, Status, Version
from sops.printing import pdf_of
from sops.services.importing import document_from_word
from sops.services.release import NotInForce
from sops.signable import approve_content
from sops.word.reader import read_word
from sops.work import document_work
from tests import documents as do
from tests import word_files
from tests.documents import paragraph
from tests.world import World


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """A disk of the test's own."""
    disk = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    return tmp_path / "files"


def lose(digest: str) -> None:
    """Take a stored file away, as a broken disk would."""
    Path(default_storage.path(f"{digest[:2]}/{digest[2:4]}/{digest}")).unlink()


def test_one_version_that_fails_stops_no_other_and_is_seen(
    files: Path, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The first of three cannot be printed: the others take effect, and log, night and My work speak of it."""
    bad = do.approved(world, title="Bad", text=[paragraph("b1", "Lost words.")])
    good = [do.approved(world, title=title) for title in ("Good", "Better")]
    lose(bad.body)
    logging.getLogger("sops.services.release").addHandler(caplog.handler)
    with pytest.raises(NotInForce, match=f"{bad}") as raised:
        services.make_due_effective()
    assert (raised.value.done, raised.value.numbers) == (2, [str(bad)])
    assert [do.fresh(one).status for one in (bad, *good)] == [Status.APPROVED, Status.EFFECTIVE, Status.EFFECTIVE]
    assert [record.getMessage() for record in caplog.records if str(bad) in record.getMessage()]
    assert tasks.put_into_force_tonight(today()) == {"versions into force": 0, "versions not put into force": 1}
    assert "not_in_force" not in {item.kind for item in document_work(world.fenn)}
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        items = [item for item in document_work(world.fenn) if item.kind == "not_in_force"]
    assert [(item.number, item.due) for item in items] == [(str(bad), today())]


def test_a_pdf_of_a_round_before_is_not_that_of_this_one(files: Path, world: World) -> None:
    """The worker read the version, then its approval was cancelled, and it was written and approved anew."""
    read_before, by_another = do.approved(world), do.fresh(Version.objects.get())
    do.cancel(do.fresh(read_before), world)
    services.save_text(do.fresh(read_before), by=world.fenn, revision=None, blocks=[paragraph("b1", "Other words.")])
    do.approve(do.review(do.send(do.fresh(read_before), world), world), world)
    services.attach_pdf(read_before)
    assert do.fresh(read_before).pdf == ""
    assert not services.make_effective(by_another)
    assert (do.fresh(read_before).status, do.fresh(read_before).pdf) == (Status.APPROVED, "")
    assert services.make_effective(do.fresh(read_before))
    assert do.fresh(read_before).status == Status.EFFECTIVE


def test_an_approval_cancelled_meanwhile_takes_no_effect(files: Path, world: World) -> None:
    read_before = do.approved(world)
    do.cancel(do.fresh(read_before), world)
    assert not services.make_effective(read_before)
    version = do.fresh(read_before)
    assert (version.status, version.pdf, version.effective_on, version.approved_at) == (Status.DRAFT, "", None, None)


def test_the_former_version_may_have_been_withdrawn_meanwhile(files: Path, world: World) -> None:
    first = do.in_force(world)
    second = services.start_version(first.document, by=world.fenn)
    second = do.approve(do.review(do.send(second, world), world), world, on=today() + timedelta(days=2))
    do.withdraw(first, world)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert services.make_due_effective() == 1
    assert [do.fresh(one).status for one in (first, second)] == [Status.WITHDRAWN, Status.EFFECTIVE]
    assert Document.objects.get().shown_id == second.pk


def test_two_documents_due_in_one_night_both_take_effect_once(files: Path, world: World) -> None:
    versions = [do.approved(world, title=title, on=today() + timedelta(days=1)) for title in ("One", "Two")]
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert (services.make_due_effective(), services.make_due_effective()) == (2, 0)
    assert {do.fresh(one).status for one in versions} == {Status.EFFECTIVE}
    assert Event.objects.filter(name="version.take_effect").count() == 2


def test_nothing_takes_effect_before_the_moment_of_its_approval(files: Path, world: World) -> None:
    """The clock of the server was set back: the act waits until the clock is where it was."""
    with time_machine.travel(timezone.now().replace(hour=12), tick=False) as clock:
        version = do.approved(world)
        clock.shift(timedelta(hours=-1))
        assert not services.make_effective(do.fresh(version))
        clock.shift(timedelta(hours=1))
        assert services.make_effective(do.fresh(version))
        version = do.fresh(version)
        assert version.effective_at == version.approved_at


PARIS = [
    # moment in UTC just before midnight in Paris, the day that is ending there
    (datetime(2027, 6, 30, 21, 59, tzinfo=UTC), date(2027, 6, 30)),
    (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 3, 27)),  # the night to summer time
    (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),
    (datetime(2027, 10, 30, 21, 59, tzinfo=UTC), date(2027, 10, 30)),  # the night to winter time
    (datetime(2027, 10, 31, 22, 59, tzinfo=UTC), date(2027, 10, 31)),
]


@pytest.mark.parametrize(("before", "day"), PARIS)
def test_a_day_begins_at_midnight_of_the_programme(files: Path, world: World, before: datetime, day: date) -> None:
    """Approved one minute before midnight for the next day: in force a minute later, and not sooner."""
    with time_machine.travel(before, tick=False) as clock:
        version = do.approved(world, on=day + timedelta(days=1))
        services.attach_pdf(version)
        assert services.make_due_effective() == 0
        clock.shift(timedelta(minutes=1))
        assert services.make_due_effective() == 1
        late = do.reviewed(world, title="Late")
        with pytest.raises(Invalid, match="has passed"):
            do.approve(late, world, on=day)


# --- bytes -----------------------------------------------------------------------------------------------------------


def counts() -> tuple[int, ...]:
    signed = Signature.objects.exclude(purpose="pledge").count()
    return signed, *(model.objects.count() for model in (Document, Version, Event, Rendering, StoredFile))


def named_bytes() -> set[str]:
    """Return every digest that the database names."""
    columns = Version.objects.values_list("body", "source", "pdf")
    return {
        *(digest for row in columns for digest in row if digest),
        *Signature.objects.values_list("content_digest", flat=True),
        *Rendering.objects.values_list("pdf", flat=True), *StoredFile.objects.values_list("digest", flat=True),
    }  # fmt: skip


def _import(world: World) -> Callable[[], object]:
    data = word_files.docx(word_files.p("Words of a file."))
    word = read_word(data)
    return lambda: document_from_word(
        data, word, by=world.fenn, name="a.docx", type=do.sop_type(), facility=world.proc, title="Imported"
    )


def _draft(world: World) -> Callable[[], object]:
    return lambda: do.draft(world, text=[paragraph("b1", "New words.")])


def _save(world: World) -> Callable[[], object]:
    version, words = do.draft(world), [paragraph("b1", "Other words.")]
    return lambda: services.save_text(version, by=world.fenn, revision=None, blocks=words)


def _approve(world: World) -> Callable[[], object]:
    version = do.reviewed(world)
    proof = do.given(world.thessaly, approve_content(version, today()))
    return lambda: services.approve_version(
        version, by=world.thessaly, revision=None, effective_on=today(), proof=proof
    )


def _print(world: World) -> Callable[[], object]:
    version = do.approved(world)
    return lambda: services.attach_pdf(do.fresh(version))


def _force(world: World) -> Callable[[], object]:
    version = do.approved(world)
    return lambda: services.make_effective(do.fresh(version))


def _look(world: World) -> Callable[[], object]:
    version = do.draft(world)
    return lambda: pdf_of(version)


STAGES = {
    "import": _import, "create": _draft, "save": _save, "approve": _approve, "print": _print, "effect": _force,
    "look at a draft": _look,
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_full_disk_leaves_nothing_half_stored_and_the_act_succeeds_later(
    files: Path, world: World, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full stands in for the disk: it takes no byte, and the error comes from the system itself."""
    act = STAGES[stage](world)

    def on_full_disk(handle: int, mode: str) -> IO[Any]:
        os.close(handle)
        return Path("/dev/full").open(mode)

    before, spent = counts(), Proof.objects.exclude(used_at=None).count()
    with monkeypatch.context() as full:
        full.setattr("qms.files.disk.os.fdopen", on_full_disk)
        with pytest.raises(NotStored, match="The disk is full"):
            act()
    assert (counts(), Proof.objects.exclude(used_at=None).count()) == (before, spent)
    assert list(files.rglob("*.part")) == []
    act()
    assert counts() > before
    assert all(exists(digest) and read(digest) for digest in named_bytes())


@pytest.mark.parametrize("digest", ["0" * 64, "../../../../etc/passwd", "0" * 63, "A" * 64])
def test_a_version_names_no_bytes_that_are_not_there(files: Path, world: World, digest: str) -> None:
    """Neither as a picture of its text, which could not be printed on its day, nor as its original."""
    picture = {
        "id": "b9", "kind": "image", "digest": digest, "media_type": "image/png", "alt": "", "width": 1, "height": 1,
    }  # fmt: skip
    version, before = do.draft(world), counts()
    for act in (
        lambda: do.draft(world, title="With a picture", text=[picture]),
        lambda: services.save_text(version, by=world.fenn, revision=None, blocks=[*do.TEXT, picture]),
        lambda: services.save_text(version, by=world.fenn, revision=None, blocks=do.TEXT, source=digest),
        lambda: services.create_document(
            by=world.fenn, type=do.sop_type(), facility=world.proc, title="x", blocks=do.TEXT, source=digest
        ),
    ):
        with pytest.raises(Invalid):
            act()
    assert counts() == before
    assert {digest} & named_bytes() == set()
