"""What upper apps show on the pages of documents: they register in `ready()`, the page asks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qms.people.models import User
from sops.models import Document, DocumentType, Version


@dataclass(frozen=True)
class Panel:
    """A section of a page: `template` shows it and finds `facts` as `panel.facts`; `key` is its anchor.

    What it asks of this person now is `act_word` at `act_url`: a button at the head of the page.
    """

    key: str
    title: str
    template: str
    facts: dict[str, Any] = field(default_factory=dict)
    act_word: str = ""
    act_url: str = ""


@dataclass(frozen=True)
class Effect:
    """What an approval will bring about, in a sentence; `url` leads to where it is said, for who may say it."""

    sentence: str
    url: str = ""
    url_word: str = ""


@dataclass(frozen=True)
class Outlook:
    """What a day of taking effect means for those who must know the version by then.

    `missing` is {day: how many of `people` will not have signed by then}, `proposal` the first day that will do.
    """

    people: int
    missing: dict[date, int]
    proposal: date


version_panels: list[Callable[[User, Version], Panel | None]] = []
document_panels: list[Callable[[User, Document], Panel | None]] = []
type_panels: list[Callable[[User, DocumentType], Panel | None]] = []
effects_of_approval: list[Callable[[User, Version], Effect | None]] = []
effective_outlook: list[Callable[[Version, Sequence[date]], Outlook | None]] = []


def panels_of(user: User, document: Document, versions: Iterable[Version]) -> list[Panel]:
    """Return what this person is shown about these versions of a document, and about the document."""
    about = [panel(user, version) for version in versions for panel in version_panels]
    about += [panel(user, document) for panel in document_panels]
    return [panel for panel in about if panel is not None]


def outlook_of(version: Version, days: Sequence[date]) -> Outlook | None:
    """Return what these days would mean; the most careful where several apps say something."""
    found = [said for ask in effective_outlook if (said := ask(version, days)) is not None]
    return max(found, key=lambda one: one.proposal, default=None)


def effects_of(user: User, version: Version) -> list[Effect]:
    """Return what an approval of this version will bring about."""
    return [found for effect in effects_of_approval if (found := effect(user, version)) is not None]
