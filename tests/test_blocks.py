"""The canonical text: what is refused, and how numbers are computed."""

from typing import Any

import pytest

from sops.blocks import MAX_DEPTH, MAX_TEXT, BadBlocks, check, image_digests, labels, plain_text, walk
from tests.texts import bullet, cell, footnote, heading, image, para, run, step, table

WHOLE = [
    heading("Purpose"),
    para([run("Keep "), run("cold", "bold", "italic"), run("see", link="https://example.org/a?b=1")], "warning"),
    step("Thaw one bag"),
    bullet("A point", level=8),
    table(["Reading", "Do"], [cell("15 cm", rowspan=2), cell(para("Top up"), table(["nested"]))], [cell("Call")]),
    image(alt="A dewar"),
    footnote("1", "Measured daily"),
]


def test_a_text_with_every_kind_of_block_is_canonical() -> None:
    check(WHOLE)
    assert [block["kind"] for block in walk(WHOLE)].count("paragraph") == 7
    assert image_digests(WHOLE) == {"a" * 64}
    assert "Top up nested" in plain_text(WHOLE)


BAD: list[tuple[str, Any, str]] = [
    ("no list", {"kind": "paragraph"}, "not a list"),
    ("no block", ["words"], "no known kind"),
    ("unknown kind", [{"id": "b", "kind": "script", "runs": []}], "no known kind"),
    ("kind that cannot be hashed", [{"id": "b", "kind": [], "runs": []}], "no known kind"),
    ("no id", [{"kind": "paragraph", "runs": []}], "no usable id"),
    ("id that leaves its attribute", [para("a") | {"id": 'b"onclick'}], "no usable id"),
    ("two blocks of one id", [para("a") | {"id": "b"}, para("b") | {"id": "b"}], "Two blocks"),
    ("field too many", [para("a") | {"style": "color:red"}], "wrong fields"),
    ("field too few", [{"id": "b", "kind": "heading", "runs": []}], "wrong fields"),
    ("heading of level 7", [heading("a") | {"level": 7}], "level 7"),
    ("heading of level True", [heading("a") | {"level": True}], "level True"),
    ("item of level 1.0", [bullet("a") | {"level": 1.0}], "level 1.0"),
    ("role unheard of", [para("a") | {"role": "shout"}], "role shout"),
    ("runs that are a text", [para("a") | {"runs": "a"}], "no list of runs"),
    ("run that is a number", [para([{"text": 4}])], "no text"),
    ("run with a handler", [para([{"text": "a", "onclick": "x"}])], "no text"),
    ("emphasis unheard of", [para([{"text": "a", "marks": ["blink"]}])], "unknown emphasis"),
    ("emphasis out of order", [para([{"text": "a", "marks": ["italic", "bold"]}])], "unknown emphasis"),
    ("emphasis twice", [para([{"text": "a", "marks": ["bold", "bold"]}])], "unknown emphasis"),
    ("emphasis that is a text", [para([{"text": "a", "marks": "bold"}])], "unknown emphasis"),
    ("link to a script", [para([{"text": "a", "link": "javascript:alert(1)"}])], "nowhere allowed"),
    ("link to a file", [para([{"text": "a", "link": "file:///etc/passwd"}])], "nowhere allowed"),
    ("link with a quote", [para([{"text": "a", "link": 'https://a"b'}])], "nowhere allowed"),
    ("block too long", [para("a" * (MAX_TEXT + 1))], "longer than"),
    ("number without style", [step("a") | {"number": {"list": "s", "pattern": "%1"}}], "without list"),
    ("style unheard of", [step("a") | {"number": {"list": "s", "style": "klingon", "pattern": "%1"}}], "unknown style"),
    ("pattern too long", [step("a") | {"number": {"list": "s", "style": "none", "pattern": "x" * 41}}], "pattern"),
    (
        "start without end",
        [step("a") | {"number": {"list": "s", "style": "none", "pattern": "", "start": 10**9}}],
        "start",
    ),
    ("picture without digest", [image() | {"digest": "../../etc/passwd"}], "digest"),
    ("picture without size", [image() | {"width": 0}], "no size"),
    ("picture with words that are none", [image() | {"alt": None}], "no words"),
    ("footnote without label", [footnote("1", "a") | {"label": 1}], "no label"),
    ("table without rows", [table() | {"rows": None}], "no rows"),
    ("table whose row is a cell", [table() | {"rows": [cell("a")]}], "no rows"),
    ("table with half a header row", [table() | {"header_rows": 0.5}], "header rows"),
    ("cell with a colour", [table([cell("a") | {"colour": "red"}])], "cell with the wrong fields"),
    ("cell that spans nothing", [table([cell("a", colspan=0)])], "spans nothing"),
    ("cell that spans too much", [table([cell("a", rowspan=1001)])], "spans nothing"),
    ("bad block deep in a cell", [table([cell(para("a") | {"role": "shout"})])], "role shout"),
]


@pytest.mark.parametrize(("blocks", "why"), [(bad[1], bad[2]) for bad in BAD], ids=[bad[0] for bad in BAD])
def test_what_is_not_canonical_is_refused_by_name(blocks: Any, why: str) -> None:
    with pytest.raises(BadBlocks, match=why):
        check(blocks)


def test_tables_inside_tables_without_end_are_refused() -> None:
    inner = table(["a"])
    for _ in range(MAX_DEPTH):
        inner = table([cell(inner)])
    with pytest.raises(BadBlocks, match="deep"):
        check([inner])


def test_numbers_follow_the_order_of_the_text() -> None:
    text = [heading("A"), heading("B", 2), heading("C", 2), heading("D"), heading("E", 2)]
    assert list(labels(text).values()) == ["1", "1.1", "1.2", "2", "2.1"]


def test_a_step_between_two_others_renumbers_the_rest() -> None:
    first, second = step("Thaw"), step("Flush")
    assert labels([first, second])[second["id"]] == "2."
    assert labels([first, step("Check"), second])[second["id"]] == "3."


def test_a_start_begins_again_and_deeper_levels_begin_anew() -> None:
    again = step("Again")
    again["number"] = again["number"] | {"start": 7}
    text = [step("One"), step("One one", 1), again, step("Seven one", 1), step("Eight")]
    assert list(labels(text).values()) == ["1.", "1.", "7.", "1.", "8."]


@pytest.mark.parametrize(
    ("style", "start", "shown"),
    [
        ("decimal", 12, "12"),
        ("decimal-zero", 3, "03"),
        ("lower-alpha", 27, "aa"),
        ("upper-alpha", 2, "B"),
        ("lower-roman", 1994, "mcmxciv"),
        ("upper-roman", 4, "IV"),
        ("upper-roman", 32_767, "32767"),
        ("none", 4, ""),
    ],
)
def test_every_style_of_number(style: str, start: int, shown: str) -> None:
    one = step("a")
    one["number"] = {"list": "s", "style": style, "pattern": "%1", "start": start}
    check([one])
    assert labels([one]) == {one["id"]: shown}
