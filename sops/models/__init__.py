"""The nouns of controlled documents."""

from sops.models.copies import OUT, Copy, CopyQuerySet, CopyStatus, Sighting
from sops.models.documents import (
    OPEN,
    Authorship,
    Comment,
    Document,
    DocumentType,
    Import,
    Rendering,
    Reply,
    Status,
    Step,
    Version,
    VersionQuerySet,
)

__all__ = [
    "OPEN", "OUT", "Authorship", "Comment", "Copy", "CopyQuerySet", "CopyStatus", "Document", "DocumentType",
    "Import", "Rendering", "Reply", "Sighting", "Status", "Step", "Version", "VersionQuerySet",
]  # fmt: skip
