"""The index of the search: a GIN index on PostgreSQL, an FTS5 table with triggers on SQLite.

PostgreSQL's planner thinks that to split a text into words costs next to nothing, and reads all texts where a word is
in many of them: 3.5 s of 45,000. So it is asked through a function in which only the index may be used; nor may the
kind of record, which is the same for most, be looked up first.

A later migration that makes SQLite rebuild qms_searchentry drops the triggers in silence: run `forwards` again there.
"""

from django.db import migrations

POSTGRES = [
    "CREATE INDEX qms_search_words ON qms_searchentry USING gin (to_tsvector('simple', words)) WITH (fastupdate = off)",
    """CREATE FUNCTION qms_search_found(kind text, wanted tsquery, most integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 100
    SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0 AS $$
        SELECT record_id FROM qms_searchentry
        WHERE to_tsvector('simple', words) @@ wanted AND label || '' = kind LIMIT most
    $$""",
]
POSTGRES_BACK = [
    "DROP FUNCTION qms_search_found(text, tsquery, integer)",
    "DROP INDEX qms_search_words",
]
GONE = "INSERT INTO qms_search_fts(qms_search_fts, rowid, words) VALUES ('delete', old.id, old.words);"
NEW = "INSERT INTO qms_search_fts(rowid, words) VALUES (new.id, new.words);"
SQLITE = [
    "CREATE VIRTUAL TABLE qms_search_fts USING fts5("
    "words, content='qms_searchentry', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')",
    f"CREATE TRIGGER qms_search_added AFTER INSERT ON qms_searchentry BEGIN {NEW} END",
    f"CREATE TRIGGER qms_search_removed AFTER DELETE ON qms_searchentry BEGIN {GONE} END",
    f"CREATE TRIGGER qms_search_changed AFTER UPDATE ON qms_searchentry BEGIN {GONE} {NEW} END",
    "INSERT INTO qms_search_fts(qms_search_fts) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER qms_search_added",
    "DROP TRIGGER qms_search_removed",
    "DROP TRIGGER qms_search_changed",
    "DROP TABLE qms_search_fts",
]


def _run(schema_editor, postgres, sqlite):
    statements = postgres if schema_editor.connection.vendor == "postgresql" else sqlite
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, POSTGRES, SQLITE)


def backwards(apps, schema_editor):
    _run(schema_editor, POSTGRES_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("qms", "0001_kernel")]
    operations = [migrations.RunPython(forwards, backwards)]
