"""Writing passage by passage: the notation, the pure functions, and the page with its refusals."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.trail.errors import Invalid
from sops import editing, services
from sops.blocks import MARKS, check, labels, text_of
from sops.bodies import read_body
from sops.compare.model import joined
from sops.models import Version
from sops.notation import parse, write
from sops.rows import add_row, remove_row
from tests import documents as do
from tests.texts import bullet, cell, heading, para, run, step, table

PIECES = [*"ab *\\[]()<>/subi\n_~x", "https://x.example", "<sub>", "</b>", "](", "**", " "]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
links = st.sampled_from(["", "", "https://x.example/(a)", "mailto:a@b.example"])
runs = st.lists(
    st.builds(lambda t, m, a: run(t, *m, link=a), texts, st.sets(st.sampled_from(MARKS), max_size=3), links)
)


@settings(max_examples=600, deadline=None)
@given(runs)
def test_what_is_written_into_the_field_comes_back_as_it_was(given_runs):
    """Whatever words and emphasis: a passage that is opened and saved is the same passage."""
    assert parse(write(given_runs)) == joined(given_runs)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("within **20 minutes**", [run("within "), run("20 minutes", "bold")]),
        ("2 * 3 * 4", [run("2 * 3 * 4")]),
        ("*not closed", [run("*not closed")]),
        ("***both***", [run("both", "bold", "italic")]),
        ("H<sub>2</sub>O", [run("H"), run("2", "sub"), run("O")]),
        ("[here](https://x.example/a)", [run("here", link="https://x.example/a")]),
        ("[here](javascript:alert(1))", [run("[here](javascript:alert(1))")]),
        ("a < b and <script>", [run("a < b and <script>")]),
        ("one\r\ntwo", [run("one\ntwo")]),
        ("", []),
    ],
)
def test_the_notation_means_what_people_expect(typed, meant):
    assert parse(typed) == meant


def words(blocks) -> list[str]:
    return [text_of(block) for block in blocks]


def test_rewriting_changes_one_block_and_keeps_its_id():
    text = [heading("Aim"), para([run("Keep "), run("cold", "bold")]), para("Last.")]
    done = editing.rewrite(text, text[1]["id"], "Keep **very cold**", style="paragraph", level=1)
    assert done[0] is text[0]
    assert done[2] is text[2]
    assert done[1] == {"id": text[1]["id"], "kind": "paragraph", "runs": [run("Keep "), run("very cold", "bold")]}
    with pytest.raises(Invalid, match="not in the text any more"):
        editing.rewrite(text, "gone", "x")


def test_a_passage_changes_its_style_and_gets_its_number_from_its_neighbours():
    text = [heading("Aim"), step("First."), para("Second."), step("Third.")]
    as_step = editing.rewrite(text, text[2]["id"], "Second.", style="step", level=1)
    check(as_step)
    assert [labels(as_step)[block["id"]] for block in as_step[1:]] == ["1.", "2.", "3."]
    as_heading = editing.rewrite(text, text[2]["id"], "Second.", style="heading", level=2)
    assert labels(as_heading)[text[2]["id"]] == "1.1"
    as_point = editing.rewrite(text, text[1]["id"], "First.", style="point", level=2)
    assert (as_point[1]["kind"], as_point[1]["level"], "number" in as_point[1]) == ("item", 1, False)
    assert editing.rewrite(text, text[2]["id"], "Second.", style="warning", level=1)[2]["role"] == "warning"


def test_inserting_makes_one_passage_of_each_paragraph_with_ids_of_their_own():
    text = [heading("Aim"), step("First.")]
    done, last = editing.insert(text, text[1]["id"], "Second.\r\n\r\nThird *soon*.\n", style="step", level=1)
    check(done)
    assert words(done) == ["Aim", "First.", "Second.", "Third soon."]
    assert done[3]["id"] == last
    assert [labels(done)[block["id"]] for block in done[1:]] == ["1.", "2.", "3."]
    assert words(editing.insert([], "", "Alone.")[0]) == ["Alone."]
    with pytest.raises(Invalid, match="Write some words"):
        editing.insert(text, text[1]["id"], " \n ")


def test_a_new_list_counts_from_one():
    done, last = editing.insert([para("Before.")], "", "Do it.", style="step", level=1)
    assert labels(done)[last] == "1."


def started(block, at: int = 1):
    return block | {"number": block["number"] | {"start": at}}


def test_the_numbers_of_a_list_begin_where_they_did_when_its_first_step_goes_moves_or_comes_back():
    text = [step("Old 1."), heading("Next"), started(step("One.")), step("Two."), step("Three.")]
    first, second = text[2]["id"], text[3]["id"]
    gone = editing.remove(text, first)
    assert labels(gone)[second] == "1."
    back = editing.put_back(gone, text, first)
    assert back == text
    moved = editing.move(text, first, 1)
    assert [labels(moved)[name] for name in (second, first)] == ["1.", "2."]
    assert editing.move(moved, first, -1) == text
    assert editing.move(text, text[0]["id"], -1) == text
    with pytest.raises(Invalid, match="again already"):
        editing.put_back(text, text, first)


def test_what_was_first_is_put_back_first():
    text = [para("One."), bullet("Two.")]
    assert editing.put_back(editing.remove(text, text[0]["id"]), text, text[0]["id"]) == text


def test_cells_are_written_and_the_rest_of_the_table_stays():
    inner = table(["in", "side"])
    text = [table(["Name", "Limit"], ["Bath", cell(inner)], [{"blocks": []}, "x"])]
    name, old = text[0]["id"], text[0]["rows"]
    limit, side = old[0][1]["blocks"][0]["id"], inner["rows"][0][1]["blocks"][0]["id"]
    fields = [key for row in editing.texts_of_cells(text[0]) for one in row for key, _text in one]
    assert "new-2-0" in fields
    done = editing.rewrite_cells(text, name, {limit: "**Limits**", side: "sides", "new-2-0": "filled"})
    check(done)
    assert text_of(done[0]) == "Name\tLimits\nBath\tin\tsides\nfilled\tx"
    assert done[0]["rows"][1][0] == old[1][0]
    assert editing.rewrite_cells(text, name, {limit: "Limit"}) == text


def test_rows_come_and_go_but_not_through_joined_cells():
    text = [table(["a", "b"], ["c", "d"])]
    name = text[0]["id"]
    more = add_row(text, name, 0)
    check(more)
    assert [len(row) for row in more[0]["rows"]] == [2, 2, 2]
    assert more[0]["header_rows"] == 1
    assert remove_row(more, name, 1) == text
    assert remove_row(text, name, 0)[0]["header_rows"] == 0
    joined_up = [table([cell("a", rowspan=2), "b"], ["d"])]
    for act, row in ((add_row, 0), (remove_row, 0), (remove_row, 1)):
        with pytest.raises(Invalid, match="joined"):
            act(joined_up, joined_up[0]["id"], row)
    alone = table([cell("a", colspan=2)])
    assert add_row([alone], alone["id"], 0)[0]["rows"][1][0]["colspan"] == 2
    with pytest.raises(Invalid, match="only row"):
        remove_row([alone], alone["id"], 0)
    with pytest.raises(Invalid, match="no such row"):
        remove_row(text, name, 7)


# The page.


def address(version: Version) -> str:
    return f"/documents/{version.document.number}/v{version.n}/edit/"


def post(client, version: Version, do_: str, revision: int | None = None, **fields: str):
    seen = do.fresh(version).revision if revision is None else revision
    return client.post(address(version), {"do": do_, "revision": seen, **fields})


def body(version: Version) -> list:
    return read_body(do.fresh(version).body)


def test_a_passage_is_written_in_the_browser(world, as_):
    """Open it, save it: the text is new, its author and its event are kept."""
    version, client = do.draft(world), as_(world.bea)
    page = client.get(f"{address(version)}?block=b2").content.decode()
    assert "To thaw cells so that they live.</textarea>" in page
    answer = post(client, version, "save:b2", text="To thaw **all** cells.", style="paragraph", level="1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address(version)}#block-b2")
    assert body(version)[1]["runs"] == [run("To thaw "), run("all", "bold"), run(" cells.")]
    assert version.authorships.filter(person=world.bea).exists()
    assert "Saved in the draft" in client.get(address(version)).content.decode()


def test_opened_and_saved_unchanged_nothing_is_written(world, as_):
    version = do.draft(world)
    before = do.fresh(version).revision
    post(as_(world.fenn), version, "save:b2", text="To thaw cells so that they live.", style="paragraph", level="1")
    assert do.fresh(version).revision == before


def test_insert_move_and_remove_with_the_way_back(world, as_):
    version, client = do.draft(world), as_(world.fenn)
    post(client, version, "insert:b2", text="Wear gloves.", style="warning", level="1")
    made = body(version)[2]
    assert (made["role"], text_of(made)) == ("warning", "Wear gloves.")
    post(client, version, f"up:{made['id']}")
    assert [block["id"] for block in body(version)] == ["b1", made["id"], "b2", "b3"]
    gone = post(client, version, f"remove:{made['id']}").headers["Location"]
    assert [block["id"] for block in body(version)] == ["b1", "b2", "b3"]
    page = client.get(gone).content.decode()
    assert "You removed “Wear gloves.”" in html.unescape(page)
    kept = re.search(r'name="from" value="(\w+)"', page)
    post(client, version, f"put-back:{made['id']}", **{"from": kept[1]})
    assert [block["id"] for block in body(version)] == ["b1", made["id"], "b2", "b3"]


def test_a_heading_goes_with_all_under_it_and_comes_back_whole(world, as_):
    """A table of contents brought in from Word is one click, not fifty; the next heading of its level stays."""
    heads = [
        {**do.paragraph(name, words), "kind": "heading", "level": 1}
        for name, words in (("h1", "Contents"), ("h2", "Aim"))
    ]
    text = [
        heads[0],
        do.paragraph("c1", "Aim 1"),
        do.paragraph("c2", "Scope 2"),
        heads[1],
        do.paragraph("p", "To thaw."),
    ]
    version, client = do.draft(world, text=text), as_(world.fenn)
    gone = post(client, version, "remove-section:h1").headers["Location"]
    assert [block["id"] for block in body(version)] == ["h2", "p"]
    page = html.unescape(client.get(gone).content.decode())
    assert "You removed “Contents” and 2 passages under it." in page
    assert "Remove with all under it" in page
    post(client, version, "put-back:h1", **{"from": re.search(r'name="from" value="(\w+)"', page)[1]})
    assert [block["id"] for block in body(version)] == ["h1", "c1", "c2", "h2", "p"]


def test_no_other_file_is_read_by_way_of_putting_back(world, as_):
    """The digest of a text of another document does not open it here."""
    version, other = do.draft(world), do.draft(world, title="Other", text=[do.paragraph("secret", "A secret.")])
    client = as_(world.fenn)
    assert post(client, version, "put-back:secret", **{"from": other.body}).status_code == 422
    assert b"A secret." not in client.get(f"{address(version)}?gone=secret&from={other.body}").content
    assert len(body(version)) == 3


def test_a_table_is_written_cell_by_cell_and_gets_rows(world, as_):
    grid = table(["Name", "Limit"], ["Bath", "37 °C"])
    version, client = do.draft(world, text=[grid]), as_(world.fenn)
    limit = grid["rows"][1][1]["blocks"][0]["id"]
    assert f'name="cell-{limit}"' in client.get(f"{address(version)}?block={grid['id']}").content.decode()
    post(client, version, f"row-add:{grid['id']}:1", **{f"cell-{limit}": "36 °C"})
    rows = body(version)[0]["rows"]
    assert (len(rows), text_of(rows[1][1]["blocks"][0])) == (3, "36 °C")
    assert post(client, version, f"row-remove:{grid['id']}:9").status_code == 422


def test_title_and_reason_are_saved_together(world, as_):
    version, client = do.draft(world), as_(world.fenn)
    assert post(client, version, "facts", title="", summary="x").status_code == 422
    assert post(client, version, "facts", title="Thawing", summary="Shorter time.").status_code == 303
    now = do.fresh(version)
    assert (now.title, now.summary, now.body) == ("Thawing", "Shorter time.", version.body)


def test_somebody_else_saved_meanwhile_and_what_was_typed_is_kept(world, as_):
    """409, who and what, the typed words in a form that can be sent again; then it holds."""
    version = do.draft(world)
    seen = do.fresh(version).revision
    services.save_text(
        do.fresh(version), by=world.bea, revision=seen, blocks=[*do.TEXT[:2], do.paragraph("b9", "New by Bea.")]
    )
    client = as_(world.fenn)
    answer = post(client, version, "save:b2", seen, text="My words & more", style="paragraph", level="1")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Bea Thistledown" in page
    assert "New by Bea." in page
    assert "My words & more</textarea>" in page
    assert text_of(body(version)[1]) == "To thaw cells so that they live."
    again = int(re.search(r'name="revision" value="(\d+)"', page)[1])
    assert post(client, version, "save:b2", again, text="My words & more").status_code == 303
    assert [text_of(block) for block in body(version)] == ["Objective", "My words & more", "New by Bea."]


def test_words_for_a_passage_that_is_gone_become_a_new_one(world, as_):
    version = do.draft(world)
    seen = do.fresh(version).revision
    services.save_text(do.fresh(version), by=world.bea, revision=seen, blocks=do.TEXT[:1])
    client = as_(world.fenn)
    page = post(client, version, "save:b2", seen, text="Kept", style="paragraph", level="1").content.decode()
    assert 'value="insert:b1"' in page
    assert post(client, version, "facts", seen, title="Mine", summary="").status_code == 409
    assert do.fresh(version).title == "Thawing of HPC"


@pytest.mark.parametrize(
    ("do_", "fields", "code"),
    [
        ("save:none", {"text": "x"}, 422),
        ("explode:b2", {}, 422),
        ("insert:b2", {"text": "  "}, 422),
        ("save:b2", {"text": "x" * 100_001}, 422),
        ("row-add:b2:0", {}, 422),
        ("cells:b2", {"cell-b2": "x"}, 422),
        ("put-back:b2", {"from": "../../etc/passwd"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(world, as_, do_, fields, code):
    version = do.draft(world)
    assert post(as_(world.fenn), version, do_, **fields).status_code == code
    assert body(version) == do.TEXT


def test_only_authors_there_write_and_only_in_drafts(world, as_):
    version = do.draft(world)
    assert as_(world.jory).get(address(version)).status_code == 403
    assert as_(world.ivo).get(address(version)).status_code == 403
    elsewhere = services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Elsewhere", blocks=do.TEXT
    )
    assert as_(world.fenn).get(address(elsewhere)).status_code == 404
    do.send(version, world)
    answer = as_(world.fenn).get(address(version))
    assert answer.status_code == 403
    assert "Only a draft is written in" in answer.content.decode()
