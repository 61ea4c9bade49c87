"""The register: who sees what, filters, search, order, pages, the exported list, and how many queries it takes."""

import csv
import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.people import services as people
from qms.people.programme import today
from qms.search import index
from sops import finding, services
from tests import documents as do


def numbers(answer) -> list[str]:
    """Return the numbers of the documents on a page, in order."""
    assert answer.status_code == 200
    return re.findall(r'<th scope="row" class="no"><a href="/documents/[^"]+">([^<]+)</a>', answer.content.decode())


def look(client, query: str = "") -> list[str]:
    return numbers(client.get(f"/documents/{query}"))


def make(world, title: str, *, at=None, by=None, text=None, number=""):
    return services.create_document(
        by=by or world.marit, type=do.sop_type(), facility=at or world.proc, title=title, number=number,
        blocks=[do.paragraph("b1", text or "Words.")],
    ).document  # fmt: skip


def test_each_sees_what_is_theirs_to_see(world, as_):
    """Drafts only for who writes and checks there; what is in force for who reads there."""
    make(world, "Draft of the laboratory")
    make(world, "Draft of the ward", at=world.clin)
    force = do.in_force(world).document.number
    assert look(as_(world.marit)) == ["CLIN-SOP-001", "PROC-SOP-001", force]
    assert look(as_(world.fenn)) == ["PROC-SOP-001", force]
    assert look(as_(world.ivo)) == ["CLIN-SOP-001", "PROC-SOP-001", force]
    assert look(as_(world.jory)) == []
    assert b"Ask your quality manager which documents you need" in as_(world.jory).get("/documents/").content


def test_who_reads_is_led_straight_to_the_text(world, as_):
    """Two taps from the first page to what is to be done; who writes is led to the document's own page."""
    version = do.in_force(world)
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    own = f'href="{version.document.get_absolute_url()}"'
    assert own in as_(world.fenn).get("/documents/").content.decode()
    page = as_(world.jory).get("/documents/").content.decode()
    assert f'href="{version.get_absolute_url()}"' in page
    assert own not in page


def test_filters_narrow_and_a_version_on_its_way_counts_too(world, as_):
    client, version = as_(world.marit), do.in_force(world, title="Thawing")
    make(world, "Ward", at=world.clin)
    mine = make(world, "Mine", by=world.fenn)
    services.start_version(version.document, by=world.fenn)
    force = version.document.number
    assert look(client, "?status=effective") == [force]
    assert look(client, "?status=draft") == ["CLIN-SOP-001", force, mine.number]
    assert look(client, f"?facility={world.clin.pk}") == ["CLIN-SOP-001"]
    assert look(client, f"?facility={world.clin.pk}&facility={world.proc.pk}&status=effective") == [force]
    assert look(client, f"?owner={world.fenn.pk}") == [force, mine.number]
    assert look(client, f"?type={do.sop_type().pk}") == ["CLIN-SOP-001", force, mine.number]
    assert look(client, "?type=999999") == []
    page = client.get("/documents/?status=effective").content.decode()
    assert "v2: draft" in page
    assert '<a href="/documents/?status=effective" aria-current="page">' in page


def test_life_and_lateness_are_two_columns(world, as_):
    """Effective and overdue at once: two things."""
    version = do.in_force(world)
    due = version.document.review_due or today()
    for day, word, count in (
        (due - timedelta(days=30), "Due soon", "soon"),
        (due + timedelta(days=1), "Overdue", "late"),
    ):
        with time_machine.travel(f"{day.isoformat()}T10:00:00+00:00"):
            client = as_(world.marit)
            page = client.get("/documents/").content.decode()
            row = page[page.index("<tr tabindex") :]
            assert "Effective" in row
            assert f'<span class="visually-hidden">{word}</span>' in row
            assert look(client, f"?review={count}") == [version.document.number]
            assert look(client, "?review=later") == []


def test_search_finds_number_title_and_text_numbers_first(world, as_):
    make(world, "PROC-SOP-002 is mentioned in this title")
    make(world, "Second", text="Keep the bag of Übelkeit cold.")
    make(world, "Elsewhere", at=world.aph, text="A secret bag.")
    client = as_(world.fenn)
    assert look(client, "?q=PROC-SOP-002") == ["PROC-SOP-002", "PROC-SOP-001"]
    assert look(client, "?q=002") == ["PROC-SOP-001", "PROC-SOP-002"]
    assert look(client, "?q=second") == ["PROC-SOP-002"]
    assert look(client, "?q=ubelk") == ["PROC-SOP-002"]
    assert look(client, "?q=bag") == ["PROC-SOP-002"], "the text of another facility is not searched"
    assert look(as_(world.marit), "?q=bag") == ["APH-SOP-001", "PROC-SOP-002"]
    assert "No document matches “nothing here”" in client.get("/documents/?q=nothing+here").content.decode()


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?q=%27%22--", "?q=(", "?type=x", "?owner=99999999999999999999", "?page=x", "?page=999", "?sort=--x",
     "?status=nonsense", "?review=nonsense", "?sort=owner__user__password", "?facility=%C2%B2"],
)  # fmt: skip
def test_nonsense_in_the_address_is_left_out(world, as_, query):
    make(world, "One")
    assert as_(world.marit).get(f"/documents/{query}").status_code == 200


def test_order_goes_both_ways(world, as_):
    for title in ("Beta", "Alpha", "Gamma"):
        make(world, title)
    client = as_(world.marit)
    assert look(client, "?sort=title") == ["PROC-SOP-002", "PROC-SOP-001", "PROC-SOP-003"]
    assert look(client, "?sort=-title") == ["PROC-SOP-003", "PROC-SOP-001", "PROC-SOP-002"]
    assert look(client, "?sort=-number") == ["PROC-SOP-003", "PROC-SOP-002", "PROC-SOP-001"]
    for key in ("effective", "review", "owner", "facility"):
        assert sorted(look(client, f"?sort={key}")) == ["PROC-SOP-001", "PROC-SOP-002", "PROC-SOP-003"]


def queries(client, query: str = "") -> int:
    client.get(f"/documents/{query}")
    with CaptureQueriesContext(connection) as caught:
        assert client.get(f"/documents/{query}").status_code == 200
    return len(caught)


@pytest.mark.once
def test_pages_of_fifty_and_never_more_than_ten_queries(world, as_):
    """One document, thirty, four hundred and fifty: the same number of queries, at most ten."""
    client, counted = as_(world.marit), []
    for wanted in (1, 30, 450):
        for n in range(len(counted) and (1, 30)[len(counted) - 1], wanted):
            make(world, f"Title {n}")
        counted.append((queries(client), queries(client, "?q=title"), queries(client, "?status=draft&sort=-title")))
    assert len(set(counted)) == 1, counted
    assert max(counted[0]) <= 10
    assert (len(look(client)), len(look(client, "?page=9")), look(client, "?page=2")[0]) == (50, 50, "PROC-SOP-051")
    assert b"<b>1\xe2\x80\x9350</b> of 450" in client.get("/documents/").content


def test_the_exported_list_is_that_of_the_filters_and_holds_no_formulas(world, as_):
    make(world, '=HYPERLINK("http://evil.example")')
    make(world, "@plain", at=world.clin)
    make(world, "Fine, with a comma")
    client = as_(world.marit)
    answer = client.get(f"/documents/?format=csv&facility={world.proc.pk}")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="documents-')
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Number"] for row in rows] == ["PROC-SOP-001", "PROC-SOP-002"]
    assert [row["Title"] for row in rows] == ['\'=HYPERLINK("http://evil.example")', "Fine, with a comma"]
    assert {row["Status"] for row in rows} == {"Draft"}
    nurse = b"".join(as_(world.jory).get("/documents/?format=csv").streaming_content).decode("utf-8-sig")
    assert len(nurse.splitlines()) == 1, "a nurse exports no drafts"


def test_who_may_write_is_offered_to_write(world, as_):
    for person, offered in ((world.fenn, True), (world.jory, False), (world.ivo, False)):
        page = as_(person).get("/documents/").content
        assert (b'href="/documents/new/"' in page) is offered
        assert (b'href="/documents/import/"' in page) is offered


def test_a_register_of_more_than_a_thousand_counts_no_further(world, as_, monkeypatch):
    """What is there beyond it is said, also where words or reviews are many; who sees one place gets its first ones."""
    for module, name, most in ((finding, "MOST", 3), (finding, "MOST_DUE", 1), (index, "MANY", 3), (index, "FEW", 3)):
        monkeypatch.setattr(module, name, most)
    for n in range(3):
        make(world, f"Ward {n}", at=world.clin, text="Bags.")
    assert b"<b>3</b> documents." in as_(world.marit).get("/documents/").content
    for n in range(3):
        make(world, f"Laboratory {n}", text=f"Bags number{n}.")
    force = [do.in_force(world, title=f"Due {n}").document for n in range(2)]
    page = as_(world.marit).get("/documents/").content.decode()
    assert "More than <b>3</b> documents. The first 3 can be leafed through" in page
    assert look(as_(world.marit)) == ["CLIN-SOP-001", "CLIN-SOP-002", "CLIN-SOP-003"]
    assert look(as_(world.fenn)) == ["PROC-SOP-001", "PROC-SOP-002", "PROC-SOP-003"]
    assert look(as_(world.fenn), "?sort=-number") == [force[1].number, force[0].number, "PROC-SOP-003"]
    page = as_(world.marit).get("/documents/?q=bags").content.decode()
    assert "Very many documents have “bags”. Some of them: <b>3</b> documents. Add a word" in page
    assert look(as_(world.marit), "?q=bags+number2") == ["PROC-SOP-003"]
    with time_machine.travel(f"{force[0].review_due + timedelta(days=1)}T10:00:00+00:00"):
        assert b"More than 1 review overdue" in as_(world.marit).get("/documents/").content
    assert len(as_(world.marit).get("/documents/?format=csv").getvalue().splitlines()) == 9
