"""Numbers without gaps: drawn in the transaction of the record that bears them, right when many draw at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from qms.numbering.models import Counter, NumberingScheme
from qms.numbering.services import add_scheme, adopt, draw
from qms.trail.actor import SHELL
from qms.trail.door import change
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event

SOP = {"facility": "PROC", "type": "SOP"}


@pytest.fixture
def scheme(db) -> NumberingScheme:
    return add_scheme("tests", "{facility}-{type}-{n:03d}", by=SHELL)


def drawn(scheme: NumberingScheme, **fields: str) -> str:
    with change(by=SHELL) as c:
        number = draw(c, scheme, **{**SOP, **fields})
        c.event("numbering.add", scheme, number=number)
    return number


def test_each_scope_counts_for_itself(scheme):
    assert [drawn(scheme) for _n in range(3)] == ["PROC-SOP-001", "PROC-SOP-002", "PROC-SOP-003"]
    assert drawn(scheme, type="POL") == "PROC-POL-001"
    assert drawn(scheme, facility="CLIN") == "CLIN-SOP-001"
    assert sorted(Counter.objects.values_list("scope", "last")) == [
        ("CLIN-SOP-…", 1), ("PROC-POL-…", 1), ("PROC-SOP-…", 3),
    ]  # fmt: skip


def test_a_roll_back_loses_no_number(scheme):
    drawn(scheme)
    with pytest.raises(NotAllowed), change(by=SHELL) as c:
        assert draw(c, scheme, **SOP) == "PROC-SOP-002"
        raise NotAllowed("Not this one.")
    assert drawn(scheme) == "PROC-SOP-002"


@pytest.mark.parametrize(
    ("number", "following"),
    [
        ("PROC-SOP-014", "PROC-SOP-015"), ("PROC-SOP-14", "PROC-SOP-015"), ("PROC-SOP-1234", "PROC-SOP-1235"),
        ("PROC-SOP-000", "PROC-SOP-002"), ("PROC-SOP-001", "PROC-SOP-002"), ("PROC-POL-014", "PROC-SOP-002"),
        ("XPROC-SOP-014", "PROC-SOP-002"), ("PROC-SOP-014a", "PROC-SOP-002"), ("SOP 14", "PROC-SOP-002"),
        ("PROC-SOP-٠١٤", "PROC-SOP-002"), ("PROC-SOP-9999999999", "PROC-SOP-002"), ("", "PROC-SOP-002"),
    ],
)  # fmt: skip
def test_a_number_given_elsewhere_is_not_drawn_again(scheme, number, following):
    drawn(scheme)
    with change(by=SHELL) as c:
        adopt(c, scheme, number, **SOP)
    assert drawn(scheme) == following


@pytest.mark.parametrize(
    "pattern",
    [
        "SOP", "{facility}-{type}", "{n}-{n}", "{n:03d}{n}", "{year}-{n}", "{n", "{}", "{0}", "{n!r}",
        "{facility.__class__}-{n}", "{facility[0]}-{n}", "{n:0999999999d}", "{n:x}", "{facility:>9}-{n}",
    ],
)  # fmt: skip
def test_a_pattern_that_would_not_number_is_refused(db, pattern):
    before = Event.objects.count()
    with pytest.raises(Invalid):
        add_scheme("tests", pattern, by=SHELL)
    assert Event.objects.count() == before


@pytest.mark.parametrize(("pattern", "number"), [("{n}", "1"), ("{type}/{n:05d}", "SOP/00001"), ("{{x}}{n}", "{x}1")])
def test_patterns_that_do(db, pattern, number):
    assert drawn(add_scheme("tests", pattern, by=SHELL)) == number


def test_who_may_not_keep_facilities_adds_no_scheme(world):
    with pytest.raises(NotAllowed):
        add_scheme("tests", "{n}", by=world.fenn)
    assert add_scheme("tests", "{n}", by=world.sorrel).pattern == "{n}"


def test_a_key_is_taken_once(scheme):
    with pytest.raises(Stale):
        add_scheme("tests", "{n}", by=SHELL)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="races are proven on PostgreSQL")
def test_fifty_who_draw_at_once_get_fifty_numbers_without_a_gap(scheme):
    def one(n: int) -> str | None:
        try:
            with change(by=SHELL) as c:
                number = draw(c, scheme, **SOP)
                if n % 5 == 0:
                    raise NotAllowed("Every fifth gives up.")
                c.event("numbering.add", scheme, number=number)
        except NotAllowed:
            return None
        finally:
            connections.close_all()
        return number

    with ThreadPoolExecutor(10) as pool:
        numbers = [number for number in pool.map(one, range(60)) if number]
    assert len(numbers) == 48
    assert sorted(numbers) == [f"PROC-SOP-{n:03d}" for n in range(1, 49)]
    with ThreadPoolExecutor(10) as pool:
        more = list(pool.map(lambda _n: one(1), range(50)))
    assert sorted(more) == sorted(f"PROC-SOP-{n:03d}" for n in range(49, 99))
