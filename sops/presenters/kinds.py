"""Files that are kept, editions and types, in words."""

from django.utils.translation import gettext as _

from sops.models import DocumentType, Kept, Status, Version

MARKS = {
    Status.DRAFT: "DRAFT", Status.IN_REVIEW: "DRAFT", Status.IN_APPROVAL: "DRAFT", Status.APPROVED: "NOT-YET-IN-FORCE",
    Status.SUPERSEDED: "OBSOLETE", Status.WITHDRAWN: "WITHDRAWN", Status.DISCARDED: "DISCARDED",
}  # fmt: skip


def file_name(version: Version) -> str:
    """Return the name under which a kept file is handed out: a file that nobody is to work by says so in its name."""
    mark = MARKS.get(Status(version.status), "")
    return f"{version.document.number}_v{version.n}{f'_{mark}' if mark else ''}.{version.kept}"


def kind_words(version: Version) -> str:
    """Return what a kept file is."""
    return str(Kept(version.kept).label) if version.kept else ""


def number_words(kind: DocumentType) -> str:
    """Return how the numbers of a type look, by its first one; the pattern itself is for who writes it."""
    return kind.scheme.pattern.format(facility=_("(facility)"), type=kind.code, n=1)


def compared_words(*versions: Version | None) -> str:
    """Return what is compared, where it is no text of ours: the words found in files, not how they look."""
    if not any(version is not None and version.kept for version in versions):
        return ""
    return _(
        "The words found in the files are compared. Pictures, layout and colours are not: look at both files for them."
    )
