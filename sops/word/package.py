"""The parts of an Office file: which one is the document, and what points where."""

import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from django.utils.translation import gettext as _

from qms.files.safe_xml import parse
from qms.files.safe_zip import read_parts
from qms.trail.errors import Invalid
from sops.word.xml import Element, attr, local


@dataclass(frozen=True)
class Relation:
    """A pointer of one part: `kind` is the last word of its type, `target` a part name or an outside address."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts by name; built from bytes by `open_word`."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self._by_fold = {name.casefold(): name for name in parts}
        self._types = self._content_types()
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = self._find_main()

    def _content_types(self) -> dict[str, str]:
        data = self.part("[Content_Types].xml")
        if not data:
            raise Invalid(_("This is not a Word document: it has no list of contents. Save it in Word as .docx."))
        return {
            attr(e, "PartName").lstrip("/").casefold(): attr(e, "ContentType")
            for e in parse(data)
            if local(e) == "Override"
        }

    def _find_main(self) -> str:
        """Return the name of the document part, by the relationships and never by its usual name."""
        targets = [r.target for r in self.relations("").values() if r.kind == "officeDocument" and not r.external]
        if len(targets) != 1 or self.part(targets[0]) is None:
            raise Invalid(
                _("This file has no document inside. Open it in Word, save it again as .docx, and try again.")
            )
        content_type = self._types.get(targets[0].casefold(), "")
        if "spreadsheetml" in content_type or "ms-excel" in content_type:
            raise Invalid(
                _("This is a workbook, not a Word document. Save its text in Word as .docx and upload that file.")
            )
        if "presentationml" in content_type or "ms-powerpoint" in content_type:
            raise Invalid(
                _("This is a presentation, not a Word document. Save its text in Word as .docx and upload that.")
            )
        if "macroEnabled" in content_type:
            raise Invalid(
                _("This file is of the kind that contains macros. Save it in Word as .docx and upload that file.")
            )
        return targets[0]

    def part(self, name: str) -> bytes | None:
        """Return the bytes of a part; names are matched without regard to case, as Office does."""
        found = self._by_fold.get(name.casefold())
        return None if found is None else self.parts[found]

    def relations(self, part: str) -> dict[str, Relation]:
        """Return {id: relation} of a part ("" is the whole file)."""
        if part not in self._relations:
            folder, _slash, base = part.rpartition("/")
            data = self.part(posixpath.join(folder, "_rels", base + ".rels"))
            self._relations[part] = {} if not data else _relations(parse(data), folder)
        return self._relations[part]

    def related(self, part: str, *kinds: str) -> list[str]:
        """Return the names of the existing parts that `part` points to by one of these kinds."""
        return [
            r.target
            for r in self.relations(part).values()
            if r.kind in kinds and not r.external and self.part(r.target) is not None
        ]

    def tree(self, part: str) -> Element | None:
        """Return the root element of a part, None where it is missing or empty."""
        data = self.part(part)
        return parse(data) if data and data.strip() else None


def _relations(root: Element, folder: str) -> dict[str, Relation]:
    found = {}
    for e in root:
        external = attr(e, "TargetMode") == "External"
        target = attr(e, "Target")
        if not external:
            target = unquote(target)
            target = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
        found[attr(e, "Id")] = Relation(attr(e, "Type").rpartition("/")[2], target, external)
    return found


def open_word(data: bytes) -> Package:
    """Return the parts of a Word file that is safe to parse; raise Invalid with what to do otherwise."""
    return Package(read_parts(data))
