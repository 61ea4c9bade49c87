"""Documents with versions and search entries as rows, written by SQL past the door and past the trail."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from qms.files.store import store
from qms.pdf.document import PrintedDocument, document_pdf
from qms.people.models import Facility, Person
from qms.people.programme import today, zone
from qms.search.index import indexed, texts_of
from qms.search.models import SearchEntry, SearchText
from sops.blocks import plain_text
from sops.bodies import store_body
from sops.models import Document, DocumentType, Status, Version
from sops.volume.people import PROGRAMME
from sops.volume.texts import TEXTS, own_word, text, title

AT_ONCE = 3000
INDEXES = ("qms_searchentry", "% USING gin %")
LIVES: tuple[tuple[tuple[Status, ...], int], ...] = (
    ((Status.EFFECTIVE,), 38), ((Status.SUPERSEDED, Status.EFFECTIVE), 32),
    ((Status.SUPERSEDED, Status.SUPERSEDED, Status.EFFECTIVE), 10), ((Status.EFFECTIVE, Status.DRAFT), 6),
    ((Status.EFFECTIVE, Status.IN_REVIEW), 2), ((Status.EFFECTIVE, Status.APPROVED), 2), ((Status.DRAFT,), 6),
    ((Status.IN_APPROVAL,), 1), ((Status.WITHDRAWN,), 3),
)  # fmt: skip
"""The versions that a document has, oldest first, and how many in a hundred documents are so."""
WAS = (Status.EFFECTIVE, Status.SUPERSEDED, Status.WITHDRAWN)


class Filling:
    """What the rows share: places, owners, texts, and one PDF that stands for all of them."""

    def __init__(self) -> None:
        self.day, self.draw = today(), random.Random(1)  # noqa: S311 - nothing is kept secret by it
        self.kinds, self.places = list(DocumentType.objects.all()), list(Facility.objects.all())
        self.owners = list(Person.objects.filter(title="Made for figures"))
        blocks = [text(seed) for seed in range(TEXTS)]
        words = [plain_text(one) for one in blocks]
        self.bodies = [(store_body(one), text, indexed(text)) for one, text in zip(blocks, words, strict=True)]
        self.pdf = store(_pdf(), "application/pdf")

    def write(self, first: int, count: int) -> int:
        """Write documents number `first` and following; return how many versions they have."""
        with _index_of_the_search_last():
            versions = self._write(first, count)
        _continue_counting(Document, Version, SearchEntry)
        return versions

    def _write(self, first: int, count: int) -> int:
        document_key, version_key = _last(Document) + 1, _last(Version) + 1
        written = 0
        for start in range(first, first + count, AT_ONCE):
            documents, versions = [], []
            for index in range(start, min(start + AT_ONCE, first + count)):
                document = self._document(index, document_key)
                lives = self._versions(document, index, version_key)
                shown = next((one for one in reversed(lives) if one.status in WAS), lives[-1])
                document.shown_id = shown.pk
                documents.append(document)
                versions += lives
                document_key, version_key = document_key + 1, version_key + len(lives)
            _insert(documents)
            _insert(versions)
            entries = self._entries(documents, versions, start)
            _insert(entries)
            _insert([entry.text for entry in entries])
            written += len(versions)
        return written

    def _document(self, index: int, key: int) -> Document:
        kind, place = self.kinds[index % len(self.kinds)], self.places[index // 7 % len(self.places)]
        due = self.day + timedelta(days=self.draw.randrange(-10, 720))
        return Document(
            pk=key, number=f"{place.code}-{kind.code}-{index:06d}", title=title(index), type=kind, facility=place,
            owner=self.owners[index % len(self.owners)], review_due=due,
        )  # fmt: skip

    def _versions(self, document: Document, index: int, key: int) -> list[Version]:
        [states] = self.draw.choices([states for states, _ in LIVES], [weight for _, weight in LIVES])
        return [
            Version(
                pk=key + place, document=document, n=place + 1, status=status, title=document.title,
                body=self.bodies[index % TEXTS][0], round=1, started_by_id=document.owner_id,
                started_at=self._moment(len(states) - place, 30), **self._ways(status, len(states) - place),
            )
            for place, status in enumerate(states)
        ]  # fmt: skip

    def _ways(self, status: Status, age: int) -> dict[str, date | datetime | str]:
        if status == Status.APPROVED:
            return {"approved_at": self._moment(age, 5), "effective_on": self.day + timedelta(days=20), "pdf": self.pdf}
        if status not in WAS:
            return {}
        began = self._moment(age, 0)
        ended = {} if status == Status.EFFECTIVE else {"ended_at": self._moment(age - 1, 0)}
        return {"approved_at": began, "effective_on": began.date(), "effective_at": began, "pdf": self.pdf, **ended}

    def _moment(self, years: int, days: int) -> datetime:
        day = self.day - timedelta(days=300 * years + days - self.draw.randrange(200))
        return datetime.combine(day, time(9, self.draw.randrange(60)), zone())

    def _entries(self, documents: list[Document], versions: list[Version], first: int) -> list[SearchEntry]:
        """Return the entries of documents and their versions, each with its text."""
        keys = count(_last(SearchEntry) + 1)
        places = {document.pk: first + place for place, document in enumerate(documents)}
        about = [("sops.document", one.pk, one, places[one.pk]) for one in documents]
        about += [("sops.version", one.pk, one.document, places[one.document_id]) for one in versions]
        return [self._entry(next(keys), *one) for one in about]

    def _entry(self, key: int, label: str, record: int, document: Document, index: int) -> SearchEntry:
        own = f"{document.title} {own_word(index)}"
        _digest, text, words = self.bodies[index % TEXTS]
        entry = SearchEntry(
            pk=key, label=label, record_id=record, words=f"{indexed(f'{document.number} {own}')} {words}"
        )
        entry.text = SearchText(entry=entry, **texts_of(document.number, own, text))
        return entry


def _pdf() -> bytes:
    only = PrintedDocument(
        number="None", title="One PDF for all documents made for figures", version="1", status="Made for figures",
        programme=PROGRAMME, language="en-gb", body_html="<p>This installation serves to measure.</p>",
    )  # fmt: skip
    return document_pdf(only, lambda digest: b"")


def _last(model: type[models.Model]) -> int:
    return int(model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0)


def _insert(rows: Sequence[models.Model]) -> None:
    """Write rows by one statement, as their fields would; the guard and the triggers are for changes of what stands."""
    fields = [field for field in rows[0]._meta.concrete_fields if rows[0].pk is not None or not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table, marks = connection.ops.quote_name(rows[0]._meta.db_table), ", ".join(["%s"] * len(fields))

    values: list[list[Any]] = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)  # noqa: S608  names of ours


@contextmanager
def _index_of_the_search_last() -> Iterator[None]:
    """On PostgreSQL make the indexes of the search anew afterwards: entry by entry it takes minutes."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s", INDEXES)
        made = cursor.fetchall()
        for name, _definition in made:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _name, definition in made:
            cursor.execute(definition)


def _continue_counting(*written: type[models.Model]) -> None:
    """Let the next record that a verb makes take the key after these."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), written):
            cursor.execute(statement)
