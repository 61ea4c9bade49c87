"""The one door for regulated writes: one transaction, one clock, one actor, and no write without an event.

    with change(by=person, reason="Wrong unit in step 4", on=[document]) as c:
        document.title = "Thawing of HPC"
        c.save(document)
        c.event("document.rename", document)

The records in `on` are locked first, in key order, and read again; what a decision reads belongs to a locked record.
Slow work (passwords, PDFs, mails) stays outside.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from qms.trail import clock
from qms.trail.actor import Acting, Actor
from qms.trail.canonical import canonical, row_fields, settle, stamp
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.guard import AppendOnly, Controlled, pen
from qms.trail.models import Event, Outbox, Subject, Unsealed

Record = TypeVar("Record", bound=models.Model)
CHANGED_MEANWHILE = "Somebody changed this record meanwhile. Nothing of yours was saved."
_open: ContextVar["Change | None"] = ContextVar("open_door", default=None)


class Change:
    """What is done inside the door: `at` (the one moment of the act), `by` (the actor), `reason`."""

    def __init__(self, by: Actor, reason: str) -> None:
        self.at: datetime = clock.now()
        self.by = by
        self.reason = reason
        self.events: list[Event] = []
        self._thread: int | None = threading.get_ident()  # None once it is closed
        self._rows: list[dict[str, Any]] = []
        self._may_move: set[tuple[type[models.Model], Any, str]] = set()
        self._signed: dict[tuple[str, str], list[Any]] = {}
        self._stored: dict[tuple[str, str], dict[str, Any]] = {}  # of locked records: nobody else can change them

    def save(self, record: models.Model) -> None:
        """Insert or update one guarded record. A controlled one also gets its next revision and a history row.

        Raises Stale when the row is no longer at the revision that was read.
        """
        self._still_open()
        _settle(record)
        if isinstance(record, Controlled):
            self._save_controlled(record)
        elif isinstance(record, AppendOnly) and record._state.adding:
            with pen():
                record.save_base(force_insert=True)
            self._note(record, "insert", None)
        else:
            raise NotAllowed(f"{type(record).__name__} is not written through the door in this way.")

    def _save_controlled(self, record: Controlled) -> None:
        adding = record._state.adding
        before = None if adding else self._stored.get(key_of(record)) or _as_stored(record)
        if before is not None and before["revision"] != record.revision:
            raise Stale(CHANGED_MEANWHILE)
        self._guard_moved_fields(record, before)
        record.revision += 1
        try:
            with pen():
                _write_row(record, adding)
                _write_history(record, self)
        except BaseException:
            record.revision -= 1
            raise
        self._note(record, "insert" if adding else "update", before)
        if not adding and key_of(record) in self._stored:
            self._stored[key_of(record)] = self._rows[-1]["fields"]

    def _guard_moved_fields(self, record: Controlled, before: dict[str, Any] | None) -> None:
        for name in record.moved_only:
            now = getattr(record, name)
            was = before[name] if before else getattr(type(record)(), name)
            if now != was and (type(record), record.pk, now) not in self._may_move:
                raise NotAllowed(f"Only a move of the workflow sets the {name}: {was} to {now} is none.")

    def expect(self, record: Controlled, revision: int | None) -> None:
        """Raise Stale unless a locked record is still at the revision that the person saw (None: not asked)."""
        if revision is not None and record.revision != revision:
            raise Stale(CHANGED_MEANWHILE)

    def allow_move(self, record: Controlled, to: str) -> None:
        """Let this record take this status once. Only `qms.workflow.move` calls it."""
        self._may_move.add((type(record), record.pk, to))

    def keep_signature(self, record: models.Model, signature: Any) -> None:
        """Remember that this record was signed in this change. Only `qms.signatures` calls it."""
        self._signed.setdefault(key_of(record), []).append(signature)

    def signatures_on(self, record: models.Model) -> list[Any]:
        """Return what was signed on this record in this change."""
        return self._signed.get(key_of(record), [])

    def note(self, label: str, key: str, op: str) -> None:
        """Let the next event tell of a write that has no fields to show: kept or erased bytes."""
        self._still_open()
        self._rows.append({"label": label, "id": key, "op": op, "fields": {}})

    def _note(self, record: models.Model, op: str, before: dict[str, Any] | None) -> None:
        label, key = key_of(record)
        row: dict[str, Any] = {"label": label, "id": key, "op": op, "fields": row_fields(record)}
        if before is not None:
            row["was"] = {name: was for name, was in before.items() if was != row["fields"].get(name)}
        self._rows.append(row)

    def event(self, name: str, record: models.Model, *, also: Iterable[models.Model] = (), **facts: Any) -> Event:
        """Write one act into the trail, with all rows that were saved since the one before.

        `also` names further records on whose pages the act is listed; `facts` are kept in the text as they are.
        """
        self._still_open()
        label, key = key_of(record)
        others = sorted({key_of(other) for other in also} - {(label, key)})
        text = canonical(
            {
                "format": 1, "name": name, "at": stamp(self.at), "by": {"id": self.by.person_id, "name": self.by.name},
                "reason": self.reason, "record": {"label": label, "id": key, "as": str(record)},
                "also": others, "rows": self._rows, "facts": facts,
            }
        )  # fmt: skip
        event = Event(
            name=name, label=label, record_id=key, at=self.at, by_id=self.by.person_id, by_name=self.by.name,
            reason=self.reason, text=text,
        )  # fmt: skip
        with pen():
            event.save_base(force_insert=True)
            for other_label, other_key in others:
                Subject(event=event, label=other_label, record_id=other_key).save_base(force_insert=True)
        Unsealed.objects.create(event=event)
        self._rows = []
        self.events.append(event)
        return event

    def later(self, task: str, key: str, **args: Any) -> None:
        """Ask for work after the commit. `key` names it once and for all: asked twice, it is done once."""
        self._still_open()
        Outbox.objects.bulk_create(
            [Outbox(key=f"{task}:{key}", task=task, args=args, made_at=self.at, due_at=self.at)], ignore_conflicts=True
        )

    def keep_stored(self, locked: Iterable[models.Model]) -> None:
        """Remember locked records as they were read: what a save changes is told without reading them once more."""
        self._stored = {key_of(one): row_fields(one) for one in locked if isinstance(one, Controlled)}

    def _still_open(self) -> None:
        # A copied context knows an open change for ever, and in a thread of its own it has another connection.
        if _open.get() is not self or self._thread != threading.get_ident():
            raise NotAllowed("This change is closed. Open a new one.")

    @property
    def is_over(self) -> bool:
        return self._thread is None

    def end(self) -> None:
        """Let nothing more be written, whoever still holds this change."""
        self._thread = None

    def close(self) -> None:
        """Refuse to end with a save that no event tells of."""
        if self._rows:
            names = ", ".join(row["label"] for row in self._rows)
            raise NotAllowed(f"A change was saved without an event that tells of it: {names}.")


def key_of(record: models.Model) -> tuple[str, str]:
    """Return (label, id) of a record as the trail names it, e.g. ("sops.version", "12")."""
    return record._meta.label_lower, str(record.pk)


def _settle(record: models.Model) -> None:
    try:
        settle(record)
    except TypeError as wrong:
        raise NotAllowed(f"{type(record).__name__}: {wrong}.") from wrong
    except ValidationError as wrong:
        raise Invalid(" ".join(wrong.messages)) from wrong


def _as_stored(record: models.Model) -> dict[str, Any]:
    stored = type(record)._base_manager.filter(pk=record.pk).first()
    if stored is None:
        raise Stale("This record is not there any more.")
    return row_fields(stored)


def _write_row(record: Controlled, adding: bool) -> None:
    if adding:
        record.save_base(force_insert=True)
        return
    values = [
        (field, None, field.pre_save(record, False)) for field in record._meta.concrete_fields if not field.primary_key
    ]
    same = type(record)._base_manager.filter(pk=record.pk, revision=record.revision - 1)
    if same._update(values) != 1:  # type: ignore[attr-defined]
        raise Stale(CHANGED_MEANWHILE)


def _write_history(record: Controlled, change: Change) -> None:
    history = _history_of(type(record))
    fields = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    row = history(
        **fields, history_date=change.at, history_type="+" if record.revision == 1 else "~",
        history_change_reason=change.reason or None, history_user_id=change.by.person_id,
    )  # fmt: skip
    row.save_base(force_insert=True)


@cache
def _history_of(model: type[Controlled]) -> Any:
    """Return the model of the history rows. To ask the library takes a millisecond each time: it makes a class anew."""
    return model.history.model


def _lock(records: Sequence[models.Model]) -> Sequence[models.Model]:
    """Lock and read again, in the order of their keys, so that two changes never wait for each other.

    Keys never change (no_key): a row that only links to a locked record need not wait, which could be for each other.
    """
    for record in sorted(records, key=key_of):
        record.refresh_from_db(from_queryset=type(record)._base_manager.select_for_update(no_key=True))
    return records


@contextmanager
def change(*, by: Acting, reason: str = "", on: Sequence[models.Model] = ()) -> Iterator[Change]:
    """Open the door. Everything inside is kept together or not at all. Raises NotAllowed inside another change."""
    outer = _open.get()
    if outer is not None and not outer.is_over:
        raise NotAllowed("The door is open already: one act is one change.")
    if "\0" in reason:
        raise Invalid("A sign that cannot be kept is in the reason. Type it anew.")
    this = Change(by.actor, reason.strip())
    try:
        # Durable: inside somebody else's transaction the end of the block would not be a commit.
        with transaction.atomic(durable=True):
            token = _open.set(this)
            try:
                this.keep_stored(_lock(on))
                this.at = clock.now()
                yield this
                this.close()
            finally:
                this.end()
                _open.reset(token)
    except IntegrityError as clash:
        raise _in_words(clash) from clash


def _in_words(clash: IntegrityError) -> Exception:
    """Turn the database's no into a refusal, where it is one that two people at once can cause."""
    message = str(clash).lower()
    if "unique" in message or "duplicate" in message:
        return Stale("Somebody else did the same at the same moment. Reload the page and look before you try again.")
    return clash
