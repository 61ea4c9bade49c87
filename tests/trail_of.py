"""What the trail holds, for tests that a verb is recorded or that a refusal leaves nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from qms.trail.errors import Refused
from qms.trail.models import Event, Outbox
from qms.trail.outbox import tasks


def last_event() -> tuple[str, str, dict[str, Any]]:
    """Return (name, who, text) of the newest event."""
    event = Event.objects.latest("pk")
    return event.name, event.by_name, json.loads(event.text)


@contextmanager
def refused(words: str, kind: type[Refused] = Refused) -> Iterator[None]:
    """Expect a refusal with these words, and that it left neither an event nor a mail."""
    before = (Event.objects.count(), Outbox.objects.count())
    with pytest.raises(kind, match=words):
        yield
    assert (Event.objects.count(), Outbox.objects.count()) == before


def carry_out_outbox() -> list[str]:
    """Do what waits in the outbox, and what that asks for in turn; return the keys in their order."""
    done: list[str] = []
    while rows := list(Outbox.objects.filter(done_at=None).exclude(key__in=done).order_by("pk")):
        for row in rows:
            tasks[row.task](**row.args)
            done.append(row.key)
    Outbox.objects.filter(key__in=done).delete()
    return done
