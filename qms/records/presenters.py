"""Entries of the trail as pages and tables show them, from the text that is sealed."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from qms.records.registry import event_sentences, record_kinds
from qms.records.values import DIGEST, SILENT, Names, field_word, link_of, model_of, short_digest, value_words
from qms.signatures.pages import page_of
from qms.trail.models import Event
from qms.ui.dates import in_words, offset
from qms.ui.numbers import unbroken

DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class FieldLine:
    """One field: its word, what it said before and what it says now."""

    word: str
    was: str
    now: str


@dataclass(frozen=True)
class Row:
    """One row that an act wrote: `changed` where it was there before."""

    kind: str
    name: str
    changed: bool
    lines: list[FieldLine]


@dataclass(frozen=True)
class Entry:
    """One act. `position` is its place in the log, None while it is not sealed."""

    pk: int
    name: str
    at: datetime
    who: str
    reason: str
    sentence: str
    label: str
    record_id: str
    record: str
    kind: str
    position: int | None
    rows: list[Row]
    facts: list[tuple[str, str]]
    signature: int | None

    @property
    def changes(self) -> list[Row]:
        return [row for row in self.rows if row.changed and row.lines]

    @property
    def written(self) -> list[Row]:
        return [row for row in self.rows if not row.changed and row.lines]

    @property
    def headline(self) -> SafeString:
        """The sentence for a page: a number such as PROC-SOP-014 v3 does not break in it."""
        return unbroken(self.sentence)

    @property
    def names_who(self) -> bool:
        """Whether the sentence says already who did it."""
        return self.who in self.sentence

    @property
    def unfold(self) -> str:
        """What lies folded under an entry: the names of the fields that changed, or that there is more."""
        words = [line.word for row in self.changes for line in row.lines]
        if not words:
            return _("What was written")
        named = ", ".join(dict.fromkeys(words[:3]))
        return _("Changed: %(fields)s") % {"fields": f"{named} …" if len(words) > 3 else named}

    @property
    def state(self) -> str:
        """A key of the status family "trail"."""
        return "unsealed" if self.position is None else "sealed"


@dataclass(frozen=True)
class Day:
    """The entries of one day of the zone shown, the newest first; `at` is the moment of the newest."""

    key: str
    at: datetime
    weekday: str
    zone: str
    entries: list[Entry]


def by_days(shown: Iterable[Entry]) -> list[Day]:
    """Return entries under their days, in the order given."""
    found = []
    for day, group in groupby(shown, key=lambda entry: timezone.localtime(entry.at).date()):
        held = list(group)
        local = timezone.localtime(held[0].at)
        found.append(Day(day.isoformat(), held[0].at, date_format(local, "l"), offset(local), held))
    return found


def entries(events: Iterable[Event]) -> list[Entry]:
    """Return events as a page shows them. A fixed number of queries for each kind of record that they name."""
    read = [(event, json.loads(event.text)) for event in events]
    names = Names(link for _event, text in read for link in _links(text))
    return [_entry(event, text, names) for event, text in read]


def sentence(text: dict[str, Any]) -> str:
    """Return what was done, in a sentence; the bare name for an event of another release."""
    words = event_sentences.get(text["name"])
    if words is None:
        return f"{text['by']['name']}: {text['name']} {text['record']['as']}"
    given = {key: _fact(value) for key, value in text["facts"].items()}
    return str(words) % Given({**given, "by": text["by"]["name"], "record": text["record"]["as"]})


class Given(dict[str, Any]):
    """Fills a sentence; a fact that an older event did not keep is left out."""

    def __missing__(self, key: str) -> str:
        return "…"


def kind_word(label: str) -> str:
    """Return what kind of record a label names, in words."""
    known = record_kinds.get(label)
    if known is not None:
        return str(known)
    model = model_of(label)
    return capfirst(str(model._meta.verbose_name)) if model else label


def kind_before(label: str, name: str) -> str:
    """Return the kind to stand before a name, "" where the name begins with it: no “Question Question 3”."""
    kind = kind_word(label)
    return "" if name.lower().startswith(kind.lower()) else kind


def record_page(label: str, record_id: str) -> str:
    """Return the address of the page on which others see a record, "" where it has none."""
    model = model_of(label)
    record = model._base_manager.filter(pk=record_id).first() if model and record_id.isdecimal() else None
    return page_of(record)


def _links(text: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for row in text["rows"]:
        yield row["label"], row["id"]
        for name, value in [*row["fields"].items(), *row.get("was", {}).items()]:
            link = link_of(row["label"], name, value)
            if link is not None:
                yield link


def _entry(event: Event, text: dict[str, Any], names: Names) -> Entry:
    leaf = getattr(event, "leaf", None)
    signature, name = text["facts"].get("signature"), text["record"]["as"]
    return Entry(
        pk=event.pk, name=event.name, at=event.at, who=event.by_name, reason=event.reason, sentence=sentence(text),
        label=event.label, record_id=event.record_id, record=name, kind=kind_before(event.label, name),
        position=leaf.position if leaf else None, rows=[_row(row, names) for row in text["rows"]],
        facts=[(_fact_word(key), _fact(value)) for key, value in text["facts"].items() if value not in ("", None)],
        signature=signature if isinstance(signature, int) else None,
    )  # fmt: skip


def _row(row: dict[str, Any], names: Names) -> Row:
    label, was = row["label"], row.get("was")
    shown = row["fields"] if was is None else was
    lines = [
        FieldLine(
            field_word(label, name), value_words(label, name, (was or {}).get(name), names),
            value_words(label, name, row["fields"].get(name), names),
        )
        for name in shown if name not in SILENT
    ]  # fmt: skip
    lines = [line for line in lines if line.was or line.now]
    name = names.get(label, row["id"])
    return Row(kind_before(label, name), name, was is not None, lines)


def _fact_word(key: str) -> str:
    words = {
        "text": _("Text"), "source": _("Original file"), "signature": _("Signature"), "content": _("Content"),
        "pdf": _("PDF"), "planned": _("Planned day"), "day": _("Day"), "failures": _("Wrong passwords"),
        "minutes": _("Minutes"), "size": _("Entries"), "root": _("Root"), "kind": _("Kind"),
    }  # fmt: skip
    return words.get(key, key.replace("_", " ").capitalize())


def _fact(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if DAY.fullmatch(text):
        return _day_words(text)
    return short_digest(text) if DIGEST.fullmatch(text) else text


def _day_words(text: str) -> str:
    try:
        return in_words(date.fromisoformat(text))
    except ValueError:  # 31 June: somebody's own text, no day
        return text
