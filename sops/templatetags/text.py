"""Tags that show a text or a redline: `{% load text %}`, `{% blocks_html blocks images=files_url %}`."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.safestring import SafeString

from sops import render
from sops.blocks import Block
from sops.compare import Redline
from sops.render.inline import NOBODY

register = template.Library()


@register.simple_tag
def blocks_html(
    blocks: list[Block], images: str, shift: int = 1, since: Collection[str] = (), cited: render.Cited = NOBODY
) -> SafeString:
    """Show a text; `images` is the address under which pictures lie by digest, with a slash at its end."""
    return render.blocks_html(blocks, image_url=under(images), shift=shift, since=since, cited=cited or NOBODY)


@register.simple_tag
def redline_html(redline: Redline, images: str, shift: int = 1) -> SafeString:
    """Show a redline; `images` as in `blocks_html`."""
    return render.redline_html(redline, image_url=under(images), shift=shift)


@register.inclusion_tag("sops/text/summary.html")
def redline_summary(redline: Redline) -> dict[str, Any]:
    """Say how many changes there are and of which sort, and how each is marked."""
    return {"total": len(redline.changes), "redline": redline} | {
        op: redline.count(op) for op in ("insert", "delete", "change", "move", "format")
    }


@register.inclusion_tag("sops/text/changes.html")
def change_list(redline: Redline) -> dict[str, Any]:
    """List all changes by number, each a link to its place in the redline on the same page."""
    return {"changes": redline.changes}


@register.inclusion_tag("sops/text/outline.html")
def outline(blocks: list[Block], redline: Redline | None = None) -> dict[str, Any]:
    """List the headings as links into the text; with a redline, each says how many changes stand under it."""
    return {"entries": render.outline(blocks, redline)}


def under(images: str) -> render.ImageURL:
    """Return the function from a digest to the address of its picture under `images`."""

    def address(digest: str) -> str:
        return f"{images}{digest}/"

    return address
