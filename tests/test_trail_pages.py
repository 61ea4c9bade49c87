"""The pages of the trail: of one record, of the programme, and the table to download."""

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qms.people import services as people
from qms.people.programme import today
from qms.records import queries
from qms.records.presenters import entries, kind_before, sentence
from qms.records.queries import Filters, events_of, filtered, older_than, streamed
from qms.records.registry import event_families, event_sentences, record_kinds
from qms.trail.door import change
from qms.trail.keys import make_first_key
from qms.trail.models import Event, Leaf
from qms.trail.sealer import seal
from qms.ui.spreadsheet import harmless
from tests import documents as do


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.SEAL_KEY_FILE = tmp_path / "keys" / "seal.pem"


def page_text(answer) -> str:
    return " ".join(answer.content.decode().split())


def event_names() -> set[str]:
    """Return the names of all events that the code writes: `x.event("name", …)` and `x.event(NAME, …)`."""
    found = set()
    for folder in ("qms", "sops", "training", "incidents", "audits"):
        for file in (settings.BASE_DIR / folder).rglob("*.py"):
            found |= _names_in(file)
    return found


def _names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text())
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    firsts = [call.args[0] for call in calls if call.func.attr == "event" and call.args]
    found = set()
    for first in firsts:
        for part in ast.walk(first):
            value = part.value if isinstance(part, ast.Constant) else constants.get(getattr(part, "id", ""))
            if isinstance(value, str):
                found.add(value)
    return found


def test_every_event_of_the_code_has_a_sentence_and_a_family():
    names = event_names()
    assert {"version.approve", "version.take_effect", "account.sign_out", "trail.verify"} <= names
    assert names - event_sentences.keys() == set()
    assert {name.split(".")[0] for name in names} - event_families.keys() == set()


def test_every_sentence_can_be_said_of_an_event_that_kept_nothing():
    for name in event_sentences:
        said = sentence({"name": name, "by": {"name": "Bea"}, "record": {"as": "PROC-SOP-001 v1"}, "facts": {}})
        assert "%" not in said, said
    unknown = sentence({"name": "x.of_later", "by": {"name": "Bea"}, "record": {"as": "X"}, "facts": {}})
    assert unknown == "Bea: x.of_later X"


def test_a_record_shows_its_acts_with_old_and_new_values_and_names_for_ids(world, as_):
    version = do.draft(world)
    do.services.change_document(version.document, by=world.fenn, revision=None, owner=world.bea, reason="Fenn moves")
    address = reverse("record-trail", args=["sops.document", str(version.document_id)])
    text = page_text(as_(world.fenn).get(address))
    for words in (
        "Trail of PROC-SOP-001", 'Fenn Mossgrove created <span class="nowrap">PROC-SOP-001</span>.',
        'gave <span class="nowrap">PROC-SOP-001</span> to another owner.',
        "Why: “Fenn moves”", "Changed: Owner", "<del>Fenn Mossgrove</del>", "<ins>Bea Thistledown</ins>",
        "Not yet sealed", "UTC+",
        f"{version.body[:4]} {version.body[4:8]} …",
    ):  # fmt: skip
        assert words in text, words
    assert f">{version.body}<" not in text


def test_a_record_is_named_where_its_own_entries_are_on_a_later_page(world, as_):
    version = do.sent(world)
    for n in range(queries.PAGE):
        do.services.add_comment(version, by=world.bea, kind="suggestion", text=f"No. {n}")
    address = reverse("record-trail", args=["sops.document", str(version.document_id)])
    assert "Trail of PROC-SOP-001" in page_text(as_(world.marit).get(address))


def test_a_record_also_shows_acts_on_others_that_concern_it(world, as_):
    version = do.sent(world)
    text = page_text(as_(world.marit).get(reverse("record-trail", args=["sops.document", str(version.document_id)])))
    assert 'signed <span class="nowrap">PROC-SOP-001 v1</span> and sent it to review.' in text
    names = [event.name for event in events_of("sops.document", str(version.document_id))]
    assert names == ["version.send", "document.create"]


def test_sealed_entries_say_so_with_their_position(world, as_):
    make_first_key()
    version = do.draft(world)
    seal(timezone.now())
    event = events_of("sops.version", str(version.pk))[0]
    text = page_text(as_(world.marit).get(reverse("record-trail", args=["sops.version", str(version.pk)])))
    assert f"no. {Leaf.objects.get(event=event).position}</span>" in text
    assert "Not yet sealed" not in text
    do.draft(world)
    page = page_text(as_(world.marit).get(reverse("trail")))
    assert "Last seal" in page
    assert "1 entry waits for the next seal." in page


@pytest.mark.parametrize(
    ("who", "label", "code"),
    [
        ("fenn", "sops.version", 200), ("thessaly", "sops.version", 200), ("marit", "sops.version", 200),
        ("ivo", "sops.version", 200), ("jory", "sops.version", 403), ("sorrel", "sops.version", 403),
        ("fenn", "qms.person", 403), ("marit", "qms.person", 200), ("ivo", "qms.person", 200),
        ("marit", "qms.nothing", 404), ("marit", "nonsense", 404), ("fenn", "nonsense", 403),
    ],
)  # fmt: skip
def test_who_sees_the_trail_of_a_record(world, as_, who, label, code):
    version = do.draft(world)
    key = {"sops.version": version.pk, "qms.person": world.jory.pk}.get(label, 1)
    assert as_(getattr(world, who)).get(reverse("record-trail", args=[label, str(key)])).status_code == code


def test_an_author_of_one_facility_sees_no_trail_of_another(world, as_):
    people.assign_role(world.jory, "author", world.clin, by=world.marit)
    version = do.draft(world)
    assert as_(world.jory).get(reverse("record-trail", args=["sops.version", str(version.pk)])).status_code == 403
    assert as_(world.jory).get(reverse("record-trail", args=["sops.version", "999999"])).status_code == 403
    assert as_(world.jory).get(reverse("record-trail", args=["sops.version", "1 OR 1"])).status_code == 403


@pytest.mark.parametrize(
    ("who", "code"), [("marit", 200), ("ivo", 200), ("thessaly", 403), ("fenn", 403), ("jory", 403), ("sorrel", 403)]
)
def test_who_sees_the_trail_of_the_programme(world, as_, who, code):
    assert as_(getattr(world, who)).get(reverse("trail")).status_code == code
    assert as_(getattr(world, who)).get(reverse("trail-csv")).status_code == code


def shown(client, **chosen) -> list[str]:
    return [entry.name for entry in client.get(reverse("trail"), chosen).context["entries"]]


def test_the_trail_is_narrowed_by_person_family_kind_and_day(world, as_):
    do.sent(world)
    client = as_(world.marit)
    everything = shown(client)
    assert everything[:2] == ["version.send", "signature.pledge"]
    assert shown(client, who=world.fenn.pk) == [
        name for name, by in Event.objects.order_by("-pk").values_list("name", "by_id") if by == world.fenn.pk
    ]
    assert set(shown(client, what="version")) == {"version.send"}
    assert shown(client, kind="sops.document") == ["document.create"]
    assert shown(client, since=today().isoformat())[0] == "version.send"
    assert shown(client, until=(today() - timedelta(days=1)).isoformat()) == []
    answer = client.get(reverse("trail"), {"since": "2026-09-02", "until": "2026-09-01"})
    assert (answer.status_code, "Choose a later one" in page_text(answer)) == (422, True)
    assert client.get(reverse("trail"), {"what": "nonsense"}).status_code == 422
    assert client.get(reverse("trail"), {"before": "x" * 30}).status_code == 200


def test_rare_and_common_events_are_found_by_different_ways_and_alike(world, monkeypatch):
    do.sent(world)
    fill(world, 30)
    every = list(Event.objects.order_by("-at", "-pk"))
    for chosen in (
        Filters(who=world.marit.pk), Filters(label="qms.person"), Filters(names=("version.send", "programme.change")),
        Filters(who=world.marit.pk, label="qms.person", names=("programme.change",)), Filters(label="qms.seal"),
    ):  # fmt: skip
        matching = [
            event.pk for event in every
            if (chosen.who in (None, event.by_id)) and chosen.label in ("", event.label)
            and (not chosen.names or event.name in chosen.names)
        ]  # fmt: skip
        for few in (0, 10_000):
            monkeypatch.setattr(queries, "FEW", few)
            assert [event.pk for event in filtered(chosen)] == matching


def test_days_are_those_of_the_programme(world):
    """23:30 UTC is half past one of the next day in Paris in summer."""
    with time_machine.travel("2027-07-01T23:30:00Z", tick=False), change(by=world.marit) as c:
        event = c.event("programme.change", world.marit)
    second = timezone.datetime(2027, 7, 2).date()
    assert list(filtered(Filters(since=second, until=second))) == [event]
    assert not filtered(Filters(until=second - timedelta(days=1), since=second - timedelta(days=1))).exists()


def fill(world, count: int) -> None:
    with change(by=world.marit) as c:
        for _n in range(count):
            c.event("programme.change", world.jory)


def test_pages_go_on_where_the_one_before_ended_and_lose_nothing(world, as_, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 7)
    fill(world, 20)
    client, seen, before = as_(world.marit), [], None
    for _page in range(200):
        page = client.get(reverse("trail"), {"before": before} if before else {})
        seen += [entry.pk for entry in page.context["entries"]]
        before = page.context["older"]
        if before is None:
            break
    ids = list(Event.objects.order_by("-at", "-pk").values_list("pk", flat=True))
    assert seen == ids
    own, before = [], None
    while True:
        found = events_of("qms.person", str(world.jory.pk), before)
        own += [event.pk for event in found[:7]]
        if len(found) <= 7:
            break
        before = own[-1]
    assert own == sorted(set(own), reverse=True)
    assert len(own) >= 20


@pytest.mark.once
@pytest.mark.parametrize("address", ["trail", "record"])
def test_a_page_costs_the_same_with_one_entry_and_with_thirty(world, as_, address):
    client = as_(world.marit)
    where = (
        reverse("trail") if address == "trail" else reverse("record-trail", args=["qms.facility", str(world.proc.pk)])
    )
    more = {"kind": "qms.facility", "since": today().isoformat()}
    client.get(where, more)
    costs = []
    for count in (1, 30):
        for n in range(count):
            people.change_facility(world.proc, name=f"Lab {count} {n}", part="D", by=world.marit)
        with CaptureQueriesContext(connection) as caught:
            client.get(where, more)
        costs.append(len(caught))
    assert costs[0] == costs[1]
    assert costs[1] <= 16


def test_the_table_holds_what_matches_and_no_formula(world, as_):
    people.change_facility(world.proc, name="=HYPERLINK(1)", part="D", by=world.marit, reason="+1 more")
    answer = as_(world.marit).get(reverse("trail-csv"), {"kind": "qms.facility"})
    assert answer.streaming
    assert answer["Content-Disposition"].startswith('attachment; filename="trail-')
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 1 + Event.objects.filter(label="qms.facility").count()
    assert rows[0][0] == "Position"
    newest = dict(zip(rows[0], rows[1], strict=True))
    assert (newest["Record"], newest["Reason"], newest["Event"]) == ("'=HYPERLINK(1)", "'+1 more", "facility.change")
    assert newest["Position"] == "not yet sealed"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_cell_that_a_spreadsheet_would_calculate_is_made_harmless(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("plain = text") == "plain = text"
    assert harmless(f"a{cell}") == f"a{cell}"


def test_the_table_is_read_in_chunks(world, monkeypatch):
    monkeypatch.setattr(queries, "CHUNK", 3)
    fill(world, 10)
    found = filtered(Filters(names=("programme.change",)))
    assert [event.pk for event in streamed(found)] == list(found.values_list("pk", flat=True))
    last = found.last()
    assert list(older_than(found, last.pk)) == []


def test_an_entry_of_a_model_or_field_that_is_gone_is_still_shown(world):
    with change(by=world.marit) as c:
        c.note("oldapp.thing", "7", "update")
        event = c.event("oldapp.act", world.marit, odd={"a": 1})
    rows = Event.objects.filter(pk=event.pk)
    shown_now = entries(rows)[0]
    assert shown_now.sentence == "Marit Oakenshaw: oldapp.act Marit Oakenshaw"
    assert [row.kind for row in shown_now.rows] == ["oldapp.thing"]
    assert ("Odd", '{"a": 1}') in shown_now.facts


def test_every_kind_of_record_that_can_be_chosen_is_a_model():
    for label in record_kinds:
        assert apps.get_model(label)


def test_a_kind_is_not_said_twice():
    assert kind_before("sops.question", "Question 3, APH-SOP-001 v3") == ""
    assert kind_before("sops.version", "APH-SOP-001 v3") == "Version"
