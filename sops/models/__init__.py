"""The nouns of controlled documents."""

from sops.models.checks import EditionCheck
from sops.models.copies import OUT, Copy, CopyQuerySet, CopyStatus, Sighting
from sops.models.deviations import TO_REVIEW, UNSIGNED, WAITING, Deviation, DeviationStatus
from sops.models.documents import (
    OPEN,
    Authorship,
    Comment,
    Document,
    Import,
    Rendering,
    Reply,
    Status,
    Version,
    VersionQuerySet,
    Weight,
)
from sops.models.kinds import Body, DocumentType, Edition, Kept
from sops.models.lists import SavedView
from sops.models.questions import Handling, Question, QuestionStatus, Said
from sops.models.reviews import Judgement, PeriodicReview, ReviewStatus
from sops.models.routes import Serving, Step
from sops.models.topics import PARTS, Coverage, Topic, TopicPart
from sops.models.whys import Why
from sops.models.writing import Citation, WorkingText

__all__ = [
    "OPEN", "OUT", "PARTS", "TO_REVIEW", "UNSIGNED", "WAITING", "Authorship", "Body", "Citation", "Comment", "Copy",
    "CopyQuerySet", "CopyStatus", "Coverage", "Deviation", "DeviationStatus", "Document", "DocumentType", "Edition",
    "EditionCheck", "Handling", "Import", "Judgement", "Kept", "PeriodicReview", "Question", "QuestionStatus",
    "Rendering", "Reply", "ReviewStatus", "Said", "SavedView", "Serving", "Sighting", "Status", "Step", "Topic",
    "TopicPart", "Version", "VersionQuerySet", "Weight", "Why", "WorkingText",
]  # fmt: skip
