"""Redlines of real documents and their real revisions, and the command that prints them."""

import functools
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from sops.blocks import Block, walk
from sops.compare import BlockDiff, Redline, compare, side
from sops.compare.plain import as_data
from sops.render import redline_html
from sops.word.reader import read_word
from tests.corpus import ROOT, needs_corpus, rows
from tests.test_compare import all_words, normal, text_of_side
from tests.test_render import Page, url

PAIRS = rows("docx/PAIRS.csv")
TRACKED = sorted(
    str(path.relative_to(ROOT))[: -len("-tracked.docx")] for path in ROOT.glob("docx/micro/*-tracked.docx")
)
# Paragraphs counted by the corpus are the same, but a paragraph went into a table, notes changed, or a blank did.
UNCOUNTED = {"wc007", "wc036-footnote-with-table", "wc055-french"}


@functools.cache
def _text(name: str) -> tuple[Block, ...]:
    return tuple(read_word((ROOT / name).read_bytes()).blocks)


def text(name: str) -> list[Block]:
    return list(_text(name))


def leaves(diffs: list[BlockDiff]) -> list[BlockDiff]:
    """Return the diffs of all blocks, those in cells too, tables themselves left out."""
    found: list[BlockDiff] = []
    for diff in diffs:
        inner = [leaf for row in diff.rows for cell in row.cells for leaf in leaves(cell.blocks)]
        found += inner if diff.block["kind"] == "table" else [diff]
    return found


def count(redline: Redline, *ops: str) -> int:
    """Return how many blocks with words were found to be so."""
    return sum(diff.op in ops and bool(all_words([diff.block]).strip()) for diff in leaves(redline.blocks))


@needs_corpus
@pytest.mark.parametrize("row", PAIRS, ids=[Path(row["new"]).stem for row in PAIRS])
def test_a_real_revision(row: dict[str, str]) -> None:
    """Both texts come back; what the corpus counted as unchanged is unchanged, and what changed is found."""
    old, new = text(row["old"]), text(row["new"])
    redline = compare(old, new)
    assert side(redline, "old") == normal(old)
    assert side(redline, "new") == normal(new)
    assert text_of_side(redline, {"equal", "insert"}).replace("\n", "") == all_words(new).replace("\n", "")
    assert text_of_side(redline, {"equal", "delete"}).replace("\n", "") == all_words(old).replace("\n", "")
    unchanged, changed = int(row["unchanged"]), sum(int(row[name]) for name in ("changed", "inserted", "deleted"))
    assert count(redline, "change", "insert", "delete") <= 2.5 * changed + 6
    if row["pair"] not in UNCOUNTED:
        same, total = count(redline, "equal", "format"), count(redline, "equal", "format", "change", "insert")
        assert same / max(total, 1) >= 0.8 * unchanged / max(int(row["paragraphs_new"]), 1) - 0.1
        pictures = int(row["images_added"]) + int(row["images_removed"])
        assert bool(redline.changes) == bool(changed or pictures)


@needs_corpus
@pytest.mark.parametrize("row", PAIRS, ids=[Path(row["new"]).stem for row in PAIRS])
def test_a_real_redline_is_well_formed_html(row: dict[str, str]) -> None:
    redline = compare(text(row["old"]), text(row["new"]))
    made = Page(redline_html(redline, image_url=url))
    numbers = sorted(int(one.removeprefix("change-")) for one in made.ids if one.startswith("change-"))
    assert numbers == [change.number for change in redline.changes]
    assert {f"block-{block['id']}" for block in walk(text(row["new"]))} <= set(made.ids)


@needs_corpus
@pytest.mark.parametrize("name", TRACKED, ids=[Path(name).name for name in TRACKED])
def test_accepting_all_changes_gives_the_accepted_text(name: str) -> None:
    """Against the file that Word's changes were accepted in, the redline shows what the tracked file said."""
    data = (ROOT / f"{name}-tracked.docx").read_bytes()
    before, after = read_word(data, "reject"), read_word(data, "accept")
    new, redline = after.blocks, compare(before.blocks, after.blocks)
    assert text_of_side(redline, {"equal", "insert"}).replace("\n", "") == all_words(new).replace("\n", "")
    assert bool(redline.changes) == bool(after.tracked.open)
    accepted = text(f"{name}-accepted.docx")
    assert [change for change in compare(new, accepted).changes if change.op != "format"] == []


@needs_corpus
def test_the_command_prints_data_that_gives_both_texts() -> None:
    names = ("docx/requirements-fig72-v2.docx", "docx/requirements-fig72-v3.docx")
    out = StringIO()
    call_command("redline", *(str(ROOT / name) for name in names), "--json", stdout=out)
    data = json.loads(out.getvalue())
    assert data == json.loads(json.dumps(as_data(compare(*map(text, names)))))
    for name, ops in zip(names, ({"equal", "delete"}, {"equal", "insert"}), strict=True):
        shown = "".join(s["text"] for block in data["blocks"] for s in block["segments"] if s["op"] in ops)
        assert shown.replace("\n", "") == all_words(text(name)).replace("\n", "")


@needs_corpus
def test_the_command_prints_text() -> None:
    out = StringIO()
    before, after = (str(ROOT / f"docx/micro/wc009-table-{side}.docx") for side in ("before", "after"))
    call_command("redline", before, after, stdout=out)
    assert out.getvalue().startswith("1 change\n   1  (table 1, row 1, column 1) ")


def test_the_command_says_in_a_sentence_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(b"not a Word file")
    for name in (wrong, tmp_path / "missing.docx", tmp_path):
        with pytest.raises(CommandError, match=name.name) as refused:
            call_command("redline", str(name), str(wrong))
        assert refused.value.returncode == 2
        assert str(refused.value).endswith(".")
