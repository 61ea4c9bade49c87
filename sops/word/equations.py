"""Equations as one line of text that cannot be read wrongly: 10 to the power of -3 is 10^(-3), never 10-3."""

from sops.word.xml import Element, attr, child, children, local, val


def equation_text(e: Element) -> str:
    """Return the text of an m:oMath or of anything inside one."""
    name = local(e)
    if name == "t":
        return str(e.text or "")
    if name in _SHAPES:
        return _SHAPES[name](e)
    if name.endswith("Pr"):
        return ""
    return "".join(map(equation_text, e))


def _part(e: Element, name: str) -> str:
    return "".join(equation_text(part) for part in children(e, name))


def _group(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _fraction(e: Element) -> str:
    return f"{_group(_part(e, 'num'))}/{_group(_part(e, 'den'))}"


def _scripts(e: Element) -> str:
    below, above = _part(e, "sub"), _part(e, "sup")
    return _part(e, "e") + (f"_{_group(below)}" if below else "") + (f"^{_group(above)}" if above else "")


def _nary(e: Element) -> str:
    shown = child(e, "naryPr", "chr")
    operator = "∫" if shown is None else val(e, "naryPr", "chr")
    below, above = _part(e, "sub"), _part(e, "sup")
    return (
        operator + (f"_{_group(below)}" if below else "") + (f"^{_group(above)}" if above else "") + f" {_part(e, 'e')}"
    )


def _delimiter(e: Element) -> str:
    begin, end = child(e, "dPr", "begChr"), child(e, "dPr", "endChr")
    inner = ", ".join(equation_text(part) for part in children(e, "e"))
    return f"{'(' if begin is None else attr(begin, 'val')}{inner}{')' if end is None else attr(end, 'val')}"


def _root(e: Element) -> str:
    degree = _part(e, "deg")
    return f"{degree}√({_part(e, 'e')})"


def _matrix(e: Element) -> str:
    rows = ["; ".join(equation_text(cell) for cell in children(row, "e")) for row in children(e, "mr")]
    return f"[{' | '.join(rows)}]"


_SHAPES = {
    "f": _fraction, "sSup": _scripts, "sSub": _scripts, "sSubSup": _scripts, "sPre": _scripts, "nary": _nary,
    "d": _delimiter, "rad": _root, "m": _matrix,
}  # fmt: skip
