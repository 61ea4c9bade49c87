"""The pages of the route: chosen at sending, drawn on the way, kept going; the notice of an urgent change."""

from datetime import timedelta

import pytest

from qms.people import services as people
from qms.people.programme import today
from sops import services
from sops.models import Step, Version
from tests import documents as do
from tests.test_document_pages import count, go, look, sign, url
from tests.test_routes import anew, approve, plan, review, seats, send
from tests.world import World


def test_a_route_by_role_with_a_quorum_is_chosen_signed_and_gone(world: World, as_) -> None:
    version, fenn, bea = do.draft(world), as_(world.fenn), as_(world.bea)
    page = look(fenn, url(version, "send/"))
    assert "Whoever is: Director, Processing laboratory" in page
    assert "Major change" in page
    where = go(
        fenn, url(version, "send/"), reviewers=[world.bea.pk, world.marit.pk], reviewers_needed=1,
        approver=[f"director@{world.proc.pk}"], days=5, weight="major", reason="", revision=version.revision,
    )  # fmt: skip
    assert sign(fenn, world.fenn, where).status_code == 303
    page = look(fenn, url(version, "route/"))
    assert "Review, 1 of 2 suffices" in page
    assert "Director, Processing laboratory, approver" in page
    assert "side by side" in page
    assert sign(bea, world.bea, url(version, f"sign/review/?revision={do.fresh(version).revision}")).status_code == 303
    assert "Not needed: enough others have signed." in look(fenn, url(version, "route/"))
    assert "Dr Thessaly Quince" not in look(fenn, url(version, "route/"))
    approve(do.fresh(version), world.thessaly, 3)
    assert "Dr Thessaly Quince, for Director, Processing laboratory" in look(fenn, url(version))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reviewers_needed": 3}, "only 1 are asked"), ({"weight": "minor"}, "minor is not one of"),
        ({"weight": "urgent"}, "Write why it cannot wait"), ({"days": 500}, "120"),
        ({"approver": ["director@999"]}, "999"),
    ],
)  # fmt: skip
def test_a_route_that_cannot_be_is_said_on_the_page(world: World, as_, fields, why) -> None:
    version, fenn = do.draft(world), as_(world.fenn)
    whole = {"reviewers": [world.bea.pk], "approver": [world.thessaly.pk], "revision": version.revision, **fields}
    answer = fenn.post(url(version, "send/"), whole)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_the_type_proposes_and_the_author_chooses_otherwise(world: World, as_) -> None:
    kind, marit, fenn = do.sop_type(), as_(world.marit), as_(world.fenn)
    where = f"/documents/types/{kind.code}/route/"
    assert as_(world.fenn).get(where).status_code == 403
    assert marit.get("/documents/types/NONE/route/").status_code == 404
    answer = marit.post(where, {"reviewers": ["author@own"], "reviewers_needed": 2, "revision": kind.revision})
    assert answer.status_code == 422
    go(marit, where, reviewers=["author@own"], approver=["director@each"], days=9, revision=kind.revision)
    assert marit.post(where, {"days": 9, "revision": kind.revision}).status_code == 422  # changed meanwhile
    form = fenn.get(url(do.draft(world), "send/")).context["form"]
    assert (form["reviewers"].value(), form["approver"].value(), form["days"].value()) == (
        [f"author@{world.proc.pk}"], [f"director@{world.proc.pk}"], 9,
    )  # fmt: skip


def test_who_keeps_a_route_going_reminds_replaces_and_asks_more(world: World, as_) -> None:
    version, fenn, bea = do.sent(world), as_(world.fenn), as_(world.bea)
    step = version.steps.get(kind="review")
    page = look(fenn, url(version, "route/"))
    assert f'href="{url(version, f"route/{step.pk}/")}"' in page
    assert "Remind" not in look(bea, url(version, "route/"))
    go(fenn, url(version, "route/remind/"))
    assert "reminded" in look(fenn, url(version, "route/"))
    assert fenn.post(url(version, "route/remind/")).status_code == 403
    assert bea.post(url(version, "route/remind/")).status_code == 403
    go(fenn, url(version, "route/ask/"), kind="review", seat=world.marit.pk, reason="Two see more")
    assert (
        fenn.post(url(version, "route/ask/"), {"kind": "review", "seat": world.marit.pk, "reason": ""}).status_code
        == 422
    )
    assert fenn.get(url(version, "route/99999/")).status_code == 404
    people.record_leaver(world.bea, left_on=today() - timedelta(days=1), by=world.marit, reason="Moved away")
    page = look(fenn, f"/documents/{version.document.number}/")
    assert "Not here for it any more" in page
    go(fenn, url(version, f"route/{step.pk}/"), seat=world.thessaly.pk, reason="Bea left")
    page = look(fenn, url(version, "route/"))
    assert "Not here for it any more" not in page
    assert "No longer asked, somebody else is: Bea Thistledown" in page


def test_an_urgent_change_has_its_page_for_the_start_of_each_shift(world: World, as_) -> None:
    former = do.in_force(world)
    version = services.start_version(former.document, by=world.fenn)
    changed = [do.TEXT[0], do.paragraph("b2", "To thaw cells at 36 degrees."), do.TEXT[2]]
    services.save_text(version, by=world.fenn, revision=None, blocks=changed, summary="Cooler.")
    version = do.fresh(version)
    fenn, nurse, thessaly = as_(world.fenn), as_(world.jory), as_(world.thessaly)
    where = go(fenn, url(version, "send/"), weight="urgent", reason="Two bags burst", revision=version.revision)
    assert sign(fenn, world.fenn, where).status_code == 303
    version = do.fresh(version)
    assert thessaly.get(url(version, "notice/")).status_code == 404
    page = look(thessaly, url(version, "approve/"))
    assert "Urgent change" in page
    assert "“Two bags burst”" in page
    where = go(thessaly, url(version, "approve/"), effective_on=today().isoformat(), revision=version.revision)
    assert sign(thessaly, world.thessaly, where).status_code == 303
    version = approve(do.fresh(version), world.marit)
    services.make_effective(version)
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    page = look(nurse, url(version, "notice/"))
    assert "Two bags burst" in page
    assert "Printed copies of version 1 are recalled" in page
    assert "36" in page
    assert "Lower the bag into the bath." not in page  # only what changed
    assert nurse.get(url(former, "notice/")).status_code == 404
    assert "Notice for the start of each shift" in look(nurse, url(version))


def test_a_minor_change_is_agreed_to_in_so_many_words(world: World, as_) -> None:
    version = services.start_version(do.in_force(world).document, by=world.fenn)
    version = review(send(version, plan(world, weight="minor", reason="A comma"), world), world.bea)
    thessaly, day = as_(world.thessaly), today().isoformat()
    assert "Minor change" in look(thessaly, url(version, "approve/"))
    fields = {"effective_on": day, "revision": version.revision}
    assert thessaly.post(url(version, "approve/"), fields).status_code == 422
    unsaid = url(version, f"sign/approve/?effective_on={day}&revision={version.revision}")
    assert thessaly.get(unsaid).status_code == 422
    where = go(thessaly, url(version, "approve/"), **fields, agree="on")
    assert sign(thessaly, world.thessaly, where).status_code == 303
    assert do.fresh(version).status == "approved"


def test_who_works_by_a_document_is_said_by_its_authors(world: World, as_) -> None:
    version, fenn, nurse = do.in_force(world), as_(world.fenn), as_(world.jory)
    page = f"/documents/{version.document.number}/"
    assert nurse.get(page).status_code == 404
    seen = version.document.revision
    go(fenn, f"{page}serves/", facilities=[world.clin.pk], reason="The ward thaws", revision=seen)
    assert "Works by it too" in look(fenn, page)
    assert look(nurse, page)
    assert version.document.number in look(nurse, "/documents/")
    assert fenn.post(f"{page}serves/", {"facilities": [], "reason": "x", "revision": seen}).status_code == 422


@pytest.mark.once
def test_pages_take_as_many_queries_with_a_long_route_as_with_a_short_one(world: World, as_) -> None:
    def pages(version: Version) -> list[int]:
        client = as_(world.fenn)
        return [count(client, f"/documents/{version.document.number}/"), count(client, url(version, "route/")),
                count(client, url(version)), count(client, url(version, "review/"))]  # fmt: skip

    few = pages(do.sent(world))
    from tests.world import add  # noqa: PLC0415

    crew = [add(world.marit, f"Person{n} Sedge", "Technician") for n in range(8)]
    for one in crew:
        people.assign_role(one, "author", world.proc, by=world.marit)
    from sops.routing import Stage  # noqa: PLC0415

    many = send(do.draft(world, title="Long"), plan(world, Stage("review", seats(*map(anew, crew)))), world)
    assert pages(many) == few
    assert Step.objects.count() == 11
