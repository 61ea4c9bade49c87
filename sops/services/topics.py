"""Topics that need procedures, and which documents cover them in which part of the programme."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from qms.people.access import require
from qms.people.models import Person
from qms.people.roles import May
from qms.trail.door import Change, change
from qms.trail.errors import Invalid, NotAllowed, Stale
from sops.models import PARTS, Coverage, Document, Topic, TopicPart
from sops.proposed_topics import PROPOSED

MOST_COVERING = 40  # documents on one topic in one part


def take_over_topics(*, by: Person) -> int:
    """Add the proposed topics whose codes are not there yet; return how many."""
    require(by, May.KEEP_TOPICS)
    known = set(Topic.objects.values_list("code", flat=True))
    missing = [row for row in PROPOSED if row[0] not in known]
    if not missing:
        raise Invalid(_("All proposed topics are there already."))
    with change(by=by) as c:
        for code, name, words, parts in missing:
            _add(c, code, name, words, parts.split())
    return len(missing)


def add_topic(code: str, name: str, *, by: Person, parts: Collection[str], words: str = "") -> Topic:
    """Add a topic that these parts of the programme need procedures on."""
    require(by, May.KEEP_TOPICS)
    if Topic.objects.filter(code=code).exists():
        raise Invalid(_("There is a topic %(code)s already.") % {"code": code})
    _check_parts(parts)
    with change(by=by) as c:
        return _add(c, code, name, words, parts)


def _add(c: Change, code: str, name: str, words: str, parts: Collection[str]) -> Topic:
    topic = Topic(code=code, name=name.strip(), words=words.strip())
    c.save(topic)
    for part in PARTS:
        if part in parts:
            c.save(TopicPart(topic=topic, part=part))
    c.event("topic.add", topic, parts=" ".join(part for part in PARTS if part in parts))
    return topic


def _check_parts(parts: Collection[str]) -> None:
    if not parts or set(parts) - set(PARTS):
        raise Invalid(_("Choose the parts that need it: B, CM, C or D."))


def change_topic(
    topic: Topic, *, by: Person, revision: int | None, name: str, words: str, parts: Collection[str], is_closed: bool,
    reason: str,
) -> Topic:  # fmt: skip
    """Change what a topic says, which parts need it, and whether it counts at all. What covered it stays on record."""
    require(by, May.KEEP_TOPICS)
    _check_parts(parts)
    with change(by=by, reason=reason, on=[topic]) as c:
        c.expect(topic, revision)
        topic.name, topic.words = name.strip(), words.strip()
        topic.closed_at = (topic.closed_at or c.at) if is_closed else None
        c.save(topic)
        known = {cell.part: cell for cell in topic.parts.all()}
        for part in PARTS:
            cell = known.get(part) or TopicPart(topic=topic, part=part, is_asked=False)
            if cell.is_asked != (part in parts):
                cell.is_asked = part in parts
                c.save(cell)
        c.event("topic.change", topic)
    return topic


def settle_cell(
    cell: TopicPart, documents: Sequence[Document], *, by: Person, revision: int | None, not_applicable: str = ""
) -> None:
    """Say which documents cover a topic in one part; or, with a reason, that the part does not need it here.

    `revision` is that of the topic, on which everything about it is decided.
    """
    require(by, May.KEEP_TOPICS)
    why = not_applicable.strip()
    if why and documents:
        raise Invalid(_("Either documents cover it, or it is not applicable. Empty one of the two fields."))
    topic = cell.topic
    with change(by=by, reason=why, on=[topic]) as c:
        c.expect(topic, revision)
        cell.refresh_from_db()
        cell.topic = topic  # the one that is locked
        _check_open(cell)
        turned = cell.not_applicable != why
        if turned:
            cell.not_applicable = why
            c.save(cell)
            c.save(topic)
            c.event("topic.exempt" if why else "topic.apply", topic, part=cell.part)
        if not _cover(c, cell, documents) and not turned:
            raise Invalid(_("Nothing changed. It stands so already."))


def _check_open(cell: TopicPart) -> None:
    if cell.topic.closed_at is not None or not cell.is_asked:
        raise NotAllowed(_("%(topic)s is not asked of this part any more.") % {"topic": cell.topic})


def _cover(c: Change, cell: TopicPart, documents: Sequence[Document]) -> bool:
    """Let exactly these documents cover a cell; return whether something changed. The topic has a new revision then."""
    if len(documents) > MOST_COVERING:
        raise Invalid(_("%(most)d documents at most cover one topic in one part.") % {"most": MOST_COVERING})
    known = {row.document_id: row for row in cell.coverage.select_related("document")}
    wanted = {document.pk for document in documents}
    new = [known.get(one.pk) or Coverage(cell=cell, document=one, is_on=False) for one in documents]
    on = [row for row in new if not row.is_on]
    off = [row for row in known.values() if row.is_on and row.document_id not in wanted]
    if on or off:
        c.save(cell.topic)
    _switch(c, "topic.cover", cell, on, True)
    _switch(c, "topic.uncover", cell, off, False)
    return bool(on or off)


def _switch(c: Change, name: str, cell: TopicPart, rows: Sequence[Coverage], is_on: bool) -> None:
    for row in rows:
        row.is_on = is_on
        c.save(row)
    if rows:
        numbers = ", ".join(sorted(row.document.number for row in rows))
        c.event(name, cell.topic, also=[row.document for row in rows], part=cell.part, documents=numbers)


def cover_with(
    document: Document, cells: Sequence[TopicPart], *, by: Person, seen: Collection[int] | None = None
) -> None:
    """Say which topics, in which parts, a document covers: exactly these.

    `seen` are the keys of the cells that it covered when the person looked (None: not asked).
    """
    require(by, May.KEEP_TOPICS)
    before = list(Coverage.objects.filter(document=document, is_on=True).select_related("cell__topic"))
    if seen is not None and set(seen) != {row.cell_id for row in before}:
        raise Stale(_("Somebody changed meanwhile which topics this document covers. Open the page again."))
    touched = {cell.pk: cell for cell in [*cells, *(row.cell for row in before)]}
    topics = {cell.topic_id: cell.topic for cell in touched.values()}
    wanted = {cell.pk for cell in cells}
    changed = False
    with change(by=by, on=list(topics.values())) as c:
        for cell in touched.values():
            cell.topic = topics[cell.topic_id]
            if cell.pk in wanted:
                _check_open(cell)
            others = (
                Coverage.objects.filter(cell=cell, is_on=True).exclude(document=document).select_related("document")
            )
            documents = [row.document for row in others]
            changed |= _cover(c, cell, [*documents, document] if cell.pk in wanted else documents)
        if not changed:
            raise Invalid(_("Nothing changed. It stands so already."))
