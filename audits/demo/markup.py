"""Blocks from plain text, for the texts of the demonstration.

# heading    1. step    - bullet    ! warning    | cell | cell |    **bold**    [[QM-SOP-001]] a reference
anything else: a paragraph
"""

import re
from collections.abc import Iterator

from sops.blocks import Block
from sops.references import to_document

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_REFERENCE = re.compile(r"\[\[(.+?)\]\]")
_NUMBER = re.compile(r"[A-Z]+-[A-Z]+-\d+")


def blocks_of(text: str) -> list[Block]:
    """Return canonical blocks; headings are numbered 1, 2, 3 and steps begin anew under each heading."""
    blocks: list[Block] = []
    table: list[list[str]] = []
    for line in [*filter(str.strip, text.splitlines()), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if table:
            blocks.append(_table(table, len(blocks)))
            table = []
        if line:
            blocks.append(_block(line, blocks))
    return blocks


def _block(line: str, before: list[Block]) -> Block:
    name = f"b{len(before) + 1}"
    if line.startswith("# "):
        number = {"list": "headings", "style": "decimal", "pattern": "%1"}
        return {"id": name, "kind": "heading", "level": 1, "runs": list(_runs(line[2:])), "number": number}
    if line.startswith("! "):
        return {"id": name, "kind": "paragraph", "role": "warning", "runs": list(_runs(line[2:]))}
    if line.startswith("- "):
        return {"id": name, "kind": "item", "level": 0, "runs": list(_runs(line[2:]))}
    step = re.match(r"(\d+)\. (.+)", line)
    if step is None:
        return {"id": name, "kind": "paragraph", "runs": list(_runs(line))}
    section = sum(block["kind"] == "heading" for block in before)
    number = {"list": f"steps-{section}", "style": "decimal", "pattern": "%1."}
    return {"id": name, "kind": "item", "level": 0, "runs": list(_runs(step[2])), "number": number}


def _table(rows: list[list[str]], position: int) -> Block:
    name = f"b{position + 1}"
    cells = [
        [
            {"blocks": [{"id": f"{name}-{r}-{c}", "kind": "paragraph", "runs": list(_runs(cell))}]}
            for c, cell in enumerate(row)
        ]
        for r, row in enumerate(rows)
    ]
    return {"id": name, "kind": "table", "header_rows": 1, "rows": cells}


def referring(word: str) -> str:
    """Return the number of a document as a reference; the title of one that is still to come stays words."""
    return f"[[{word}]]" if _NUMBER.fullmatch(word) else word


def _runs(text: str) -> Iterator[dict[str, object]]:
    for index, part in enumerate(_BOLD.split(text)):
        look = {"marks": ["bold"]} if index % 2 else {}
        for n, words in enumerate(_REFERENCE.split(part)):
            if words:
                yield {"text": words, **look, **({"link": to_document(words)} if n % 2 else {})}
