"""Pages of a document and its versions: reading, review, comments, signing, the ends; and who is refused."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.people.models import Person
from qms.people.programme import today
from qms.people.services import assign_role
from qms.signatures.models import Signature
from qms.signatures.services import has_pledged, pledge, pledge_content
from qms.ui.numbers import unbroken
from sops import services
from sops.models import Comment, Document, DocumentType, Version
from tests import documents as do
from tests.world import PASSWORD


def url(version: Version, page: str = "") -> str:
    return f"/documents/{version.document.number}/v{version.n}/{page}"


def look(client: Client, where: str, code: int = 200) -> str:
    answer = client.get(where)
    assert answer.status_code == code, (where, answer.status_code)
    return html.unescape(answer.content.decode())


def sign(client: Client, person: Person, where: str):
    """Sign as in the browser: the page, then e-mail and password; return the answer."""
    if not has_pledged(person):
        pledge(by=person, proof=do.reauthenticate(
            person.user, session="s", digest=pledge_content().digest, password=PASSWORD, email=person.user.email
        ))  # fmt: skip
    form = client.get(where).context["form"]
    marks = {"digest": form["digest"].value(), "seen": form["seen"].value()}
    return client.post(where, {**marks, "email": person.user.email, "password": PASSWORD})


def go(client: Client, where: str, **fields: object) -> str:
    """Send a form that leads on; return where to."""
    answer = client.post(where, fields)
    assert answer.status_code == 303, html.unescape(answer.content.decode())[:3000]
    return str(answer.headers["Location"])


# From nothing to in force and to the end, in the browser.


def test_a_version_goes_from_new_to_withdrawn_by_its_pages(world, as_):
    """New, written, sent, reviewed, approved, in force, withdrawn; every signed step by the page of signing."""
    fenn, bea, thessaly = as_(world.fenn), as_(world.bea), as_(world.thessaly)
    at = go(fenn, "/documents/new/", title="Thawing", type=do.sop_type().pk, facility=world.proc.pk, number="")
    assert at == "/documents/PROC-SOP-001/v1/write/"
    version = Version.objects.get()
    go(
        fenn,
        url(version, "edit/"),
        do="insert:",
        revision=version.revision,
        text="Lower the bag.",
        style="step",
        level="1",
    )
    send = go(fenn, url(version, "send/"), reviewers=[world.bea.pk], approver=world.thessaly.pk,
              revision=do.fresh(version).revision)  # fmt: skip
    assert send.startswith(url(version, "sign/send/?reviewers="))
    assert sign(fenn, world.fenn, send).status_code == 303
    assert do.fresh(version).status == "in_review"
    page = look(bea, url(version, "review/"))
    review = re.search(r'href="([^"]+sign/review/[^"]+)"', page)[1]
    assert sign(bea, world.bea, review).status_code == 303
    assert do.fresh(version).status == "in_approval"
    page = look(thessaly, url(version, "approve/"))
    assert f'value="{(today() + timedelta(days=14)).isoformat()}"' in page
    seen = re.search(r'name="revision" value="(\d+)"', page)[1]
    approve = go(thessaly, url(version, "approve/"), effective_on=today().isoformat(), revision=seen)
    assert sign(thessaly, world.thessaly, approve).status_code == 303
    assert do.fresh(version).status == "approved"
    services.make_effective(do.fresh(version))
    withdraw = go(
        thessaly,
        url(version, "withdraw/"),
        reason="Replaced by a device",
        replaced="nothing",
        revision=do.fresh(version).revision,
    )
    assert sign(thessaly, world.thessaly, withdraw).status_code == 303
    assert do.fresh(version).status == "withdrawn"
    page = look(fenn, "/documents/PROC-SOP-001/")
    assert "“Replaced by a device”" in page
    assert [one.purpose for one in Signature.objects.exclude(purpose="pledge").order_by("pk")] == [
        "version.send", "version.review", "version.approve", "version.withdraw",
    ]  # fmt: skip
    assert "withdrawn. Do not work by it" in look(fenn, url(version))


def test_who_reads_sees_what_is_in_force_and_nothing_else(world, as_):
    """A nurse reads version 1; the draft of version 2, its review and its history are not there."""
    for person, role in ((world.fenn, "author"), (world.bea, "author"), (world.thessaly, "medical_director")):
        assign_role(person, role, world.clin, by=world.marit)
    first = do.in_force(world, at=world.clin)
    second = services.start_version(first.document, by=world.fenn)
    nurse = as_(world.jory)
    page = look(nurse, "/documents/CLIN-SOP-001/")
    assert "Read version 1" in page
    for hidden in ("/v2/", "History", "Which was in force", "/trail/", "on its way"):
        assert hidden not in page, hidden
    register = look(nurse, "/documents/")
    assert "CLIN-SOP-001" in register
    assert "v2" not in register
    assert "CLIN-SOP-001" not in look(nurse, "/documents/?status=draft")
    assert "Lower the bag into the bath." in (read := look(nurse, url(first)))
    assert "SIG-" in read  # the receipts of others are not for them: no links that lead nowhere
    assert 'href="/signatures/' not in read
    assert 'href="/signatures/' in look(as_(world.fenn), url(first))
    assert nurse.get(url(first, "pdf/")).content.startswith(b"%PDF-")
    for where in ("", "pdf/"):
        assert nurse.get(url(second, where)).status_code == 404, where
    for where in ("redline/", "review/", "approve/", "original/", "edit/", "send/"):
        assert nurse.get(url(second, where)).status_code == 403, where
        assert nurse.get(url(first, where)).status_code == 403, where


def test_the_document_page_says_where_it_stands_and_what_comes(world, as_):
    first = do.in_force(world)
    second = services.start_version(first.document, by=world.fenn)
    services.save_text(second, by=world.fenn, revision=None, blocks=do.TEXT[:2], summary="Step 3 is done elsewhere.")
    do.send(do.fresh(second), world)
    page = look(as_(world.bea), "/documents/PROC-SOP-001/")
    assert "Version 2, on its way" in page
    assert "Step 3 is done elsewhere." in page
    assert f'class="btn btn-primary" href="{url(second, "review/")}"' in page
    assert 'href="/trail/sops.document/' in page
    assert unbroken("Fenn Mossgrove started PROC-SOP-001 v2") in page
    author = look(as_(world.fenn), "/documents/PROC-SOP-001/")
    assert url(second, "take-back/") in author
    assert url(first, "withdraw/") not in author
    reader = look(as_(world.ivo), "/documents/PROC-SOP-001/")
    assert "btn-primary" not in reader[reader.index("<main") : reader.index("</main")]


def test_which_was_in_force_on_a_day(world, as_):
    """Answered from the moments of the acts, in the programme's zone; the day of a change names both."""
    with time_machine.travel("2026-03-02T09:00:00+00:00"):
        first = do.in_force(world)
    with time_machine.travel("2026-06-30T22:30:00+00:00"):  # already 1 July in Paris
        second = services.start_version(first.document, by=world.fenn)
        do.approve(do.review(do.send(second, world), world), world)
        services.make_effective(do.fresh(second))
    with time_machine.travel("2026-08-01T09:00:00+00:00"):
        client = as_(world.fenn)

        def on(day: str) -> str:
            return look(client, f"/documents/PROC-SOP-001/?on={day}")

        assert "Nothing of this document was in force on 1 March 2026" in on("2026-03-01")
        assert "On 2 March 2026: version 1 from 10:00." in on("2026-03-02")
        assert "On 30 June 2026: version 1 the whole day." in on("2026-06-30")
        assert "On 1 July 2026: version 1 until 00:30, version 2 from 00:30." in on("2026-07-01")
        assert "2 August 2026 is ahead" in on("2026-08-02")
        assert "This is no day" in on("31.12.2026")
        assert "This is no day" not in look(client, "/documents/PROC-SOP-001/")


def test_the_pdf_is_served_as_what_it_is(world, as_):
    version = do.in_force(world)
    answer = as_(world.fenn).get(url(version, "pdf/"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="PROC-SOP-001_v1.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert as_(world.jory).get(url(version, "pdf/")).status_code == 404


def test_an_obsolete_version_says_so_and_leads_to_the_one_in_force(world, as_):
    first = do.in_force(world)
    second = services.start_version(first.document, by=world.fenn)
    services.make_effective(do.approve(do.review(do.send(second, world), world), world))
    page = look(as_(world.fenn), url(first))
    assert "This version is obsolete. Do not work by it." in page
    assert f'href="{url(second)}"' in page


def test_the_redline_compares_any_two_versions(world, as_):
    first = do.in_force(world)
    second = services.start_version(first.document, by=world.fenn)
    text = [do.TEXT[0], do.paragraph("b2", "To thaw cells so that all live."), do.TEXT[2]]
    services.save_text(second, by=world.fenn, revision=None, blocks=text)
    client = as_(world.bea)
    page = look(client, url(second, "redline/"))
    assert re.search(r"<ins>.*?all.*?</ins>", page)
    assert "from version 1 to version 2" in page
    assert "from version 2 to version 1" in look(client, url(first, "redline/?against=2"))
    assert client.get(url(second, "redline/?against=9")).status_code == 404
    only = do.draft(world, title="Alone")
    assert "Nothing to compare with" in look(client, url(only, "redline/"))
    assert as_(world.jory).get(url(second, "redline/")).status_code == 403


# Sending.


def test_authors_are_not_offered_as_reviewers_or_approvers(world, as_):
    version = do.draft(world)
    form = as_(world.fenn).get(url(version, "send/")).context["form"]
    named = {
        slot: [word.partition(",")[0] for code, word in form.fields[slot].choices if code.isdigit()]
        for slot in ("reviewers", "approver")
    }
    assert named["reviewers"] == ["Bea Thistledown", "Dr Thessaly Quince", "Marit Oakenshaw"]
    assert named["approver"] == ["Dr Thessaly Quince", "Marit Oakenshaw"]
    roles = [word for code, word in form.fields["approver"].choices if not code.isdigit()]
    assert roles == ["Whoever is: Director, Processing laboratory", "Whoever is: Quality manager"]


def test_sending_asks_for_people_and_refuses_others(world, as_):
    version, client = do.draft(world), as_(world.fenn)
    seen = version.revision
    for fields in ({}, {"reviewers": [world.bea.pk]}, {"approver": world.thessaly.pk},
                   {"reviewers": [world.fenn.pk], "approver": world.thessaly.pk},
                   {"reviewers": [world.jory.pk], "approver": world.thessaly.pk},
                   {"reviewers": [world.bea.pk], "approver": world.bea.pk}):  # fmt: skip
        assert client.post(url(version, "send/"), {**fields, "revision": seen}).status_code == 422, fields
    assert do.fresh(version).status == "draft"


def test_a_text_that_changed_since_the_page_is_not_signed(world, as_):
    """The revision travels to the signing page: 409 when it is opened late, refusal when it is signed late."""
    version, client = do.draft(world), as_(world.fenn)
    there = f"?reviewers={world.bea.pk}&approver={world.thessaly.pk}&revision="
    late = url(version, f"sign/send/{there}{version.revision}")
    page = client.get(late)
    services.save_text(do.fresh(version), by=world.fenn, revision=None, blocks=do.TEXT[:1])
    assert client.get(late).status_code == 409
    assert page.status_code in (200, 303)
    assert sign_late(client, world.fenn, version, late).status_code in (409, 422)
    assert do.fresh(version).status == "draft"


def sign_late(client: Client, person: Person, version: Version, where: str):
    """Sign with marks of a page that was opened for another revision."""
    right = re.sub(r"revision=\d+", f"revision={do.fresh(version).revision}", where)
    if not has_pledged(person):
        pledge(by=person, proof=do.reauthenticate(
            person.user, session="s", digest=pledge_content().digest, password=PASSWORD, email=person.user.email
        ))  # fmt: skip
    form = client.get(right).context["form"]
    marks = {"digest": form["digest"].value(), "seen": form["seen"].value()}
    return client.post(where, {**marks, "email": person.user.email, "password": PASSWORD})


@pytest.mark.parametrize(
    ("step", "query", "code"),
    [
        ("approve", "", 422), ("approve", "?revision=x", 422), ("nonsense", "?revision=1", 404),
        ("withdraw", "?revision={seen}", 403), ("review", "?revision=999", 403), ("cancel", "?revision={seen}", 403),
    ],
)  # fmt: skip
def test_an_address_of_signing_that_makes_no_sense_is_refused(world, as_, step, query, code):
    version = do.reviewed(world)
    where = url(version, f"sign/{step}/{query.format(seen=version.revision)}")
    assert as_(world.thessaly).get(where).status_code == code


@pytest.mark.parametrize("day", ["", "yesterday", "2020-01-01", "2026-13-01"])
def test_no_day_or_a_past_day_is_not_signed(world, as_, day):
    version, client = do.reviewed(world), as_(world.thessaly)
    sign_url = url(version, f"sign/approve/?revision={version.revision}&effective_on={day}")
    assert client.get(sign_url).status_code == 422
    page = client.post(url(version, "approve/"), {"effective_on": day, "revision": version.revision})
    assert page.status_code == 422


def test_who_signed_and_comes_back_is_shown_that_signature(world, as_):
    """The back button, or an old tab, after signing: nothing is signed twice, and it is said so."""
    version = do.reviewed(world)
    late = as_(world.bea).get(url(version, f"sign/review/?revision={version.revision}"))
    assert late.status_code == 303
    assert late.headers["Location"].startswith("/signatures/")
    page = as_(world.bea).get(late.headers["Location"]).content.decode()
    assert "You have signed" in page


# Review.


def test_a_first_version_has_no_redline_and_the_page_says_so(world, as_):
    version = do.sent(world)
    page = look(as_(world.bea), url(version, "review/"))
    assert "There is no version in force to compare with" in page
    assert "<del>" not in page
    assert "You, reviewer" in page


def test_an_open_must_fix_blocks_and_says_what_unblocks(world, as_):
    """The button stays, dashed, with the reason and the link; resolved by its raiser it is a link again."""
    version, bea = do.sent(world), as_(world.bea)
    add = go(bea, url(version, "comments/add/"), kind="must_fix", text="Which bath?", block="b2", at="version-review")
    assert add == url(version, "review/#k1")
    page = look(bea, url(version, "review/"))
    button = re.search(r"<button[^>]*>Sign the review", page)[0]
    assert 'aria-disabled="true"' in button
    assert 'aria-describedby="why-not"' in button
    assert "You can sign once it is resolved" in page
    assert '<a href="#k1">Comment 1 of Bea Thistledown</a>' in page
    assert bea.get(url(version, f"sign/review/?revision={version.revision}")).status_code == 403
    comment = Comment.objects.get()
    go(bea, url(version, f"comments/{comment.pk}/resolve/"), at="version-review")
    assert "sign/review/" in look(bea, url(version, "review/"))


def test_a_must_fix_is_resolved_by_its_raiser_or_by_quality_with_a_reason(world, as_):
    version = do.sent(world)
    comment = services.add_comment(version, by=world.bea, kind="must_fix", text="Which bath?", block="b2")
    where = url(version, f"comments/{comment.pk}/resolve/")
    assert as_(world.fenn).post(where, {}).status_code == 403
    assert f'action="{where}"' not in look(as_(world.fenn), url(version, "review/"))
    marit = as_(world.marit)
    assert f'href="{where}"' in look(marit, url(version, "review/"))
    assert marit.post(where, {}).status_code == 403
    assert marit.post(where, {"reason": " "}).status_code == 422
    assert marit.get(url(version, f"comments/{comment.pk}/settle/")).status_code == 422
    assert Comment.objects.get().is_open
    page = go(marit, where, reason="Bea is on leave; the bath is named in step 2.")
    assert Comment.objects.get().is_open  # not before it is signed
    assert sign(marit, world.marit, page).status_code == 303
    assert "the bath is named in step 2" in look(marit, url(version, "review/"))
    assert not Comment.objects.get().is_open


def test_comments_are_answered_and_empty_ones_refused_with_what_was_typed(world, as_):
    version, fenn, bea = do.sent(world), as_(world.fenn), as_(world.bea)
    answer = bea.post(
        url(version, "comments/add/"), {"kind": "question", "text": "", "block": "b2", "at": "version-review"}
    )
    assert answer.status_code == 422
    assert "Write the comment." in answer.content.decode()
    go(bea, url(version, "comments/add/"), kind="question", text="Why <b>20</b>?", block="", at="version-review")
    comment = Comment.objects.get()
    go(fenn, url(version, f"comments/{comment.pk}/reply/"), text="The validation says so.", at="version-review")
    page = look(fenn, url(version, "review/"))
    assert "The validation says so." in page
    assert "<b>20</b>" not in bea.get(url(version, "review/")).content.decode()
    assert fenn.post(url(version, f"comments/{comment.pk}/reply/"), {"text": " "}).status_code == 422


def test_one_who_only_reads_says_nothing(world, as_):
    """The inspector reads the review and changes nothing."""
    version, ivo = do.sent(world), as_(world.ivo)
    comment = services.add_comment(version, by=world.bea, kind="question", text="Why?", block="b2")
    page = look(ivo, url(version, "review/"))
    assert "Why?" in page
    assert "<form" not in page[page.index('id="text"') :]
    for where in ("comments/add/", f"comments/{comment.pk}/reply/", f"comments/{comment.pk}/resolve/", "send-back/"):
        assert ivo.post(url(version, where), {"text": "x", "kind": "question", "reason": "x"}).status_code == 403


def test_a_comment_stands_beside_its_passage_and_stays_when_that_goes(world, as_):
    version = do.sent(world)
    services.add_comment(version, by=world.bea, kind="question", text="Beside", block="b2")
    services.send_back(version, by=world.bea, reason="See my question")
    services.save_text(do.fresh(version), by=world.fenn, revision=None, blocks=[do.TEXT[0], do.TEXT[2]])
    page = look(as_(world.bea), url(version, "review/"))
    assert "Beside" in page
    returned = look(as_(world.fenn), url(version))
    assert "“See my question”" in returned


def test_sending_back_and_taking_back_need_a_reason(world, as_):
    version, bea, fenn = do.sent(world), as_(world.bea), as_(world.fenn)
    assert bea.post(url(version, "send-back/"), {"reason": ""}).status_code == 422
    assert go(bea, url(version, "send-back/"), reason="Step 2 is missing") == url(version)
    assert do.fresh(version).status == "draft"
    do.send(do.fresh(version), world)
    assert fenn.post(url(version, "take-back/"), {"reason": " "}).status_code == 422
    go(fenn, url(version, "take-back/"), reason="Found a slip")
    assert do.fresh(version).status == "draft"
    refused = fenn.post(url(version, "take-back/"), {"reason": "again"})
    assert refused.status_code == 422
    assert "is still a draft. Nothing is to be taken back." in html.unescape(refused.content.decode())


# The ends.


def test_an_approval_is_cancelled_with_reason_and_signature(world, as_):
    version, thessaly = do.approved(world, on=today() + timedelta(days=9)), as_(world.thessaly)
    assert thessaly.post(url(version, "cancel/"), {"reason": "", "revision": version.revision}).status_code == 422
    where = go(thessaly, url(version, "cancel/"), reason="Wrong day", revision=version.revision)
    assert sign(thessaly, world.thessaly, where).status_code == 303
    assert do.fresh(version).status == "draft"
    assert as_(world.fenn).get(url(version, "cancel/")).status_code == 403
    assert "There is no approval to cancel." in look(thessaly, url(version, "cancel/"))


def test_a_draft_is_discarded_with_a_reason_and_stays_readable(world, as_):
    version, fenn = do.draft(world), as_(world.fenn)
    assert fenn.post(url(version, "discard/"), {"reason": ""}).status_code == 422
    assert go(fenn, url(version, "discard/"), reason="Twice the same") == "/documents/PROC-SOP-001/"
    assert "This draft was discarded" in look(fenn, url(version))
    assert go(fenn, "/documents/PROC-SOP-001/start/") == "/documents/PROC-SOP-001/v2/write/"


# New documents, owners, types.


def test_a_new_document_needs_a_title_and_a_facility_where_one_writes(world, as_):
    client, kind = as_(world.fenn), do.sop_type().pk
    for fields in ({"title": "", "facility": world.proc.pk}, {"title": "x", "facility": world.aph.pk},
                   {"title": "x", "facility": world.proc.pk, "number": "a/b"}):  # fmt: skip
        assert client.post("/documents/new/", {"type": kind, **fields}).status_code == 422, fields
    assert not Document.objects.exists()
    assert as_(world.jory).get("/documents/new/").status_code == 403
    assert "Apheresis unit" not in look(client, "/documents/new/")


def test_the_owner_changes_with_a_reason(world, as_):
    version, client = do.draft(world), as_(world.fenn)
    where, seen = "/documents/PROC-SOP-001/owner/", Document.objects.get().revision
    assert client.post(where, {"owner": world.bea.pk, "reason": "", "revision": seen}).status_code == 422
    assert client.post(where, {"owner": world.hale.pk, "reason": "x", "revision": seen}).status_code == 422
    go(client, where, owner=world.bea.pk, reason="Fenn moves on", revision=seen)
    assert Document.objects.get(pk=version.document.pk).owner == world.bea
    assert client.post(where, {"owner": world.fenn.pk, "reason": "x", "revision": seen}).status_code == 422


def test_types_are_added_by_who_keeps_the_programme(world, as_):
    client = as_(world.sorrel)
    new = {"code": "LAB", "name": "Laboratory instruction", "review_months": 12, "body": "text",
           "pattern": "{facility}-{type}-{n:04d}"}  # fmt: skip
    assert client.post("/documents/types/add/", {**new, "pattern": "no number"}).status_code == 422
    assert client.post("/documents/types/add/", {**new, "code": "SOP"}).status_code == 422
    assert client.post("/documents/types/add/", {**new, "code": "l b"}).status_code == 422
    go(client, "/documents/types/add/", **new)
    assert DocumentType.objects.get(code="LAB").scheme.pattern == "{facility}-{type}-{n:04d}"
    assert "Laboratory instruction" in look(client, "/documents/types/")
    assert as_(world.fenn).get("/documents/types/add/").status_code == 403


# How many questions the pages ask the database.


def count(client: Client, where: str) -> int:
    client.get(where)
    with CaptureQueriesContext(connection) as caught:
        look(client, where)
    return len(caught)


@pytest.mark.once
def test_pages_of_a_document_take_as_many_queries_with_many_comments_as_with_one(world, as_):
    version, client = do.sent(world), as_(world.bea)
    services.add_comment(version, by=world.bea, kind="question", text="One", block="b2")
    pages = ("/documents/PROC-SOP-001/", url(version), url(version, "review/"), url(version, "redline/"))
    few = [count(client, page) for page in pages]
    for n in range(15):
        services.add_comment(version, by=world.bea, kind="suggestion", text=f"No. {n}", block="b3")
    assert [count(client, page) for page in pages] == few
    assert max(few) <= 32, few


def test_who_is_to_approve_later_sees_what_it_waits_for(world, as_):
    version = do.sent(world)
    page = html.unescape(look(as_(world.thessaly), url(version, "approve/")))
    assert "PROC-SOP-001 v1 is in review. It cannot be approved yet." in page
    assert 'aria-describedby="why-not"' in page
    assert "It cannot be approved yet." not in look(as_(world.fenn), url(version, "review/"))


def test_a_comment_button_names_its_passage(world, as_):
    version = do.sent(world)
    assert "Comment on “Lower the bag into the bath.”" in html.unescape(look(as_(world.bea), url(version, "review/")))


def test_the_versions_are_drawn_over_time_once_there_is_time_to_draw(world, as_):
    fenn = as_(world.fenn)
    with time_machine.travel(timezone.now() - timedelta(days=200)):
        first = do.in_force(world)
    assert "Version 1, in force since" in look(fenn, "/documents/PROC-SOP-001/")
    second = do.send(services.start_version(first.document, by=world.fenn), world)
    do.approve(do.review(second, world), world, on=today() + timedelta(days=20))
    drawn = look(fenn, "/documents/PROC-SOP-001/")
    assert "Version 2, takes effect on" in drawn
    assert "The 2 versions as a table" in drawn
    do.in_force(world, title="Made today")
    assert 'class="vline"' not in look(fenn, "/documents/PROC-SOP-002/")
