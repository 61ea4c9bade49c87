"""The redline as plain data: what a signature is bound to. A change of its form needs a new format number."""

from sops.compare import compare
from sops.compare.record import as_data
from tests.documents import paragraph
from tests.texts import table


def test_the_form_that_is_signed():
    old = [paragraph("a", "Thaw the bag slowly."), paragraph("b", "Stay with it until it is thawed.")]
    new = [paragraph("a", "Thaw the bag fast."), paragraph("c", "Write the time on the worksheet.")]
    assert as_data(compare(old, new)) == {
        "changes": [
            {"number": 1, "op": "change", "kind": "paragraph", "under": "", "text": "Thaw the bag fast."},
            {"number": 2, "op": "change", "kind": "paragraph", "under": "", "text": "Stay with it until it is thawed."},
        ],
        "blocks": [
            {"op": "change", "kind": "paragraph", "old": "a", "new": "a", "change": 1, "moved": False,
             "words": [{"op": "equal", "text": "Thaw the bag "}, {"op": "delete", "text": "slowly"},
                       {"op": "insert", "text": "fast"}, {"op": "equal", "text": "."}]},
            {"op": "delete", "kind": "paragraph", "old": "b", "new": "", "change": 2, "moved": False,
             "words": [{"op": "delete", "text": "Stay with it until it is thawed."}]},
            {"op": "insert", "kind": "paragraph", "old": "", "new": "c", "change": 2, "moved": False,
             "words": [{"op": "insert", "text": "Write the time on the worksheet."}]},
        ],
    }  # fmt: skip


def test_each_word_of_a_table_is_in_it():
    found = as_data(compare([table(["Bath", "36 °C"])], [table(["Bath", "37 °C"])]))
    assert "36" in str(found["blocks"])
    assert "37" in str(found["blocks"])
    assert [row["op"] for row in found["blocks"][0]["rows"]] == ["change"]


def test_nothing_changed_is_said_too():
    text = [paragraph("a", "Same.")]
    found = as_data(compare(text, text))
    assert found["changes"] == []
    assert [block["op"] for block in found["blocks"]] == ["equal"]


def test_a_moved_row_and_a_moved_and_reworded_passage_say_so():
    rows = [["Fill", "the bath up to the mark"], ["Check", "its thermometer twice"], ["Sign", "with the time of day"]]
    moved = paragraph("a", "Check the wristband of the recipient twice.")
    reworded = moved | {"runs": [{"text": "Check the wristband of the recipient three times."}]}
    stays = [paragraph(f"s{n}", f"Step number {n} stays") for n in range(3)]
    old = [moved, *stays, table(*rows)]
    new = [*stays, reworded, old[-1] | {"rows": [*old[-1]["rows"][1:], old[-1]["rows"][0]]}]
    blocks = as_data(compare(old, new))["blocks"]
    (come,) = [block for block in blocks if "inner" in block]
    assert (come["op"], come["moved"]) == ("insert", True)
    assert [word["text"] for word in come["inner"] if word["op"] != "equal"] == ["twice", "three times"]
    assert [row["op"] for row in blocks[-1]["rows"] if row.get("moved")] == ["delete", "insert"]
