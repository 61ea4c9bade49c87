"""Word out and back: what goes out comes back as it was, and what does not is listed here by name."""

import copy
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.trail.errors import Invalid
from sops.blocks import Block, check, labels, walk
from sops.matching import in_word, matched
from sops.word.out import Copy, write_word
from sops.word.reader import read_word
from sops.word.sandbox import read_word_safely
from tests import texts
from tests.corpus import DATA, ROOT, needs_corpus
from tests.test_compare import fresh, normal
from tests.texts import bullet, cell, footnote, heading, para, run, step, table

MOST = 60_000  # bytes of a corpus file; the large ones take half a minute together and are asked for by name
LARGE = ["docx/protocol-casecontrol-v1.docx", "docx/asvs-hebrew.docx"]
FILES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docx/**/*.docx") if path.stat().st_size <= MOST)
WORKING = Copy(notice="Working copy, not controlled. X, version 1, as of now.", version="X v1", text="a" * 64)


def out_and_back(blocks: list[Block], pictures: dict[str, bytes] | None = None) -> list[Block]:
    word = read_word(write_word(blocks, WORKING, lambda digest: (pictures or {})[digest]))
    assert [
        loss for loss in word.losses if loss.kind not in ("picture without description", "invisible characters")
    ] == []
    assert (word.words.missing, word.words.listed) == (0, 0)
    return word.blocks


def without_ids(blocks: list[Block]) -> list[Block]:
    """Return the text without ids, its lists named by the order in which they come."""
    made, names = copy.deepcopy(normal(blocks)), dict[str, str]()
    for block in walk(made):
        del block["id"]
        if "number" in block:
            name = block["number"]["list"]
            block["number"]["list"] = names.setdefault(name, f"list {len(names) + 1}")
    return made


@needs_corpus
@pytest.mark.parametrize("name", [*FILES, *LARGE], ids=lambda name: Path(name).stem)
def test_a_text_of_the_corpus_comes_back_as_it_went(name: str) -> None:
    try:
        word = read_word((ROOT / name).read_bytes())
    except Invalid as refused:  # files that no import takes are tested elsewhere; anything else is a fault
        pytest.skip(str(refused))
    assert without_ids(out_and_back(word.blocks, word.pictures)) == without_ids(word.blocks)


def test_everything_that_a_text_can_hold() -> None:
    text = [
        heading("Thawing"), heading("Bath", 2), para("If the bag leaks, stop.", "warning"), para("Mind.", "note"),
        para("Table 1", "caption"), para("“Never refreeze.”", "quote"),
        step("Lower it"), step("at 37 °C", 1), step("Take it out"), bullet("one"), bullet("two", 2),
        para([run("bold", "bold"), run(" "), run("all", "bold", "code", "italic", "strike", "underline"),
              run("2", "sub"), run("3", "sup"), run("here", link="https://example.org/a?b=c&d=%20e"),
              run("\ttab\nline")]),
        para([run("as in "), run("PROC-SOP-002", link="doc:PROC-SOP-002"), run(" and "),
              run("1 Thawing", link="block:b1")]),
        table(["What", "Limit"], [cell("Both", colspan=2)], [cell("Bath", rowspan=2), "36 °C"], ["38 °C"]),
        table(["A table right after another"], [cell("one", table(["in", "side"]))], header_rows=0),
        para([run("A note"), run("1", "sup"), run(" and another"), run("e1", "sup"), run(".")]),
        footnote("1", "Said at the foot."), footnote("e1", "Said at the end."),
    ]  # fmt: skip
    assert without_ids(out_and_back(text)) == without_ids(text)


def test_a_list_that_begins_anew_and_a_step_that_looks_another_way() -> None:
    text = [step("One"), step("Two"), step("Anew"), step("Next"), step("Last")]
    text[2]["number"] |= {"start": 1}
    text[3]["number"] |= {"style": "upper-roman", "pattern": "(%1)"}
    text[4]["number"] |= {"start": 7}
    back = out_and_back(text)
    assert list(labels(back).values()) == ["1.", "2.", "1.", "(II)", "7."]
    assert without_ids(back) == without_ids(text)


def test_a_reference_leads_to_its_passage_in_word_too_and_is_one_again() -> None:
    text = [heading("Thawing"), para("See")]
    text[1]["runs"].append(run("1 Thawing", link=f"block:{text[0]['id']}"))
    data = write_word(text, WORKING, lambda digest: b"")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        body = parts.read("word/document.xml").decode()
    assert '<w:bookmarkStart w:id="0" w:name="_engraft0"/>' in body and 'w:anchor="_engraft0"' in body
    assert read_word(data).blocks[1]["runs"][1]["link"] == f"block:{text[0]['id']}"


NAMED_LOSSES: dict[str, tuple[list[Block], list[Block]]] = {
    "an empty paragraph goes": ([para("One"), para([]), para("Two")], [para("One"), para("Two")]),
    "spaces around a paragraph go": ([para(" One ")], [para("One")]),
    "a heading is bold by itself": ([heading("One"), heading([run("Two", "bold")])], [heading("One"), heading("Two")]),  # type: ignore[arg-type]
    "a link is underlined by itself": (
        [para([run("here", "underline", link="https://example.org")])], [para([run("here", link="https://example.org")])],
    ),
    "a sign that no XML holds goes": ([para("One\x0btwo")], [para("Onetwo")]),
    "a note without its mark in the text has a star": (
        [para("One"), footnote("4", "x")], [para("One"), footnote("*", "x")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED_LOSSES)
def test_what_does_not_come_back_has_a_name(name: str) -> None:
    went, comes = NAMED_LOSSES[name]
    assert without_ids(out_and_back(went)) == without_ids(comes)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts.blocks, min_size=1, max_size=6))
def test_whatever_goes_out_can_be_read_and_has_its_words(text: list[Block]) -> None:
    made = [block for block in fresh(text) if block["kind"] != "image"]
    for block in walk(made):
        if block["kind"] == "table":
            for row in block["rows"]:
                for one in row:
                    one["blocks"] = [inner for inner in one["blocks"] if inner["kind"] not in ("image", "footnote")]
    made = [*made, para("The last words.")]
    word = read_word(write_word(made, WORKING, lambda digest: b""))
    check(word.blocks)
    squeezed = json.dumps(
        ["".join(one["text"] for one in block.get("runs", ())).split() for block in walk(word.blocks)]
    )
    for block in walk(made):
        for one in block.get("runs", ()):
            assert all(piece in squeezed for piece in [json.dumps(word)[1:-1] for word in one["text"].split()][1:-1])


def test_the_same_text_gives_the_same_bytes_and_a_file_that_the_check_lets_in() -> None:
    text = [heading("Thawing"), step("Lower it"), para("End")]
    data = write_word(text, WORKING, lambda digest: b"")
    assert data == write_word(text, WORKING, lambda digest: b"")
    word = read_word_safely(data)
    assert (word.origin.text, word.origin.version, word.origin.notice) == ("a" * 64, "X v1", WORKING.notice)


def test_passages_find_their_ids_again_after_work_in_word() -> None:
    """Reworded, moved, removed and added; in cells as well; a list counts on under its own name."""
    old = [heading("Thawing"), step("Lower the bag into the bath."), step("Take it out after 60 seconds."),
           para("Check the wristband of the recipient."),
           table(["What", "Limit"], ["Bath", "36 °C"], ["Time", "60 s"])]  # fmt: skip
    new = out_and_back(old)
    new[2]["runs"] = [{"text": "Take it out after 90 seconds."}]
    new[4]["rows"][2][1]["blocks"][0]["runs"] = [{"text": "90 s"}]
    new = [new[3], *new[:3], {**new[1], "id": "b99", "runs": [{"text": "Label it."}]}, new[4]]
    text, names = matched(old, new, taken=set())
    ids = [block["id"] for block in old]
    assert [block["id"] for block in text if block["id"] in ids] == [ids[3], *ids[:3], ids[4]]
    assert [b["id"] for b in walk([text[5]])] == [b["id"] for b in walk([old[4]])]
    assert names["b3"] == ids[2] and names["b99"] not in {block["id"] for block in walk(old)}
    assert {block["number"]["list"] for block in text if block["kind"] == "item"} == {"s"}
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts.simple, min_size=1, max_size=8))
def test_a_text_matched_with_itself_is_itself(text: list[Block]) -> None:
    old = fresh(text)
    again, _names = matched(old, fresh(text), taken=set())
    assert [{**block, "id": ""} for block in again] == [{**block, "id": ""} for block in old]
    assert again == old or len({json.dumps({**block, "id": ""}, sort_keys=True) for block in old}) < len(old)


def test_what_word_cannot_say_is_as_it_was_where_nothing_was_written() -> None:
    old = [heading("One"), heading([run("Two", "bold")])]  # type: ignore[arg-type]
    text, _names = matched(old, out_and_back(old), taken=set())
    assert text == old and in_word(old[1]) == [{"text": "Two"}]


def test_the_files_of_the_repository_come_back_too() -> None:
    """The corpus may be absent; these never are."""
    for path in sorted((DATA / "word").glob("*.docx")):
        word = read_word(path.read_bytes())
        assert without_ids(out_and_back(word.blocks, word.pictures)) == without_ids(word.blocks), path.name
