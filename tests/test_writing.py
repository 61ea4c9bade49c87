"""Words on their way into a draft: kept, saved, merged with others'; references and what is said about them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qms.trail.errors import Invalid, NotAllowed
from qms.trail.models import Event
from sops import services
from sops.blocks import BadBlocks, check, text_of
from sops.bodies import read_body
from sops.citations import cited_in, cites, dangling, titles, troubles
from sops.merge import merge
from sops.models import Citation, WorkingText
from sops.notation import parse, write
from sops.references import number_in, settled, to_document
from sops.render import blocks_html
from sops.services.writing import Words, words_of
from tests import documents as do
from tests.texts import cell, heading, image, para, run, step, table


def changed(block, text):
    return block | {"runs": [run(text)]}


def words(blocks):
    return [text_of(block) for block in blocks]


def of(version, blocks, *, title=None, summary=None, revision=None) -> Words:
    at = version.revision if revision is None else revision
    return Words(at, blocks, version.title if title is None else title, version.summary if summary is None else summary)


# Merging


BASE = [
    heading("Aim"),
    para("One."),
    para("Two."),
    step("Do."),
    table(["What", "Limit"], ["Bath", "37"], ["Room", "20"]),
]


def test_passages_that_do_not_touch_are_merged():
    new = para("New.")
    theirs = [BASE[0], changed(BASE[1], "One, they."), *BASE[2:]]
    mine = [*BASE[:2], changed(BASE[2], "Two, me."), new, *BASE[3:]]
    done = merge(BASE, theirs, mine)
    assert words(done.blocks)[:5] == ["Aim", "One, they.", "Two, me.", "New.", "Do."]
    assert not done.twice
    assert not done.kept


def test_where_both_wrote_both_stand():
    theirs, mine = ([BASE[0], changed(BASE[1], who), *BASE[2:]] for who in ("They.", "Me."))
    done = merge(BASE, theirs, mine)
    assert words(done.blocks)[:3] == ["Aim", "They.", "Me."]
    assert done.blocks[1]["id"] == BASE[1]["id"]
    assert done.twice == [done.blocks[2]["id"]]
    check(done.blocks)


def test_what_one_changed_and_the_other_removed_stays():
    without, wrote = [BASE[0], *BASE[2:]], [BASE[0], changed(BASE[1], "Changed."), *BASE[2:]]
    for theirs, mine in ((without, wrote), (wrote, without)):
        done = merge(BASE, theirs, mine)
        assert done.kept == [BASE[1]["id"]]
        assert words(done.blocks)[1] == "Changed."
    assert merge(BASE, without, BASE).blocks == without
    assert merge(BASE, BASE, without).blocks == without


def test_cells_of_a_table_are_merged_and_a_new_row_beside_them():
    def with_cell(r, c, text):
        rows = [list(row) for row in BASE[4]["rows"]]
        inner = rows[r][c]["blocks"][0]
        rows[r][c] = rows[r][c] | {"blocks": [changed(inner, text)]}
        return BASE[4] | {"rows": rows}

    more = BASE[4] | {"rows": [*BASE[4]["rows"], [cell("Freezer"), cell("-80")]]}
    done = merge(BASE, [*BASE[:4], with_cell(1, 1, "36")], [*BASE[:4], with_cell(2, 0, "Hall")])
    assert not done.twice
    assert text_of(done.blocks[4]) == "What\tLimit\nBath\t36\nHall\t20"
    done = merge(BASE, [*BASE[:4], with_cell(1, 1, "36")], [*BASE[:4], more])
    assert text_of(done.blocks[4]) == "What\tLimit\nBath\t36\nRoom\t20\nFreezer\t-80"
    done = merge(BASE, [*BASE[:4], with_cell(1, 1, "36")], [*BASE[:4], with_cell(1, 1, "38")])
    assert "36 38" in text_of(done.blocks[4])
    check(done.blocks)


def test_a_table_that_both_rebuilt_stands_twice_with_ids_of_its_own():
    def narrow(at):
        return BASE[4] | {"rows": [[row[at]] for row in BASE[4]["rows"]]}

    done = merge(BASE, [*BASE[:4], narrow(0)], [*BASE[:4], narrow(1) | {"header_rows": 0}])
    assert len(done.twice) == 1
    check(done.blocks)


def test_moves_of_one_are_kept_with_the_words_of_the_other():
    moved = [BASE[2], BASE[0], BASE[1], *BASE[3:]]
    wrote = [BASE[0], changed(BASE[1], "One, me."), *BASE[2:]]
    for theirs, mine in ((moved, wrote), (wrote, moved)):
        assert words(merge(BASE, theirs, mine).blocks)[:3] == ["Two.", "Aim", "One, me."]


POOL = [para(f"P{n}") for n in range(6)]
sides = st.lists(st.tuples(st.sampled_from(POOL), st.sampled_from(["", "a", "b"])), unique_by=lambda one: one[0]["id"])


@settings(max_examples=300, deadline=None)
@given(sides, sides, sides)
def test_no_words_that_somebody_wrote_are_lost(base, theirs, mine):
    """Whatever three texts: the result is canonical, and what a side wrote that the base did not have is in it."""

    def text(side):
        return [changed(block, text_of(block) + more) for block, more in side]

    was, their, own = text(base), text(theirs), text(mine)
    done = merge(was, their, own)
    check(done.blocks)
    there = words(done.blocks)
    for side in (their, own):
        assert {text_of(block) for block in side if block not in was} <= set(there)
    assert merge(was, their, was).blocks == their
    assert merge(was, was, own).blocks == own


# Keeping and saving


def test_words_are_kept_without_a_trace_and_saved_with_one_event(world):
    version = do.draft(world)
    events, history = Event.objects.count(), version.history.count()
    text = [*read_body(version.body), para("More.")]
    for n in range(3):
        services.keep_words(version, of(version, text, title=f"T{n}"), by=world.fenn)
    assert (Event.objects.count(), version.history.count()) == (events, history)
    kept = WorkingText.objects.get()
    assert words_of(kept) == of(version, text, title="T2")
    saved = services.save_words(version, words_of(kept), by=world.fenn)
    assert (Event.objects.count(), saved.version.title, saved.since) == (events + 1, "T2", [])
    assert read_body(do.fresh(version).body) == text
    assert not WorkingText.objects.exists()
    again = services.save_words(version, of(saved.version, text), by=world.fenn)
    assert Event.objects.count() == events + 1
    assert again.version.revision == saved.version.revision


def test_a_save_against_an_older_revision_is_merged_and_says_who(world):
    version = do.draft(world)
    base = read_body(version.body)
    theirs = [base[0], changed(base[1], "By Bea."), base[2]]
    services.save_text(do.fresh(version), by=world.bea, revision=version.revision, blocks=theirs, summary="Bea's.")
    mine = [*base, para("By Fenn.")]
    saved = services.save_words(version, of(version, mine, summary="Fenn's."), by=world.fenn)
    assert words(read_body(do.fresh(version).body)) == [*words(theirs), "By Fenn."]
    assert [who for _at, who in saved.since] == ["Bea Thistledown"]
    assert saved.version.summary == "Bea's.\n\nFenn's."
    assert Event.objects.latest("pk").reason == "Merged with what others had saved meanwhile"
    assert {a.person for a in do.fresh(version).authorships.all()} == {world.fenn, world.bea}
    both = services.save_words(version, of(version, [base[0], changed(base[1], "Me."), base[2]]), by=world.fenn)
    assert "By Bea." in words(both.blocks)
    assert "Me." in words(both.blocks)
    assert both.merged is not None
    assert len(both.merged.twice) == 1


def test_a_title_that_both_changed_stays_theirs_and_mine_is_told(world):
    version = do.draft(world, title="Thawing")
    text = read_body(version.body)
    services.save_text(do.fresh(version), by=world.bea, revision=None, blocks=text, title="Bea's")
    saved = services.save_words(version, of(version, text, title="Fenn's"), by=world.fenn)
    assert (saved.version.title, saved.title_of_mine) == ("Bea's", "Fenn's")


def test_words_are_refused_where_nobody_writes(world):
    version = do.draft(world)
    text = read_body(version.body)
    for verb in (services.keep_words, services.save_words):
        with pytest.raises(NotAllowed, match="roles do not allow"):
            verb(version, of(version, text), by=world.jory)
        with pytest.raises(Invalid, match="no known kind"):
            verb(version, of(version, [{"id": "x", "kind": "script"}]), by=world.fenn)
    with pytest.raises(Invalid, match="not known"):
        services.save_words(version, of(version, text, revision=99), by=world.fenn)
    sent = do.send(version, world)
    for verb in (services.keep_words, services.save_words):
        with pytest.raises(NotAllowed, match="Only a draft"):
            verb(sent, of(sent, text), by=world.fenn)
    assert not WorkingText.objects.exists()


# References


def refers(number, words=""):
    return para([run("See "), run(words or number, link=to_document(number)), run(".")])


def test_a_reference_is_a_link_that_the_notation_keeps_and_the_schema_checks():
    block = refers("PROC SOP/(1)")
    check([block])
    assert number_in(block["runs"][1]["link"]) == "PROC SOP/(1)"
    assert parse(write(block["runs"])) == block["runs"]
    for bad in ("doc:", "doc:a b", "block:<x>", "javascript:alert(1)", "doc:a\n", "data:text/html,x"):
        with pytest.raises(BadBlocks, match="nowhere allowed"):
            check([para([run("x", link=bad)])])


def test_a_reference_inside_the_text_says_what_its_passage_says_now(world):
    target = heading("Thawing")
    text = [target, para([run("See "), run("old words", link=f"block:{target['id']}")])]
    assert text_of(settled(text)[1]) == "See 1 Thawing"
    version = do.draft(world, text=text)
    services.save_text(version, by=world.fenn, revision=None, blocks=[changed(target, "Freezing"), text[1]])
    stored = read_body(version.body)
    assert text_of(stored[1]) == "See 1 Freezing"
    assert f'<a href="#block-{target["id"]}">1 Freezing</a>' in blocks_html(stored, image_url=str)
    gone = [text[1]]
    assert [one.words for one in troubles(version, gone)] == ["“old words” is not in this text any more."]


def test_references_follow_the_title_and_are_written_down_with_the_text(world):
    target = do.in_force(world, title="Freezing").document
    text = [refers(target.number), refers("NO-SUCH-1")]
    version = do.draft(world, title="Thawing", text=text)
    assert [(c.number, c.document_id, c.block) for c in cites(version.document)] == [
        (target.number, target.pk, text[0]["id"]), ("NO-SUCH-1", None, text[1]["id"]),
    ]  # fmt: skip
    assert [c.version for c in cited_in(target)] == [version]
    assert [c.number for c in dangling()] == ["NO-SUCH-1"]
    assert titles(text, world.bea.user) == {target.number: "Freezing"}
    assert titles([refers(version.document.number)], world.jory.user) == {}
    html = blocks_html(text, image_url=str, cited={target.number: ("Freezing <b>", "/d/")})
    assert f'<a class="docref" href="/d/"><b class="docno">{target.number}</b> Freezing &lt;b&gt;</a>' in html
    assert "NO-SUCH-1." in html
    services.save_text(version, by=world.fenn, revision=None, blocks=[para("Nothing.")])
    assert not Citation.objects.exists()


def test_a_number_that_comes_later_is_found_then(world):
    do.draft(world, text=[refers("OLD-7")])
    late = services.create_document(
        by=world.fenn, type=do.sop_type(), facility=world.proc, title="Late", number="OLD-7"
    )
    assert [c.number for c in cited_in(late.document)] == ["OLD-7"]


def test_what_is_wrong_with_references_is_said(world):
    gone = do.withdraw(do.in_force(world, title="Old"), world).document
    planned = do.draft(world, title="Planned").document
    fine = do.in_force(world, title="Fine").document
    version = do.draft(world, title="Thawing")
    text = [refers(n) for n in (gone.number, planned.number, fine.number, version.document.number, "XX-1")]
    assert [(one.block, one.words) for one in troubles(version, text)] == [
        (text[0]["id"], f"{gone.number} is withdrawn."),
        (text[1]["id"], f"{planned.number} is not in force yet."),
        (text[3]["id"], f"{version.document.number} refers to itself."),
        (text[4]["id"], "XX-1: no document has this number."),
    ]


def test_a_number_among_the_words_is_written_down_and_offered_as_a_reference(world):
    other = do.in_force(world, title="Freezing").document
    own = do.draft(world, title="Thawing")
    said = f"See {other.number}, H2O and {own.document.number}-A. NO-SUCH-9 (see {other.number})."
    version = services.save_text(own, by=world.fenn, revision=None, blocks=[para(said), para(own.document.number)])
    assert [(c.number, c.is_link) for c in cites(version.document)] == [(other.number, False)]
    assert [one.version for one in cited_in(other)] == [own]
    text = read_body(version.body)
    assert [(one.block, one.named) for one in troubles(version, text)] == [(text[0]["id"], other.number)]
    services.save_text(version, by=world.fenn, revision=None, blocks=[*text, refers(other.number)])
    assert [(c.number, c.is_link) for c in cites(version.document)] == [(other.number, True), (other.number, False)]


def test_a_circle_is_told_and_allowed(world):
    own = do.draft(world, title="A")
    third = do.in_force(world, title="C", text=[refers(own.document.number)]).document
    second = do.in_force(world, title="B", text=[refers(third.number)]).document
    number = own.document.number
    assert [one.words for one in troubles(own, [refers(second.number)])] == [
        f"References in a circle: {number} → {second.number} → {third.number} → {number}. That is allowed."
    ]


def test_a_text_for_hostile_hands_is_no_text():
    for bad in (
        [para("nul\x00")], [para("half \ud800 sign")],
        [image() | {"alt": "\x00"}],
    ):  # fmt: skip
        with pytest.raises(BadBlocks):
            check(json.loads(json.dumps(bad)))
