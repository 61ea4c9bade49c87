"""Word in: no change is decided in silence, and every loss is named with its place and its words."""

import pytest

from sops.blocks import plain_text
from sops.word.model import Loss, Tracked
from sops.word.reader import read_word
from sops.word.symbols import symbol
from tests.word_files import FILES, W, kinds, p, read

# ---------------------------------------------------------------- tracked changes

TRACKED = (
    '<w:p><w:r><w:t xml:space="preserve">Thaw at </w:t></w:r>'
    '<w:del w:id="1" w:author="A. Person" w:date="2026-01-01T00:00:00Z">'
    '<w:r><w:delText>37</w:delText></w:r></w:del><w:ins w:id="2" w:author="B. Person" w:date="2026-01-02T00:00:00Z">'
    '<w:r><w:t>4</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> degrees</w:t></w:r></w:p>'
)


def test_no_number_is_decided_in_silence():
    """Whatever is decided about a tracked change, both texts are told, with their place."""
    accepted, rejected = read(p("Thawing", "H1") + TRACKED), read(p("Thawing", "H1") + TRACKED, tracked="reject")
    assert plain_text(accepted.blocks) == "Thawing\nThaw at 4 degrees"
    assert plain_text(rejected.blocks) == "Thawing\nThaw at 37 degrees"
    assert accepted.tracked == rejected.tracked == Tracked(insertions=1, deletions=1)
    assert accepted.tracked.open == 2
    assert accepted.losses == [
        Loss(
            "tracked change",
            "paragraph 1 under “Thawing”",
            "“37” was replaced by “4” (A. Person, 1 Jan 2026; accepted here)",
        )
    ]
    assert "“37” was replaced by “4”" in rejected.losses[0].sentence
    assert rejected.losses[0].sentence.endswith("rejected here)")


@pytest.mark.parametrize("name", ["rp006-inserted-paragraph-mark", "rp015-movefrom-moveto", "rp034-deleted-cells"])
@pytest.mark.parametrize(("decision", "twin"), [("accept", "accepted"), ("reject", "rejected")])
def test_a_decision_gives_the_text_that_word_gives(name, decision, twin):
    tracked = read_word((FILES / f"{name}-tracked.docx").read_bytes(), tracked=decision)
    assert plain_text(tracked.blocks) == plain_text(read_word((FILES / f"{name}-{twin}.docx").read_bytes()).blocks)
    assert "tracked change" in kinds(tracked)


def test_rejected_formatting_comes_back():
    change = '<w:pPrChange w:id="1" w:author="A"><w:pPr><w:pStyle w:val="H1"/></w:pPr></w:pPrChange>'
    text = read(p("Was a heading", more=change), tracked="reject")
    assert text.blocks[0]["kind"] == "heading"
    assert text.tracked == Tracked(formatting=1)


# ---------------------------------------------------------------- losses


@pytest.mark.parametrize(
    ("inner", "kind", "words"),
    [
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>", "hidden text", "secret"),
        ('<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>pale</w:t></w:r></w:p>', "white text", "pale"),
        (p("left \u202eright"), "invisible characters", "left \u202eright"),
        ('<w:p><w:r><w:sym w:font="Wingdings" w:char="F001"/></w:r></w:p>', "unknown symbol", "�"),
        ('<w:p><w:r><w:t>x</w:t><w:footnoteReference w:id="7"/></w:r></w:p>', "footnote", "x"),
        ('<w:p><w:fldSimple w:instr=" DDE cmd "><w:r><w:t>cached</w:t></w:r></w:fldSimple></w:p>', "field", "cached"),
        ('<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>', "field PAGE", "3"),
        ("<w:p><w:r><w:t>a</w:t></w:r><w:blink><w:r><w:t>b</w:t></w:r></w:blink></w:p>", "unknown element blink", "ab"),
        ('<w:p><w:r><w:t>a</w:t></w:r></w:p><w:altChunk r:id="none"/>', "embedded document", "a\n[Another document"),
        ('<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>b</w:t></w:r></w:p></w:sdtContent></w:sdt>',
         "choice list", "b"),
        ('<w:p><w:r><w:pict><v:shape xmlns:v="urn:v"><v:textpath string="DRAFT"/></v:shape></w:pict></w:r></w:p>',
         "drawing", "DRAFT"),
        ("<w:p><w:r><w:rPr><w:rtl/></w:rPr><w:t>שלום</w:t></w:r></w:p>", "right-to-left", "שלום"),
        ('<w:p><w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t>lot</w:t></w:r></w:p>', "colour", "lot"),
    ],
)  # fmt: skip
def test_what_is_lost_is_named_and_its_words_are_kept(inner, kind, words):
    text = read(inner)
    assert kind in kinds(text)
    assert plain_text(text.blocks).startswith(words)
    assert all(loss.sentence for loss in text.losses)


def test_comments_are_named_with_their_words_and_what_they_are_about():
    made = 'w:id="1" w:author="C. Reader" w:date="2026-02-03T00:00:00Z"'
    comments = f"<w:comments {W}><w:comment {made}>{p('Which buffer?')}</w:comment></w:comments>"
    inner = (
        '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>Wash with buffer.</w:t></w:r><w:commentRangeEnd w:id="1"/>'
        '<w:r><w:commentReference w:id="1"/></w:r></w:p>'
    )
    (loss,) = read(inner, ("comments", "comments.xml", comments)).losses
    assert loss.sentence == "Comment by C. Reader, 3 Feb 2026: “Which buffer?”. It is about “Wash with buffer.”."


def test_a_text_box_is_read_once_and_not_from_its_fallback():
    box = f"<w:txbxContent>{p('boxed')}</w:txbxContent>"
    inner = (
        '<w:p><w:r><w:t>text</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice><w:drawing>'
        f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    text = read(inner)
    assert plain_text(text.blocks) == "text\nboxed"
    assert "text box" in kinds(text)


def test_an_equation_cannot_be_read_wrongly():
    power = (
        '<m:oMath xmlns:m="urn:m"><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>'
        "<m:sup><m:r><m:t>-3</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    text = read(f"<w:p><w:r><w:t>c = </w:t></w:r>{power}</w:p>")
    assert plain_text(text.blocks) == "c = 10^(-3)"
    assert "equation" in kinds(text)


def test_form_fields_keep_what_was_chosen():
    words = plain_text(read_word((FILES / "d-legacy-forms.docx").read_bytes()).blocks)
    assert "Checkbox ☐" in words


def test_symbols_of_symbol_fonts_have_their_meaning():
    assert [
        symbol("Symbol", 0xF0B0),
        symbol("Symbol", 0xF06D),
        symbol("Symbol", 0xB1),
        symbol("Symbol", 0xF0A3),
    ] == list("°μ±≤")
    assert [symbol("Wingdings", 0xF0FC), symbol("Wingdings", 0xA8), symbol("Wingdings", 0xF0E0)] == list("✓◻→")
    assert symbol("Wingdings", 0xF001) == "�"


def test_a_field_that_never_ends_hides_nothing():
    inner = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> PAGE </w:instrText></w:r></w:p>' + p(
        "After it"
    )
    assert plain_text(read(inner).blocks) == "After it"
