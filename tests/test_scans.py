"""What the code on a controlled copy answers to a stranger, in each state, in exact words; and that nothing leaks."""

import re
from datetime import timedelta

import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from qms.people import services as people
from qms.people.models import SignInFailure
from qms.people.programme import today
from sops import services
from sops.models import Copy, Sighting
from sops.services import Holding
from tests import documents as do
from tests.scanned import needs_pictures, token_of
from tests.test_copies import fresh, issued, next_in_force

pytestmark = needs_pictures
SECRET = "Lower the bag into the bath."  # stands in the text of the version
WARNING = "Do not work by this paper. Hand it to your quality manager."


def ward(world) -> Holding:
    return Holding(place="Ward, treatment room", holder=world.jory)


def scan(copy: Copy, client: Client | None = None):
    return (client or Client()).get(f"/c/{token_of(copy)}")


def said(answer) -> tuple[str, list[str]]:
    """Return (the word, the sentences) of an answer."""
    page = answer.content.decode()
    word = re.search(r"<h1.*?<span>([^<]+)</span></span></h1>", page)[1]
    return word, [re.sub("<[^>]+>", "", one) for one in re.findall(r'<p class="lead">(.*?)</p>', page)]


def day() -> str:
    return date_format(today(), "j F Y")


def test_a_stranger_reads_that_a_copy_is_in_force_and_nothing_of_its_text_or_holder(world):
    version = do.in_force(world)
    assert SECRET in str(do.TEXT)
    answer = scan(issued(version, world.marit, ward(world))[0])
    assert answer.status_code == 200
    assert said(answer) == ("In force", [f"Version 1 is in force since {day()}."])
    page = answer.content.decode()
    for shown in ("PROC-SOP-001", "Thawing of HPC", "Ward, treatment room"):
        assert shown in page
    for hidden in (SECRET, "To thaw cells", "Objective", "Jory", "Marit", "Fenn", "/documents/", "Ring binder"):
        assert hidden not in page
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_newer_version_with_its_day_ahead_is_announced(world):
    version = do.in_force(world)
    copy = issued(version, world.marit)[0]
    following = do.review(do.send(services.start_version(version.document, by=world.fenn), world), world)
    ahead = today() + timedelta(days=9)
    assert said(scan(copy)) == ("In force", [f"Version 1 is in force since {day()}."])
    do.approve(following, world, on=ahead)
    assert said(scan(copy)) == (
        "In force",
        [f"Version 1 is in force since {day()}.",
         f"It is replaced by version 2 from {date_format(ahead, 'j F Y')}."],
    )  # fmt: skip


def test_superseded_and_withdrawn(world):
    version = do.in_force(world)
    copy = issued(version, world.marit)[0]
    following = next_in_force(version, world)
    second = issued(following, world.marit)[0]
    recalled = f"Copy 1 is recalled since {day()}."
    assert said(scan(copy)) == (
        "Superseded", [recalled, f"Version 1 was superseded by version 2 on {day()}.", WARNING]
    )  # fmt: skip
    do.withdraw(following, world)
    assert said(scan(second)) == (
        "Withdrawn",
        [f"Copy 2 is recalled since {day()}.", f"Version 2 was withdrawn on {day()}.", "Nothing replaces it.", WARNING],
    )  # fmt: skip
    services.return_copy(fresh(copy), by=world.marit)
    assert said(scan(copy))[0] == "Returned"
    for one in (copy, second):
        assert SECRET not in scan(one).content.decode()


def test_recalled_missing_returned_and_destroyed_while_the_version_is_in_force(world):
    recalled, missing, returned, destroyed = issued(do.in_force(world), world.marit, *[ward(world)] * 4)
    services.recall_copy(recalled, by=world.marit, reason="Coffee")
    services.report_missing(missing, by=world.marit, reason="Not in the binder")
    services.return_copy(returned, by=world.marit)
    services.destroy_copy(destroyed, by=world.marit, how="Shredded")
    force = f"Version 1 is in force since {day()}."
    hand_in = f"Copy 2 is reported missing since {day()}. If this is it, hand it in."
    for copy, word, first in (
        (recalled, "Recalled", f"Copy 1 is recalled since {day()}."), (missing, "Missing", hand_in),
        (returned, "Returned", f"Copy 3 was returned on {day()}. It should not be here."),
        (destroyed, "Destroyed", f"Copy 4 was destroyed on {day()}. It should not be here."),
    ):  # fmt: skip
        answer = scan(copy)
        assert said(answer) == (word, [first, force, WARNING])
        for hidden in ("Coffee", "binder", "Shredded", "Jory", SECRET):
            assert hidden not in answer.content.decode()


def test_who_is_logged_in_and_sees_the_document_finds_the_way_to_it(world, as_):
    copy = issued(do.in_force(world), world.marit)[0]
    link = 'href="/documents/PROC-SOP-001/"'
    assert link in scan(copy, as_(world.fenn)).content.decode()
    assert link not in scan(copy, as_(world.jory)).content.decode()
    people.assign_role(world.jory, "nurse", world.proc, by=world.marit)
    assert link in scan(copy, as_(world.jory)).content.decode()


def test_a_phone_whose_log_in_has_run_out_still_gets_its_answer(world, as_):
    copy, client = issued(do.in_force(world), world.marit)[0], as_(world.fenn)
    token = token_of(copy)
    client.get("/")
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        answer = client.get(f"/c/{token}")
        assert said(answer)[0] == "In force"
        assert client.get("/").status_code == 303  # logged out all the same


def test_a_wrong_code_meets_one_page_whatever_it_looks_like(world):
    copy = issued(do.in_force(world), world.marit)[0]
    waiting = services.issue_copies(do.fresh(copy.version), [ward(world)], by=world.marit)[0]
    token = token_of(copy)
    wrong = ["x", token[:-1], token.swapcase(), copy.token, str(waiting.n), "%00", "é" * 40, "a" * 2000]
    answers = [Client().get(f"/c/{one}") for one in wrong]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "no-store" in answers[0]["Cache-Control"]
    assert answers[0]["X-Robots-Tag"] == "noindex, nofollow"
    assert "PROC" not in answers[0].content.decode()


def test_who_guesses_waits_and_nobody_else(world, as_):
    copy = issued(do.in_force(world), world.marit)[0]
    token, limit = token_of(copy), settings.LOCK_OUT_FAILURES * 4
    for k in range(limit):
        assert Client().get(f"/c/guess-{k}").status_code == 404
    for one in ("another-guess", token):  # the right one neither: the answer tells nothing
        answer = Client().get(f"/c/{one}")
        assert answer.status_code == 429
        assert "Try again in a quarter of an hour" in answer.content.decode()
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/c/{token}").status_code == 200
    assert as_(world.marit).get(f"/c/{token}").status_code == 200
    answer = Client().post("/login/", {"email": "marit@engraft.example", "password": world.password})
    assert answer.status_code == 303  # the log-in counts apart
    with time_machine.travel(timezone.now() + timedelta(minutes=settings.LOCK_OUT_MINUTES, seconds=1)):
        assert Client().get(f"/c/{token}").status_code == 200
    assert SignInFailure.objects.count() == limit


def test_only_looking_is_possible(world):
    copy = issued(do.in_force(world), world.marit)[0]
    assert Client().post(f"/c/{token_of(copy)}").status_code == 405


def test_a_scan_keeps_the_day_and_nothing_else(world):
    copy = issued(do.in_force(world), world.marit)[0]
    token = token_of(copy)
    assert Client().head(f"/c/{token}").status_code == 200
    assert not Sighting.objects.exists()
    for _time in range(3):
        scan(copy)
    assert Sighting.objects.get().day == today()
    assert {field.name for field in Sighting._meta.concrete_fields} == {"id", "copy", "day"}
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        Client().get(f"/c/{token}")
        assert Sighting.objects.get().day == today()


def test_a_scan_takes_the_same_few_queries_however_many_copies_there_are(world):
    version = do.in_force(world)
    copy = issued(version, world.marit)[0]
    token = token_of(copy)

    def queries() -> int:
        Client().get(f"/c/{token}")
        with CaptureQueriesContext(connection) as captured:
            Client().get(f"/c/{token}")
        return len(captured)

    few = queries()
    services.issue_copies(version, [ward(world)] * 30, by=world.marit)
    assert queries() == few <= 6


def test_the_token_is_chance(world):
    copies = issued(do.in_force(world), world.marit, *[ward(world)] * 3)
    tokens = {token_of(copy) for copy in copies}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens)  # 16 bytes: 128 bits
