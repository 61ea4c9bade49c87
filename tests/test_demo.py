"""The demonstration programme: made by its command, believable, provable, and the same when asked again.

Of a dozen documents; with ENGRAFT_DEMO=full of all of them, which takes a minute more.
"""

import json
import os
import sqlite3
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest

from audits.demo.cast import CAST
from audits.demo.people import ZONE as ZONE_NAME
from audits.demo.scripts import scripts
from qms.people.roles import ROLES
from tests.own_server import environment_of, manage, migrated, run

__all__ = ["migrated"]
pytestmark = pytest.mark.slow
ZONE = ZoneInfo(ZONE_NAME)
IS_SMALL = os.environ.get("ENGRAFT_DEMO") != "full"


@pytest.fixture(scope="module")
def northmere(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The environment of an installation with the demonstration in it, and the log-ins that were printed."""
    data = tmp_path_factory.mktemp("northmere") / "data"
    copytree(migrated, data)
    environment = environment_of(data)
    manage(environment, "make_key", "--if-missing")
    start = time.monotonic()
    printed = manage(environment, "demo", "--json", *["--small"] * IS_SMALL)
    print(f"\n{len(scripts(small=IS_SMALL))} documents took {time.monotonic() - start:.0f} s")
    return environment, json.loads(printed)["logins"]


def rows(environment: dict[str, str], query: str) -> list[tuple]:
    [database] = Path(environment["ENGRAFT_DATA"]).glob("*.sqlite3")
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_it_prints_the_log_ins_of_everybody_who_is_there(northmere):
    environment, log_ins = northmere
    here = [somebody for somebody in CAST if somebody.left is None]
    assert {row["email"] for row in log_ins} == {somebody.email for somebody in here}
    assert {row["role"] for row in log_ins} == {str(role.word) for role in ROLES.values()}
    assert len(log_ins) >= 50
    code = (
        "import json, os; from django.contrib.auth import authenticate\n"
        "for row in json.loads(os.environ['LOG_INS']):\n"
        "    assert authenticate(username=row['email'], password=row['password']).email == row['email']"
    )
    manage({**environment, "LOG_INS": json.dumps(log_ins)}, "shell", "-c", code)


def test_it_is_a_whole_programme(northmere):
    environment, _log_ins = northmere
    told = scripts(small=IS_SMALL)
    assert rows(environment, "SELECT count(*) FROM sops_document") == [(len(told),)]
    wanted = Counter({"superseded": sum(len(script.issues) for script in told) - len(told)})
    for script in told:
        wanted[{"waiting": "approved", "in_force": "effective"}.get(script.state, script.state)] += 1
        wanted["superseded"] -= script.state not in ("in_force", "withdrawn") and len(script.issues) > 1
        wanted["effective"] += script.state not in ("in_force", "withdrawn") and len(script.issues) > 1
    assert dict(rows(environment, "SELECT status, count(*) FROM sops_version GROUP BY status")) == +wanted
    copies = dict(rows(environment, "SELECT status, count(*) FROM sops_copy GROUP BY status"))
    assert {"issued", "recalled", "destroyed", "missing"} <= set(copies)
    [(asked, signed)] = rows(environment, "SELECT count(*), count(signature_id) FROM training_reading")
    assert (80 if IS_SMALL else 280) < signed < asked  # of 98 and of 316
    today = datetime.now(UTC).date().isoformat()
    [(overdue,)] = rows(environment, f"SELECT count(*) FROM sops_document WHERE review_due < '{today}'")
    assert overdue >= 1
    assert dict(rows(environment, "SELECT status, count(*) FROM sops_question GROUP BY status")) == {
        "answered": 2, "open": 1,
    }  # fmt: skip
    assert dict(rows(environment, "SELECT status, count(*) FROM sops_periodicreview GROUP BY status")) == {
        "no_change": 1, "revise": 1,
    }  # fmt: skip


def test_plans_have_a_route_of_two_steps_and_one_waits_in_it(northmere):
    environment, _log_ins = northmere
    steps = rows(
        environment,
        "SELECT step.stage, step.kind, step.role, step.signature_id IS NOT NULL, version.status FROM sops_step step"
        " JOIN sops_version version ON version.id = step.version_id"
        " JOIN sops_documenttype type ON type.route <> '{}' WHERE version.title = 'Power cut in the nitrogen store'"
        " ORDER BY step.stage, step.role",
    )
    assert steps == [
        (1, "review", "author", 1, "in_approval"), (1, "review", "quality_manager", 1, "in_approval"),
        (2, "approve", "director", 0, "in_approval"),
    ]  # fmt: skip


def test_what_is_asked_and_allowed_beside_the_documents_is_there_once(northmere):
    environment, _log_ins = northmere
    assert rows(environment, "SELECT status, count(*) FROM sops_deviation GROUP BY status ORDER BY status") == [
        ("done_verbal", 1), ("reviewed", 1),
    ]  # fmt: skip
    kept = {kind for (kind,) in rows(environment, "SELECT DISTINCT kept FROM sops_version WHERE kept <> ''")}
    told = scripts(small=IS_SMALL)
    assert kept == {"xlsx" if script.facts["made"] == "xlsx" else "pdf" for script in told if "made" in script.facts}
    [(editions,)] = rows(environment, "SELECT count(*) FROM sops_edition")
    assert editions == sum(len(script.issues) for script in told if "edition" in script.facts)
    assert rows(environment, "SELECT count(*) FROM qms_roleassignment WHERE role = 'on_call'") == [(1,)]


def test_nothing_leads_anybody_to_a_closed_door(northmere):
    """Every link that a person is shown opens for them; of addresses that differ by their numbers two are tried."""
    environment, log_ins = northmere
    roles = ("Quality manager", "Document author", "Inspector")
    somebody = {row["role"]: row["email"] for row in reversed(log_ins) if row["role"] in roles}
    script = Path(__file__).with_name("crawl.py").read_text()
    ran = run(environment | {"LOG_INS": json.dumps(somebody)}, "python", "-c", script)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["closed"] == []
    assert all(pages > 25 for pages in found["pages"].values()), found["pages"]


def test_the_whole_of_it_has_every_kind_of_document():
    made = {script.facts.get("made") for script in scripts()}
    assert {"pdf", "label", "xlsx"} <= made and any("edition" in script.facts for script in scripts())


def test_the_whole_of_it_has_sixty_documents_fifteen_of_them_long():
    told = scripts()
    assert len(told) >= 60
    assert sum(2 <= len(script.issues) <= 5 and sum(map(len, script.lines)) > 6000 for script in told) >= 15
    numbers = {script.name: script.facts["title"] for script in told}
    assert all(script.blocks(n, numbers) for script in told for n in range(1, len(script.issues) + 1))


def test_it_happened_over_six_years_and_nothing_lies_ahead(northmere):
    environment, _log_ins = northmere
    [(first, last)] = rows(environment, "SELECT min(at), max(at) FROM qms_event")
    now = datetime.now(UTC)
    assert datetime.fromisoformat(first).replace(tzinfo=UTC) < now - timedelta(days=6 * 365)
    assert datetime.fromisoformat(last).replace(tzinfo=UTC) <= now


def test_its_trail_can_be_proven_and_nothing_is_left_to_do(northmere):
    environment, _log_ins = northmere
    report = run(environment, "python", "manage.py", "verify_trail", "--json")
    assert report.returncode == 0, report.stdout
    assert json.loads(report.stdout)["findings"] == []
    assert rows(environment, "SELECT count(*) FROM qms_outbox WHERE done_at IS NULL") == [(0,)]


def in_force_by_the_trail(environment: dict[str, str], days: list[date]) -> dict[str, dict[str, int]]:
    """Return {day: {number: version}} at the end of each day, by the events alone: what took effect, what ended."""
    query = "SELECT at, text FROM qms_event WHERE name IN ('version.take_effect', 'version.withdraw') ORDER BY at, id"
    acts = []
    for at, text in rows(environment, query):
        event = json.loads(text)
        number, n = event["record"]["as"].rsplit(" v", 1)
        acts.append((datetime.fromisoformat(at).replace(tzinfo=UTC), event["name"], number, int(n)))
    found = {}
    for day in days:
        end, now = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE), {}
        for at, name, number, n in acts:
            if at >= end:
                break
            if name == "version.take_effect":
                now[number] = n
            else:
                del now[number]
        found[day.isoformat()] = now
    return found


def test_as_it_was_agrees_with_the_trail_on_a_thousand_days(northmere):
    """FACT-JACIE x4.5: which version was in force on a day. Computed from the versions, and from the events alone."""
    environment, _log_ins = northmere
    chance, now = Random(4), datetime.now(UTC).astimezone(ZONE).date()
    days = sorted({now - timedelta(days=chance.randrange(7 * 365)) for _one in range(1400)})[:1000]
    assert len(days) == 1000
    told = json.loads(manage(environment, "as_of", "--json", *[day.isoformat() for day in days]))
    by_versions = {day: {number: facts["n"] for number, facts in then.items()} for day, then in told.items()}
    assert by_versions == in_force_by_the_trail(environment, days)
    assert {len(then) for then in by_versions.values()} >= {0, 1}
    assert all(facts["approved_by"] for then in told.values() for facts in then.values())


def test_asked_again_it_prints_the_same_and_changes_nothing(northmere):
    environment, log_ins = northmere
    before = rows(environment, "SELECT count(*), max(id) FROM qms_event")
    assert json.loads(manage(environment, "demo", "--json"))["logins"] == log_ins
    assert rows(environment, "SELECT count(*), max(id) FROM qms_event") == before
