"""Every address x every role x own and other facility. A new address without a line here fails.

What is expected is written by hand: who gets in (200, or 303 to the next page), who is refused (403), who does not
even see the thing (404). Strangers always go to the log-in page, except where a page is for them.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from qms.people.access import ANYONE, PUBLIC
from qms.people.roles import May
from sops import services
from tests import documents as do
from tests.once import on_postgres

EVERYBODY = ("quality_manager", "laboratory_director", "author", "reviewer", "nurse", "administrator", "inspector")
# A mark refuses the same on both databases; what pages ask may differ, and is asked by who sees all, much and little.
METHODS = ["get"] if on_postgres() else ["get", "post"]
ROLES = ("quality_manager", "author", "nurse") if on_postgres() else EVERYBODY


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found)
        else:
            yield found


def test_every_view_says_who_may():
    """A view without @needs, @anyone or @public must not exist."""
    seen = 0
    for pattern in patterns():
        mark = getattr(pattern.callback, "may", None)
        assert mark in (ANYONE, PUBLIC) or isinstance(mark, May), f"{pattern.name} ({pattern.callback}) is not marked"
        assert pattern.name, pattern
        seen += 1
    assert seen > 30


@pytest.fixture
def things(world) -> dict[str, dict[str, object]]:
    """Records to put into addresses: of PROC (where the author works), and of APH (where nobody here does)."""
    version = do.sent(world)
    comment = services.add_comment(version, by=world.bea, kind="question", text="Why?")
    other = services.create_document(
        by=world.marit, type=do.sop_type(), facility=world.aph, title="Elsewhere", blocks=do.TEXT
    )
    from qms.signatures.models import Signature  # noqa: PLC0415

    signature = Signature.objects.filter(signer=world.bea).first() or Signature.objects.first()
    common = {"pk": world.jory.pk, "id": signature.pk, "token": "no-such-token", "digest": "0" * 64, "step": "review",
              "picture": "0" * 64, "part": "B", "role": 1, "step_id": 1, "copy": 1, "rule": 1, "code": "SOP",
              "label": "sops.document",
              "record_id": str(version.document.pk)}  # fmt: skip
    own = {**common, "number": version.document.number, "n": 1, "comment": comment.pk}
    elsewhere = {
        **common,
        "number": other.document.number,
        "n": 1,
        "comment": comment.pk,
        "record_id": str(other.document.pk),
    }
    return {"own": own, "other": elsewhere}


@cache
def named() -> dict[str, URLPattern]:
    """Return the patterns by their names, in the order of these."""
    return {str(pattern.name): pattern for pattern in sorted(patterns(), key=lambda pattern: str(pattern.name))}


def address(name: str, values: dict[str, object]) -> str:
    """Return the address with the values that it wants."""
    wanted = named()[name].pattern.converters
    missing = set(wanted) - set(values)
    assert not missing, f"{name}: say in this test what {missing} stands for"
    return reverse(name, kwargs={part: values[part] for part in wanted})


@pytest.mark.parametrize("method", METHODS)
def test_strangers_are_sent_to_the_log_in_everywhere_else(things, method):
    open_to_all = set()
    for pattern in patterns():
        url = address(str(pattern.name), things["own"])
        answer = getattr(Client(), method)(url)
        if pattern.callback.may == PUBLIC:
            open_to_all.add(pattern.name)
            assert answer.status_code < 500, url
            continue
        assert answer.status_code == 303, (url, answer.status_code)
        assert answer.headers["Location"].startswith("/login/"), url
    assert open_to_all <= {
        "login", "logout", "welcome", "invitation", "password-forgot", "password-reset", "stay", "health", "copy-check",
        "copy-report", "copy-destroyed",
    }, open_to_all  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", METHODS)
def test_a_view_lets_in_by_its_mark_and_never_breaks(world, things, as_, role, method):
    """Without the permission: 403. With it: never 403 for lack of it anywhere, never an error of the server."""
    person = world.people[role]
    client = as_(person)
    for name, pattern in named().items():
        if name == "logout" or (method == "post" and name in ("welcome",)):
            continue
        mark = pattern.callback.may
        lacks = isinstance(mark, May) and not person.may(mark)
        # A mark refuses before anything is looked up: one address shows it.
        for url in {address(name, things[place]) for place in (["own"] if lacks else ["own", "other"])}:
            answer = getattr(client, method)(url)
            assert answer.status_code < 500, (role, url, answer.status_code)
            if lacks:
                assert answer.status_code == 403, (role, method, url, answer.status_code)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("quality_manager", "inspector")])
@pytest.mark.parametrize("method", METHODS)
def test_documents_of_another_facility_are_not_there(world, things, as_, role, method):
    """The draft of APH is seen by quality and the inspector alone; everybody else meets 404, or 403 by the mark."""
    client = as_(world.people[role])
    tried = 0
    for name, pattern in named().items():
        if "number" not in pattern.pattern.converters:
            continue
        url = address(name, things["other"])
        answer = getattr(client, method)(url)
        assert answer.status_code in (403, 404, 405), (role, method, url, answer.status_code)
        if answer.status_code == 403:
            assert not world.people[role].may(pattern.callback.may), url
        tried += 1
    assert tried > 15


def test_no_address_is_forgotten():
    """Every page about a document names it in the way that the loaders know."""
    for pattern in patterns():
        if re.match(r"documents/<", str(pattern.pattern)):
            assert "number" in pattern.pattern.converters, pattern
