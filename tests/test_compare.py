"""The redline: both texts come back out of it, and what it marks is what a person would call the change."""

import copy
import time
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sops.blocks import Block, walk
from sops.compare import Redline, compare, side
from sops.compare.model import joined
from sops.compare.places import blocks_of_changes
from sops.compare.plain import as_data, as_text
from sops.compare.words import diff_text
from tests import texts
from tests.texts import bullet, cell, footnote, heading, image, para, run, step, table

_ids = count(1)


def fresh(blocks: list[Block]) -> list[Block]:
    """Return the same text with ids that nobody else has, as an import would make it."""
    made = copy.deepcopy(blocks)
    for block in walk(made):
        block["id"] = f"n{next(_ids)}"
    return made


def normal(blocks: list[Block]) -> list[Block]:
    """Return the text with neighbouring runs of one look joined: what a redline gives back."""
    return [_normal(block) for block in blocks]


def _normal(block: Block) -> Block:
    if block["kind"] == "table":
        rows = [[one | {"blocks": normal(one["blocks"])} for one in row] for row in block["rows"]]
        return block | {"rows": rows}
    return block | {"runs": joined(block["runs"])} if "runs" in block else block


def marked(redline: Redline) -> list[tuple[str, str]]:
    """Return all stretches that are not equal, in order."""
    segments = (segment for block in as_data(redline)["blocks"] for segment in block["segments"])
    return [(segment["op"], segment["text"]) for segment in segments if segment["op"] != "equal"]


def ops(redline: Redline) -> list[tuple[str, str]]:
    return [(change.op, change.kind) for change in redline.changes]


def text_of_side(redline: Redline, ops: set[str]) -> str:
    blocks = as_data(redline)["blocks"]
    return "".join(s["text"] for block in blocks for s in block["segments"] if s["op"] in ops)


def all_words(blocks: list[Block]) -> str:
    return "".join(run["text"] for block in walk(blocks) for run in block.get("runs", []))


@settings(max_examples=150, deadline=None)
@given(st.lists(texts.blocks, max_size=6), st.lists(texts.blocks, max_size=5), st.randoms(use_true_random=False))
def test_both_texts_come_back_block_by_block_and_word_by_word(a: list[Block], b: list[Block], random: Random) -> None:
    old = fresh(a)
    new = fresh(random.sample(a, len(a))[:4] + b)
    redline = compare(old, new)
    assert side(redline, "old") == normal(old)
    assert side(redline, "new") == normal(new)
    assert text_of_side(redline, {"equal", "insert"}).replace("\n", "") == all_words(new).replace("\n", "")
    assert text_of_side(redline, {"equal", "delete"}).replace("\n", "") == all_words(old).replace("\n", "")
    assert [change.number for change in redline.changes] == list(range(1, len(redline.changes) + 1))


@settings(max_examples=50, deadline=None)
@given(st.lists(texts.blocks, max_size=6))
def test_a_text_beside_itself_under_other_ids_has_no_change(a: list[Block]) -> None:
    assert compare(fresh(a), fresh(a)).changes == []


@settings(max_examples=300, deadline=None)
@given(texts.words, texts.words)
def test_words_come_back_letter_by_letter(old: str, new: str) -> None:
    stretches = diff_text(old, new)
    assert "".join(text for op, text in stretches if op != "insert") == old
    assert "".join(text for op, text in stretches if op != "delete") == new
    assert all(text for _, text in stretches)


def test_one_number_of_a_step_is_one_change() -> None:
    redline = compare([step("Hold at 4 °C for 60 minutes.")], [step("Hold at 8 °C for 60 minutes.")])
    assert marked(redline) == [("delete", "4"), ("insert", "8")]
    assert ops(redline) == [("change", "item")]


def test_a_renumbered_step_is_no_change() -> None:
    old = [step("Thaw one bag"), step("Flush the line")]
    new = [step("Check the label"), step("Thaw one bag"), step("Flush the line")]
    assert marked(compare(old, new)) == [("insert", "Check the label")]


def test_an_empty_text_on_either_side() -> None:
    text = [heading("Purpose"), para("Keep cells alive."), table(["a"])]
    assert ops(compare([], text)) == [("insert", "heading")]
    assert ops(compare(text, [])) == [("delete", "heading")]
    assert side(compare([], text), "new") == text
    assert compare([], []).changes == []


def test_a_paragraph_without_words_is_no_change() -> None:
    redline = compare([para("One"), para("Two")], [para("One"), para([]), para("  "), para("Two")])
    assert redline.changes == []
    assert len(side(redline, "new")) == 4


def test_formatting_is_told_apart_from_words() -> None:
    old, new = [para([run("Never "), run("refreeze")])], [para([run("Never "), run("refreeze", "bold")])]
    redline = compare(old, new)
    assert ops(redline) == [("format", "paragraph")]
    assert marked(redline) == []
    assert [segment.was for segment in redline.blocks[0].segments] == [None, ((), "")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (heading("Records", 1), heading("Records", 2)),
        (para("Stop here"), para("Stop here", "warning")),
        (step("Thaw"), bullet("Thaw")),
        (para([run("form", link="https://example.org/1")]), para([run("form", link="https://example.org/2")])),
        (image("a", "scan"), image("a", "dewar")),
        (para("ends with a blank "), para("ends with a blank")),
    ],
)
def test_what_only_looks_different_is_a_change_of_its_own_sort(old: Block, new: Block) -> None:
    assert [change.op for change in compare([old], [new]).changes] == ["format"]


def test_neighbours_that_came_are_one_change_up_to_the_next_heading() -> None:
    old = [heading("A"), para("Stays as it is")]
    new = [*fresh(old), para("New one"), para("New two"), heading("B"), para("New three")]
    redline = compare(old, new)
    assert [(change.number, change.op, change.under, change.text) for change in redline.changes] == [
        (1, "insert", "A", "New one"),
        (2, "insert", "B", "B"),
    ]


def test_what_went_and_what_came_in_one_place_was_replaced() -> None:
    old = [para("Start"), para("The bath is filled with water."), para("End")]
    new = [para("Start"), para("Dry device, programme two"), para("End")]
    assert ops(compare(old, new)) == [("change", "paragraph")]


def test_a_moved_block_is_one_change_in_two_places() -> None:
    moved = "Check the wristband of the recipient."
    old = [para(moved), *[para(f"Step number {n} stays") for n in range(4)]]
    new = [*fresh(old[1:]), para(moved)]
    redline = compare(old, new)
    assert ops(redline) == [("move", "paragraph")]
    places = [diff for diff in redline.blocks if diff.is_moved]
    assert [diff.op for diff in places] == ["delete", "insert"]
    assert places[0].twin is places[1] and places[1].twin is places[0]
    assert [block["moved"] for block in as_data(redline)["blocks"] if "moved" in block] == [True, True]


def test_short_words_that_come_and_go_have_not_moved() -> None:
    old = [para("N/A"), para("First thing stays"), para("Second thing stays")]
    redline = compare(old, [*fresh(old[1:]), para("N/A")])
    assert ops(redline) == [("delete", "paragraph"), ("insert", "paragraph")]


def test_a_picture_is_compared_by_its_digest() -> None:
    redline = compare([para("See"), image("a", "scan")], [para("See"), image("b", "scan")])
    assert ops(redline) == [("change", "image")]
    assert as_data(redline)["blocks"][1] | {"segments": []} == {
        "kind": "image",
        "op": "change",
        "change": 1,
        "old": "a" * 64,
        "new": "b" * 64,
        "segments": [],
    }


ROWS = [["Reading", "Do", "Decides"], ["15–20 cm", "Top up", "Nobody"], ["Below 15 cm", "Top up", "Laboratory lead"]]


def test_one_cell_is_one_change_and_names_its_place() -> None:
    new = [ROWS[0], ROWS[1], ["Below 15 cm", "Top up", "Laboratory director"]]
    redline = compare([table(*ROWS)], [table(*new)])
    assert ops(redline) == [("change", "row")]
    changed = [block for block in as_data(redline)["blocks"] if block["op"] != "equal"]
    assert changed == [
        {
            "kind": "cell",
            "op": "change",
            "change": 1,
            "table": 1,
            "row": 3,
            "column": 3,
            "segments": [
                {"op": "equal", "text": "Laboratory "},
                {"op": "delete", "text": "lead"},
                {"op": "insert", "text": "director"},
            ],
        }
    ]


def test_a_new_column_leaves_every_row_what_it_was() -> None:
    old = [[f"Check {n}", "Yes", f"Person {n}"] for n in range(40)]
    new = [[row[0], row[1], f"Time {n}", row[2]] for n, row in enumerate(old)]
    redline = compare([table(*old)], [table(*new)])
    assert ops(redline) == [("insert", "column")]
    assert redline.blocks[0].columns == ["equal", "equal", "insert", "equal"]
    assert {row.op for row in redline.blocks[0].rows} == {"equal"}
    assert marked(redline) == [("insert", f"Time {n}") for n in range(40)]


def test_a_column_that_went_and_a_cell_that_changed_are_two_changes() -> None:
    new = [[row[0], row[2]] for row in ROWS]
    new[1] = ["15–20 cm", "Nobody needed"]
    redline = compare([table(*ROWS)], [table(*new)])
    assert ops(redline) == [("delete", "column"), ("change", "row")]


def test_rows_that_came_and_went() -> None:
    new = [ROWS[0], ROWS[2], ["Warmer than −135 °C", "Move products", "Physician"], ["Empty", "Call", "Physician"]]
    redline = compare([table(*ROWS)], [table(*new)])
    assert ops(redline) == [("delete", "row"), ("insert", "row")]
    assert [row.op for row in redline.blocks[0].rows] == ["equal", "delete", "equal", "insert", "insert"]


def test_merged_cells_stay_merged_on_both_sides() -> None:
    old = table([cell("Limits", colspan=2)], ["Low", "High"], [cell("Both", rowspan=2), "4"], ["8"])
    new = table([cell("Limits", colspan=2)], ["Low", "High"], [cell("Both", rowspan=2), "5"], ["8"])
    redline = compare([old], [new])
    assert marked(redline) == [("delete", "4"), ("insert", "5")]
    assert (side(redline, "old"), side(redline, "new")) == ([old], [new])


def test_cells_that_were_joined_are_shown() -> None:
    redline = compare([table(["a", "b"], ["left", ""])], [table(["a", "b"], [cell("left", colspan=2)])])
    assert ops(redline) == [("format", "row")]


def test_a_cell_of_several_paragraphs_and_a_table_inside() -> None:
    old = table([cell("One", "Two", table(["in", "ner"]), "Three")])
    new = table([cell("One", "Zwei", table(["in", "nen"]), "Three")])
    redline = compare([old], [new])
    assert [change.kind for change in redline.changes] == ["row"]
    cells = [(block["table"], "".join(s["text"] for s in block["segments"])) for block in as_data(redline)["blocks"]]
    assert cells == [(1, "One\nTwo\nZwei"), (2, "in"), (2, "nernen"), (1, "Three")]


def test_a_footnote_that_changed_stays_a_footnote() -> None:
    redline = compare([footnote("1", "Measured daily by staff")], [footnote("2", "Measured weekly by staff")])
    assert marked(redline) == [("delete", "daily"), ("insert", "weekly")]


def test_the_text_form_names_places_and_marks_words() -> None:
    old = [heading("Limits"), para("Hold 60 minutes"), table(*ROWS), image("a")]
    new = [heading("Limits"), para("Hold 20 minutes"), table(*ROWS[:2], ["Below 10 cm", "Top up", "Laboratory lead"])]
    shown = as_text(compare(old, new)).splitlines()
    assert shown[0] == "3 changes"
    assert shown[1] == "   1  (Limits) Hold [-60-]{+20+} minutes"
    assert shown[2] == "   2  (table 1, row 3, column 1) Below [-15-]{+10+} cm"
    assert shown[3] == f"   3  (Limits) [-picture {'a' * 12}-]"


GENEROUS = 60  # seconds: what is quadratic takes many minutes; how fast it is, the benchmark says


def timed(old: list[Block], new: list[Block]) -> tuple[float, Redline]:
    start = time.process_time()
    redline = compare(old, new)
    return time.process_time() - start, redline


def test_thousands_of_alike_blocks_stay_fast() -> None:
    """4,000 blocks of five texts took over a minute by plain difflib."""
    random = Random(1)
    words = ["Yes", "No", "N/A", "Checked by", "Date"]
    old, new = ([para(random.choice(words)) for _ in range(4000)] for _ in range(2))
    seconds, redline = timed(old, new)
    assert seconds < GENEROUS
    assert side(redline, "new") == new


@pytest.mark.parametrize("size", [(4000, 30), (3, 20_000)], ids=["many blocks", "long blocks"])
def test_texts_with_nothing_in_common_stay_fast(size: tuple[int, int]) -> None:
    random = Random(1)
    made: list[list[Block]] = [
        [para(" ".join(f"{letter}{random.randrange(800)}" for _ in range(size[1]))) for _ in range(size[0])]
        for letter in "ab"
    ]
    seconds, redline = timed(*made)
    assert seconds < GENEROUS
    assert side(redline, "old") == made[0]


def test_a_long_paragraph_that_repeats_itself_stays_fast() -> None:
    seconds, redline = timed([para("a b " * 20_000)], [para("b a c " * 15_000)])
    assert seconds < GENEROUS
    assert [diff.op for diff in redline.blocks] == ["change"]


def test_a_table_with_cells_that_claim_a_thousand_columns_stays_fast() -> None:
    wide: list[list[Any]] = [[cell(f"{n}", colspan=1000, rowspan=1000) for n in range(5)] for _ in range(50)]
    seconds, redline = timed([table(*wide)], [table(*wide[:40])])
    assert seconds < GENEROUS
    assert len(side(redline, "old")[0]["rows"]) == 50


def test_a_moved_row_is_one_change_in_two_places() -> None:
    rows = [["Fill", "the bath up to the mark"], *[[f"Check {n}", f"Person number {n}"] for n in range(4)]]
    redline = compare([table(*rows)], [table(*rows[1:], rows[0])])
    assert ops(redline) == [("move", "row")]
    places = [row for row in redline.blocks[0].rows if row.is_moved]
    assert [row.op for row in places] == ["delete", "insert"]
    assert {block["change"] for block in as_data(redline)["blocks"] if "moved" in block} == {1}


def test_a_moved_row_of_joined_cells_comes_back_as_it_was() -> None:
    joined = [cell("Only after the second check", colspan=2)]
    rows = [joined, *[[f"Check {n}", f"Person number {n}"] for n in range(4)]]
    old, new = table(*rows), table(*rows[1:], joined)
    redline = compare([old], [new])
    assert ops(redline) == [("move", "row")]
    assert (side(redline, "old"), side(redline, "new")) == ([old], [new])


def test_what_was_moved_and_reworded_shows_its_words() -> None:
    """Only where the block kept its id: two blocks that are a little alike are two blocks."""
    moved = para("Check the wristband of the recipient twice.")
    reworded = moved | {"runs": [run("Check the wristband of the recipient three times.")]}
    stays = [para(f"Step number {n} stays") for n in range(4)]
    redline = compare([moved, *stays], [*stays, reworded])
    assert ops(redline) == [("move", "paragraph")]
    (come,) = [diff for diff in redline.blocks if diff.op == "insert"]
    assert [(s.op, s.text) for s in come.inner if s.op != "equal"] == [("delete", "twice"), ("insert", "three times")]
    assert side(redline, "old") == [moved, *stays] and side(redline, "new") == [*stays, reworded]
    assert ops(compare([moved, *stays], [*stays, fresh([reworded])[0]])) != [("move", "paragraph")]


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Block], list[Block]]:
    """Draw a text and what somebody made of it, ids kept: passages moved, reworded, gone and new, rows moved too."""
    old = fresh(draw(st.lists(texts.blocks, min_size=1, max_size=7)))
    new = list(draw(st.permutations(old)))[: draw(st.integers(0, len(old)))]
    new += fresh(draw(st.lists(texts.blocks, max_size=2)))
    return old, [draw(st.sampled_from([block, draw(reworded(block))])) for block in new]


def reworded(block: Block) -> st.SearchStrategy[Block]:
    if block["kind"] == "table":
        return st.permutations(block["rows"]).map(lambda rows: block | {"rows": list(rows)})
    if block["kind"] == "image":
        return st.sampled_from("abc").map(lambda letter: block | {"digest": letter * 64})
    return texts.runs.map(lambda runs: block | {"runs": runs + block["runs"]})


@settings(max_examples=150, deadline=None)
@given(edits())
def test_a_redline_applied_forwards_is_the_new_text_and_backwards_the_old(
    pair: tuple[list[Block], list[Block]],
) -> None:
    old, new = pair
    redline = compare(old, new)
    assert side(redline, "new") == normal(new)
    assert side(redline, "old") == normal(old)
    moved = [diff for diff in redline.blocks if diff.is_moved]
    assert all(diff.twin is not None and diff.twin.twin is diff and diff.twin.op != diff.op for diff in moved)
    assert all(names for names in blocks_of_changes(redline).values())
