"""The pages of controlled copies: issuing in one form, acts in place, the register, files, who gets in, queries."""

import csv
import io
import re
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qms.pdf.check import page_count
from qms.people import services as people
from qms.trail import outbox
from sops import services
from sops.models import Copy
from sops.services import Holding
from tests import documents as do
from tests.scanned import codes_of, needs_pictures
from tests.test_copies import BENCH, fresh, issued, next_in_force

LIST = "/documents/PROC-SOP-001/copies/"


def row(k: int, *, holder: object = "", name: str = "", place: str = "") -> dict[str, object]:
    return {f"copy{k}-holder": holder, f"copy{k}-name": name, f"copy{k}-place": place}


def text(answer) -> str:
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode().partition("<main")[2]).split())


def test_copies_are_issued_in_one_form_and_rows_are_added_without_script(world, as_):
    do.in_force(world)
    client = as_(world.fenn)
    assert "No copies yet" in text(client.get(LIST))
    page = client.get(f"{LIST}issue/").content.decode()
    assert page.count('class="holding"') == 3
    typed = {"rows": 3, **row(1, holder=world.jory.pk, place="Ward"), **row(2, name="Ring binder", place="Bench 2")}
    more = client.post(f"{LIST}issue/", {**typed, "more": "1"})
    assert more.status_code == 200
    shown = more.content.decode()
    assert shown.count('class="holding"') == 8
    assert 'value="Ring binder"' in shown
    assert f'<option value="{world.jory.pk}" selected>' in shown
    assert "errors" not in shown
    answer = client.post(f"{LIST}issue/", {**typed, "rows": 8, **row(8, name="Door", place="Cryo store")})
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    copies = [(one.n, one.holder_name, one.holder_id, one.place) for one in Copy.objects.order_by("n")]
    assert copies == [
        (1, "Jory Pennyroyal", world.jory.pk, "Ward"), (2, "Ring binder", None, "Bench 2"),
        (3, "Door", None, "Cryo store"),
    ]  # fmt: skip
    page = client.get(LIST)
    assert "3 copies are being made." in text(page)
    assert 'hx-get="?look=1"' in page.content.decode()
    assert "hx-get" not in client.get(f"{LIST}?look=20").content.decode().partition('id="copies"')[2]
    outbox.run_all()
    assert "being made" not in text(client.get(LIST))


def test_a_row_half_filled_is_refused_with_what_to_do_and_what_was_typed(world, as_):
    do.in_force(world)
    client = as_(world.fenn)
    for rows, words in (
        (row(2, name="Binder"), "Say where it is kept"), (row(2, place="Bench"), "Choose a person, or say in words"),
        (row(2, holder=world.jory.pk, name="Binder", place="Bench"), "not both"), ({}, "Fill in at least one row"),
        (row(2, holder=world.hale.pk, place="Bench"), "Select a valid choice"),
    ):  # fmt: skip
        answer = client.post(f"{LIST}issue/", {"rows": 3, **rows})
        assert answer.status_code == 422
        assert words in text(answer)
    assert not Copy.objects.exists()
    for nonsense in ("0", "51", "x", "", "9" * 30):
        assert client.post(f"{LIST}issue/", {"rows": nonsense, **row(1, name="B", place="P")}).status_code == 422


def test_fifty_at_once_and_no_row_more(world, as_):
    do.in_force(world)
    client = as_(world.marit)
    rows = {name: value for k in range(1, 51) for name, value in row(k, name=f"Binder {k}", place="Bench").items()}
    page = client.post(f"{LIST}issue/", {"rows": 48, "more": "1", **rows}).content.decode()
    assert page.count('class="holding"') == 50
    assert "Add rows" not in page
    assert client.post(f"{LIST}issue/", {"rows": 50, **rows}).status_code == 303
    assert list(Copy.objects.order_by("n").values_list("n", flat=True)) == list(range(1, 51))


def test_each_act_is_done_from_the_list(world, as_):
    issued(do.in_force(world), world.marit, *[BENCH] * 4)
    client = as_(world.fenn)
    assert client.post(f"{LIST}1/return/").status_code == 303
    assert client.get(f"{LIST}2/destroy/").status_code == 200
    assert client.post(f"{LIST}2/destroy/", {"how": ""}).status_code == 422
    assert client.post(f"{LIST}2/destroy/", {"how": "Shredded"})["Location"] == f"{LIST}#copy-2"
    assert client.post(f"{LIST}3/missing/", {"reason": "Looked everywhere"}).status_code == 303
    assert client.post(f"{LIST}4/recall/", {"reason": "Coffee"}).status_code == 303
    assert [one.status for one in Copy.objects.order_by("n")] == ["returned", "destroyed", "missing", "recalled"]
    page = client.get(LIST)
    # not back, missing, settled
    assert re.findall(r'<tr id="copy-(\d)"', page.content.decode()) == [
        "4",
        "3",
        "1",
        "2",
    ]
    assert "1 recalled copy is not back." in text(page)
    assert client.post(f"{LIST}2/recall/", {"reason": "x"}).status_code == 422  # says why
    assert client.post(f"{LIST}2/return/").status_code == 403
    assert client.get(f"{LIST}9/recall/").status_code == 404


@needs_pictures
def test_pdfs_one_by_one_and_all_in_one_but_none_after_a_recall(world, as_):
    version = do.in_force(world)
    first, second = issued(version, world.marit, BENCH, BENCH)
    client = as_(world.fenn)
    assert (
        'id="copies-acts"' in client.get(LIST).content.decode()
    )  # what to print is swapped with the list while copies are made
    one = client.get(f"{LIST}1/pdf/")
    assert one["Content-Type"] == "application/pdf"
    assert one["Cache-Control"] == "no-store"
    assert 'filename="PROC-SOP-001_v1_copy-1.pdf"' in one["Content-Disposition"]
    whole = client.get(f"{LIST}pdf/").content
    assert page_count(whole) == 2 * page_count(one.content)
    assert len(set(codes_of(whole))) == 2
    assert as_(world.ivo).get(f"{LIST}1/pdf/").status_code == 403  # an inspector sees the list, and prints nothing
    services.recall_copy(first, by=world.marit, reason="x")
    assert client.get(f"{LIST}1/pdf/").status_code == 404
    assert page_count(client.get(f"{LIST}pdf/").content) == page_count(one.content)
    services.return_copy(fresh(second), by=world.marit)
    assert client.get(f"{LIST}pdf/").status_code == 404


def test_the_register_shows_what_is_not_back_first_filters_and_exports(world, as_):
    version = do.in_force(world)
    issued(version, world.marit, Holding(place="=Ward", holder=world.jory), BENCH)
    other = do.in_force(world, title="Freezing")
    recalled = issued(other, world.marit, Holding(place="Door", name="Cryo store"))[0]
    services.recall_copy(recalled, by=world.marit, reason="Torn")
    client = as_(world.marit)
    page = text(client.get("/copies/"))
    assert "3 copies" in page
    assert page.index("PROC-SOP-002") < page.index("PROC-SOP-001")
    for query, count in (
        ("status=recalled", "1 copy"), ("q=jory", "1 copy"), ("q=freezing door", "1 copy"), ("q=nothing", "0 copies"),
        (f"facility={world.proc.pk}", "3 copies"), (f"facility={world.clin.pk}", "0 copies"), ("status=x", "3 copies"),
    ):  # fmt: skip
        assert count in text(client.get(f"/copies/?{query}")), query
    answer = client.get("/copies/?format=csv&q=jory")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))
    assert len(lines) == 2
    assert lines[0][:6] == ["Number", "Title", "Version", "Copy", "Held by", "Place"]
    assert lines[1][:7] == ["PROC-SOP-001", "Thawing of HPC", "1", "1", "Jory Pennyroyal", "'=Ward", "In use"]
    own = client.get(f"{LIST}?format=csv")
    assert b"".join(own.streaming_content).count(b"\r\n") == 3
    assert "/copies/" in client.get("/documents/").content.decode()


def test_other_facilities_copies_are_not_there(world, as_):
    issued(do.in_force(world), world.marit, Holding(place="Reserve bench", holder=world.jory))
    people.assign_role(world.jory, "author", world.clin, by=world.marit)
    client = as_(world.jory)
    assert "0 copies" in text(client.get("/copies/"))
    assert "Reserve bench" not in text(client.get("/copies/"))
    for path in (LIST, f"{LIST}issue/", f"{LIST}pdf/", f"{LIST}1/pdf/", f"{LIST}1/recall/"):
        assert client.get(path).status_code == 404, path
    assert client.post(f"{LIST}1/return/").status_code == 404
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)  # reads the document there, no more
    assert client.get("/documents/PROC-SOP-001/").status_code == 200
    assert "Controlled copies" not in text(client.get("/documents/PROC-SOP-001/"))
    for path in (LIST, f"{LIST}issue/", f"{LIST}pdf/", f"{LIST}1/pdf/", f"{LIST}1/recall/"):
        assert client.get(path).status_code == 403, path
    assert client.post(f"{LIST}1/return/").status_code == 403
    assert Copy.objects.get().status == "issued"


def test_the_page_of_the_document_counts_its_paper(world, as_):
    version = do.in_force(world)
    address = version.document.get_absolute_url()
    assert "No paper of this document is out." in text(as_(world.fenn).get(address))
    issued(version, world.fenn, BENCH, BENCH)
    next_in_force(version, world)
    issued(do.fresh(version).document.shown, world.fenn)
    page = text(as_(world.fenn).get(address))
    assert "In use 1 Recalled, not back 2" in page
    assert f"{LIST}issue/" in as_(world.fenn).get(address).content.decode()
    assert f"{LIST}issue/" not in as_(world.ivo).get(address).content.decode()


@pytest.mark.once
@pytest.mark.parametrize("path", [LIST, "/copies/", "/documents/PROC-SOP-001/", f"{LIST}issue/", "/"])
def test_a_page_takes_the_same_number_of_queries_with_one_copy_and_with_thirty(world, as_, path):
    version = do.in_force(world)
    issued(version, world.fenn)
    client = as_(world.fenn)

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    few = queries()
    with patch("sops.services.copies.stamped", lambda data, _stamp: data):  # a stamp takes longer than all the rest
        issued(version, world.fenn, *[Holding(place="Ward", holder=world.jory)] * 29)
    assert queries() == few


def test_who_withdraws_a_document_reads_first_how_much_paper_is_recalled(world, as_):
    version = do.in_force(world)
    address, client = f"{version.get_absolute_url()}withdraw/", as_(world.thessaly)
    assert "recalled" not in text(client.get(address))
    back = issued(version, world.fenn, BENCH, BENCH, BENCH)[0]
    services.return_copy(back, by=world.fenn)
    assert "2 controlled copies are recalled." in text(client.get(address))
