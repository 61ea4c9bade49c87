"""The shell, the policy and the pages that say no."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from qms.people.models import Person
from qms.trail.errors import Invalid, NotAllowed, Refused, Stale
from qms.ui import views
from qms.ui.context import FOOT, NAVIGATION, holds, shell
from qms.ui.middleware import POLICY, RefusalPages
from tests.world import World

TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"


def logged_in(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user)
    return client


@pytest.mark.parametrize(
    ("path", "status"), [("/login/", 200), ("/ui/", 200), ("/nowhere/", 404), ("/static/css/nothing.css", 404)]
)
def test_the_policy_is_on_every_answer(world: World, path: str, status: int) -> None:
    """The Content-Security-Policy is one constant without an exception."""
    response = logged_in(world.marit).get(path)
    assert response.status_code in (status, 302, 303)
    assert response["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY


def test_the_gallery_is_for_who_keeps_the_programme(world: World) -> None:
    codes = {person: logged_in(person).get("/ui/").status_code for person in (world.marit, world.sorrel, world.jory)}
    assert codes == {world.marit: 200, world.sorrel: 200, world.jory: 403}
    answer = Client().get("/ui/")
    assert answer.status_code == 303
    assert answer["Location"] == "/login/?next=%2Fui%2F"


def words(person: Person, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = person.user
    return [str(link.word) for group in shell(request)["shell"]["groups"] for link in group]


def test_navigation_shows_what_the_person_may(world: World) -> None:
    assert "People" in words(world.marit)
    assert "People" not in words(world.jory)
    assert "Trail" not in words(world.fenn)


def test_lists_of_documents_have_their_places(world: World) -> None:
    lists = ["Documents", "Questions", "Deviations", "Reviews", "Copies", "As it was"]
    assert [word for word in words(world.marit) if word in lists] == lists
    assert [word for word in words(world.jory) if word in lists] == lists[:3]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/documents/as-of/", "As it was"), ("/documents/types/", "Documents"), ("/copies/", "Copies"),
        ("/reviews/done/", "Reviews"), ("/people/9/", "People"), ("/account/", None),
    ],
)  # fmt: skip
def test_one_place_is_marked(world: World, path: str, place: str | None) -> None:
    request = RequestFactory().get(path)
    request.user = world.marit.user
    marked = [str(link.word) for group in shell(request)["shell"]["groups"] for link in group if link.current]
    assert marked == ([place] if place else [])


def test_every_place_of_the_navigation_exists() -> None:
    for entry in [*FOOT, *(entry for group in NAVIGATION for entry in group)]:
        assert reverse(entry.url_name).startswith("/")


@pytest.mark.parametrize(
    ("url", "path", "held"),
    [("/", "/", True), ("/", "/people/", False), ("/people/", "/people/3/", True), ("/people/", "/peoples/", False)],
)
def test_one_entry_holds_the_page(url: str, path: str, held: bool) -> None:
    assert holds(url, path) is held


def test_pages_have_language_title_and_landmarks(world: World) -> None:
    html = logged_in(world.marit).get("/ui/").content.decode()
    assert '<html lang="en-gb">' in html
    assert "<title>Parts of the interface · Engraft</title>" in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1
    assert re.search(r'name="htmx-config" content=\'\{.*"allowEval":false', html)


def refused_with(exception: Exception, *, htmx: bool = False) -> HttpResponse | None:
    request = RequestFactory().get("/x/", headers={"HX-Request": "true"} if htmx else {})
    return RefusalPages(lambda _request: HttpResponse()).process_exception(request, exception)


@pytest.mark.parametrize(
    ("exception", "status"),
    [(NotAllowed, 403), (Stale, 409), (Invalid, 422), (Refused, 403)],
)
def test_a_refusal_is_a_page_with_its_sentence(exception: type[Exception], status: int) -> None:
    response = refused_with(exception("Authors do not approve their own work."))
    assert response is not None
    assert response.status_code == status
    assert "Authors do not approve their own work." in response.content.decode()
    assert 'href="/"' in response.content.decode()


def test_a_refusal_to_htmx_is_the_sentence_alone() -> None:
    response = refused_with(Stale("Changed <b>meanwhile</b>."), htmx=True)
    assert response is not None
    assert response.content == b"Changed <b>meanwhile</b>."
    assert response["Content-Type"].startswith("text/plain")


def test_what_is_too_large_is_said() -> None:
    response = refused_with(RequestDataTooBig("10485761"))
    assert response is not None
    assert response.status_code == 413
    assert "Send a smaller file" in response.content.decode()
    before_the_view = views.bad_request(RequestFactory().post("/x/"), RequestDataTooBig("10485761"))
    assert before_the_view.status_code == 413


def test_other_errors_go_their_way() -> None:
    assert refused_with(ValueError("a bug")) is None


def test_a_wrong_method_is_a_page_that_keeps_what_is_allowed(world: World) -> None:
    response = logged_in(world.marit).get("/account/stay/")
    assert response.status_code == 405
    assert "POST" in response["Allow"]
    assert "nothing was changed" in response.content.decode()


def test_404_shows_our_sentence_and_never_the_patterns(world: World) -> None:
    html = logged_in(world.marit).get("/nowhere/").content.decode()
    assert "There is nothing at this address" in html
    assert "Go to my work" in html
    assert "tried" not in html
    own = views.page_not_found(RequestFactory().get("/x/"), Http404("PROC-SOP-014 has no version 9."))
    assert "PROC-SOP-014 has no version 9." in own.content.decode()


def test_403_says_why() -> None:
    response = views.permission_denied(RequestFactory().get("/x/"), PermissionDenied("You may not manage people."))
    assert response.status_code == 403
    assert "You may not manage people." in response.content.decode()


def test_a_broken_page_needs_nothing_to_be_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_request: HttpRequest) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("qms.ui.samples.sample", broken)
    response = logged_in(world.marit).get("/ui/")
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()
    assert "a bug" not in response.content.decode()


def test_a_form_that_was_open_too_long_is_told_so(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.marit.user)
    response = client.post("/account/stay/")
    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


def colours() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    *[(ink, paper) for ink in ("ink", "ink-2", "ink-3", "brand") for paper in ("paper", "canvas", "sunk", "raised")],
    *[(tone, paper) for tone in ("ok", "go", "warn", "bad", "idle") for paper in ("paper", "canvas", "raised")],
    *[(tone, f"{tone}-tint") for tone in ("ok", "go", "warn", "bad", "idle")],
    *[(ink, f"{tone}-tint") for ink in ("ink", "brand") for tone in ("ok", "go", "warn", "bad")],
    *[("ink-2", "bad-tint"), ("brand-2", "brand-tint"), ("ink", "brand-tint"), ("on-brand", "brand")],
    *[
        ("on-brand", "brand-2"),
        ("on-bad", "bad"),
        ("on-bad", "bad-2"),
        ("ink", "mark"),
        ("paper", "go"),
        ("paper", "idle"),
    ],
    *[(ink, past) for ink in ("ink", "ink-2", "ink-3", "brand") for past in ("past", "past-bar")],
]
EDGES = [("field", "paper"), ("focus", "paper"), ("focus", "canvas"), ("brand", "paper"), ("brand", "brand-tint")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other"), TEXT)
def test_text_has_contrast(one: str, other: str, theme: int) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text, in both themes."""
    assert contrast(colours()[one][theme], colours()[other][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("one", "other"), EDGES)
def test_edges_have_contrast(one: str, other: str, theme: int) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1 for the edges of what is used."""
    assert contrast(colours()[one][theme], colours()[other][theme]) >= 3


def test_a_body_far_too_large_is_refused_before_it_is_read(client, settings):
    told = str(6 * settings.UPLOAD_MAX_BYTES)
    answer = client.post("/login/", data=b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=told)
    assert answer.status_code == 413
    assert b"too large" in answer.content.lower()
