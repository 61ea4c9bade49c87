"""The trail as a table to download: its head, and one line for each event."""

import json
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from qms.records.presenters import kind_word, sentence
from qms.trail.canonical import sha256, stamp
from qms.trail.models import Event


def head() -> list[str]:
    """Return the heads of the columns."""
    return [
        _("Position"), _("Time (UTC)"), _("Who"), _("Event"), _("What"), _("Kind of record"), _("Record"),
        _("Record id"), _("Reason"), _("SHA-256 of the text"),
    ]  # fmt: skip


def rows(events: Iterable[Event]) -> Iterator[list[object]]:
    """Yield the cells of each event."""
    return map(_cells, events)


def _cells(event: Event) -> list[object]:
    text = json.loads(event.text)
    leaf = getattr(event, "leaf", None)
    return [
        leaf.position if leaf else _("not yet sealed"), stamp(event.at), event.by_name, event.name, sentence(text),
        kind_word(event.label), text["record"]["as"], event.record_id, event.reason, sha256(event.text),
    ]  # fmt: skip
