"""Which document refers to which. The table is written by the verbs that store a text; pages ask here.

cites(document)      citations in the version that lists show, in the order of its text
cited_in(document)   citations of this document in the versions that lists show or that are on their way
dangling()           citations that lead to nothing, or to a document out of use
troubles(…)          what an author is told beside the draft
"""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from qms.people.models import User
from sops.blocks import Block, text_of, walk
from sops.loaders import visible_documents
from sops.models import OPEN, Citation, Document, Status, Version
from sops.references import number_in, numbers_cited, numbers_named, passage_in, references

OUT_OF_USE = (Status.WITHDRAWN, Status.DISCARDED)
AT_ONCE = 500
FARTHEST = 200  # documents looked at on the way back to the first one


def keep_citations(version: Version, blocks: list[Block]) -> None:
    """Write down what a text refers to, in the transaction that is open."""
    linked = [(number[:240], block) for block, run in references(blocks) if (number := number_in(run["link"]))]
    named = [(number, block) for block, number in numbers_named(blocks)]
    known = _keys({number for number, _block in (*linked, *named)})
    said = dict.fromkeys(linked, True)
    for number, block in named:
        if number in known and known[number] != version.document_id:
            said.setdefault((number, block), False)
    Citation.objects.filter(version=version).delete()
    Citation.objects.bulk_create(
        Citation(version=version, number=number, document_id=known.get(number), block=block, is_link=is_link)
        for (number, block), is_link in said.items()
    )


def _keys(numbers: set[str]) -> dict[str, int]:
    """Return {number: key} of the documents that there are; a few hundred are asked for at once."""
    every, found = sorted(numbers), dict[str, int]()
    for start in range(0, len(every), AT_ONCE):
        some = Document.objects.filter(number__in=every[start : start + AT_ONCE])
        found.update(some.values_list("number", "pk"))
    return found


def adopt_citations(document: Document) -> None:
    """Let those who referred to a number before there was a document of it refer to that document."""
    Citation.objects.filter(number=document.number, document=None).update(document=document)


def cites(document: Document) -> QuerySet[Citation]:
    """Return what the version that lists show refers to, in the order of its text."""
    return Citation.objects.filter(version=document.shown_id).select_related("document__shown", "version__document")


def cited_in(document: Document) -> QuerySet[Citation]:
    """Return where this document is referred to, in texts that are in force or on their way."""
    return live().filter(document=document).select_related("version__document").order_by("version__document__number")


def dangling() -> QuerySet[Citation]:
    """Return citations in texts in force or on their way that lead to no document, or to one that is out of use."""
    lost = Q(document=None) | Q(document__shown__status__in=OUT_OF_USE)
    return live().filter(lost).select_related("document__shown", "version__document")


def live() -> QuerySet[Citation]:
    """Return the citations of texts that are in force or on their way."""
    shown = Q(version=F("version__document__shown")) & ~Q(version__status__in=OUT_OF_USE)
    return Citation.objects.filter(shown | Q(version__status__in=OPEN))


def titles(blocks: list[Block], user: User | None = None) -> dict[str, str]:
    """Return {number: title as it is now} of the documents that a text refers to and, with a user, that they see.

    No query where the text refers to none.
    """
    numbers = numbers_cited(blocks)
    if not numbers:
        return {}
    documents = Document.objects.all() if user is None else visible_documents(user)
    return dict(documents.filter(number__in=numbers).values_list("number", "title"))


def cited_on_screen(blocks: list[Block], user: User) -> dict[str, tuple[str, str]]:
    """Return {number: (title, address)} for the pages that show a text; others' documents keep the number alone."""
    return {number: (title, resolve_url("document", number)) for number, title in titles(blocks, user).items()}


def cited_on_paper(blocks: list[Block]) -> dict[str, tuple[str, str]]:
    """Return {number: (title, "")}: paper says the title as it is on the day of printing, and leads nowhere."""
    return {number: (title, "") for number, title in titles(blocks).items()}


@dataclass(frozen=True)
class Trouble:
    """A reference that an author should look at: the passage, and what is to be said in one sentence.

    `named` is a number that stands among the words and can be made a reference.
    """

    block: str
    words: str
    named: str = ""


def troubles(version: Version, blocks: list[Block]) -> list[Trouble]:
    """Return what is to be said about the references of a draft, in the order of its text, each thing once."""
    numbers = numbers_cited(blocks)
    standing = {
        one.number: one for one in Document.objects.filter(number__in=numbers).select_related("shown")
    } if numbers else {}  # fmt: skip
    here = {block["id"]: block for block in walk(blocks)}
    told: dict[str, Trouble] = {}
    for block, run in references(blocks):
        if number := number_in(run["link"]):
            words = _about(number, standing.get(number), version)
        else:
            words = _about_passage(run["text"], here.get(passage_in(run["link"])))
        if words:
            told.setdefault(words, Trouble(block, words))
    return [*told.values(), *_only_named(version, blocks)]


def _only_named(version: Version, blocks: list[Block]) -> list[Trouble]:
    found = {number: block for block, number in reversed(list(numbers_named(blocks)))}
    known = _keys(set(found) - {version.document.number})
    words = _("%(number)s is named in words, and would not follow.")
    return [Trouble(found[number], words % {"number": number}, number) for number in sorted(known)]


def _about(number: str, cited: Document | None, version: Version) -> str:
    if cited is None:
        return _("%(number)s: no document has this number.") % {"number": number}
    if cited.pk == version.document_id:
        return _("%(number)s refers to itself.") % {"number": number}
    status = cited.shown.status if cited.shown else Status.DISCARDED
    if status in OUT_OF_USE:
        words = _("%(number)s is withdrawn.") if status == Status.WITHDRAWN else _("%(number)s was discarded.")
        return words % {"number": number}
    if status != Status.EFFECTIVE:
        return _("%(number)s is not in force yet.") % {"number": number}
    way = _way_back(cited, version.document_id)
    if not way:
        return ""
    path = " → ".join([version.document.number, *way, version.document.number])
    return _("References in a circle: %(path)s. That is allowed.") % {"path": path}


def _about_passage(words: str, passage: Block | None) -> str:
    if passage is None:
        return _("“%(words)s” is not in this text any more.") % {"words": words}
    return "" if text_of(passage).strip() else _("“%(words)s” has no words any more.") % {"words": words}


def _way_back(start: Document, goal: int) -> list[str]:
    """Return the numbers from a document to one that refers to the goal, [] where no such way is found."""
    came_from: dict[int, int | None] = {start.pk: None}
    numbers, edge = {start.pk: start.number}, [start.pk]
    while edge and len(numbers) < FARTHEST:
        found = live().filter(version__document__in=edge).exclude(document=None).order_by("pk")
        pairs = found.values_list("version__document", "document", "document__number")
        edge = []
        for one, other, number in pairs:
            if other == goal:
                return _path(one, came_from, numbers)
            if other not in came_from:
                came_from[other], numbers[other] = one, number
                edge.append(other)
    return []


def _path(last: int, came_from: dict[int, int | None], numbers: dict[int, str]) -> list[str]:
    way: list[str] = []
    at: int | None = last
    while at is not None:
        way.append(numbers[at])
        at = came_from[at]
    return way[::-1]
