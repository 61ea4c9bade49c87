"""Footnotes, endnotes and comments: notes become blocks at the end, comments are named with their words."""

from django.utils.translation import gettext as _

from sops.blocks import Block, text_of
from sops.word.count import words_shown
from sops.word.fields import mark_fields
from sops.word.losses import quote
from sops.word.reading import Reading, Run
from sops.word.tracked import Changes, Decision, resolve
from sops.word.vocabulary import day_words
from sops.word.xml import Element, attr, children, words


def read_comments(reading: Reading) -> None:
    """Put a sentence for each comment into the reading; the walk names it where it meets its mark."""
    for part in reading.package.related(reading.package.main, "comments"):
        for e in children(reading.package.tree(part), "comment"):
            reading.in_file += words_shown(e)
            reading.listed += words_shown(e)
            made = ", ".join(filter(None, (attr(e, "author"), day_words(attr(e, "date")))))
            reading.comments[attr(e, "id")] = _("Comment by %(made)s: %(words)s.") % {
                "made": made or _("nobody named"), "words": quote(words(e, deleted=True), 2000),
            }  # fmt: skip


def name_left_comments(reading: Reading) -> None:
    """Name the comments that have no mark in the text."""
    for sentence in reading.comments.values():
        reading.name_comment(sentence, for_all=True)
    reading.comments.clear()


def find_notes(reading: Reading) -> None:
    """Tell the reading which notes there are, so that a mark of none is seen at once."""
    for kind in ("footnote", "endnote"):
        for part in reading.package.related(reading.package.main, f"{kind}s"):
            reading.known_notes |= {(kind, attr(e, "id")) for e in children(reading.package.tree(part), kind)}


def note_blocks(reading: Reading, decision: Decision, decided: list[Changes]) -> list[Block]:
    """Return the notes that the text refers to, in the order of their references; name those that are left over."""
    main, blocks = reading.package.main, []
    for kind in ("footnote", "endnote"):
        for part in reading.package.related(main, f"{kind}s"):
            tree = reading.package.tree(part)
            if tree is None:
                continue
            reading.part, reading.changes = part, resolve(tree, decision)
            reading.in_file += words_shown(tree)
            decided.append(reading.changes)
            reading.fields, reading.open_fields = mark_fields(tree), []
            blocks += _notes_of(reading, kind, tree)
    return blocks


def _notes_of(reading: Reading, kind: str, tree: Element) -> list[Block]:
    elements = {attr(e, "id"): e for e in children(tree, kind) if not attr(e, "type") or attr(e, "type") == "normal"}
    blocks = []
    for known, name, label in list(reading.notes):
        if known == kind and name in elements:
            blocks.append(_note(reading, label, elements.pop(name)))
    for e in elements.values():
        if words(e):
            sentence = _("A note that no mark refers to is not kept: %(words)s.") % {"words": quote(words(e), 2000)}
            reading.losses.name_for_all("footnote", sentence)
            reading.listed += words_shown(e)
    return blocks


def _note(reading: Reading, label: str, e: Element) -> Block:
    block: Block = {"id": reading.new_id(), "kind": "footnote", "label": label or "*"}
    inner = reading.blocks_of(reading, e)
    if any(b["kind"] in ("table", "image", "item") for b in inner):
        reading.losses.name("footnote", _("Tables, lists and pictures of a note are kept as plain words only."))
    block["runs"] = _joined(inner)
    return block


def _joined(blocks: list[Block]) -> list[Run]:
    """Return the runs of several blocks as those of one, with line ends between them."""
    runs: list[Run] = []
    for block in blocks:
        runs += [{"text": "\n"}] if runs else []
        runs += block.get("runs") or [{"text": text_of(block)}]
    return [run for run in runs if run["text"]]
