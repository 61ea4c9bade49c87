"""Canonical blocks and redlines as HTML: one markup for screen and paper, everything escaped, nothing inline."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils.safestring import SafeString

from sops.blocks import Block, labels
from sops.compare import BlockDiff, Redline, side
from sops.compare.lists import whole_blocks
from sops.compare.places import WhyWords, ends_of_changes
from sops.render.diffs import alone, nested
from sops.render.inline import NOBODY, Cited, together
from sops.render.outline import Entry, outline
from sops.render.page import ImageURL, Page

Whys = Mapping[int, Sequence[WhyWords]]  # why each change was made, by its number
NO_WHYS: Whys = {}

__all__ = ["Cited", "Entry", "ImageURL", "block_parts", "blocks_html", "outline", "redline_html", "redline_parts",
           "stretches"]  # fmt: skip


def blocks_html(
    blocks: list[Block], *, image_url: ImageURL, shift: int = 1, since: Collection[str] = (), cited: Cited = NOBODY
) -> SafeString:
    """Return a text as HTML with real nested lists.

    A heading of level 1 becomes h(1 + `shift`); `image_url(digest)` gives the address of a picture; blocks whose ids
    are in `since` carry the class "since" (a bar in the margin); `cited` gives titles to references. Each block can
    be linked to as #block-<id>.
    """
    page = Page(image_url, shift, since, cited, new_labels=labels(blocks))
    return together(nested(whole_blocks("equal", blocks), page), "\n")


def block_parts(
    blocks: list[Block], *, image_url: ImageURL, shift: int = 1, since: Collection[str] = (), cited: Cited = NOBODY
) -> Iterator[tuple[Block, SafeString]]:
    """Yield (block, its HTML) for a page that sets something beside each block; a step is a list of one."""
    page = Page(image_url, shift, since, cited, new_labels=labels(blocks))
    for diff in whole_blocks("equal", blocks):
        yield diff.block, alone(diff, page)


def stretches(
    blocks: list[Block], stops: Collection[str], *, image_url: ImageURL, cited: Cited = NOBODY
) -> Iterator[tuple[SafeString, str]]:
    """Yield (HTML, id of its last block where that is one of `stops`, else ""): a text cut behind some blocks."""
    page = Page(image_url, cited=cited, new_labels=labels(blocks))
    run: list[BlockDiff] = []
    for diff in whole_blocks("equal", blocks):
        run.append(diff)
        if diff.block["id"] in stops:
            yield together(nested(run, page), "\n"), diff.block["id"]
            run = []
    if run:
        yield together(nested(run, page), "\n"), ""


def redline_html(redline: Redline, *, image_url: ImageURL, shift: int = 1, whys: Whys = NO_WHYS) -> SafeString:
    """Return a redline as HTML: ins, del, a bar, the number of each change (#change-<n>) and why it was made.

    What is only in the old text has the anchor #was-<id>, everything else #block-<id>.
    """
    page = _page(redline, image_url, shift, whys)
    return together(nested(redline.blocks, page), "\n")


def redline_parts(
    redline: Redline, *, image_url: ImageURL, shift: int = 1, whys: Whys = NO_WHYS
) -> Iterator[tuple[BlockDiff, SafeString]]:
    """Yield (diff, its HTML), for comments beside the text; `diff.new` is the block of the new text, if any."""
    page = _page(redline, image_url, shift, whys)
    for diff in redline.blocks:
        yield diff, alone(diff, page)


def _page(redline: Redline, image_url: ImageURL, shift: int, whys: Whys) -> Page:
    old, new = labels(side(redline, "old")), labels(side(redline, "new"))
    ends = ends_of_changes(redline) if whys else {}
    return Page(image_url, shift, old_labels=old, new_labels=new, whys=whys, ends=ends)
