"""Finding documents by their words: phrases, the place where the words stand, every version."""

import html
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from qms.search.hits import first_hit
from qms.search.index import phrases
from qms.search.models import SearchEntry
from sops import services
from sops.finding import Filters, find_documents, find_versions
from tests import documents as do
from tests.readings import next_version

TEXT = "Purpose\nThe Überwachung of nitrogen/gas is done twice a day, morning and evening.\nSee HPC, Apheresis."


def marked(text, query):
    hit = first_hit(text, query)
    if hit is None:
        return None
    words = "".join(f"[{part}]" if found else part for part, found in hit.parts)
    return f"{'' if hit.begins else '…'}{words}{'' if hit.ends else '…'}"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("uberwach", "The [Überwachung] of nitrogen/gas is done twice a day, morning and evening."),
        ("NITROGEN", "The Überwachung of [nitrogen]/gas is done twice a day, morning and evening."),
        ('"nitrogen gas"', "The Überwachung of [nitrogen/gas] is done twice a day, morning and evening."),
        ("evening", "…is done twice a day, morning and [evening]."),
        ("twice evening", "The Überwachung of nitrogen/gas is done [twice] a day, morning and [evening]."),
        ("hpc apheresis", "See [HPC], [Apheresis]."),
        ("purpose", "[Purpose]"),
        ("day day", "…of nitrogen/gas is done twice a [day], morning and evening."),
        ("zzz", None), ("", None), ('""', None), ("(", None), ("itrogen", None),
    ],
)  # fmt: skip
def test_where_words_stand(query, shown):
    assert marked(TEXT, query) == shown


def test_a_long_line_is_shown_around_the_word_and_cut_between_words():
    shown = marked("one two three four " * 30 + "needle " + "five six seven " * 30, "needle")
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "[needle]" in shown
    assert len(shown) < 150
    assert set(re.findall(r"\w+", shown)) <= {"one", "two", "three", "four", "needle", "five", "six", "seven"}


def test_signs_that_become_several_keep_their_place():
    assert marked("Straße ﬁne İstanbul needle", "needle") == "Straße ﬁne İstanbul [needle]"


def test_phrases_are_words_in_quotes():
    assert phrases('“Liquid  Nitrogen” now "one" «deux mots»') == ["liquid nitrogen", "deux mots"]
    assert phrases('"unclosed phrase') == []


@pytest.fixture
def three(world):
    """A document in force in its second version, a draft, and one of another facility."""
    first = do.in_force(world, title="Thawing", text=[*do.TEXT, do.paragraph("x1", "Warm slowly in a bath of water.")])
    second = next_version(first, world, [*do.TEXT, do.paragraph("x1", "Warm quickly: a bath of warm water, 37 °C.")])
    draft = do.draft(world, title="Freezing", text=[do.paragraph("y1", "Water and a bath are not needed.")])
    other = services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Elsewhere",
        blocks=[do.paragraph("z1", "Warm slowly, too.")],
    )  # fmt: skip
    return second, draft, other


def numbers(person, query):
    return [document.number for document in find_documents(person.user, Filters(text=query)).documents]


def test_a_phrase_wants_its_words_one_after_the_other(world, three):
    second, draft, _other = three
    assert set(numbers(world.fenn, "bath water")) == {second.document.number, draft.document.number}
    assert numbers(world.fenn, '"bath of warm wat"') == [second.document.number]
    assert numbers(world.fenn, '"water bath"') == []
    assert numbers(world.fenn, '"warm quickly" bath') == [second.document.number]
    assert numbers(world.fenn, f'"{second.document.number}"') == [second.document.number]
    assert numbers(world.fenn, '"a bath') == numbers(world.fenn, "a bath")  # a quote that is never closed


def test_the_register_shows_where_the_words_stand(world, three, as_):
    second, _draft, _other = three
    page = as_(world.fenn).get(reverse("register"), {"q": "quick"}).content.decode()
    assert f"{second.document.number}</a>" in page
    assert '<span class="hit">Warm <mark>quickly</mark>: a bath of warm water, 37 °C.</span>' in html.unescape(page)
    assert reverse("version-search") in page
    reader = as_(world.jory).get(reverse("register"), {"q": "quick"}).content.decode()
    assert reverse("version-search") not in reader  # who sees no former versions is not led there


def test_every_version_is_searched_those_in_force_first(world, three, as_):
    second, draft, other = three
    found, cut = find_versions(world.fenn.user, "water")
    assert [(one.document.number, one.n) for one in found] == [
        (second.document.number, 2), *sorted([(draft.document.number, 1), (second.document.number, 1)])
    ]  # fmt: skip
    assert not cut
    assert [one.n for one in find_versions(world.fenn.user, '"warm slowly"')[0]] == [1]
    assert {one.document_id for one in find_versions(world.marit.user, "slowly")[0]} == {
        second.document_id, other.document_id,
    }  # fmt: skip
    page = html.unescape(as_(world.fenn).get(reverse("version-search"), {"q": '"warm slowly"'}).content.decode())
    assert "<b>1</b> version" in page
    assert "<mark>Warm slowly</mark> in a bath" in page
    assert "Elsewhere" not in page
    assert list(find_versions(world.marit.user, " ")[0]) == []


def test_pages_without_words_or_without_finds_say_what_to_do(world, as_):
    client = as_(world.fenn)
    assert "What do you look for?" in client.get(reverse("version-search")).content.decode()
    assert "Words in quotes have to follow" in client.get(reverse("version-search"), {"q": "zzz"}).content.decode()
    assert as_(world.jory).get(reverse("version-search"), {"q": "bath"}).status_code == 403


def test_a_draft_is_found_by_its_new_words_only(world, three):
    _second, draft, _other = three
    services.save_text(draft, by=world.fenn, revision=None, blocks=[do.paragraph("y1", "Ice.")], title="Freezing")
    assert not find_versions(world.fenn.user, "needed")[0].exists()
    assert find_versions(world.fenn.user, "ice freezing")[0].count() == 1


def test_the_index_can_be_made_again(world, three, capsys):
    before = sorted(SearchEntry.objects.values_list("label", "record_id", "words"))
    SearchEntry.objects.all().delete()
    call_command("index_search")
    assert "The texts of 4 versions can be searched." in capsys.readouterr().out
    assert sorted(SearchEntry.objects.values_list("label", "record_id", "words")) == before


@pytest.mark.once
def test_searching_costs_the_same_for_one_and_for_twenty(world, as_, django_assert_num_queries):
    do.draft(world, title="Thawing 0")
    client = as_(world.fenn)
    for url in (reverse("register"), reverse("version-search")):
        client.get(url, {"q": "bag"})
    with django_assert_num_queries(8):
        client.get(reverse("register"), {"q": "bag"})
    for n in range(1, 20):
        do.draft(world, title=f"Thawing {n}")
    with django_assert_num_queries(8):
        client.get(reverse("register"), {"q": "bag"})
    with django_assert_num_queries(7):
        client.get(reverse("version-search"), {"q": "bag"})
