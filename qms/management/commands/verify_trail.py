"""Recomputes the trail and names what is not what it was."""

import json
import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms.trail.verify import Report, verify


class Command(BaseCommand):
    help = "Recompute the trail, compare every record with it, and name what was altered, removed, inserted or swapped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--size", type=int, help="with --root: the number of events that the root is about")
        parser.add_argument("--root", help="a root that was kept outside, 64 hexadecimal digits")

    def handle(self, *args: Any, size: int | None, root: str | None, **options: Any) -> None:
        report = verify(_outside(size, root))
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
        else:
            self._tell(report)
        if not report.ok:
            raise SystemExit(1)

    def _tell(self, report: Report) -> None:
        counts = ", ".join(f"{count} {noun}" for noun, count in sorted(report.checked.items()))
        self.stdout.write(f"Checked: {counts or 'nothing, the trail is empty'}.")
        if report.root:
            self.stdout.write(f"Newest seal: {report.size} events, root {report.root}")
        for note in report.notes:
            self.stdout.write(note)
        if report.unsealed:
            self.stdout.write(f"Not proven yet: {report.unsealed} events wait for the next seal.")
        for finding in report.findings:
            self.stdout.write(f"{finding.kind.upper()}: {finding.sentence}")
        if report.unlisted:
            self.stdout.write(f"And {report.unlisted} more like these.")
        self.stdout.write("All of it is what it was." if report.ok else "The trail is NOT what it was.")


def _outside(size: int | None, root: str | None) -> tuple[int, str] | None:
    if size is None and root is None:
        return None
    if size is None or root is None or size < 1 or not re.fullmatch(r"[0-9a-fA-F]{64}", root.strip()):
        raise CommandError("Give --size (1 or more) and --root (64 hexadecimal digits) together.")
    return size, root
