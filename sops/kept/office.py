"""An Excel, PowerPoint or Word file that is to be kept: no macros, no other programs' objects, nothing from outside."""

import io
import re
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from qms.files.safe_xml import parse
from qms.files.safe_zip import WORD, Program, read_parts
from qms.trail.errors import Invalid
from sops.word.package import Package
from sops.word.xml import attr, local

EXCEL = Program("Excel", "workbook", ".xlsx")
POWERPOINT = Program("PowerPoint", "presentation", ".pptx")
PROGRAMS = {"xlsx": EXCEL, "pptx": POWERPOINT, "docx": WORD}
MAIN = {"spreadsheetml.sheet": "xlsx", "presentationml.presentation": "pptx", "wordprocessingml.document": "docx"}
ACTS = ("oleObject", "control", "activeXControlBinary", "vbaProject", "xlMacrosheet", "xlIntlMacrosheet")
FETCHES = ("externalLinkPath", "externalLink", "connections", "queryTable", "subDocument", "frame")
MOST_TYPES = 1024 * 1024  # bytes of the list of contents that are looked at before the file is checked
_ELSEWHERE = re.compile(r"(?!file:///[^/\\\\])([a-z]{2,}:|[/\\\\]{2})", re.IGNORECASE)  # a server, not a disk
_DDE = re.compile(r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Main:
    """What a zip says of itself: a value of Kept, "" where it is none; and whether its kind is one with macros."""

    kind: str
    has_macros: bool


def main_of(data: bytes) -> Main:
    """Return which Office file a zip is, by its list of contents."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("[Content_Types].xml") as handle:
            types = handle.read(MOST_TYPES).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        return Main("", False)
    kind = next((kind for sign, kind in MAIN.items() if f"{sign}.main+xml" in types), "")
    return Main(kind, "macroEnabled.main+xml" in types)


class Office(Package):
    """The parts of a checked file; whatever its main part is."""

    def _find_main(self) -> str:
        targets = [r.target for r in self.relations("").values() if r.kind == "officeDocument" and not r.external]
        return targets[0] if len(targets) == 1 and self.part(targets[0]) is not None else ""


def open_office(data: bytes, kind: str, depth: int = 0) -> Office:
    """Return the parts of a file of that kind, or raise Invalid with what to do."""
    program = PROGRAMS[kind]
    package = Office(read_parts(data, program))
    if not package.main:
        raise Invalid(program.said(_("This file has no %(thing)s inside. Save it again in %(program)s as %(ending)s.")))
    for name in package.parts:
        if name.endswith(".rels"):
            _check_relations(parse(package.parts[name]), program)
    _check_fields(package, program)
    _check_inside(package, program, depth)
    return package


def _check_relations(root: object, program: Program) -> None:
    for relation in root:  # type: ignore[attr-defined]
        kind = attr(relation, "Type").rpartition("/")[2]
        if kind in ACTS:
            raise Invalid(_acts(program))
        outside = attr(relation, "TargetMode") == "External" and kind != "hyperlink"
        if kind == "attachedTemplate":  # of the writer's own disk it changes nothing that is shown; nobody else has it
            outside = bool(_ELSEWHERE.match(attr(relation, "Target")))
        if kind in FETCHES or outside:
            raise Invalid(_fetches(program))


def _acts(program: Program) -> str:
    return program.said(
        _(
            "This file holds an object of another program or a control that acts. Remove it in %(program)s, or save "
            "the file as PDF, and upload that."
        )
    )


def _fetches(program: Program) -> str:
    return program.said(
        _(
            "This file fetches something from outside: another file, a template or data. What it shows could change "
            "after it was approved. Break the links in %(program)s and upload it again."
        )
    )


def _check_fields(package: Office, program: Program) -> None:
    """Refuse fields of Word that fetch; in Excel and PowerPoint such things are relations."""
    if not package.main.startswith("word/") and program is not WORD:
        return
    for name, part in package.parts.items():
        if not name.endswith(".xml") or not (b"instrText" in part or b"fldSimple" in part):
            continue
        for element in parse(part).iter():
            code = element.text or "" if local(element) == "instrText" else ""
            code = attr(element, "instr") if local(element) == "fldSimple" else code
            if _DDE.match(code):
                raise Invalid(_fetches(program))


def _check_inside(package: Office, program: Program, depth: int) -> None:
    """Look into files inside the file: the numbers of a chart are a workbook of their own; all else is an object."""
    for name, part in package.parts.items():
        if "/embeddings/" not in f"/{name}":
            continue
        inner = main_of(part)
        if depth or not inner.kind or inner.has_macros:
            raise Invalid(_acts(program))
        open_office(part, inner.kind, depth + 1)
