"""As it was on a date: what was in force when a day of the programme ended, who had signed it, and who may ask."""

import html
import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from qms.people import services as people
from qms.people.models import User
from qms.people.programme import today
from sops import services
from sops.as_of import PastFilters, register_on, version_on
from tests import documents as do
from tests.readings import in_force, reading_of, require, sign

PARIS = ZoneInfo("Europe/Paris")


def shown_text(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def days(world):
    """Version 1 in force on day 0 at 23:50 of Paris, version 2 from day 2 noon, withdrawn on day 4; read on day 3."""
    start = today() + timedelta(days=1)

    def at(day, hour, minute=0):
        return time_machine.travel(
            datetime.combine(start, datetime.min.time(), PARIS).replace(hour=hour, minute=minute) + timedelta(days=day),
            tick=False,
        )

    with at(0, 23, 50):
        one = do.in_force(world, title="Thawing of HPC")
        require(one.document, world, "nurse", world.clin)
    with at(2, 12):
        draft = services.start_version(one.document, by=world.fenn)
        services.save_text(draft, by=world.fenn, revision=None, blocks=do.TEXT[:2], title="Thawing of cells")
        two = do.approve(do.review(do.send(do.fresh(draft), world), world), world)
        two = in_force(two)
    with at(3, 9):
        sign(reading_of(world.jory, two))
    with at(4, 12):
        do.withdraw(do.fresh(two), world)
    return {n: start + timedelta(days=n) for n in range(-1, 6)}, one.document


def names(found):
    return [(version.document.number, version.n, version.title) for version in found]


def test_the_register_of_a_day_is_what_stood_when_it_ended(world, days):
    on, document = days
    with time_machine.travel(datetime.combine(on[5], datetime.min.time(), PARIS)):
        for day, wanted in {-1: None, 0: (1, "Thawing of HPC"), 1: (1, "Thawing of HPC"), 2: (2, "Thawing of cells"),
                            3: (2, "Thawing of cells"), 4: None, 5: None}.items():  # fmt: skip
            found = names(register_on(world.marit.user, on[day], PastFilters()))
            assert found == ([(document.number, *wanted)] if wanted else []), day
            version = version_on(world.marit.user, document, on[day])
            assert (version.n if version else None) == (wanted[0] if wanted else None)


def test_a_day_ends_at_midnight_of_the_programme(world, days):
    """Version 1 took effect at 23:50 in Paris, 22:50 or 21:50 UTC: it belongs to that day, and to no earlier one."""
    on, document = days
    assert version_on(world.marit.user, document, on[0]).n == 1
    assert version_on(world.marit.user, document, on[-1]) is None


def test_filters_and_words_are_those_of_then(world, days):
    on, document = days
    user = world.marit.user
    assert names(register_on(user, on[1], PastFilters(text="hpc thaw"))) != []
    assert names(register_on(user, on[2], PastFilters(text="hpc"))) == []
    assert names(register_on(user, on[2], PastFilters(facilities=(world.aph.pk,)))) == []
    assert names(register_on(user, on[2], PastFilters(types=(document.type_id,), sort="-since"))) != []


def test_the_page_of_a_document_says_who_had_signed_it_by_then(world, days, as_):
    on, document = days
    url = reverse("document-as-of", args=[document.number])
    with time_machine.travel(datetime.combine(on[5], datetime.min.time(), PARIS)):
        client = as_(world.marit)
        second = shown_text(client.get(url, {"on": on[2].isoformat()}))
        third = shown_text(client.get(url, {"on": on[3].isoformat()}))
        before = shown_text(client.get(url, {"on": on[-1].isoformat()}))
    assert f"{document.number} was in force as version 2" in second
    for name in ("Fenn Mossgrove", "Bea Thistledown", "Dr Thessaly Quince"):
        assert name in second
    assert "I withdraw this document" not in third  # that came later
    assert "1 person was asked and had not: Jory Pennyroyal" in second
    assert "1 person had signed it." in third
    assert "Nothing of this document was in force on that day" in before
    assert "Its first version took effect on" in before


def test_the_register_page_and_its_file(world, days, as_):
    on, document = days
    with time_machine.travel(datetime.combine(on[5], datetime.min.time(), PARIS)):
        client = as_(world.marit)
        page = shown_text(client.get(reverse("register-as-of"), {"on": on[1].isoformat()}))
        file = client.get(reverse("register-as-of"), {"on": on[1].isoformat(), "format": "csv"})
        lines = b"".join(file).decode("utf-8-sig").splitlines()
    assert "1 document was in force" in page
    assert "Dr Thessaly Quince" in page
    assert len(lines) == 2
    assert lines[1].startswith(f"{document.number},Thawing of HPC,1,Processing laboratory,{on[0].isoformat()},")
    assert lines[1].endswith(",Dr Thessaly Quince,withdrawn")


@pytest.mark.parametrize(("asked", "sentence"), [("2999-01-01", "still to come"), ("soon", "This is no day")])
def test_a_day_to_come_or_none_is_said(world, as_, asked, sentence):
    version = do.in_force(world)
    client = as_(world.marit)
    for url in (reverse("register-as-of"), reverse("document-as-of", args=[version.document.number])):
        answer = client.get(url, {"on": asked})
        assert answer.status_code == 200
        assert sentence in shown_text(answer)


def test_who_sees_no_former_versions_asks_for_no_day(world, as_):
    version = do.in_force(world)
    for person in (world.jory, world.sorrel):
        client = as_(person)
        assert client.get(reverse("register-as-of")).status_code == 403
        assert client.get(reverse("document-as-of", args=[version.document.number])).status_code == 403


def test_of_another_facility_nothing_is_told(world):
    """An author of the ward sees former versions of the ward; what is in force in PROC is not told of."""
    version = do.in_force(world)
    people.assign_role(world.jory, "author", world.clin, by=world.marit)
    assert names(register_on(world.thessaly.user, today(), PastFilters())) != []
    assert names(register_on(User.objects.get(person=world.jory), today(), PastFilters())) == []
    assert version_on(User.objects.get(person=world.jory), version.document, today()) is None


@pytest.mark.once
def test_the_register_of_a_day_costs_the_same_for_one_and_for_thirty(world, as_, django_assert_num_queries):
    do.in_force(world)
    client = as_(world.marit)
    client.get(reverse("register-as-of"))
    with django_assert_num_queries(7):
        client.get(reverse("register-as-of"))
    for n in range(8):
        do.in_force(world, title=f"Procedure {n}")
    with django_assert_num_queries(7):
        client.get(reverse("register-as-of"))


def test_the_command_answers_for_days(world, capsys):
    version = do.in_force(world)
    day = today().isoformat()
    call_command("as_of", day, "2020-01-01", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told == {
        day: {version.document.number: {"n": 1, "title": "Thawing of HPC", "approved_by": ["Dr Thessaly Quince"]}},
        "2020-01-01": {},
    }
    call_command("as_of", day)
    assert f"{version.document.number} version 1, approved by Dr Thessaly Quince" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Write a day like 2023-05-03"):
        call_command("as_of", "May")
