"""What upper apps show on the pages of documents: they register in `ready()`, the page asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qms.people.models import User
from sops.models import Document, DocumentType, Version


@dataclass(frozen=True)
class Panel:
    """A section of a page: `template` shows it and finds `facts` as `panel.facts`; `key` is its anchor."""

    key: str
    title: str
    template: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What an approval will bring about, in a sentence; `url` leads to where it is said, for who may say it."""

    sentence: str
    url: str = ""
    url_word: str = ""


version_panels: list[Callable[[User, Version], Panel | None]] = []
document_panels: list[Callable[[User, Document], Panel | None]] = []
type_panels: list[Callable[[User, DocumentType], Panel | None]] = []
effects_of_approval: list[Callable[[User, Version], Effect | None]] = []


def panels_of(user: User, document: Document, versions: Iterable[Version]) -> list[Panel]:
    """Return what this person is shown about these versions of a document, and about the document."""
    about = [panel(user, version) for version in versions for panel in version_panels]
    about += [panel(user, document) for panel in document_panels]
    return [panel for panel in about if panel is not None]


def effects_of(user: User, version: Version) -> list[Effect]:
    """Return what an approval of this version will bring about."""
    return [found for effect in effects_of_approval if (found := effect(user, version)) is not None]
