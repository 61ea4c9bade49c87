"""Small makers of canonical blocks for the tests; ids are counted from b1."""

from itertools import count
from typing import Any

from hypothesis import strategies as st

from sops.blocks import MARKS, Block

_ids = count(1)


def run(text: str, *marks: str, link: str = "") -> dict[str, Any]:
    return {"text": text} | ({"marks": sorted(marks)} if marks else {}) | ({"link": link} if link else {})


def _runs(text: str | list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [run(text)] if isinstance(text, str) else text


def _block(kind: str, **fields: Any) -> Block:
    return {"id": f"b{next(_ids)}", "kind": kind} | fields


def heading(text: str, level: int = 1) -> Block:
    number = {"list": "h", "style": "decimal", "pattern": ".".join(f"%{n}" for n in range(1, level + 1))}
    return _block("heading", level=level, runs=_runs(text), number=number)


def para(text: str | list[dict[str, Any]], role: str = "") -> Block:
    return _block("paragraph", runs=_runs(text)) | ({"role": role} if role else {})


def step(text: str, level: int = 0) -> Block:
    number = {"list": "s", "style": "decimal", "pattern": f"%{level + 1}."}
    return _block("item", level=level, runs=_runs(text), number=number)


def bullet(text: str, level: int = 0) -> Block:
    return _block("item", level=level, runs=_runs(text))


def cell(*blocks: Block | str, **spans: int) -> dict[str, Any]:
    return {"blocks": [para(block) if isinstance(block, str) else block for block in blocks]} | spans


def table(*rows: list[Any], header_rows: int = 1) -> Block:
    made = [[cell(one) if isinstance(one, str) else one for one in row] for row in rows]
    return _block("table", header_rows=header_rows, rows=made)


def image(letter: str = "a", alt: str = "") -> Block:
    return _block("image", digest=letter * 64, media_type="image/png", alt=alt, width=40, height=30)


def footnote(label: str, text: str) -> Block:
    return _block("footnote", label=label, runs=_runs(text))


words = st.lists(
    st.sampled_from(["cells", "bag", "the", "−150 °C", "within", "20", "minutes.", " ", "\n", "<b>", "é"]), max_size=8
).map(" ".join)
runs = st.lists(st.builds(lambda text, marks: run(text, *marks), words, st.sets(st.sampled_from(MARKS))), max_size=3)
simple = st.one_of(
    st.builds(heading, words, st.integers(1, 6)),
    st.builds(para, runs, st.sampled_from(["", "warning", "note"])),
    st.builds(step, words, st.integers(0, 8)),
    st.builds(bullet, words, st.integers(0, 3)),
    st.builds(image, st.sampled_from("abc")),
    st.builds(footnote, st.just("1"), words),
)
spans = st.sampled_from([{}, {}, {}, {"colspan": 2}, {"rowspan": 2}, {"colspan": 3, "rowspan": 2}])


def tables(content: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    one = st.builds(lambda own, reach: {"blocks": own} | reach, st.lists(content, max_size=2), spans)
    rows = st.lists(st.lists(one, min_size=1, max_size=4), max_size=4)  # a row without cells has nothing to show
    return st.builds(lambda made, head: table(*made, header_rows=head), rows, st.integers(0, 2))


blocks = st.one_of(simple, tables(st.one_of(simple, tables(simple))))
