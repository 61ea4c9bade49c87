"""Writing in a text, block by block: blocks in, new blocks out. What is not touched stays as it is, ids and all."""

import re
import secrets
from collections.abc import Mapping, Sequence
from itertools import takewhile

from django.utils.translation import gettext as _

from qms.trail.errors import Invalid
from sops.blocks import Block, text_of, walk
from sops.notation import parse, write
from sops.styles import numbered_as, style_of, styled

TEXT_KINDS = ("heading", "paragraph", "item")


def new_id(blocks: Sequence[Block]) -> str:
    """Return an id that no block of this text has, nor any former one: comments hang on ids."""
    return free_id({block["id"] for block in walk(list(blocks))})


def free_id(taken: set[str]) -> str:
    """Return an id that is none of these."""
    while (name := f"e{secrets.token_hex(5)}") in taken:
        pass
    return name


def find(blocks: Sequence[Block], name: str) -> Block:
    """Return the block of that id, in table cells too. Raises Invalid where it is gone."""
    for block in walk(list(blocks)):
        if block["id"] == name:
            return block
    raise Invalid(_("This passage is not in the text any more. Open the text again."))


def rewrite(blocks: Sequence[Block], name: str, text: str, *, style: str = "", level: int = 1) -> list[Block]:
    """Give a block other words (in the notation) and, where a style is given, another style and level (from 1)."""
    place = _place(blocks, name)
    old = blocks[place]
    if old["kind"] == "image":
        return _with(blocks, place, old | {"alt": " ".join(text.split())})
    if old["kind"] == "table":
        raise Invalid(_("This is a table now. Open the text again and write in its cells."))
    runs = old["runs"] if same(text, old) else parse(text)
    if old["kind"] not in TEXT_KINDS or not style or (style, level) == style_of(old):
        return _with(blocks, place, old | {"runs": runs})
    made = styled({"id": name, "runs": runs}, style, level)
    return _with(blocks, place, numbered_as(blocks, place, made))


def same(text: str, block: Block) -> bool:
    """Return whether a text field still says what the block says; a browser changes the ends of lines."""
    return _unix(text) == _unix(write(block["runs"]))


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def insert(
    blocks: Sequence[Block], after: str, text: str, *, style: str = "paragraph", level: int = 1
) -> tuple[list[Block], str]:
    """Insert a block after another ("" for the beginning); an empty line begins one more. Returns the last new id."""
    passages = [part.strip() for part in re.split(r"\n\s*\n", _unix(text)) if part.strip()]
    if not passages:
        raise Invalid(_("Write some words first."))
    out = list(blocks)
    place = _place(blocks, after) + 1 if after else 0
    for passage in passages:
        made = styled({"id": new_id(out), "runs": parse(passage)}, style, level)
        out.insert(place, made)
        out[place] = numbered_as(out, place, made)
        place += 1
    return out, str(out[place - 1]["id"])


def move(blocks: Sequence[Block], name: str, steps: int) -> list[Block]:
    """Move a block up (-1) or down (1); at the end of the text nothing moves."""
    place = _place(blocks, name)
    target = place + steps
    out = list(blocks)
    if 0 <= target < len(out):
        out[place], out[target] = _starts_swapped(out[place], out[target])
        out[place], out[target] = out[target], out[place]
    return out


def remove(blocks: Sequence[Block], name: str) -> list[Block]:
    """Take a block out; where it began the numbers of a list, the next one of that list begins them."""
    place = _place(blocks, name)
    out = list(blocks)
    gone = out.pop(place)
    start = gone.get("number", {}).get("start")
    if start is not None:
        for later, block in enumerate(out[place:], place):
            if _counts_with(block, gone):
                out[later] = block if "start" in block["number"] else _started(block, start)
                break
    return out


def section(blocks: Sequence[Block], name: str) -> list[str]:
    """Return the ids of a heading and of all under it, up to the next heading that is not lower; else the id alone."""
    place = _place(blocks, name)
    head = blocks[place]
    if head["kind"] != "heading":
        return [name]
    under = takewhile(lambda one: one["kind"] != "heading" or one["level"] > head["level"], blocks[place + 1 :])
    return [name, *(block["id"] for block in under)]


def put_back(blocks: Sequence[Block], former: Sequence[Block], name: str) -> list[Block]:
    """Put a block back that was in a former text: after the nearest block before it that is still there."""
    if any(block["id"] == name for block in blocks):
        raise Invalid(_("This passage is in the text again already."))
    was = _place(former, name)
    here = {block["id"]: place for place, block in enumerate(blocks)}
    before = next((here[block["id"]] for block in reversed(former[:was]) if block["id"] in here), -1)
    back = former[was]
    out = [*blocks[: before + 1], back, *blocks[before + 1 :]]
    if "start" in back.get("number", {}):
        for later, block in enumerate(out[before + 2 :], before + 2):
            if _counts_with(block, back):
                was_started = next((one for one in former if one["id"] == block["id"]), block)
                out[later] = block if "start" in was_started.get("number", {}) else _started(block, None)
                break
    return out


def first_words(block: Block, most: int = 60) -> str:
    """Return how a block begins, to speak of it in a sentence."""
    words = " ".join(text_of(block).split())
    return words if len(words) <= most else words[:most].rpartition(" ")[0] + " …"


def texts_of_cells(table: Block) -> list[list[list[tuple[str, str]]]]:
    """Return rows of cells of (name of field, text); a cell without words has one field that makes a paragraph."""
    return [
        [
            [(block["id"], write(block["runs"])) for block in walk(cell["blocks"]) if "runs" in block]
            or [(f"new-{r}-{c}", "")]
            for c, cell in enumerate(row)
        ]
        for r, row in enumerate(table["rows"])
    ]


def rewrite_cells(blocks: Sequence[Block], name: str, texts: Mapping[str, str]) -> list[Block]:
    """Give the text blocks of a table other words: {id, or "new-<row>-<cell>" of an empty cell: text}."""
    place = _place(blocks, name)
    table = table_of(blocks, name)
    rows = [
        [cell | {"blocks": _cell(blocks, cell["blocks"], texts, f"new-{r}-{c}")} for c, cell in enumerate(row)]
        for r, row in enumerate(table["rows"])
    ]
    return _with(blocks, place, table | {"rows": rows})


def table_of(blocks: Sequence[Block], name: str) -> Block:
    """Return a table that stands in the text itself, not in a cell. Raises Invalid where there is none."""
    block = blocks[_place(blocks, name)]
    if block["kind"] != "table":
        raise Invalid(_("This is no table any more. Open the text again."))
    return block


def _cell(blocks: Sequence[Block], inside: list[Block], texts: Mapping[str, str], key: str) -> list[Block]:
    fresh = texts.get(key, "").strip()
    if fresh and not any("runs" in block for block in walk(inside)):
        return [*inside, {"id": new_id(blocks), "kind": "paragraph", "runs": parse(fresh)}]
    return [_cell_block(block, texts) for block in inside]


def _cell_block(block: Block, texts: Mapping[str, str]) -> Block:
    if block["kind"] == "table":
        rows = [
            [cell | {"blocks": [_cell_block(one, texts) for one in cell["blocks"]]} for cell in row]
            for row in block["rows"]
        ]
        return block | {"rows": rows}
    text = texts.get(block["id"])
    if text is None or "runs" not in block or same(text, block):
        return block
    return block | {"runs": parse(text)}


def _place(blocks: Sequence[Block], name: str) -> int:
    for place, block in enumerate(blocks):
        if block["id"] == name:
            return place
    raise Invalid(_("This passage is not in the text any more. Open the text again."))


def _with(blocks: Sequence[Block], place: int, block: Block) -> list[Block]:
    return [*blocks[:place], block, *blocks[place + 1 :]]


def _counts_with(block: Block, other: Block) -> bool:
    """Return whether two blocks are counted by the same counter."""
    return (
        "number" in block
        and "number" in other
        and block["number"]["list"] == other["number"]["list"]
        and (block["kind"], block["level"]) == (other["kind"], other["level"])
    )


def _started(block: Block, start: int | None) -> Block:
    number = {key: value for key, value in block["number"].items() if key != "start"}
    return block | {"number": number if start is None else number | {"start": start}}


def _starts_swapped(one: Block, two: Block) -> tuple[Block, Block]:
    """Let the first of two steps stay the one that begins the numbers, whichever it is."""
    if not _counts_with(one, two):
        return one, two
    return _started(one, two["number"].get("start")), _started(two, one["number"].get("start"))
