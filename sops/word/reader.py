"""Reads a Word file into the canonical text: bytes in, blocks and losses out; nothing is fetched or stored."""

from dataclasses import fields

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.blocks import BadBlocks, Block, check, walk
from sops.word.body import blocks_of
from sops.word.count import stands_in, words_in_blocks, words_of, words_shown
from sops.word.fields import mark_fields
from sops.word.guess import guess_headings
from sops.word.losses import quote
from sops.word.model import Loss, Mark, Tracked, Words, WordText
from sops.word.notes import find_notes, name_left_comments, note_blocks, read_comments
from sops.word.numbering import Numbering
from sops.word.origin import origin_of
from sops.word.package import Package, open_word
from sops.word.proposal import propose
from sops.word.reading import Reading
from sops.word.settle import settle
from sops.word.styles import Styles
from sops.word.tracked import Changes, Decision, resolve
from sops.word.xml import Element, child, words

PAGE = (400, 500)  # pixels, width and height as shown, from which a picture may be that of a page


def read_word(data: bytes, tracked: Decision = "accept") -> WordText:
    """Return the text of a .docx, .dotx or macro-free Word file; `tracked` decides what open changes become.

    Every tracked change is named with both texts whatever the decision. Raises Invalid with a sentence for the person.
    """
    package = open_word(data)
    reading, body = _reading(package), _body(package)
    reading.origin = origin_of(package)
    reading.changes = resolve(body, tracked)
    reading.in_file += words_shown(body)
    decided = [reading.changes]
    reading.fields = mark_fields(body)
    read_comments(reading)
    find_notes(reading)
    blocks = blocks_of(reading, body)
    blocks += note_blocks(reading, tracked, decided)
    if not blocks:
        raise Invalid(_("This document is empty. Choose the file that holds the text."))
    gone = sum(changes.words_gone for changes in decided)
    if _is_scanned(blocks):
        raise Invalid(
            _("This file holds only pictures of pages, no words. Write the text in Word, or have it recognised, first.")
        )
    losses, marks = _finish(reading, blocks, gone)
    return WordText(
        blocks=blocks,
        pictures=reading.pictures,
        media_types=reading.media_types,
        losses=losses,
        proposal=propose(package, blocks, reading.title, reading.styles.language),
        tracked=_sum(decided),
        marks=marks,
        words=_counted(reading, blocks, gone),
        origin=reading.origin,
    )


def _is_scanned(blocks: list[Block]) -> bool:
    """Say whether there are pictures of pages and no words: nobody could search, compare or correct such a text."""
    pages = any(b["kind"] == "image" and b["width"] >= PAGE[0] and b["height"] >= PAGE[1] for b in walk(blocks))
    return pages and not words_in_blocks(blocks) and not any(map(stands_in, walk(blocks)))


def _body(package: Package) -> Element:
    body = child(package.tree(package.main), "body")
    if body is None:
        raise Invalid(
            _("This file has no document inside. Open it in Word, save it again as .docx, and try once more.")
        )
    return body


def _reading(package: Package) -> Reading:
    def tree_of(kind: str) -> object:
        found = package.related(package.main, kind)
        return package.tree(found[0]) if found else None

    styles = Styles(tree_of("styles"))
    return Reading(package, styles, Numbering(tree_of("numbering"), styles), blocks_of, part=package.main)


def _sum(decided: list[Changes]) -> Tracked:
    return Tracked(*(sum(getattr(c.counts, f.name) for c in decided) for f in fields(Tracked)))


def _counted(reading: Reading, blocks: list[Block], gone: int) -> Words:
    """Return the words on both sides; `gone` are those that a decided change takes out of the text."""
    return Words(reading.in_file + gone, words_in_blocks(blocks, own=bool(reading.origin)), reading.listed + gone)


def _finish(reading: Reading, blocks: list[Block], gone: int) -> tuple[list[Loss], list[Mark]]:
    """Settle numbers and headings, hold the result against the schema; return what was lost and marked, with places."""
    losses = reading.losses
    if settle(blocks, reading.counted):
        losses.name_for_all(
            "number", _("Parts of some numbers are kept as fixed text, because they count in a way of Word's own.")
        )
    if not reading.origin and guess_headings(blocks):
        losses.name_for_all(
            "heading", _("The file marks no headings; short bold lines were taken for headings. Check them.")
        )
    name_left_comments(reading)
    _name_outside(reading)
    _name_margins(reading)
    _name_missing(reading, _counted(reading, blocks, gone).missing)
    found, marks = losses.result(blocks), losses.marks(blocks)
    for n, block in enumerate(walk(blocks), 1):
        block["id"] = f"b{n}"
    try:
        check(blocks)
    except BadBlocks as error:
        told = _("This document cannot be imported: %(why)s Simplify it in Word and try again.") % {"why": error}
        raise Invalid(told) from error
    return found, marks


def _name_missing(reading: Reading, missing: int) -> None:
    """Say so where words of the file are neither in the text nor listed: nothing is lost in silence, ours included."""
    if missing > 0:
        sentence = _("%(n)d words of the file are not found in the text. Compare the text with the Word file.")
        reading.losses.name_for_all("words", sentence % {"n": missing})


def _name_outside(reading: Reading) -> None:
    """Name every pointer to the outside that no link of the text shows: templates, objects, pictures."""
    package = reading.package
    for part in (package.main, *package.related(package.main, "settings")):
        for relation in package.relations(part).values():
            if relation.external and relation.kind not in ("hyperlink", "image"):
                sentence = _(
                    "The file points to something outside (%(kind)s: %(where)s). Nothing was fetched; it is not kept."
                )
                reading.losses.name_for_all(
                    "outside", sentence % {"kind": relation.kind, "where": relation.target[:200]}
                )


def _name_margins(reading: Reading) -> None:
    """Name the words of page headers and footers, which the page layout makes anew."""
    package, told = reading.package, set()
    for part in package.related(package.main, "header", "footer"):
        tree = None if part == package.main else package.tree(part)
        text = "" if tree is None else words(tree)
        if text and text == reading.origin.notice:
            continue  # ours, which is made anew
        reading.in_file += words_of(text)
        reading.listed += words_of(text)
        if text and text not in told:
            told.add(text)
            sentence = _("Header or footer of the pages, not kept: %(words)s. Headers are made by the page layout.")
            reading.losses.name_for_all("header", sentence % {"words": quote(text, 2000)})
