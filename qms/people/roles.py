"""What a person may do, and the roles that give it. Roles are code, so that they are reviewed; who holds one is data.

The roles follow the field: FACT-JACIE asks for a programme director, a director and a quality manager of each part
(B clinical, CM marrow, C apheresis, D processing), and for trained staff.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class May(StrEnum):
    """Everything that can be allowed."""

    READ_DOCUMENTS = "read_documents"  # those in force
    ASK_QUESTIONS = "ask_questions"  # about what one reads
    SEE_DRAFTS = "see_drafts"  # versions that are not in force: drafts, obsolete ones
    DRAFT_DOCUMENTS = "draft_documents"
    REVIEW_DOCUMENTS = "review_documents"
    APPROVE_DOCUMENTS = "approve_documents"
    WITHDRAW_DOCUMENTS = "withdraw_documents"
    PLAN_REVIEWS = "plan_reviews"  # who reviews when; never later than the period of the type
    DEFER_REVIEWS = "defer_reviews"  # later than that
    SHARE_VIEWS = "share_views"  # of the register, with everybody
    KEEP_TOPICS = "keep_topics"  # that need procedures, and what covers them
    ERASE_TEXTS = "erase_texts"  # with a second person, what the law wants forgotten
    IMPORT_DOCUMENTS = "import_documents"
    ISSUE_COPIES = "issue_copies"
    SEE_COPIES = "see_copies"  # who holds printed copies, and where
    ASK_DEVIATIONS = "ask_deviations"  # to do otherwise than a document says, once
    APPROVE_DEVIATIONS = "approve_deviations"
    REVIEW_DEVIATIONS = "review_deviations"  # afterwards, for quality
    REQUIRE_READING = "require_reading"
    SEE_READERS = "see_readers"  # who has read and signed a version
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_FACILITIES = "manage_facilities"
    MARK_SIGNATURES = "mark_signatures"
    KEEP_RUNNING = "keep_running"  # the work in the background
    SEE_TRAIL = "see_trail"  # of one record
    SEE_PROGRAMME_TRAIL = "see_programme_trail"


PROGRAMME_WIDE = frozenset({May.SEE_PROGRAMME_TRAIL})
"""What a role gives only where it is held for the whole programme: it shows what every facility does."""

MAY_WORDS: dict[May, str | Promise] = {
    May.READ_DOCUMENTS: _("read documents"),
    May.ASK_QUESTIONS: _("ask about documents"),
    May.SEE_DRAFTS: _("see drafts and former versions"),
    May.DRAFT_DOCUMENTS: _("write documents"),
    May.REVIEW_DOCUMENTS: _("review documents"),
    May.APPROVE_DOCUMENTS: _("approve documents"),
    May.WITHDRAW_DOCUMENTS: _("withdraw documents"),
    May.PLAN_REVIEWS: _("plan the periodic reviews"),
    May.DEFER_REVIEWS: _("put a periodic review off beyond its period"),
    May.SHARE_VIEWS: _("share views of the register with everybody"),
    May.KEEP_TOPICS: _("say which topics need procedures, and what covers them"),
    May.ERASE_TEXTS: _("erase the text of questions, with a second person"),
    May.IMPORT_DOCUMENTS: _("import documents"),
    May.ISSUE_COPIES: _("issue and collect controlled copies"),
    May.SEE_COPIES: _("see who holds controlled copies"),
    May.ASK_DEVIATIONS: _("ask for planned deviations"),
    May.APPROVE_DEVIATIONS: _("approve planned deviations"),
    May.REVIEW_DEVIATIONS: _("review planned deviations for quality"),
    May.REQUIRE_READING: _("say who must read a document"),
    May.SEE_READERS: _("see who has read and signed"),
    May.SEE_PEOPLE: _("see people and roles"),
    May.MANAGE_PEOPLE: _("manage people, roles and accounts"),
    May.MANAGE_FACILITIES: _("manage the programme and its facilities"),
    May.MARK_SIGNATURES: _("mark signatures as made in error"),
    May.KEEP_RUNNING: _("look after the work in the background"),
    May.SEE_TRAIL: _("see the history of a record"),
    May.SEE_PROGRAMME_TRAIL: _("see the trail of the whole programme"),
}


@dataclass(frozen=True)
class Role:
    """A role: its slug is stored, so it is never renamed; `whole_programme` roles are never given for one facility.

    `acts_as` says what a person is while doing one thing, where the role's own word would mislead.
    """

    slug: str
    word: str | Promise
    description: str | Promise
    may: frozenset[May]
    whole_programme: bool = False
    acts_as: Mapping[May, str | Promise] = field(default_factory=dict)

    def capacity(self, permission: May) -> str:
        """Return in which capacity somebody with this role does what a permission allows, for a signature."""
        return str(self.acts_as.get(permission, self.word))


_STAFF = frozenset({May.READ_DOCUMENTS, May.ASK_QUESTIONS, May.ASK_DEVIATIONS})
_COPIES = frozenset({May.ISSUE_COPIES, May.SEE_COPIES})  # authors too: who owns a document collects its paper
_AUTHOR = _STAFF | _COPIES | {May.SEE_DRAFTS, May.DRAFT_DOCUMENTS, May.REVIEW_DOCUMENTS, May.SEE_TRAIL, May.SEE_PEOPLE}
_DIRECTOR = _AUTHOR | {
    May.APPROVE_DOCUMENTS, May.WITHDRAW_DOCUMENTS, May.SEE_READERS, May.PLAN_REVIEWS, May.ERASE_TEXTS,
    May.APPROVE_DEVIATIONS,
}  # fmt: skip
_QUALITY = frozenset(May)

_ALL = (
    Role("quality_manager", _("Quality manager"), _("Runs the quality system of the whole programme."), _QUALITY, True),
    Role(
        "programme_director", _("Programme director"), _("Answers for the whole programme."),
        _DIRECTOR | {May.SEE_PROGRAMME_TRAIL}, True,
    ),
    Role("medical_director", _("Medical director"), _("Answers for a clinical or collection facility."), _DIRECTOR),
    Role("laboratory_director", _("Laboratory director"), _("Answers for a processing facility."), _DIRECTOR),
    Role(
        "author", _("Document author"), _("Writes and reviews documents of a facility."), _AUTHOR,
        acts_as={May.REVIEW_DOCUMENTS: _("Document reviewer")},
    ),
    Role("physician", _("Physician"), _("Reads and signs what applies."), _STAFF),
    Role("nurse", _("Nurse"), _("Reads and signs what applies."), _STAFF),
    Role("technician", _("Technician"), _("Reads and signs what applies."), _STAFF),
    Role(
        "on_call", _("Director on call"), _("Decides planned deviations of a facility out of hours."),
        _STAFF | {May.APPROVE_DEVIATIONS},
    ),
    Role("data_manager", _("Data manager"), _("Reads and signs what applies."), _STAFF),
    Role(
        "inspector", _("Inspector"), _("Reads everything for a limited time, changes nothing."),
        frozenset({
            May.READ_DOCUMENTS, May.SEE_DRAFTS, May.SEE_COPIES, May.SEE_READERS, May.SEE_PEOPLE, May.SEE_TRAIL,
            May.SEE_PROGRAMME_TRAIL,
        }),
    ),
    Role(
        "administrator", _("Administrator"), _("Keeps accounts and facilities; sees no drafts, approves nothing."),
        _STAFF | frozenset({May.SEE_PEOPLE, May.MANAGE_PEOPLE, May.MANAGE_FACILITIES, May.KEEP_RUNNING}),
        True,
    ),
)  # fmt: skip
ROLES: dict[str, Role] = {role.slug: role for role in _ALL}
