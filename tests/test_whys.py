"""Why each change was made: said at the change by authors, shown to all who read the change, and signed with it."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from qms.files.store import read as stored
from qms.people.models import Person, User
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event
from sops import origins, services
from sops.compare import compare
from sops.compare.places import blocks_of_changes
from sops.models import Status, Version, Why
from sops.origins import Origin
from sops.signable import review_content
from sops.whys import by_change, unexplained, whys_between
from tests import documents as do
from tests import readings
from tests.texts import para, step, table
from tests.world import World
from training.delta import delta_of

As = Callable[[Person], Client]
STEP = do.TEXT[2]["id"]
SLOWER = [*do.TEXT[:2], do.TEXT[2] | {"runs": [{"text": "Lower the bag slowly into the bath."}]}]
SLOWER_STILL = [*do.TEXT[:2], do.TEXT[2] | {"runs": [{"text": "Lower the bag very slowly into the bath."}]}]
WHY = {STEP: ("Two bags cracked in spring.", "INC-2026-0042")}


@pytest.fixture
def changed(world: World) -> Version:
    """The draft of version 2, one step reworded."""
    first = do.in_force(world)
    return do.fresh(services.start_version(first.document, by=world.fenn, blocks=SLOWER))


def test_a_reason_is_kept_recorded_and_makes_an_author(world: World, changed: Version) -> None:
    assert services.say_why(changed, WHY, by=world.bea, revision=changed.revision) == 1
    (why,) = changed.whys.all()
    assert (why.text, why.origin, why.by) == ("Two bags cracked in spring.", "INC-2026-0042", world.bea)
    event = Event.objects.get(name="version.why")
    assert event.by_name == "Bea Thistledown" and "Two bags cracked" in event.text
    assert changed.authorships.filter(person=world.bea).exists()


def test_the_same_said_again_is_no_act_and_empty_words_take_it_back(world: World, changed: Version) -> None:
    services.say_why(changed, WHY, by=world.fenn, revision=None)
    assert services.say_why(changed, WHY, by=world.bea, revision=None) == 0
    assert Event.objects.filter(name="version.why").count() == 1
    assert services.say_why(changed, {STEP: ("", "")}, by=world.fenn, revision=None) == 1
    assert Why.objects.get().text == "" and Why.objects.get().history.count() == 2
    assert unexplained(in_force(changed), changed) == (1, 1)


def in_force(version: Version) -> Version:
    found: Version = version.document.versions.get(status=Status.EFFECTIVE)
    return found


def test_it_refuses(world: World, changed: Version) -> None:
    with pytest.raises(NotAllowed):
        services.say_why(changed, WHY, by=world.jory, revision=None)
    with pytest.raises(Stale):
        services.say_why(changed, WHY, by=world.fenn, revision=changed.revision - 1)
    with pytest.raises(Invalid, match="Write why"):
        services.say_why(changed, {STEP: ("", "INC-2026-0042")}, by=world.fenn, revision=None)
    with pytest.raises(Invalid, match="2000 characters"):
        services.say_why(changed, {STEP: ("x" * 2001, "")}, by=world.fenn, revision=None)
    sent = do.send(do.fresh(changed), world)
    with pytest.raises(NotAllowed, match="while it is a draft"):
        services.say_why(sent, WHY, by=world.fenn, revision=None)
    assert not Why.objects.exists() and not Event.objects.filter(name="version.why").exists()


def test_it_follows_its_passage_through_edits_and_moves(world: World, changed: Version) -> None:
    services.say_why(changed, WHY, by=world.fenn, revision=None)
    moved = [SLOWER_STILL[2], *SLOWER_STILL[:2]]
    services.save_text(changed, by=world.fenn, revision=None, blocks=moved)
    redline = compare(do.TEXT, moved)
    (found,) = by_change(redline, whys_between(in_force(changed), changed)).values()
    assert [why.text for why in found] == ["Two bags cracked in spring."]


def test_a_row_and_a_removed_passage_take_a_reason_too(world: World) -> None:
    old = [para("To thaw cells so that they live."), step("Lower the bag."),
           table(["What", "Limit"], ["Bath", "36 °C"], ["Time", "60 s"])]  # fmt: skip
    first, rows = do.in_force(world, text=old), old[2]["rows"]
    changed_row = [rows[2][0], {"blocks": [rows[2][1]["blocks"][0] | {"runs": [{"text": "90 s"}]}]}]
    new = [old[1], old[2] | {"rows": [rows[0], rows[1], changed_row]}]
    places = blocks_of_changes(compare(old, new))
    assert list(places.values()) == [[old[0]["id"]], [one["blocks"][0]["id"] for one in rows[2]]]
    draft = services.start_version(first.document, by=world.fenn, blocks=new)
    said = {names[0]: (f"Reason {number}", "") for number, names in places.items()}
    services.say_why(draft, said, by=world.fenn, revision=None)
    found = by_change(compare(old, new), whys_between(first, do.fresh(draft)))
    assert {number: whys[0].text for number, whys in found.items()} == {1: "Reason 1", 2: "Reason 2"}


def test_reviewers_sign_the_reasons_and_their_words_are_kept(world: World, changed: Version) -> None:
    bare = review_content(changed).digest
    services.say_why(changed, WHY, by=world.fenn, revision=None)
    content = review_content(do.fresh(changed))
    assert content.digest != bare and ("Reasons of single changes", "1") in content.facts
    do.send(do.fresh(changed), world)
    kept = json.loads(stored(content.digests["reasons"]))
    assert kept == {"format": 1, "reasons": [[STEP, *WHY[STEP]]]}


def test_reviewers_and_readers_see_it_under_the_change(world: World, as_: As) -> None:
    first = readings.asked(world)
    readings.sign(readings.reading_of(world.jory, first))
    draft = services.start_version(first.document, by=world.fenn, blocks=SLOWER)
    services.say_why(draft, WHY, by=world.fenn, revision=None)
    sent = do.send(do.fresh(draft), world)
    review = as_(world.bea).get(f"/documents/{sent.document.number}/v2/review/").content.decode()
    assert "<b>Why:</b> Two bags cracked in spring." in review
    approved = do.approve(do.review(sent, world), world)
    services.make_effective(approved)
    from qms.trail import outbox  # noqa: PLC0415

    outbox.run_all()
    reading = readings.reading_of(world.jory, do.fresh(approved))
    for show in ("changes", "marked"):
        page = as_(world.jory).get(f"{reading.get_absolute_url()}?show={show}").content.decode()
        assert "Two bags cracked in spring." in page and "INC-2026-0042" in page
    delta = delta_of(reading)
    assert delta is not None
    assert json.loads(delta.text)["whys"] == [
        {"change": 1, "text": "Two bags cracked in spring.", "origin": "INC-2026-0042", "version": 0}
    ]


def test_an_upper_app_may_lead_to_what_it_came_of(
    world: World, as_: As, changed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(user: User, numbers: set[str]) -> dict[str, Origin]:
        known = {"INC-2026-0042": Origin("Incident INC-2026-0042", "/incidents/INC-2026-0042/")}
        return {number: known[number] for number in numbers if number in known and user.person == world.fenn}

    monkeypatch.setattr(origins, "origin_finders", [find])
    services.say_why(changed, WHY, by=world.fenn, revision=None)
    path = f"/documents/{changed.document.number}/redline/?old=1&new=2"
    assert (
        '<a href="/incidents/INC-2026-0042/">Incident INC-2026-0042</a>' in as_(world.fenn).get(path).content.decode()
    )
    assert "/incidents/" not in as_(world.marit).get(path).content.decode()


def test_the_page_counts_what_has_no_reason_and_saves(world: World, as_: As, changed: Version) -> None:
    client, path = as_(world.fenn), f"/documents/{changed.document.number}/v2/changes/"
    page = client.get(path).content.decode()
    assert "The one change has no reason yet." in page
    given = {"revision": changed.revision, f"why-{STEP}": "Cracked bags.", f"of-{STEP}": "", "why-b1": "no change here"}
    assert client.post(path, given).status_code == 303
    assert [(why.block, why.text) for why in changed.whys.all()] == [(STEP, "Cracked bags.")]
    assert "Every change has its reason." in client.get(path).content.decode()
    services.save_text(changed, by=world.fenn, revision=None, blocks=do.TEXT)
    page = client.get(path).content.decode()
    assert "Reasons whose change is no more" in page and "Cracked bags." in page


def test_what_was_typed_outlives_what_somebody_else_saved(world: World, as_: As, changed: Version) -> None:
    client, path = as_(world.fenn), f"/documents/{changed.document.number}/v2/changes/"
    services.say_why(changed, WHY, by=world.bea, revision=None)
    answer = client.post(path, {"revision": changed.revision - 1, f"why-{STEP}": "My own words."})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Bea Thistledown" in page
    assert "My own words." in page and "Two bags cracked in spring." in page
    assert changed.whys.get().text == "Two bags cracked in spring."
    too_long = client.post(path, {"revision": do.fresh(changed).revision, f"why-{STEP}": "x" * 2001})
    assert too_long.status_code == 422 and "2000 characters at most" in too_long.content.decode()


def test_a_first_version_has_nothing_to_give_reasons_for(world: World, as_: As) -> None:
    draft = do.draft(world)
    page = as_(world.fenn).get(f"/documents/{draft.document.number}/v1/changes/")
    assert "No version in force to compare with" in page.content.decode()
    assert as_(world.jory).get(f"/documents/{draft.document.number}/v1/changes/").status_code == 403


def test_sending_says_how_many_changes_have_none(world: World, as_: As, changed: Version) -> None:
    path = f"/documents/{changed.document.number}/v2/send/"
    assert "The one change has no reason of its own." in as_(world.fenn).get(path).content.decode()
    services.say_why(changed, WHY, by=world.fenn, revision=None)
    assert "no reason of its own" not in as_(world.fenn).get(path).content.decode()
