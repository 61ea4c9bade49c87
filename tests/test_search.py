"""The search finds the same on both databases, by an index, and no query breaks it."""

from importlib import import_module

import pytest
from django.db import connection

from qms.people.models import Facility
from qms.search.index import MOST_BYTES, fold, indexed, matching, put
from qms.search.models import SearchEntry

pytestmark = pytest.mark.django_db


def record(key: int) -> Facility:
    return Facility(pk=key, code=f"F{key}", name=f"Facility {key}")


@pytest.fixture
def entries() -> None:
    put(
        record(1), number="PROC-SOP-014", title="Überwachung der Lagerung", text="Fill nitrogen to 45.5 cm; HPC/A only."
    )
    put(record(2), number="PROC-SOP-015", title="Thawing of HPC", text="Überwachungsprotokoll, naïve T-cells, O'Brien")
    put(record(3), number="CLIN-SOP-014", title="Infusion", text="snake_case_name 安全 Ελληνικά")


def found(query: str, label: str = "qms.facility") -> list[int]:
    return sorted(matching(label, query).values_list("record_id", flat=True))


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Überwachung", [1, 2]), ("uberwach", [1, 2]), ("ÜBERWACH", [1, 2]), ("PROC-SOP-014", [1]),
        ("proc sop 014", [1]), ("014", [1, 3]), ("SOP-014 infusion", [3]), ("nitrogen", [1]), ("nitro lager", [1]),
        ("nitrogen thawing", []), ("45.5", [1]), ("45", [1]), ("HPC", [1, 2]), ("hpc a", [1]), ("HPC/A", [1]),
        ("naive", [2]), ("NAÏVE t-cells", [2]), ("o'brien", [2]), ("case", [3]), ("snake_case", [3]), ("安全", [3]),
        ("ελλην", [3]), ("ΕΛΛΗΝΙΚΆ", [3]), ("itrogen", []), ("", [1, 2, 3]), ("   ", [1, 2, 3]), ("-- !", [1, 2, 3]),
    ],
)  # fmt: skip
def test_words_are_found_by_their_beginnings_whatever_their_accents_and_capitals(entries, query, keys):
    assert found(query) == keys


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "''", '"nitrogen', "nitrogen OR thawing", "NOT nitrogen", "nitrogen*", "(nitrogen", "a & b | !c",
        "words:nitrogen", "NEAR(nitrogen thawing)", "nitrogen:*", "\\", "%", "x" * 5000, "y " * 500, "\x00", "<->",
        "'; DROP TABLE qms_searchentry; --", "^nitrogen", "{nitrogen}", "-nitrogen", "AND", "\ud83d\ude00",
    ],
)  # fmt: skip
def test_quotes_and_operators_are_words_or_nothing_and_never_an_error(entries, query):
    query = query.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    assert set(found(query)) <= {1, 2, 3}
    assert SearchEntry.objects.count() == 3


def test_operators_do_not_act_as_operators(entries):
    assert found("nitrogen OR thawing") == []  # "or" is a word like any other, and no text has it
    assert found("NOT nitrogen") == []
    assert found("nitrogen*") == [1]


def test_only_the_asked_kind_of_record_is_found(entries):
    assert found("nitrogen", "sops.document") == []


def test_a_changed_text_is_found_by_its_new_words_only(entries):
    put(record(1), number="PROC-SOP-014", title="Lagerung", text="Vapour phase")
    assert found("nitrogen") == []
    assert found("vapour") == [1]
    assert SearchEntry.objects.count() == 3
    SearchEntry.objects.filter(record_id=1).delete()
    assert found("vapour") == []


def test_a_text_of_any_length_can_be_indexed():
    many = " ".join(f"word{n}" for n in range(200_000))
    put(record(1), number="N-1", title="Long", text=many)
    assert found("word7 long n-1") == [1]
    assert len(indexed(many).encode()) < MOST_BYTES
    put(record(2), number="N-2", title="Same", text="same " * 500_000)
    assert found("same") == [2]


def test_folding_is_stable():
    assert fold("Überwachung\x00 Straße ﬁne") == "uberwachung strasse fine"
    assert indexed("b a b A") == "b a"


def test_the_plan_uses_the_index_where_there_are_many_rows():
    texts = [f"number {n} common words of every text, and w{n}" for n in range(3000)]
    SearchEntry.objects.bulk_create(
        [SearchEntry(label="qms.facility", record_id=n, words=indexed(text)) for n, text in enumerate(texts)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE qms_searchentry")
    plan = matching("qms.facility", "w1234").explain()
    expected = "qms_search_words" if connection.vendor == "postgresql" else "qms_search_fts VIRTUAL TABLE INDEX"
    assert expected in plan, plan
    assert found("w1234") == [1234]


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth_and_indexes_what_is_there():
    put(record(1), number="PROC-SOP-014", title="Überwachung", text="nitrogen")
    index = import_module("qms.migrations.0002_search_index")
    for way in (index.backwards, index.forwards):  # by hand: the apps above stand on this migration and would go too
        with connection.schema_editor() as editor:
            way(None, editor)
    assert found("nitrogen") == [1]
