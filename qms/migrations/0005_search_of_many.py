"""PostgreSQL: the search of very many texts. Versions have an index of their own, so that a search for documents reads
nothing of them; and a sixteenth of all entries has another, which is asked first.

A GIN index is read whole for a word, before the first entry is found. A word that is in most texts is in so many of the
sixteenth that the rest need not be read; one that is in few is quickly read in all of them. Which sixteenth it is does
not matter: a search that finds more than it may show says that it shows some of them. It is made of whole rows of 256,
which lie beside one another in the table.

SQLite stops reading by itself and needs none of this.
"""

from importlib import import_module

from django.db import migrations

before = import_module("qms.migrations.0002_search_index")
INDEX = "CREATE INDEX {} ON qms_searchentry USING gin (to_tsvector('simple', words)) WITH (fastupdate = off) WHERE {}"
FOUND = """RETURN QUERY SELECT record_id FROM qms_searchentry
            WHERE to_tsvector('simple', words) @@ wanted AND {} LIMIT most - there;"""
FUNCTION = f"""CREATE FUNCTION qms_search_found(kind text, wanted tsquery, most integer) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE ROWS 100
    SET enable_seqscan = off SET enable_indexscan = off SET max_parallel_workers_per_gather = 0
    SET plan_cache_mode = force_generic_plan AS $$
    DECLARE there integer := 0;
    BEGIN
        {FOUND.format("record_id / 256 % 16 = 0 AND label || '' = kind")}
        GET DIAGNOSTICS there = ROW_COUNT;
        IF there >= most THEN
            RETURN;
        ELSIF kind = 'sops.version' THEN
            {FOUND.format("label = 'sops.version' AND record_id / 256 % 16 <> 0")}
        ELSE
            {FOUND.format("label <> 'sops.version' AND label || '' = kind AND record_id / 256 % 16 <> 0")}
        END IF;
    END $$"""
POSTGRES = [
    *before.POSTGRES_BACK,
    INDEX.format("qms_search_words", "label <> 'sops.version'"),
    INDEX.format("qms_search_versions", "label = 'sops.version'"),
    INDEX.format("qms_search_some", "record_id / 256 % 16 = 0"),
    FUNCTION,
]
POSTGRES_BACK = [
    "DROP FUNCTION qms_search_found(text, tsquery, integer)",
    "DROP INDEX qms_search_some",
    "DROP INDEX qms_search_versions",
    "DROP INDEX qms_search_words",
    *before.POSTGRES,
]


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, POSTGRES)


def backwards(apps, schema_editor):
    _run(schema_editor, POSTGRES_BACK)


class Migration(migrations.Migration):
    dependencies = [("qms", "0004_search_texts")]
    operations = [migrations.RunPython(forwards, backwards)]
