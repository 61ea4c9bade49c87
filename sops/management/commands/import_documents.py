"""A folder of Word files becomes a set of drafts; nothing is dropped in silence."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms.people.models import Facility, Person, User
from qms.trail.errors import Refused
from sops.models import Document, DocumentType, Import
from sops.services import document_from_word, record_refusal
from sops.services.importing import losses_of, version_number
from sops.services.imports import Choice
from sops.word.sandbox import read_word_safely
from sops.word.tracked import Decision

ENDINGS = {".docx", ".dotx", ".docm", ".doc", ".rtf", ".odt", ".pdf"}


class Command(BaseCommand):
    help = "Imports the Word files of a folder as drafts and lists what could not be taken over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--as", dest="email", required=True, help="e-mail of the one who imports")
        parser.add_argument("--facility", required=True, help="code of the facility, e.g. PROC")
        parser.add_argument("--type", dest="kind", default="SOP", help="code of the document type (SOP)")
        parser.add_argument(
            "--keep-numbers", action="store_true", help="keep the numbers that the files name, where free"
        )
        parser.add_argument(
            "--tracked", choices=Import.Decision.values, default="comments",
            help="what becomes of tracked changes: each is a “must fix” comment on the draft (comments, unless you "
            "say otherwise), or all are accepted, or all rejected",
        )  # fmt: skip
        parser.add_argument("--comments", choices=("keep", "leave"), default="keep", help="comments of the files")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, folder: Path, email: str, facility: str, kind: str, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        self._by, self._place, self._type = self._named(email, facility, kind)
        self._tracked: Decision = options["tracked"]
        self._choice = Choice(self._tracked, options["comments"] == "keep")
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
        if not files:
            raise CommandError(f"There is no Word file in {folder}.")
        rows = []
        for path in files:
            rows.append(self._one(path, folder, keep=options["keep_numbers"]))
            if not options["as_json"]:
                self._say(rows[-1])
        counted = _counted(rows)
        if options["as_json"]:
            self.stdout.write(json.dumps({"files": rows, **counted}))
        else:
            self.stdout.write(
                f"\n{counted['imported']} of {len(rows)} files are drafts now, {counted['with_losses']} of them with "
                f"losses; {counted['refused']} were refused. Each has its report: Documents, More, Imports."
            )

    def _named(self, email: str, facility: str, kind: str) -> tuple[Person, Facility, DocumentType]:
        user = User.objects.select_related("person").filter(email__iexact=email, is_active=True).first()
        place = Facility.objects.filter(code=facility).first()
        type_ = DocumentType.objects.select_related("scheme").filter(code=kind).first()
        if user is None:
            raise CommandError(f"Nobody has an open account with the e-mail {email}.")
        if place is None:
            raise CommandError(f"There is no facility {facility}. There are: {_codes(Facility)}.")
        if type_ is None:
            raise CommandError(f"There is no document type {kind}. There are: {_codes(DocumentType)}.")
        return user.person, place, type_

    def _one(self, path: Path, folder: Path, *, keep: bool) -> dict[str, Any]:
        row: dict[str, Any] = {
            "file": str(path.relative_to(folder)), "version": "", "refused": "", "blocks": 0, "losses": [],
        }  # fmt: skip
        data = path.read_bytes()
        try:
            word = read_word_safely(data, self._tracked)
            told = word.proposal
            version = document_from_word(
                data, word, by=self._by, name=path.name, type=self._type, facility=self._place,
                title=(told.title or path.stem)[:200], number=_kept(told.number) if keep else "",
                owner=Person.objects.filter(printed_name__iexact=told.owner or "", left_on=None).first(),
                n=version_number(told.version), choice=self._choice,
            )  # fmt: skip
        except Refused as refused:
            record_refusal(path.name, data, str(refused), by=self._by)
            return {**row, "refused": str(refused)}
        return {
            **row, "version": str(version), "title": version.title, "blocks": len(word.blocks),
            "losses": losses_of(word),
            "proposed": {"number": told.number, "version": told.version, "owner": told.owner},
        }  # fmt: skip

    def _say(self, row: dict[str, Any]) -> None:
        if row["refused"]:
            self.stdout.write(f"refused  {row['file']}: {row['refused']}")
            return
        self.stdout.write(f"{row['version']}  {row['file']}: {row['blocks']} blocks")
        for loss in row["losses"]:
            self.stdout.write(f"    {loss['kind']}, {loss['place']}: {loss['sentence']}")


def _counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    taken = [row for row in rows if row["version"]]
    return {
        "imported": len(taken), "with_losses": sum(bool(row["losses"]) for row in taken),
        "refused": len(rows) - len(taken),
    }  # fmt: skip


def _kept(number: str | None) -> str:
    """Return the number that a file names where it can be one and is free; else "", which draws the next."""
    found = (number or "").strip()
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,40}", found) or Document.objects.filter(number=found).exists():
        return ""
    return found


def _codes(model: type[Facility] | type[DocumentType]) -> str:
    return ", ".join(model.objects.values_list("code", flat=True)) or "none yet"
