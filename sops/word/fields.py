"""Word's fields (page numbers, references, form fields): their last result is kept, their code is only told."""

import re
from dataclasses import dataclass

from sops.word.xml import Element, attr, child, children, is_on, local, number, val

MARK = "engraft-field"
_FETCHES = ("INCLUDETEXT", "INCLUDEPICTURE", "DDE", "DDEAUTO", "LINK", "IMPORT", "DATABASE")
_SILENT = ("XE", "TC", "TA", "RD", "PRIVATE", "ASK", "SET", "COMMENTS", "ADDIN", "NEXT")


@dataclass
class Field:
    """One field that is complete: begin and end were found."""

    code: str = ""
    has_result: bool = False
    in_code: bool = True  # while the walk is between its begin and its separator
    form: Element | None = None

    @property
    def kind(self) -> str:
        """Return the first word of the code in capitals: PAGE, TOC, HYPERLINK ..."""
        words = self.code.split()
        return words[0].upper() if words else ""

    @property
    def fetches(self) -> bool:
        """Say whether Word would fetch something from outside the document for it."""
        return self.kind in _FETCHES

    @property
    def is_silent(self) -> bool:
        """Say whether Word shows nothing for it."""
        return self.kind in _SILENT

    @property
    def link(self) -> str:
        """Return the address of a HYPERLINK field, "" for all others and for places inside the document."""
        found = re.match(r'\s*HYPERLINK\s+(?!\\)"?([^"\s]+)"?', self.code, re.IGNORECASE)
        return found[1] if found and r"\l" not in self.code[: found.start(1)] else ""

    def shown_without_result(self) -> str:
        """Return what Word shows for a field without result: a ticked box, a chosen entry, the text of a button."""
        if self.kind == "FORMCHECKBOX":
            box = child(self.form, "checkBox")
            ticked = child(box, "checked") if child(box, "checked") is not None else child(box, "default")
            return "☒" if is_on(ticked) else "☐"
        if self.kind == "FORMDROPDOWN":
            choices = [attr(e, "val") for e in children(child(self.form, "ddList"), "listEntry")]
            chosen = number(val(self.form, "ddList", "result") or val(self.form, "ddList", "default"))
            return choices[chosen] if chosen < len(choices) else ""
        if self.kind in ("MACROBUTTON", "GOTOBUTTON"):
            return " ".join(self.code.split()[2:])
        return ""


def mark_fields(root: Element) -> list[Field]:
    """Find the complete fields below `root` and mark their begin, separator and end with the index of the field."""
    fields: list[Field] = []
    open_: list[tuple[Field, list[Element]]] = []
    for e in root.iter():
        name = local(e)
        if name == "fldChar":
            _step(e, open_, fields)
        elif open_ and open_[-1][0].in_code and name in ("instrText", "t"):
            open_[-1][0].code += e.text or ""
    return fields


def _step(e: Element, open_: list[tuple[Field, list[Element]]], fields: list[Field]) -> None:
    kind = attr(e, "fldCharType")
    if kind == "begin":
        open_.append((Field(form=child(e, "ffData")), [e]))
        return
    if not open_:
        return
    field, marks = open_[-1]
    marks.append(e)
    if kind == "separate":
        field.has_result, field.in_code = True, False
    elif kind == "end":
        open_.pop()
        field.in_code = True
        for mark in marks:
            mark.set(MARK, str(len(fields)))
        fields.append(field)
        if open_ and open_[-1][0].in_code:
            open_[-1][0].code += field.code
