"""What the pages of the trail need to know of documents: who sees their trail, and the words for their events."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from qms.people.models import User
from qms.people.roles import May
from qms.records.registry import Words, event_families, event_sentences, field_words, record_kinds, trail_access
from sops.loaders import visible_imports
from sops.models import Comment, Copy, Deviation, Document, PeriodicReview, Question, Reply, Step, Version, Why

FAMILIES: dict[str, Words] = {
    "comment": _("Comments on documents"),
    "copy": _("Controlled copies"),
    "deviation": _("Planned deviations"),
    "document": _("Documents"),
    "document_type": _("Types of documents"),
    "import": _("Imports of Word files"),
    "question": _("Questions about documents"),
    "review": _("Periodic reviews"),
    "topic": _("Topics that need procedures"),
    "version": _("Versions of documents"),
    "view": _("Views of the register"),
}
KINDS: dict[str, Words] = {
    "sops.authorship": _("Author of a version"),
    "sops.comment": _("Comment"),
    "sops.copy": _("Controlled copy"),
    "sops.deviation": _("Planned deviation"),
    "sops.document": _("Document"),
    "sops.documenttype": _("Type of document"),
    "sops.edition": _("Edition of a publication of others"),
    "sops.editioncheck": _("Check for a newer edition"),
    "sops.import": _("Import of a Word file"),
    "sops.handling": _("What a draft says of a question"),
    "sops.judgement": _("Word of a periodic review"),
    "sops.periodicreview": _("Periodic review"),
    "sops.question": _("Question"),
    "sops.rendering": _("PDF"),
    "sops.said": _("Answer to a question"),
    "sops.reply": _("Answer"),
    "sops.serving": _("Facility that works by a document"),
    "sops.savedview": _("View of the register"),
    "sops.step": _("Step of a version"),
    "sops.coverage": _("What covers a topic"),
    "sops.topic": _("Topic"),
    "sops.topicpart": _("Topic in one part"),
    "sops.version": _("Version"),
    "sops.why": _("Reason of a change"),
}
SENTENCES: dict[str, Words] = {
    "comment.add": _("%(by)s commented."),
    "comment.reply": _("%(by)s answered a comment."),
    "comment.resolve": _("%(by)s resolved a comment."),
    "comment.settle": _("%(by)s resolved a comment for quality in the place of who raised it, and signed the reason."),
    "copy.claim": _("By its code came: %(record)s is destroyed."),
    "copy.confirm": _("%(by)s confirmed that %(record)s is destroyed, as its holder said by its code."),
    "copy.destroy": _("%(by)s recorded that %(record)s was destroyed."),
    "copy.dismiss": _("%(by)s put aside that %(record)s is destroyed."),
    "copy.issue": _("%(by)s issued controlled copies of %(record)s: %(copies)s."),
    "copy.make": _("The PDF of %(record)s was made."),
    "copy.miss": _("%(by)s reported %(record)s missing."),
    "copy.never_printed": _("%(record)s was recalled before it was printed."),
    "copy.recall": _("%(by)s recalled %(record)s."),
    "copy.recall_all": _("Controlled copies of %(record)s were recalled with it: %(copies)s."),
    "copy.scanned_away": _("%(by)s scanned %(record)s and recorded that it is destroyed."),
    "copy.return": _("%(by)s recorded that %(record)s came back."),
    "deviation.approve": _("%(by)s approved %(record)s."),
    "deviation.ask": _("%(by)s asked for the planned deviation %(record)s."),
    "deviation.confirm": _("%(by)s signed what was approved verbally: %(record)s."),
    "deviation.confirm_done": _("%(by)s signed what was approved verbally: %(record)s."),
    "deviation.deny": _("%(by)s signed not to have approved %(record)s."),
    "deviation.deny_done": _("%(by)s signed not to have approved %(record)s."),
    "deviation.done": _("%(by)s recorded that %(record)s is done."),
    "deviation.done_verbal": _("%(by)s recorded that %(record)s is done."),
    "deviation.expire": _("%(record)s expired."),
    "deviation.refuse": _("%(by)s refused %(record)s."),
    "deviation.review": _("%(by)s reviewed %(record)s for quality."),
    "deviation.said": _("%(by)s recorded that %(approver)s approved %(record)s verbally."),
    "deviation.take_back": _("%(by)s took %(record)s back."),
    "deviation.unapproved": _("%(by)s recorded that %(record)s was done without approval."),
    "document.change": _("%(by)s gave %(record)s to another owner."),
    "document.check": _("%(by)s looked for a newer edition of %(record)s and found none. Next check: %(next)s."),
    "document.create": _("%(by)s created %(record)s."),
    "document.newer": _("%(by)s found that a newer edition of %(record)s came: %(edition)s."),
    "document_type.add": _("%(by)s added the document type %(record)s."),
    "document_type.change": _("%(by)s changed the document type %(record)s."),
    "document.serve": _("%(by)s said which other facilities work by %(record)s: %(places)s."),
    "document_type.route": _("%(by)s changed the route that is proposed for %(record)s."),
    "import.bring": _("%(by)s brought the Word file %(record)s."),
    "import.draft": _("The Word file %(record)s became a draft, by %(by)s."),
    "import.put_aside": _("%(by)s put the Word file %(record)s aside."),
    "import.refuse": _("The Word file %(record)s of %(by)s was refused."),
    "question.again": _("Who asked %(record)s said that it is not answered."),
    "question.answer": _("%(by)s answered %(record)s."),
    "question.ask": _("%(by)s asked: %(record)s."),
    "question.ask_erasure": _("%(by)s asked, and signed, to erase the text of %(record)s."),
    "question.close": _("%(by)s closed %(record)s without an answer."),
    "question.handle": _("%(by)s said whether a draft deals with %(record)s."),
    "question.merge": _("%(by)s said that %(record)s asks the same as another."),
    "question.report": _("By a paper copy came: %(record)s."),
    "review.ask": _("%(by)s asked %(reviewer)s for the periodic review of %(document)s."),
    "review.defer": _("%(by)s put the review of %(record)s off beyond its period, from %(was)s to %(day)s."),
    "review.judge": _("%(by)s wrote what the signals of a periodic review of %(document)s mean."),
    "review.no_change": _("%(by)s reviewed %(document)s and signed: no change. Next review: %(day)s."),
    "review.plan": _("%(by)s moved the review of %(record)s from %(was)s to %(day)s."),
    "review.revise": _("%(by)s reviewed %(document)s and signed: to be revised, as version %(n)s."),
    "programme.volume": _(
        "%(by)s filled this installation with %(documents)s documents for measuring, past the trail. It proves nothing."
    ),
    "version.approve_part": _("%(by)s approved and signed %(record)s; others are still asked."),
    "version.ask_more": _("%(by)s asked one more about %(record)s: %(who)s."),
    "version.remind": _("%(by)s reminded those who are asked about %(record)s, people: %(people)s."),
    "version.replace_asked": _("%(by)s asked %(who)s about %(record)s, instead of whom was asked before."),
    "version.send_urgent": _("%(by)s signed %(record)s and sent it as an urgent change."),
    "topic.add": _("%(by)s added the topic %(record)s, needed by: %(parts)s."),
    "topic.apply": _("%(by)s said that %(record)s applies to part %(part)s after all."),
    "topic.change": _("%(by)s changed the topic %(record)s."),
    "topic.cover": _("%(by)s said that %(documents)s covers %(record)s in part %(part)s."),
    "topic.exempt": _("%(by)s said that %(record)s does not apply to part %(part)s."),
    "topic.uncover": _("%(by)s said that %(documents)s does not cover %(record)s in part %(part)s any more."),
    "version.approve": _("%(by)s approved and signed %(record)s."),
    "version.cancel": _("%(by)s cancelled the approval of %(record)s, and signed it."),
    "version.discard": _("%(by)s discarded the draft %(record)s."),
    "version.print": _("The controlled PDF of %(record)s was made."),
    "version.render": _("A PDF of %(record)s was made."),
    "version.review": _("%(by)s signed the review of %(record)s."),
    "version.send": _("%(by)s signed %(record)s and sent it to review."),
    "version.send_back": _("%(by)s sent %(record)s back to its authors."),
    "version.start": _("%(by)s started %(record)s."),
    "version.take_back": _("%(by)s took %(record)s back to draft."),
    "version.take_effect": _("%(record)s took effect on %(day)s (planned: %(planned)s)."),
    "version.why": _("%(by)s said why passages of %(record)s were changed."),
    "version.withdraw": _("%(by)s withdrew %(record)s, and signed it."),
    "version.write": _("%(by)s wrote in %(record)s."),
    "view.rename": _("%(by)s named the view “%(was)s”, which everybody sees, “%(record)s”."),
    "view.share": _("%(by)s showed the view “%(record)s” of the register to everybody."),
    "view.unshare": _("%(by)s took the view “%(record)s” of the register from everybody else."),
}

FIELDS: dict[tuple[str, str], Words] = {
    ("sops.import", "version_id"): _("Version made of it"),
    ("sops.import", "document_id"): _("Document it is for"),
    ("sops.import", "losses"): _("Not taken over"),
    ("sops.import", "words"): _("Words counted"),
    ("sops.import", "ended_at"): _("Decided on"),
    ("sops.documenttype", "scheme_id"): _("Numbers"),
    ("sops.version", "body"): _("Text"),
    ("sops.version", "edition_id"): _("Edition"),
    ("sops.version", "kept"): _("Kept file"),
    ("sops.version", "n"): _("Version"),
    ("sops.version", "pdf"): _("PDF"),
    ("sops.version", "source"): _("Original file"),
    ("sops.version", "source_name"): _("Name of the original file"),
    ("sops.version", "losses"): _("Not taken over"),
    ("sops.version", "effective_at"): _("In force since"),
    ("sops.version", "ended_at"): _("In force until"),
    ("sops.document", "shown_id"): _("Version shown in lists"),
    ("sops.copy", "pdf"): _("PDF"),
    ("sops.copy", "token"): _("Digest of its code"),
    ("sops.copy", "holder_id"): _("Held by (person)"),
    ("sops.question", "text"): _("Digest of what was asked"),
    ("sops.copy", "claimed_name"): _("Digest of the name that was left"),
    ("sops.copy", "claimed_by_id"): _("Said by"),
    ("sops.question", "name"): _("Digest of the name that was left"),
    ("sops.question", "block"): _("Passage"),
    ("sops.question", "erasing_id"): _("Asked to erase by"),
    ("sops.question", "same_as_id"): _("Same as"),
    ("sops.said", "text"): _("Digest of what was said"),
    ("sops.periodicreview", "signature_id"): _("Signature"),
    ("sops.periodicreview", "draft_id"): _("Version begun"),
    ("sops.documenttype", "route"): _("Route that is proposed"),
    ("sops.document", "is_shared"): _("Other facilities work by it too"),
    ("sops.step", "signature_id"): _("Signature"),
    ("sops.why", "block"): _("Passage"),
    ("sops.step", "stage"): _("Step of the route"),
    ("sops.step", "needed"): _("Signatures that suffice"),
    ("sops.step", "days"): _("Days to answer"),
    ("sops.step", "asked_at"): _("Asked"),
    ("sops.step", "reminded_at"): _("Reminded"),
    ("sops.step", "over"): _("Why no signature is needed"),
    ("sops.rendering", "facts"): _("Digest of what is printed"),
    ("sops.rendering", "pdf"): _("PDF"),
}


def _in_facility_of(path: str, model: Any) -> Callable[[User, str], bool]:
    """Return the rule: who may see the history of records in the document's facility."""

    def rule(user: User, record_id: str) -> bool:
        if not record_id.isdecimal():
            return False
        facility = model.objects.filter(pk=record_id).values_list(path, flat=True).first()
        return facility is not None and user.may(May.SEE_TRAIL, facility)

    return rule


def _of_a_type(user: User, record_id: str) -> bool:
    """Types and topics are the programme's: who sees histories anywhere sees theirs."""
    return user.may(May.SEE_TRAIL)


def _of_an_import(user: User, record_id: str) -> bool:
    """Who sees the report of an import sees its history."""
    return record_id.isdecimal() and visible_imports(user).filter(pk=record_id).exists()


def tell_trail() -> None:
    """Add all this to the registry; called once, when the app is ready."""
    event_families.update(FAMILIES)
    event_sentences.update(SENTENCES)
    field_words.update(FIELDS)
    record_kinds.update(KINDS)
    trail_access.update(
        {
            "sops.document": _in_facility_of("facility_id", Document),
            "sops.version": _in_facility_of("document__facility_id", Version),
            "sops.comment": _in_facility_of("version__document__facility_id", Comment),
            "sops.deviation": _in_facility_of("document__facility_id", Deviation),
            "sops.copy": _in_facility_of("document__facility_id", Copy),
            "sops.periodicreview": _in_facility_of("document__facility_id", PeriodicReview),
            "sops.question": _in_facility_of("document__facility_id", Question),
            "sops.documenttype": _of_a_type,
            "sops.topic": _of_a_type,
            "sops.import": _of_an_import,
            "sops.reply": _in_facility_of("comment__version__document__facility_id", Reply),
            "sops.why": _in_facility_of("version__document__facility_id", Why),
            "sops.step": _in_facility_of("version__document__facility_id", Step),
        }
    )
