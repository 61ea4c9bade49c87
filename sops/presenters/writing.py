"""The text of a draft as it is written: each passage with its HTML, and the open one with its fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sops.blocks import Block
from sops.editing import TEXT_KINDS, first_words, texts_of_cells
from sops.notation import write
from sops.render import Cited, block_parts
from sops.styles import STYLES, style_of
from sops.templatetags.text import under


@dataclass(frozen=True)
class Open:
    """The fields of the passage that is open: `do` names the act that saves it."""

    do: str
    name: str
    word: str
    text: str = ""
    style: str = ""
    level: int = 1
    styles: tuple[tuple[str, str | Promise], ...] = ()
    rows: list[list[list[tuple[str, str]]]] = field(default_factory=list)
    error: str = ""

    @property
    def levels(self) -> range:
        return range(1, 7)


@dataclass(frozen=True)
class Passage:
    """A passage of the text; `opened` are its fields where it is open, `following` those of a new one after it."""

    block: Block
    html: SafeString
    about: str
    opened: Open | None
    following: Open | None


def passages(blocks: list[Block], images: str, opened: Open | None, cited: Cited) -> Iterator[Passage]:
    """Yield the passages of a text in order; `cited` gives titles to its references."""
    for block, html in block_parts(blocks, image_url=under(images), cited=cited):
        here = opened is not None and opened.name == block["id"]
        is_new = here and opened is not None and opened.do == "insert"
        yield Passage(
            block, html, first_words(block) or _("passage without words"),
            opened if here and not is_new else None, opened if is_new else None,
        )  # fmt: skip


def open_block(block: Block, *, error: str = "", given: QueryDict | None = None) -> Open:
    """Return the fields of a block; `given` is what was typed and refused."""
    name = block["id"]
    if block["kind"] == "table":
        rows = texts_of_cells(block)
        if given is not None:
            rows = [[[(key, given.get(f"cell-{key}", text)) for key, text in cell] for cell in row] for row in rows]
        return Open("cells", name, _("Words of the table"), rows=rows, error=error)
    if block["kind"] == "image":
        return Open(
            "save", name, _("What the picture shows, for those who cannot see it"), text=block["alt"], error=error
        )
    style, level = style_of(block) if block["kind"] in TEXT_KINDS else ("", 1)
    text = write(block["runs"]) if given is None else given.get("text", "")
    return Open("save", name, _("Words"), text, style, level, tuple(STYLES.items()) if style else (), error=error)


def open_new(after: str, like: Block | None, *, error: str = "", given: QueryDict | None = None) -> Open:
    """Return the fields of a new passage after a block, of the same style as that one where it is text."""
    style, level = style_of(like) if like is not None and like["kind"] in TEXT_KINDS else ("paragraph", 1)
    if style == "heading":
        style, level = "paragraph", 1
    text = given.get("text", "") if given is not None else ""
    return Open("insert", after, _("New passage"), text, style, level, tuple(STYLES.items()), error=error)
