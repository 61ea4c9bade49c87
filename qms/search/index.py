"""The search: one small interface, PostgreSQL's text search or SQLite's FTS5 behind it.

Both find words by their beginnings, without regard to accents and capitals; all words must be there. The entry with
the number and the title is worth more than one with the text alone only by its place in the list, which the caller
sorts.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.db import connection, models

from qms.search.models import SearchEntry, SearchText

QUOTED = re.compile(r'["“„«]([^"”“»]+)["”“»]')
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
MANY, FEW = 1000, 300  # of more records of a kind than MANY a search looks at the first FEW that have the words
# Whether there are more records of this kind than `many`: so many are counted along the key, no further.
MORE = """(SELECT record_id FROM qms_searchentry WHERE label = %(label)s
        ORDER BY record_id LIMIT 1 OFFSET %(many)s) IS NOT NULL"""
FIRST = {
    "postgresql": f"""SELECT qms_search_found(%(label)s, to_tsquery('simple', %(words)s),
        1 + CASE WHEN many THEN %(few)s ELSE %(many)s END), many FROM (SELECT {MORE} AS many) AS kind""",  # noqa: S608 - a constant
    # Whole words first: SQLite reads those one by one, but all that begin alike before it gives the first.
    # CROSS: in this order, from the index to the entries.
    "sqlite": " UNION ALL ".join(
        f"""SELECT record_id, {MORE} FROM qms_search_fts
        CROSS JOIN qms_searchentry AS entry ON entry.id = qms_search_fts.rowid
        WHERE qms_search_fts MATCH %({words})s AND label = %(label)s"""  # noqa: S608 - a constant
        for words in ("whole", "words")
    ),
}
# By hand: Django takes longer over a thousand keys than the database over their texts.
AMONG = {
    "postgresql": """SELECT record_id FROM qms_searchentry entry JOIN qms_searchtext words ON words.entry_id = entry.id
        WHERE label = %s AND record_id = ANY(%s::bigint[])""",
    "sqlite": """SELECT record_id FROM qms_searchentry entry JOIN qms_searchtext words ON words.entry_id = entry.id
        WHERE label = %s AND record_id IN (SELECT value FROM json_each(%s))""",
}
MOST_BYTES = 900_000  # PostgreSQL keeps 1 MiB of different words with their places, and refuses more


def put(record: models.Model, *, number: str, title: str, text: str) -> None:
    """Let a record be found by these words from now on, in the transaction that is open."""
    whole = f"{number} {title} {text}"
    entry, _made = SearchEntry.objects.update_or_create(
        label=record._meta.label_lower, record_id=record.pk, defaults={"words": indexed(whole)}
    )
    SearchText.objects.update_or_create(entry=entry, defaults=texts_of(number, title, text))


def texts_of(number: str, title: str, text: str) -> dict[str, str]:
    """Return the fields of a `SearchText`."""
    return {"shown": text.replace("\x00", ""), "plain": _in_a_row(f"{number} {title} {text}")}


def _in_a_row(text: str) -> str:
    return f" {' '.join(WORD.findall(fold(text)))} "


def indexed(text: str) -> str:
    """Return the different words of a text, folded, in their order; both databases then see the same words."""
    kept, size = [], 0
    for word in dict.fromkeys(WORD.findall(fold(text))):
        size += len(word.encode()) + 8
        if size > MOST_BYTES:
            break
        kept.append(word)
    return " ".join(kept)


def fold(text: str) -> str:
    """Return text without accents and capitals, so that "uberwach" finds "Überwachung" on both databases."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    left_out = {ord(sign) for sign in set(plain) if sign == "\x00" or unicodedata.combining(sign)}
    return plain.translate(dict.fromkeys(left_out)) if left_out else plain


def phrases(query: str) -> list[str]:
    """Return what stands between double quotes, as words in a row; the last of them may be a beginning."""
    found = [" ".join(WORD.findall(fold(part))[:MOST_WORDS]) for part in QUOTED.findall(query)]
    return [phrase for phrase in found if " " in phrase]


def terms(query: str) -> Sequence[str]:
    """Return the words of a query as the index knows them; no sign is left that has a meaning for a database."""
    return WORD.findall(fold(query))[:MOST_WORDS]


def first_keys(label: str, query: str) -> tuple[list[int], bool]:
    """Return the keys of records that hold all words of the query, and whether there are others; none without words.

    They are all there are, but for the first FEW where there are more than MANY records of the kind: the index alone
    is asked, and left when there are enough. A word that every text has then costs as little as another.
    """
    words, found = terms(query), dict[int, None]()
    if not words:
        return [], False
    asked: dict[str, str | int] = {"label": label, "few": FEW, "many": MANY}
    if connection.vendor == "postgresql":
        asked["words"] = " & ".join(f"'{word}':*" for word in words)
    else:
        asked |= {way: " AND ".join(f'"{word}"{end}' for word in words) for way, end in (("whole", ""), ("words", "*"))}
    with connection.cursor() as cursor:
        cursor.execute(FIRST[connection.vendor], asked)
        for key, many in cursor:  # SQLite finds the next one only when it is asked for it
            if many and len(found) == FEW and key not in found:
                return list(found), True
            found[key] = None
    return list(found), False


def with_phrases(label: str, query: str, keys: list[int]) -> list[int]:
    """Return those of these records in whose text the phrases of a query stand word after word, in their order."""
    wanted = phrases(query)
    if not wanted or not keys:
        return keys
    postgres = connection.vendor == "postgresql"
    sql = AMONG[connection.vendor] + "".join(f" AND {'strpos' if postgres else 'instr'}(plain, %s) > 0" for _ in wanted)
    with connection.cursor() as cursor:
        cursor.execute(sql, [label, keys if postgres else str(keys), *(f" {phrase}" for phrase in wanted)])
        there = {key for (key,) in cursor.fetchall()}
    return [key for key in keys if key in there]


def texts_found(label: str, keys: Sequence[int]) -> dict[int, str]:
    """Return the texts of a few records as they are read, by their keys."""
    found = SearchText.objects.filter(entry__label=label, entry__record_id__in=keys)
    return dict(found.values_list("entry__record_id", "shown"))
