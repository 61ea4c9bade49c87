"""Texts and redlines as HTML: escaped, well formed, real lists and tables, anchors and numbers of changes."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from sops.blocks import Block, walk
from sops.compare import compare
from sops.render import block_parts, blocks_html, outline, redline_html, redline_parts
from tests import texts
from tests.test_compare import ROWS, fresh
from tests.texts import bullet, cell, footnote, heading, image, para, run, step, table

VOID = {"br", "img"}


def url(digest: str) -> str:
    return f"/files/{digest[:4]}/"


class Page(HTMLParser):
    """Reads HTML, refuses what is not well nested, and keeps what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def page(*blocks: Block, shift: int = 1) -> Page:
    return Page(blocks_html(list(blocks), image_url=url, shift=shift))


def html(*blocks: Block) -> str:
    """Return the HTML without anchors, which the tests ask about elsewhere."""
    return re.sub(r' id="[^"]+"', "", blocks_html(list(blocks), image_url=url))


def test_words_are_escaped_wherever_they_stand() -> None:
    evil = "<script>alert(1)</script>\"'&"
    made = page(
        heading(evil),
        para([run(evil, "bold", link="https://example.org/?a=1&b='")], "warning"),
        step(evil),
        table([evil]),
        image(alt=evil),
        footnote(evil, evil),
    )
    assert "script" not in made.names
    assert made.words.count(evil) == 6
    assert made.attributes <= {
        "id",
        "class",
        "role",
        "aria-label",
        "tabindex",
        "scope",
        "src",
        "alt",
        "width",
        "height",
        "href",
        "rel",
    }


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//example.org", "/logout/", 'https://a"b']
)
def test_a_link_that_leads_elsewhere_is_only_words(link: str) -> None:
    """Blocks are checked before they are stored; the page does not rely on it."""
    assert html(para([run("see", link=link)])) == "<p>see</p>"


def test_emphasis_links_and_line_ends() -> None:
    words = para(
        [run("one\ntwo ", "bold", "italic"), run("H"), run("2", "sub"), run("form", link="mailto:a@example.org")]
    )
    assert html(words) == (
        "<p><em><strong>one<br>two </strong></em>H<sub>2</sub>"
        '<a href="mailto:a@example.org" rel="noopener noreferrer">form</a></p>'
    )


def test_headings_are_shifted_and_leave_no_step_out() -> None:
    made = page(heading("A", 1), heading("B", 4), heading("C", 2), heading("D", 6), heading("", 2))
    assert made.names == ["h2", "span", "h3", "span", "h3", "span", "h4", "span", "p", "span"]
    assert page(heading("A"), shift=3).names[0] == "h4"


def test_steps_are_nested_lists_with_their_own_numbers() -> None:
    made = html(step("One"), step("In", 1), bullet("Point", 1), step("Two"), para("Between"), step("Three"))
    assert made == (
        '<ol class="steps" role="list"><li><span class="no">1.</span> One'
        '<ol class="steps" role="list"><li><span class="no">1.</span> In</li></ol>\n'
        '<ul class="points" role="list"><li>Point</li></ul></li>\n'
        '<li><span class="no">2.</span> Two</li></ol>\n<p>Between</p>\n'
        '<ol class="steps" role="list"><li><span class="no">3.</span> Three</li></ol>'
    )


def test_a_list_that_begins_deep_and_comes_back() -> None:
    made = page(step("deep", 3), step("less", 1), step("most", 0))
    assert made.names.count("ol") == 3


def test_warnings_notes_and_captions() -> None:
    assert (
        html(para("Stop", "warning"))
        == '<div class="note note-warn" role="note" aria-label="Warning"><p>Stop</p></div>'
    )
    assert html(para("See", "note")) == '<div class="note note-go" role="note" aria-label="Note"><p>See</p></div>'
    assert html(para("Table 1", "caption")) == '<p class="caption">Table 1</p>'
    assert html(para("Said", "quote")) == "<blockquote><p>Said</p></blockquote>"


def test_a_table_has_heads_with_scope_and_merged_cells() -> None:
    made = html(table([cell("Limits", colspan=2), "Do"], [cell("Both", rowspan=2), "4", "Call"], ["8", "Wait"]))
    assert '<th colspan="2" scope="colgroup"><p>Limits</p></th><th scope="col"><p>Do</p></th></tr></thead>' in made
    assert '<tr><td rowspan="2"><p>Both</p></td><td><p>4</p></td><td><p>Call</p></td></tr>' in made
    assert made.count("<td") == 5


def test_a_head_that_reaches_into_the_body_takes_it_along() -> None:
    made = html(table([cell("Limits", rowspan=2), "Low"], ["High"], ["4", "8"]))
    assert made.index("High") < made.index("</thead>") < made.index("8")


def test_a_picture_names_its_address_and_says_when_it_has_no_words() -> None:
    assert (
        html(image(alt="A dewar")) == '<figure><img src="/files/aaaa/" alt="A dewar" width="40" height="30"></figure>'
    )
    assert 'alt="Picture without a description"' in html(image())


def test_every_block_can_be_linked_to_and_carries_its_bar() -> None:
    text = [heading("A"), para("b"), step("c"), table([cell("d", table(["e"]))]), image(), footnote("1", "f")]
    assert set(Page(blocks_html(text, image_url=url)).ids) == {f"block-{block['id']}" for block in walk(text)}
    barred = blocks_html(text, image_url=url, since={text[1]["id"]})
    assert f'<p id="block-{text[1]["id"]}" class="since">b</p>' in barred
    assert barred.count("since") == 1


def test_parts_are_the_blocks_one_by_one() -> None:
    text = [heading("A"), step("b"), step("c", 1), para("d")]
    parts = list(block_parts(text, image_url=url))
    assert [block for block, _ in parts] == text
    assert re.sub(r' id="[^"]+"', "", parts[2][1]) == (
        '<ol class="steps alone-1" role="list"><li><span class="no">1.</span> c</li></ol>'
    )


def test_an_empty_text_is_an_empty_page() -> None:
    assert blocks_html([], image_url=url) == ""
    assert redline_html(compare([], []), image_url=url) == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(texts.blocks, max_size=6), st.lists(texts.blocks, max_size=4), st.randoms(use_true_random=False))
def test_any_redline_is_well_formed_and_shows_every_change(a: list[Block], b: list[Block], random: object) -> None:
    old, new = fresh(a), fresh(a[2:] + b + a[:1])
    redline = compare(old, new)
    made = Page(redline_html(redline, image_url=url))
    numbers = [int(one.removeprefix("change-")) for one in made.ids if one.startswith("change-")]
    assert sorted(numbers) == [change.number for change in redline.changes]
    assert {f"block-{block['id']}" for block in walk(new)} <= set(made.ids)
    assert len(list(redline_parts(redline, image_url=url))) == len(redline.blocks)


def test_words_that_went_and_came_are_marked_and_said() -> None:
    old, new = [step("Hold 60 minutes")], [step("Hold 20 minutes")]
    made = redline_html(compare(old, new), image_url=url)
    assert made == (
        f'<ol class="steps" role="list"><li id="block-{new[0]["id"]}" class="chg" data-change="1">'
        '<span class="visually-hidden" id="change-1">Change 1: </span><span class="chg-no" aria-hidden="true">1</span> '
        '<span class="no">1.</span> Hold <del><span class="visually-hidden">Removed: </span>60</del>'
        '<ins><span class="visually-hidden">Added: </span>20</ins> minutes</li></ol>'
    )


def test_a_redline_escapes_on_both_sides() -> None:
    made = Page(redline_html(compare([para("<script>a</script>")], [para("<script>b</script> new")]), image_url=url))
    assert "script" not in made.names


def test_a_moved_block_points_to_its_other_place() -> None:
    moved = "Check the wristband of the recipient."
    old = [para(moved), *[para(f"Step number {n} stays") for n in range(4)]]
    new = [*fresh(old[1:]), para(moved)]
    made = redline_html(compare(old, new), image_url=url)
    was, now = f"was-{old[0]['id']}", f"block-{new[-1]['id']}"
    assert f'<p id="{was}" class="chg chg-moved"' in made and f'<a href="#{now}">' in made
    assert f'<p id="{now}" class="chg chg-moved"' in made and f'<a href="#{was}">' in made
    assert made.count('data-change="1"') == 2


def test_a_change_of_looks_says_so() -> None:
    made = redline_html(compare([para("Never")], [para([run("Never", "bold")])]), image_url=url)
    assert (
        '<span class="chg-look"><strong>Never</strong></span> <span class="chg-why">Only the formatting changed.'
        in made
    )


def test_both_pictures_are_shown() -> None:
    made = Page(redline_html(compare([para("x"), image("a")], [para("x"), image("b")]), image_url=url))
    assert made.names[-6:] == ["del", "span", "img", "ins", "span", "img"]


def test_a_table_shows_rows_and_columns_of_both_texts() -> None:
    new = [[row[0], "When", *row[1:]] for row in ROWS[:2]]
    made = redline_html(compare([table(*ROWS)], [table(*new)]), image_url=url)
    rows = re.findall("<tr.*?</tr>", made, re.DOTALL)
    assert [len(re.findall("<t[hd]", row)) for row in rows] == [4, 4, 4]
    assert rows[2].startswith('<tr class="chg-row" data-change="2"><td><span class="visually-hidden" id="change-2">')
    assert '<td class="none"></td>' in rows[2]
    assert "Columns added: 1. Columns removed: 0." in made


def test_the_tags_show_text_redline_summary_list_and_outline() -> None:
    old = [heading("Limits"), para("Hold 60 minutes"), heading("Records"), para("Kept 30 years")]
    new = [*old[:1], para("Hold 20 minutes"), *old[2:], para("Signed & kept"), image()]
    source = (
        '{% load text %}{% blocks_html new images="/f/" %}|{% redline_html redline images="/f/" %}|'
        "{% redline_summary redline %}|{% change_list redline %}|{% outline new redline %}"
    )
    context = Context({"new": new, "redline": compare(old, new)})
    text, redline, summary, changes, listed = Template(source).render(context).split("|")
    assert f'<img src="/f/{"a" * 64}/"' in text and "<ins>" not in text
    assert "<del>" in redline
    assert "2 changes" in summary and "1 reworded" in summary and "1 added" in summary and " moved<" not in summary
    assert '<li value="2"><a href="#change-2">Added' in changes and "Signed &amp; kept" in changes
    assert [(entry.text, entry.label, entry.changes) for entry in outline(new, compare(old, new))] == [
        ("Limits", "1", 1),
        ("Records", "2", 1),
    ]
    assert listed.count('<span class="dot">1<') == 2


def test_a_summary_of_nothing_says_so() -> None:
    shown = Template("{% load text %}{% redline_summary redline %}").render(Context({"redline": compare([], [])}))
    assert "Nothing changed." in shown
