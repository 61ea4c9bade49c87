"""The trail as a table to download: one line at a time, and no cell that a spreadsheet would calculate."""

import csv
import json
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from qms.records.presenters import kind_word, sentence
from qms.trail.canonical import sha256, stamp
from qms.trail.models import Event

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    text = str(cell)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the lines of the table, the head first; the file begins with a mark that tells Excel it is UTF-8."""
    writer = csv.writer(_Echo())
    head = [
        _("Position"), _("Time (UTC)"), _("Who"), _("Event"), _("What"), _("Kind of record"), _("Record"),
        _("Record id"), _("Reason"), _("SHA-256 of the text"),
    ]  # fmt: skip
    yield "\ufeff" + writer.writerow(head)
    for event in events:
        yield writer.writerow([harmless(cell) for cell in _cells(event)])


def _cells(event: Event) -> list[object]:
    text = json.loads(event.text)
    leaf = getattr(event, "leaf", None)
    return [
        leaf.position if leaf else _("not yet sealed"), stamp(event.at), event.by_name, event.name, sentence(text),
        kind_word(event.label), text["record"]["as"], event.record_id, event.reason, sha256(event.text),
    ]  # fmt: skip
