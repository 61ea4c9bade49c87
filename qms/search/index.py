"""The search: one small interface, PostgreSQL's text search or SQLite's FTS5 behind it.

Both find words by their beginnings, without regard to accents and capitals; all words must be there. The entry with
the number and the title is worth more than one with the text alone only by its place in the list, which the caller
sorts.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.db import connection, models

from qms.search.models import SearchEntry

MOST_WORDS = 12


def put(record: models.Model, *, number: str, title: str, text: str) -> None:
    """Let a record be found by these words from now on, in the transaction that is open."""
    words = fold(f"{number} {number.replace('-', ' ')} {title} {text}")
    SearchEntry.objects.update_or_create(label=record._meta.label_lower, record_id=record.pk, defaults={"words": words})


def fold(text: str) -> str:
    """Return text without accents and capitals, so that "uberwach" finds "Überwachung" on both databases."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("\x00", "")


def terms(query: str) -> Sequence[str]:
    """Return the words of a query as the index knows them; signs that have a meaning for a database are gone."""
    return re.findall(r"\w+", fold(query))[:MOST_WORDS]


def matching(label: str, query: str) -> models.QuerySet[SearchEntry]:
    """Return the entries of one kind of record that hold all words of the query; all of them for an empty query."""
    found = SearchEntry.objects.filter(label=label)
    words = terms(query)
    if not words:
        return found
    if connection.vendor == "postgresql":
        pattern = " & ".join(f"'{word}':*" for word in words)
        where = "to_tsvector('simple', words) @@ to_tsquery('simple', %s)"
    else:
        pattern = " AND ".join(f'"{word}"*' for word in words)
        where = "qms_searchentry.id IN (SELECT rowid FROM qms_search_fts WHERE qms_search_fts MATCH %s)"
    return found.extra(where=[where], params=[pattern])  # noqa: S610 - the words are parameters
