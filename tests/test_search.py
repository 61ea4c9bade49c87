"""The search finds the same on both databases, by an index, and no query breaks it."""

from importlib import import_module

import pytest
from django.db import connection

from qms.people.models import Facility
from qms.search import index
from qms.search.index import FEW, MOST_BYTES, first_keys, fold, indexed, put
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
    keys, _others = first_keys(label, query)
    assert len(keys) == len(set(keys))
    return sorted(keys)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("Überwachung", [1, 2]), ("uberwach", [1, 2]), ("ÜBERWACH", [1, 2]), ("PROC-SOP-014", [1]),
        ("proc sop 014", [1]), ("014", [1, 3]), ("SOP-014 infusion", [3]), ("nitrogen", [1]), ("nitro lager", [1]),
        ("nitrogen thawing", []), ("45.5", [1]), ("45", [1]), ("HPC", [1, 2]), ("hpc a", [1]), ("HPC/A", [1]),
        ("naive", [2]), ("NAÏVE t-cells", [2]), ("o'brien", [2]), ("case", [3]), ("snake_case", [3]), ("安全", [3]),
        ("ελλην", [3]), ("ΕΛΛΗΝΙΚΆ", [3]), ("itrogen", []), ("", []), ("   ", []), ("-- !", []),
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


def test_records_are_found_along_the_index_wherever_they_stand():
    """Whole blocks of them have an index that is asked first, the others another: none is missed, none found twice."""
    texts = [f"number {n} common words of every text, and w{n} {'some' if n % 97 == 0 else ''}" for n in range(6000)]
    labels = ("qms.facility", "sops.version")
    SearchEntry.objects.bulk_create(
        [SearchEntry(label=label, record_id=n, words=indexed(text)) for n, text in enumerate(texts) for label in labels]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE qms_searchentry")
    before = _whole_readings()
    for label in labels:
        assert found("w1234", label) == [1234]
        assert found("w599", label) == [599, *range(5990, 6000)]
        assert found("som", label) == list(range(0, 6000, 97))
        keys, others = first_keys(label, "comm tex")
        assert (len(set(keys)), others) == (FEW, True)
    assert _whole_readings() == before


def _whole_readings() -> int:
    """Return how often this transaction read all entries, where the database counts that."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'qms_searchentry'")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("more", "all_of_them"), [(0, True), (1, False)])
def test_up_to_a_thousand_records_of_a_kind_are_all_looked_at(monkeypatch, more, all_of_them):
    """However many of another kind there are; and where whole words are looked up first, their beginnings too."""
    monkeypatch.setattr(index, "MANY", 8)
    monkeypatch.setattr(index, "FEW", 5)
    for n in range(8 + more):
        put(record(n), number=f"N-{n}", title="Bag" if n % 2 else "Bagging", text="")
        SearchEntry.objects.create(label="qms.person", record_id=n, words="bag")
        SearchEntry.objects.create(label="qms.person", record_id=n + 50, words="bag")
    keys, others = first_keys("qms.facility", "bag")
    assert (len(set(keys)), others) == ((8, False) if all_of_them else (5, True))
    assert found("baggi") == [0, 2, 4, 6, 8][: 4 + more]
    assert first_keys("qms.facility", "bag n 3") == ([3], False)


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_back_and_forth_and_indexes_what_is_there():
    put(record(1), number="PROC-SOP-014", title="Überwachung", text="nitrogen")
    first, last = (import_module(f"qms.migrations.{name}") for name in ("0002_search_index", "0005_search_of_many"))
    ways = (last.backwards, first.backwards, first.forwards, last.forwards)
    for way in ways:  # by hand: the apps above stand on these migrations and would go too
        with connection.schema_editor() as editor:
            way(None, editor)
        if way is first.forwards:
            assert found("nitrogen") == [1]  # as it was before the second
    assert found("nitrogen") == [1]
