"""What can be done with controlled documents. Nothing else writes them."""

from sops.services.copies import (
    Holding,
    destroy_copy,
    issue_copies,
    make_copy,
    recall_copy,
    report_missing,
    return_copy,
)
from sops.services.documents import (
    change_document,
    create_document,
    discard_version,
    save_text,
    serve,
    start_version,
)
from sops.services.editions import EditionFacts, check_edition
from sops.services.erasing import agree_erasure, ask_erasure, erasure_content, reason_of
from sops.services.importing import document_from_word, version_from_word
from sops.services.imports import put_aside, record_refusal, wait
from sops.services.keeping import Brought, begin_edition, document_of_file, keep_file, write_material
from sops.services.plan import Move, plan_reviews
from sops.services.questions import (
    ASKED_OF,
    answer_question,
    ask,
    ask_again,
    close_question,
    handle_question,
    merge_question,
    report_from_copy,
)
from sops.services.release import (
    approve_version,
    attach_pdf,
    cancel_approval,
    check_day,
    make_due_effective,
    make_effective,
    withdraw_document,
)
from sops.services.review import (
    add_comment,
    reply_to_comment,
    resolve_comment,
    send_back,
    settle_comment,
    sign_review,
    take_back,
)
from sops.services.reviews import OUTSIDE, answered, assign_review, finish_review, judge_signals, open_review
from sops.services.routes import ask_more, remind_asked, replace_asked, send_on_route, send_to_review
from sops.services.saved_views import bring_back_view, remove_view, rename_view, save_view, share_view
from sops.services.together import Seen, ask_for_reviews, give_to_owner
from sops.services.types import add_document_type, change_document_type, change_type_route
from sops.services.whys import say_why
from sops.services.writing import drop_words, keep_words, save_words

__all__ = [
    "ASKED_OF",
    "OUTSIDE",
    "Brought",
    "EditionFacts",
    "Holding",
    "Move",
    "Seen",
    "add_comment",
    "add_document_type",
    "agree_erasure",
    "answer_question",
    "answered",
    "approve_version",
    "ask",
    "ask_again",
    "ask_erasure",
    "ask_for_reviews",
    "ask_more",
    "assign_review",
    "attach_pdf",
    "begin_edition",
    "bring_back_view",
    "cancel_approval",
    "change_document",
    "change_document_type",
    "change_type_route",
    "check_day",
    "check_edition",
    "close_question",
    "create_document",
    "destroy_copy",
    "discard_version",
    "document_from_word",
    "document_of_file",
    "drop_words",
    "erasure_content",
    "finish_review",
    "give_to_owner",
    "handle_question",
    "issue_copies",
    "judge_signals",
    "keep_file",
    "keep_words",
    "make_copy",
    "make_due_effective",
    "make_effective",
    "merge_question",
    "open_review",
    "plan_reviews",
    "put_aside",
    "reason_of",
    "recall_copy",
    "record_refusal",
    "remind_asked",
    "remove_view",
    "rename_view",
    "replace_asked",
    "reply_to_comment",
    "report_from_copy",
    "report_missing",
    "resolve_comment",
    "return_copy",
    "save_text",
    "save_view",
    "save_words",
    "say_why",
    "send_back",
    "send_on_route",
    "send_to_review",
    "serve",
    "settle_comment",
    "share_view",
    "sign_review",
    "start_version",
    "take_back",
    "version_from_word",
    "wait",
    "withdraw_document",
    "write_material",
]
