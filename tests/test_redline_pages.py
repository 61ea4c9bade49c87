"""Redlines of any two versions on screen and on paper: who sees them, what stands on them, made once."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from qms.files.store import read, store
from qms.people.models import Person
from sops import services
from sops.blocks import Block
from sops.models import Rendering, Version
from sops.redline_print import printed_redline, redline_pdf_of
from tests import documents as do
from tests.pdf_text import needs_poppler, pages_of
from tests.texts import cell, heading, para, step, table
from tests.world import World

As = Callable[[Person], Client]
MOVED = "Check the wristband of the recipient."
OLD = [
    heading("Thawing"), para(MOVED), step("Lower the bag into the bath."), step("Take it out after 60 seconds."),
    para("Write down the time and who was there."),
    table(["What", "Limit"], ["Temperature of the bath", "36 to 38 °C"], ["Time in the bath", "60 seconds"],
          [cell("Both are written down", colspan=2)]),
]  # fmt: skip
NEW = [
    OLD[0], step("Label the bag."), OLD[2], OLD[3] | {"runs": [{"text": "Take it out after 90 seconds."}]}, OLD[4],
    OLD[1], OLD[5] | {"rows": [OLD[5]["rows"][row] for row in (0, 2, 1, 3)]},
]  # fmt: skip


def two_versions(world: World) -> tuple[Version, Version]:
    first = do.in_force(world, text=OLD)
    second = services.start_version(first.document, by=world.fenn)
    services.save_text(second, by=world.fenn, revision=None, blocks=NEW, summary="Slower.")
    return first, do.fresh(second)


def test_the_author_sees_each_change_once_and_what_was_moved_as_moved(world: World, as_: As) -> None:
    first, second = two_versions(world)
    page = as_(world.fenn).get(f"/documents/{first.document.number}/redline/?old=1&new=2").content.decode()
    assert [line.what for line in printed_redline(first, second).changes] == ["Moved", "Added", "Changed", "Moved"]
    assert "Moved here: see where it was" in page and "moved from here" in page
    assert page.count('id="change-1"') == 1
    assert "Take it out after" in page and "<del>" in page


def test_any_two_versions_in_either_direction(world: World, as_: As) -> None:
    first, _second = two_versions(world)
    client, path = as_(world.fenn), f"/documents/{first.document.number}/redline/"
    assert "from version 1 to version 2" in client.get(path).content.decode()
    assert "from version 2 to version 1" in client.get(f"{path}?old=2&new=1").content.decode()
    assert "Nothing changed" in client.get(f"{path}?old=1&new=1").content.decode()
    for wrong in ("?old=9&new=2", "?new=x", "?old=%00"):
        assert client.get(path + wrong).status_code == 404


def test_readers_see_what_is_in_force_and_no_draft(world: World, as_: As) -> None:
    first, _second = two_versions(world)
    client, path = as_(world.jory), f"/documents/{first.document.number}/redline/"
    page = client.get(path)
    if page.status_code == 200:  # a nurse of the ward may not read documents of the laboratory at all
        assert "Nothing to compare with" in page.content.decode()
    assert client.get(f"{path}?old=1&new=2").status_code == 404
    assert client.get(f"{path}pdf/?old=1&new=2").status_code == 404


@pytest.mark.once
def test_the_page_asks_as_much_for_two_versions_as_for_many(
    world: World, as_: As, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    first, second = two_versions(world)
    services.say_why(second, {NEW[3]["id"]: ("Too short", "INC-2026-0001")}, by=world.fenn, revision=None)
    client, path = as_(world.fenn), f"/documents/{first.document.number}/redline/?old=1&new=2"
    client.get(path)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        client.get(path)


@needs_poppler
def test_on_paper_it_says_what_it_is_lists_the_changes_and_is_made_once(world: World, as_: As) -> None:
    first, second = two_versions(world)
    services.say_why(second, {NEW[3]["id"]: ("Bags were still frozen.", "INC-2026-0001")}, by=world.fenn, revision=None)
    second = do.fresh(second)
    client = as_(world.fenn)
    answer = client.get(f"/documents/{first.document.number}/redline/pdf/?old=1&new=2")
    assert answer["Content-Type"] == "application/pdf"
    front, *rest = pages_of(answer.content)
    assert all("Redline, not a controlled copy." in page for page in (front, *rest))
    assert "4 changes" in front and "Why: Bags were still frozen. (INC-2026-0001)" in front
    assert "version 2 (Draft)" in front and "version 1 (Effective)" in front
    assert "Label the bag." in rest[0] and "Why: Bags were still frozen." in " ".join(rest)
    assert read(redline_pdf_of(first, second)) == answer.content
    assert Rendering.objects.filter(version=second).count() == 1


@needs_poppler
def test_a_picture_that_was_replaced_stands_twice_on_paper(world: World) -> None:
    pictures = [store(picture(colour), "image/png") for colour in ("red", "navy")]
    texts = [[para("See"), _image(digest)] for digest in pictures]
    first = do.in_force(world, text=texts[0])
    second = services.start_version(first.document, by=world.fenn, blocks=texts[1])
    html = printed_redline(first, do.fresh(second)).body_html
    assert all(f"file-store:{digest}" in html for digest in pictures)
    assert pages_of(read(redline_pdf_of(first, do.fresh(second))))


def picture(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def _image(digest: str) -> Block:
    return {"id": f"p{digest[:6]}", "kind": "image", "digest": digest, "media_type": "image/png", "alt": "A bath",
            "width": 40, "height": 30}  # fmt: skip
