"""manage.py redline OLD.docx NEW.docx [--json]: what changed from one Word file to the other."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms.trail.errors import Invalid
from sops.blocks import Block
from sops.compare import compare
from sops.compare.plain import as_data, as_text
from sops.word.sandbox import MAX_UPLOAD, read_word_safely


class Command(BaseCommand):
    help = "Print what changed from one Word file to another: paragraph by paragraph, tables cell by cell."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("old", type=Path, metavar="OLD.docx")
        parser.add_argument("new", type=Path, metavar="NEW.docx")
        parser.add_argument("--json", action="store_true", help="print JSON instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        redline = compare(_blocks(options["old"]), _blocks(options["new"]))
        if options["json"]:
            self.stdout.write(json.dumps(as_data(redline), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(as_text(redline))


def _blocks(path: Path) -> list[Block]:
    try:
        if path.stat().st_size > MAX_UPLOAD:
            raise Invalid(f"The file is larger than {MAX_UPLOAD // 2**20} MB.")
        return read_word_safely(path.read_bytes()).blocks
    except OSError as error:
        raise CommandError(f"{path} cannot be opened: {error.strerror}.", returncode=2) from error
    except Invalid as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error
