"""Verbs of documents: what happens, what is recorded, what is refused and leaves nothing."""

import json
from datetime import timedelta

import pytest

from qms.files.store import read
from qms.people.programme import today
from qms.signatures.models import Signature
from qms.trail.errors import Invalid, NotAllowed, Stale
from qms.trail.models import Event, Outbox
from sops import services
from sops.bodies import read_body
from sops.models import Comment, Document, Status, Step, Version
from sops.printing import pdf_of
from sops.signable import approve_content, review_content, send_content, settle_content
from tests import documents as do
from tests.documents import TEXT, given, paragraph
from tests.pdf_text import needs_poppler, pages_of


def last_event() -> dict:
    return json.loads(Event.objects.latest("id").text)


def count_all() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Document, Version, Step, Comment, Signature, Event, Outbox))


def test_a_document_is_created_with_number_draft_history_and_event(world):
    version = do.draft(world)
    assert (version.document.number, version.n, version.status) == ("PROC-SOP-001", 1, Status.DRAFT)
    assert read_body(version.body) == TEXT
    assert version.document.shown == version
    assert [row.revision for row in version.document.history.order_by("revision")] == [1, 2]
    event = last_event()
    assert (event["name"], event["by"]["name"]) == ("document.create", "Fenn Mossgrove")
    assert event["facts"]["text"] == version.body
    assert do.draft(world).document.number == "PROC-SOP-002"


def test_a_number_given_by_hand_is_kept_and_not_drawn_again(world):
    kind = do.sop_type()
    services.create_document(by=world.fenn, type=kind, facility=world.proc, title="Old one", number="PROC-SOP-014")
    assert do.draft(world).document.number == "PROC-SOP-015"
    before = count_all()
    with pytest.raises(Invalid, match="PROC-SOP-014 already"):
        services.create_document(by=world.fenn, type=kind, facility=world.proc, title="Twin", number="PROC-SOP-014")
    assert count_all() == before


@pytest.mark.parametrize("who", ["jory", "sorrel", "ivo", "hale"])
def test_who_may_not_write_creates_nothing(world, who):
    kind = do.sop_type()
    before = count_all()
    with pytest.raises(NotAllowed):
        services.create_document(by=getattr(world, who), type=kind, facility=world.proc, title="Mine")
    assert count_all() == before


def test_an_author_writes_in_their_own_facility_only(world):
    with pytest.raises(NotAllowed, match="Transplant ward"):
        do.draft(world, at=world.clin)


def test_a_text_that_is_no_canonical_text_is_refused(world):
    with pytest.raises(Invalid, match="Two blocks"):
        do.draft(world, text=[paragraph("x", "one"), paragraph("x", "two")])
    with pytest.raises(Invalid, match="link"):
        do.draft(world, text=[{"id": "a", "kind": "paragraph", "runs": [{"text": "x", "link": "javascript:alert(1)"}]}])


def test_two_editors_the_second_is_told_and_nothing_is_lost(world):
    version = do.draft(world)
    seen = version.revision
    services.save_text(do.fresh(version), by=world.fenn, revision=seen, blocks=[paragraph("a", "first")])
    with pytest.raises(Stale):
        services.save_text(do.fresh(version), by=world.bea, revision=seen, blocks=[paragraph("a", "second")])
    assert read_body(do.fresh(version).body) == [paragraph("a", "first")]
    assert not do.fresh(version).authorships.filter(person=world.bea).exists()


def test_only_a_draft_is_written_in(world):
    version = do.sent(world)
    with pytest.raises(NotAllowed, match="Only a draft"):
        services.save_text(version, by=world.fenn, revision=None, blocks=TEXT)


def test_sending_asks_reviewers_and_approver_and_is_signed(world):
    version = do.sent(world)
    assert (version.status, version.round) == (Status.IN_REVIEW, 1)
    assert set(version.steps.values_list("kind", "person__printed_name")) == {
        ("review", "Bea Thistledown"), ("approve", "Dr Thessaly Quince"),
    }  # fmt: skip
    signature = Signature.objects.latest("pk")
    assert (signature.signer, signature.purpose, signature.record_id) == (world.fenn, "version.send", str(version.pk))
    assert last_event()["facts"]["signature"] == signature.pk
    assert Outbox.objects.filter(args__template="sops/asked_to_review", args__to=world.bea.pk).count() == 1


def test_authors_are_not_asked_to_review_or_approve(world):
    version = do.draft(world)
    services.save_text(version, by=world.bea, revision=None, blocks=TEXT)
    content = send_content(version, [world.bea], world.thessaly)
    before = count_all()
    with pytest.raises(NotAllowed, match="Bea Thistledown wrote in this version"):
        services.send_to_review(
            version, by=world.fenn, revision=None, reviewers=[world.bea], approver=world.thessaly,
            proof=given(world.fenn, content),
        )  # fmt: skip
    assert count_all()[:4] == before[:4]
    assert do.fresh(version).status == Status.DRAFT


def test_somebody_without_the_role_is_not_asked_to_approve(world):
    version = do.draft(world)
    content = send_content(version, [world.bea], world.jory)
    with pytest.raises(NotAllowed, match="Jory Pennyroyal has no role"):
        services.send_to_review(
            version, by=world.fenn, revision=None, reviewers=[world.bea], approver=world.jory,
            proof=given(world.fenn, content),
        )  # fmt: skip


def test_the_way_into_force_replaces_the_former_version_in_one_act(world):
    first = do.in_force(world)
    assert (first.status, first.document.shown_id) == (Status.EFFECTIVE, first.pk)
    assert first.pdf and first.effective_at
    second = services.start_version(first.document, by=world.fenn, blocks=[paragraph("a", "new text")])
    second = do.approve(do.review(do.send(second, world), world), world)
    assert do.fresh(first).status == Status.EFFECTIVE
    assert services.make_effective(second)
    first, second = do.fresh(first), do.fresh(second)
    assert (first.status, second.status) == (Status.SUPERSEDED, Status.EFFECTIVE)
    assert first.ended_at == second.effective_at
    assert second.document.shown_id == second.pk
    event = last_event()
    assert (event["name"], event["facts"]["pdf"], event["by"]["id"]) == ("version.take_effect", second.pdf, None)
    assert not services.make_effective(second)


def test_a_version_waits_for_its_day_and_a_skipped_night_is_made_up(world):
    day = today() + timedelta(days=3)
    version = do.approved(world, on=day)
    assert services.make_due_effective(day - timedelta(days=1)) == 0
    assert services.make_due_effective(day + timedelta(days=2)) == 1
    event = last_event()
    assert event["facts"]["planned"] == day.isoformat()
    assert event["facts"]["day"] == (day + timedelta(days=2)).isoformat()
    assert do.fresh(version).document.review_due > day


def test_a_day_that_has_passed_is_refused(world):
    version = do.reviewed(world)
    day = today() - timedelta(days=1)
    with pytest.raises(Invalid, match="has passed"):
        services.approve_version(
            version, by=world.thessaly, revision=None, effective_on=day,
            proof=given(world.thessaly, approve_content(version, day)),
        )  # fmt: skip
    assert do.fresh(version).status == Status.IN_APPROVAL


def test_an_approval_is_cancelled_before_its_day_and_leaves_no_pdf_in_force(world):
    version = do.approved(world, on=today() + timedelta(days=5))
    services.attach_pdf(version)
    version = do.cancel(do.fresh(version), world)
    assert (version.status, version.effective_on, version.pdf) == (Status.DRAFT, None, "")
    assert services.make_due_effective(today() + timedelta(days=9)) == 0
    again = do.approve(do.review(do.send(version, world), world), world)
    assert services.make_effective(again)


def test_a_document_is_withdrawn_with_reason_and_signature(world):
    version = do.withdraw(do.in_force(world), world)
    assert version.status == Status.WITHDRAWN
    assert version.document.review_due is None
    assert Event.objects.latest("id").reason == "Not used any more"
    assert Signature.objects.latest("pk").purpose == "version.withdraw"


@pytest.mark.parametrize("verb", [do.cancel, do.withdraw])
def test_a_reason_is_asked_for(world, verb):
    version = do.approved(world, on=today() + timedelta(days=3)) if verb is do.cancel else do.in_force(world)
    before = version.status
    with pytest.raises(Invalid, match="Write why"):
        verb(version, world, reason=" ")
    assert do.fresh(version).status == before


def test_authors_do_not_approve_their_own_work_by_any_verb(world):
    version = do.draft(world)
    services.save_text(version, by=world.thessaly, revision=None, blocks=TEXT)
    version = do.fresh(version)
    with pytest.raises(NotAllowed, match="wrote in this version"):
        do.send(version, world)
    version = do.reviewed(world, title="Another")
    with pytest.raises(NotAllowed):
        do.approve(version, world, by=world.fenn)
    assert do.fresh(version).status == Status.IN_APPROVAL


def test_a_must_fix_blocks_review_and_approval_until_its_raiser_resolves_it(world):
    version = do.sent(world)
    comment = services.add_comment(version, by=world.bea, kind="must_fix", text="Which bath?", block="b3")
    with pytest.raises(NotAllowed, match="must fix"):
        do.review(version, world)
    with pytest.raises(NotAllowed, match="Only Bea Thistledown"):
        services.resolve_comment(comment, by=world.fenn)
    services.reply_to_comment(comment, by=world.fenn, text="The left one.")
    services.resolve_comment(comment, by=world.bea)
    assert do.review(version, world).status == Status.IN_APPROVAL
    with pytest.raises(NotAllowed, match="resolved already"):
        services.resolve_comment(comment, by=world.bea)


def test_quality_resolves_anothers_must_fix_with_a_signed_reason_only(world):
    version = do.sent(world)
    comment = services.add_comment(version, by=world.bea, kind="must_fix", text="Which bath?")
    with pytest.raises(NotAllowed, match="with a signed reason"):
        services.resolve_comment(comment, by=world.marit, resolution="Bea is on leave")
    proof = given(world.marit, settle_content(comment, "x"))
    with pytest.raises(Invalid, match="Write why"):
        services.settle_comment(comment, by=world.marit, resolution=" ", proof=proof)
    reason = "Bea is on leave; the text names it now."
    with pytest.raises(NotAllowed):  # proven for other words
        services.settle_comment(comment, by=world.marit, resolution=reason, proof=proof)
    proof = given(world.marit, settle_content(comment, reason))
    services.settle_comment(comment, by=world.marit, resolution=reason, proof=proof)
    assert Event.objects.latest("id").reason.startswith("Bea is on leave")
    assert Signature.objects.latest("pk").purpose == "comment.settle"
    own = services.add_comment(version, by=world.marit, kind="must_fix", text="And this?")
    with pytest.raises(NotAllowed, match="needs no signature"):
        services.settle_comment(own, by=world.marit, resolution="x", proof=given(world.marit, settle_content(own, "x")))


def test_sending_back_empties_the_round_and_asks_again(world):
    version = do.reviewed(world)
    services.send_back(version, by=world.thessaly, reason="Step 3 is missing")
    version = do.fresh(version)
    assert version.status == Status.DRAFT
    again = do.send(version, world)
    assert again.round == 2
    assert again.steps.filter(round=2, signature=None).count() == 2
    with pytest.raises(NotAllowed):
        do.approve(again, world)


def test_a_second_version_on_its_way_is_refused(world):
    version = do.draft(world)
    with pytest.raises(NotAllowed, match="on its way"):
        services.start_version(version.document, by=world.bea)


def test_a_discarded_draft_stays_and_its_number_is_not_used_again(world):
    version = do.draft(world)
    services.discard_version(version, by=world.fenn, reason="Made by mistake")
    second = services.start_version(version.document, by=world.fenn)
    assert (do.fresh(version).status, second.n) == (Status.DISCARDED, 2)
    assert do.fresh(second).document.shown_id == second.pk


def test_a_review_is_signed_by_those_asked_only_and_once(world):
    version = do.sent(world)
    with pytest.raises(NotAllowed):
        do.review(version, world, by=world.marit)
    do.review(version, world)
    with pytest.raises(NotAllowed):
        services.sign_review(
            do.fresh(version), by=world.bea, revision=None, proof=given(world.bea, review_content(version))
        )


def test_what_changed_since_the_page_was_opened_is_not_signed(world):
    version = do.sent(world)
    content = review_content(version)
    proof = given(world.bea, content)
    services.take_back(version, by=world.fenn, reason="A word is wrong")
    services.save_text(do.fresh(version), by=world.fenn, revision=None, blocks=[paragraph("a", "other")])
    version = do.send(do.fresh(version), world)
    with pytest.raises(NotAllowed, match="Enter your password again"):
        services.sign_review(version, by=world.bea, revision=None, proof=proof)
    assert do.fresh(version).status == Status.IN_REVIEW


@needs_poppler
def test_an_approved_version_prints_as_not_yet_to_be_used_until_its_day(world):
    day = today() + timedelta(days=3)
    version = do.approved(world, on=day)
    services.attach_pdf(version)
    version = do.fresh(version)
    early = pages_of(read(pdf_of(version)))
    assert "Approved" in early[0]
    assert "not in force" in early[0]
    services.make_due_effective(day)
    version = do.fresh(version)
    printed = pages_of(read(pdf_of(version)))
    assert pdf_of(version) == version.pdf
    assert "Effective" in printed[0]
    assert "not in force" not in printed[0]
